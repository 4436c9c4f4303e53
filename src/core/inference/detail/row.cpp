#include "core/inference/detail/row.h"

#include "core/inference/detail/findings_json.h"

namespace xinglin::inference::detail {
namespace {

std::string inputs_text(const std::vector<InputRef>& inputs) {
  json::array out;
  for (const InputRef& input : inputs) out.push_back(to_json(input));
  return json::serialize(json::value(std::move(out)));
}

std::vector<InputRef> inputs_from(std::string_view text) {
  std::vector<InputRef> out;
  const Result<json::value> parsed = json::parse(text);
  if (!parsed.ok() || !parsed->is_array()) return out;
  for (const json::value& v : parsed->get_array()) {
    if (!v.is_object()) continue;
    const auto get = [&](std::string_view key) {
      return std::string(json::find_string(v.get_object(), key).value_or(""));
    };
    out.push_back({get("reference"), get("label"), get("digest")});
  }
  return out;
}

json::object object_from(std::string_view text) {
  Result<json::value> parsed = json::parse(text);
  return parsed.ok() && parsed->is_object() ? std::move(parsed->get_object()) : json::object{};
}

}  // namespace

bool row_exists(sql::Session& session, const InferenceId& id) {
  return session.query("SELECT 1 FROM inference WHERE id = ?1", id.str()).next();
}

Result<void> insert_row(sql::Tx& tx, const Row& r) {
  XL_CHECK(tx.run(
      "INSERT INTO inference (id, application, version, patient, subject, event, state, reason, decision, "
      "priority, superseded, task, flag, summary_en, summary_zh, effective, created, duration_us, "
      "input_digest, "
      "output_digest, manifest_digest, model_digest, findings, inputs, refs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
      "?7, ?8, "
      "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
      r.id.str(), r.application, r.version, r.patient, r.subject, r.event, static_cast<int64_t>(r.state),
      r.reason, static_cast<int64_t>(r.decision), static_cast<int64_t>(r.priority), r.superseded ? 1 : 0,
      r.open_task, r.findings.flag, r.findings.summary_en, r.findings.summary_zh, r.effective, r.created,
      r.duration_us, r.input_digest, r.output_digest, r.manifest_digest, r.model_digest,
      json::serialize(to_json(r.findings)), inputs_text(r.inputs), json::serialize(to_json(r.references))));
  return {};
}

Result<Row> read_row(sql::Session& session, const InferenceId& id) {
  sql::Query q = session.query(
      "SELECT application, version, patient, subject, event, state, reason, decision, priority, superseded, "
      "task, "
      "effective, created, duration_us, input_digest, output_digest, manifest_digest, model_digest, "
      "findings, inputs, "
      "refs FROM inference WHERE id = ?1",
      id.str());
  if (!q.next()) {
    XL_CHECK(q.status());
    return Error(kNoResult);
  }
  Row r;
  r.id = id;
  const auto text = [&q](int column) { return std::string(q.text(column)); };
  r.application = text(0);
  r.version = text(1);
  r.patient = text(2);
  r.subject = text(3);
  r.event = q.integer(4);
  r.state = static_cast<State>(q.integer(5));
  r.reason = text(6);
  r.decision = static_cast<Decision>(q.integer(7));
  r.priority = static_cast<Priority>(q.integer(8));
  r.superseded = q.integer(9) != 0;
  r.open_task = text(10);
  r.effective = q.instant(11);
  r.created = q.instant(12);
  r.duration_us = q.integer(13);
  r.input_digest = text(14);
  r.output_digest = text(15);
  r.manifest_digest = text(16);
  r.model_digest = text(17);
  r.findings = findings_from_json(object_from(q.text(18)));
  r.inputs = inputs_from(q.text(19));
  r.references = references_from_json(object_from(q.text(20)));
  return r;
}

Result<std::vector<PreviousResult>> previous_results(sql::Session& session, std::string_view application,
                                                     std::string_view patient, Instant until, int64_t count) {
  std::vector<PreviousResult> out;
  if (count == 0) return out;
  sql::Query q = session.query(
      "SELECT effective, findings FROM inference WHERE patient = ?1 AND application = ?2 AND state = 0 AND "
      "decision != 3 AND effective <= ?4 ORDER BY effective DESC, created DESC LIMIT ?3",
      patient, application, count, until);
  while (q.next()) out.push_back({q.instant(0), findings_from_json(object_from(q.text(1)))});
  XL_CHECK(q.status());
  return out;
}

Result<bool> is_superseded(sql::Session& session, const Row& row) {
  sql::Query q = session.query(
      "SELECT 1 FROM inference WHERE patient = ?1 AND application = ?2 AND state = 0 AND effective > ?3 "
      "LIMIT 1",
      row.patient, row.application, row.effective);
  const bool found = q.next();
  XL_CHECK(q.status());
  return found;
}

Result<Superseding> supersede(sql::Tx& tx, const Row& row) {
  Superseding out;
  XL_TRY(out.row_is_superseded, is_superseded(tx, row));
  if (out.row_is_superseded) return out;
  sql::Query q = tx.query(
      "SELECT task FROM inference WHERE patient = ?1 AND application = ?2 AND state = 0 AND task != ''",
      row.patient, row.application);
  while (q.next()) out.open_tasks.emplace_back(q.text(0));
  XL_CHECK(q.status());
  XL_CHECK(
      tx.run("UPDATE inference SET superseded = 1 WHERE patient = ?1 AND application = ?2 AND state = 0 AND "
             "superseded = 0",
             row.patient, row.application));
  return out;
}

json::object to_json(const References& r) {
  json::array observations;
  for (const std::string& reference : r.observations) observations.emplace_back(reference);
  return {{"observations", std::move(observations)},
          {"diagnostic_report", r.diagnostic_report},
          {"risk_assessment", r.risk_assessment},
          {"task", r.task},
          {"sr", r.sr}};
}

References references_from_json(const json::object& o) {
  const auto get = [&](std::string_view key) { return std::string(json::find_string(o, key).value_or("")); };
  References r;
  if (const json::array* list = json::find_array(o, "observations"))
    for (const json::value& v : *list)
      if (v.is_string()) r.observations.emplace_back(v.get_string());
  r.diagnostic_report = get("diagnostic_report");
  r.risk_assessment = get("risk_assessment");
  r.task = get("task");
  r.sr = get("sr");
  return r;
}

Priority priority_of(const Findings& findings) {
  if (findings.flag == "AA" || (findings.escalation && findings.escalation->priority == "stat"))
    return Priority::Stat;
  const bool asks = findings.escalation && findings.escalation->priority != "routine";
  return findings.flag == "A" || asks ? Priority::Urgent : Priority::Routine;
}

}  // namespace xinglin::inference::detail
