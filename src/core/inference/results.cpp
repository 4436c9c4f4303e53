#include "core/inference/results.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "core/inference/catalog.h"
#include "core/inference/detail/findings_json.h"
#include "core/inference/detail/row.h"

namespace xinglin::inference {
namespace {

using detail::Decision;

template <class E, size_t N>
Result<E> parse_name(std::string_view text, const E (&values)[N], const ErrorCode& code) {
  for (const E e : values)
    if (to_string(e) == text) return e;
  return Error(code, "'" + std::string(text) + "' is not one of the values of this field");
}

// A WHERE clause and what is bound in it. Parameters are views: texts live in the request or in `kept`.
struct Where {
  std::string sql = "1 = 1";
  std::vector<sql::Parameter> parameters;
  std::vector<std::string> kept;

  std::string bind(sql::Parameter p) {
    parameters.push_back(p);
    return "?" + std::to_string(parameters.size());
  }
  template <class T, class F>
  void any_of(std::string_view column, const std::vector<T>& values, F as_parameter) {
    if (values.empty()) return;
    std::string list;
    for (const T& v : values) list += (list.empty() ? "" : ", ") + bind(as_parameter(v));
    sql += " AND " + std::string(column) + " IN (" + list + ")";
  }
};

sql::Parameter text_parameter(const std::string& s) {
  return std::string_view(s);
}
template <class E>
sql::Parameter enum_parameter(const E& e) {
  return static_cast<int64_t>(e);
}

constexpr std::string_view kIsRead =
    "EXISTS (SELECT 1 FROM inference_read WHERE inference = inference.id AND who = ";

void add_statuses(Where& where, const std::vector<Status>& statuses, const std::string& who) {
  if (statuses.empty()) return;
  // Bound only where it is used: a parameter that no part of the statement names is refused.
  std::string bound_who;
  std::string any;
  for (const Status s : statuses) {
    if ((s == Status::Unread || s == Status::Read) && bound_who.empty())
      bound_who = where.bind(text_parameter(who));
    any += any.empty() ? "" : " OR ";
    if (s == Status::Unread || s == Status::Read)
      any += "(decision = 0 AND " + std::string(s == Status::Unread ? "NOT " : "") + std::string(kIsRead) +
             bound_who + "))";
    else
      any += "decision = " + std::to_string(static_cast<int>(s) - 1);
  }
  where.sql += " AND (" + any + ")";
}

Where make_where(const ListRequest& request, const std::string& who) {
  Where where;
  if (!request.patient.empty()) where.sql += " AND patient = " + where.bind(text_parameter(request.patient));
  where.any_of("patient", request.patients, text_parameter);
  where.any_of("flag", request.flags, text_parameter);
  where.any_of("application", request.applications, text_parameter);
  where.any_of("state", request.states, enum_parameter<State>);
  where.any_of("priority", request.priorities, enum_parameter<Priority>);
  if (request.since.us > 0) where.sql += " AND created >= " + where.bind(request.since);
  if (request.facts_since.us > 0) where.sql += " AND effective >= " + where.bind(request.facts_since);
  if (request.superseded == Superseded::Hide) where.sql += " AND superseded = 0";
  add_statuses(where, request.statuses, who);
  return where;
}

// The place after which the next page begins: decided or not, priority, time of the order, id.
struct Cursor {
  int64_t decided = 0, priority = 0, time = 0;
  std::string id;
  std::string text() const {
    return to_base64url(as_bytes(std::to_string(decided) + " " + std::to_string(priority) + " " +
                                 std::to_string(time) + " " + id));
  }
};

std::string next_cursor(const detail::Row& row, Order order) {
  const Instant time = order == Order::NewestFact ? row.effective : row.created;
  const int64_t decided = row.decision == Decision::Open ? 0 : 1;
  return Cursor{decided, static_cast<int64_t>(row.priority), time.us, row.id.str()}.text();
}

Result<Cursor> parse_cursor(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes) return Error(kBadCursor);
  const std::string_view plain = as_text(*bytes);
  Cursor cursor;
  const char* at = plain.data();
  const char* end = at + plain.size();
  for (int64_t* number : {&cursor.decided, &cursor.priority, &cursor.time}) {
    const auto read = std::from_chars(at, end, *number);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ' ') return Error(kBadCursor);
    at = read.ptr + 1;
  }
  cursor.id.assign(at, end);
  return cursor;
}

// One part of a list in its order, from behind the cursor on, added to `ids` until there are `ids_max`.
Result<void> select_ids(sql::Session& session, Where where, Order order, const Cursor* after, size_t ids_max,
                        std::vector<InferenceId>& ids) {
  const bool by_priority = order == Order::PriorityThenNewest;
  const std::string time = order == Order::NewestFact ? "effective" : "created";
  if (after) {
    const std::string place = by_priority ? "(priority, created, id)" : "(" + time + ", id)";
    std::string bound = by_priority ? where.bind(after->priority) + ", " : "";
    bound += where.bind(after->time) + ", ";
    bound += where.bind(text_parameter(after->id));
    where.sql += " AND " + place + " < (" + bound + ")";
  }
  sql::Query q = session.query_bound("SELECT id FROM inference WHERE " + where.sql + " ORDER BY " +
                                         (by_priority ? "priority DESC, " : "") + time +
                                         " DESC, id DESC LIMIT " + std::to_string(ids_max - ids.size()),
                                     where.parameters);
  while (q.next()) ids.emplace_back(std::string(q.text(0)));
  return q.status();
}

// By priority a list has two parts, each read along its index: open results, then decided ones.
Result<std::vector<InferenceId>> select_page(sql::Session& session, const Where& where, Order order,
                                             const Cursor* after, size_t ids_max) {
  std::vector<InferenceId> ids;
  if (order != Order::PriorityThenNewest) {
    XL_CHECK(select_ids(session, where, order, after, ids_max, ids));
    return ids;
  }
  for (const int64_t decided : {0, 1}) {
    if (ids.size() == ids_max || (after && after->decided > decided)) continue;
    Where part = where;
    part.sql += decided == 0 ? " AND decision = 0" : " AND decision <> 0";
    XL_CHECK(select_ids(session, std::move(part), order, after && after->decided == decided ? after : nullptr,
                        ids_max, ids));
  }
  return ids;
}

json::object application_json(const Catalog& catalog, const std::string& id, const std::string& version) {
  json::object name = {{"en", id}, {"zh", id}};
  if (const CatalogEntry* entry = catalog.find(id))
    name = {{"en", entry->manifest.name.en}, {"zh", entry->manifest.name.zh}};
  return {{"id", id}, {"name", std::move(name)}, {"version", version}};
}

Status status_of(Decision decision, bool is_read) {
  if (decision == Decision::Open) return is_read ? Status::Read : Status::Unread;
  return static_cast<Status>(static_cast<int>(decision) + 1);
}

json::object short_form(const Catalog& catalog, const detail::Row& r, bool is_read) {
  return {{"id", r.id.str()},
          {"application", application_json(catalog, r.application, r.version)},
          {"state", to_string(r.state)},
          {"reason", r.reason},
          {"status", to_string(status_of(r.decision, is_read))},
          {"priority", to_string(r.priority)},
          {"superseded", r.superseded},
          {"created", format_rfc3339(r.created)},
          {"effective", format_rfc3339(r.effective)},
          {"duration_ms", r.duration_us / kMillisecondUs},
          {"patient", r.patient},
          {"subject", r.subject},
          {"summary", {{"en", r.findings.summary_en}, {"zh", r.findings.summary_zh}}},
          {"flag", r.findings.flag},
          {"references", detail::to_json(r.references)}};
}

void add_findings(json::object& out, const detail::Row& r) {
  json::array findings;
  for (const Finding& f : r.findings.items) findings.push_back(detail::to_json(f));
  out["findings"] = std::move(findings);
  out["evidence"] = r.findings.evidence;
}

Result<json::array> feedback_of(sql::Session& session, const InferenceId& id) {
  json::array out;
  sql::Query q = session.query(
      "SELECT action, reason, who, at, edits FROM inference_feedback WHERE inference = ?1 ORDER BY id",
      id.str());
  while (q.next()) {
    Result<json::value> edits = json::parse(q.text(4));
    out.push_back({{"action", q.text(0)},
                   {"reason", q.text(1)},
                   {"who", q.text(2)},
                   {"at", format_rfc3339(q.instant(3))},
                   {"edits", edits.ok() ? std::move(*edits) : json::value(json::array{})}});
  }
  XL_CHECK(q.status());
  return out;
}

// Who opened it first, and when; null while nobody has.
Result<json::value> first_read(sql::Session& session, const InferenceId& id) {
  sql::Query q = session.query(
      "SELECT who, at FROM inference_read WHERE inference = ?1 ORDER BY at, who LIMIT 1", id.str());
  const bool found = q.next();
  XL_CHECK(q.status());
  if (!found) return json::value(nullptr);
  return json::value({{"who", q.text(0)}, {"at", format_rfc3339(q.instant(1))}});
}

Result<bool> is_read_by(sql::Session& session, const InferenceId& id, const std::string& who) {
  sql::Query q =
      session.query("SELECT 1 FROM inference_read WHERE inference = ?1 AND who = ?2", id.str(), who);
  const bool found = q.next();
  XL_CHECK(q.status());
  return found;
}

Result<Counts> count(sql::Session& session, const std::string& who,
                     const std::vector<std::string>* patients) {
  Where where;
  const std::string bound_who = where.bind(text_parameter(who));
  if (patients) where.any_of("patient", *patients, text_parameter);
  const std::string read = std::string(kIsRead) + bound_who + ")";
  const std::string shown = "state = 0 AND superseded = 0 AND ";
  std::string sql = "SELECT ";
  for (const std::string& condition :
       {shown + "1", shown + "decision = 0 AND NOT " + read, shown + "decision = 0 AND " + read,
        shown + "decision = 1", shown + "decision = 2", shown + "decision = 3",
        shown + "decision = 0 AND priority = 1", shown + "decision = 0 AND priority = 2",
        std::string("state = 2"), std::string("state = 3")})
    sql += (sql.size() > 7 ? ", " : "") + std::string("COALESCE(SUM(") + condition + "), 0)";
  sql += " FROM inference WHERE " + where.sql;
  sql::Query q = session.query_bound(sql, where.parameters);
  if (!q.next()) {
    XL_CHECK(q.status());
    return Counts{};
  }
  return Counts{q.integer(0), q.integer(1), q.integer(2), q.integer(3), q.integer(4),
                q.integer(5), q.integer(6), q.integer(7), q.integer(8), q.integer(9)};
}

}  // namespace

std::string_view to_string(State state) {
  constexpr std::string_view kNames[] = {"published", "unchanged", "failed", "timeout"};
  return kNames[static_cast<size_t>(state)];
}
std::string_view to_string(Status status) {
  constexpr std::string_view kNames[] = {"unread", "read", "accepted", "edited", "rejected"};
  return kNames[static_cast<size_t>(status)];
}
std::string_view to_string(Priority priority) {
  constexpr std::string_view kNames[] = {"routine", "urgent", "stat"};
  return kNames[static_cast<size_t>(priority)];
}
Result<State> parse_state(std::string_view text) {
  constexpr State kAll[] = {State::Published, State::Unchanged, State::Failed, State::Timeout};
  return parse_name(text, kAll, errors::kInvalid);
}
Result<Status> parse_status(std::string_view text) {
  constexpr Status kAll[] = {Status::Unread, Status::Read, Status::Accepted, Status::Edited,
                             Status::Rejected};
  return parse_name(text, kAll, errors::kInvalid);
}
Result<Priority> parse_priority(std::string_view text) {
  constexpr Priority kAll[] = {Priority::Routine, Priority::Urgent, Priority::Stat};
  return parse_name(text, kAll, errors::kInvalid);
}

Results::Results(sql::Store& store, const Catalog& catalog, const Clock& clock, trust::AuditLog& audit)
    : store_(store), catalog_(catalog), clock_(clock), audit_(audit) {}

Result<Page> Results::list(const trust::Access& access, const ListRequest& request) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  const int64_t count = std::clamp<int64_t>(request.count, 1, 500);
  const Where where = make_where(request, access.who());
  std::optional<Cursor> after;
  if (!request.cursor.empty()) {
    XL_TRY(after, parse_cursor(request.cursor));
  }
  Result<Page> page = store_.read([&](sql::Session& session) -> Result<Page> {
    Page out;
    sql::Query total =
        session.query_bound("SELECT COUNT(*) FROM inference WHERE " + where.sql, where.parameters);
    if (total.next()) out.total = total.integer(0);
    XL_CHECK(total.status());
    XL_TRY(std::vector<InferenceId> ids, select_page(session, where, request.order, after ? &*after : nullptr,
                                                     static_cast<size_t>(count) + 1));
    const bool more = ids.size() > static_cast<size_t>(count);
    if (more) ids.pop_back();
    for (const InferenceId& id : ids) {
      XL_TRY(const detail::Row row, detail::read_row(session, id));
      XL_TRY(const bool is_read, is_read_by(session, id, access.who()));
      json::object result = short_form(catalog_, row, is_read);
      if (request.with_findings) add_findings(result, row);
      out.results.push_back(std::move(result));
      if (more) out.next_cursor = next_cursor(row, request.order);
    }
    return out;
  });
  audit_.record(access, {trust::Action::Search, "Inference", request.patient, page.ok(), "list"});
  return page;
}

Result<Counts> Results::counts(const trust::Access& access, std::string_view patient) {
  if (!patient.empty()) return counts_of(access, {std::string(patient)});
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  return store_.read([&](sql::Session& session) { return count(session, access.who(), nullptr); });
}

Result<Counts> Results::counts_of(const trust::Access& access, const std::vector<std::string>& patients) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  if (patients.empty()) return Counts{};
  return store_.read([&](sql::Session& session) { return count(session, access.who(), &patients); });
}

Result<json::object> Results::get(const trust::Access& access, const InferenceId& id) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  std::string patient;
  Result<json::object> result = store_.read([&](sql::Session& session) -> Result<json::object> {
    XL_TRY(const detail::Row row, detail::read_row(session, id));
    patient = row.patient;
    XL_TRY(const bool is_read, is_read_by(session, id, access.who()));
    json::object out = short_form(catalog_, row, is_read);
    add_findings(out, row);
    json::array inputs;
    for (const InputRef& input : row.inputs) inputs.push_back(detail::to_json(input));
    out["inputs"] = std::move(inputs);
    out["input_digest"] = row.input_digest;
    out["output_digest"] = row.output_digest;
    out["manifest_digest"] = row.manifest_digest;
    out["model_digest"] = row.model_digest;
    XL_TRY(out["feedback"], feedback_of(session, id));
    XL_TRY(out["read"], first_read(session, id));
    return out;
  });
  audit_.record(access, {trust::Action::Read, "Inference/" + id.str(), patient, result.ok(), ""});
  return result;
}

Result<void> Results::mark_read(const trust::Access& access, const InferenceId& id) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const detail::Row row, detail::read_row(tx, id));
    XL_TRY(const int64_t changed,
           tx.run("INSERT OR IGNORE INTO inference_read (inference, who, at) VALUES (?1, ?2, ?3)", id.str(),
                  access.who(), clock_.now()));
    if (changed > 0)
      XL_CHECK(audit_.append(
          tx, access, {trust::Action::Read, "Inference/" + id.str(), row.patient, true, "marked read"}));
    return {};
  });
}

}  // namespace xinglin::inference
