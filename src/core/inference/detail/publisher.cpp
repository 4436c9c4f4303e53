#include "core/inference/detail/publisher.h"

#include <utility>

#include "base/digest.h"
#include "codec/fhir/build.h"
#include "core/inference/detail/fhir_objects.h"
#include "core/inference/detail/findings_json.h"
#include "core/inference/detail/report_document.h"

namespace xinglin::inference::detail {
namespace {

// The first issues of a refused resource: a defect of the application or of ours, so they belong into the
// reason.
Error explained(const Error& error, const IssueSink& issues, std::string_view type) {
  std::string text = std::string(type) + ": " + error.message();
  size_t shown = 0;
  for (const Issue& issue : issues.issues())
    if (issue.severity >= Severity::Error && shown++ < 3) text += "; " + issue.path + ": " + issue.message;
  return {error.code(), text};
}

// Validation and index extraction happen here, not on the writer thread.
Result<std::vector<record::Prepared>> prepare(const record::Record& record,
                                              std::vector<json::object> resources) {
  std::vector<record::Prepared> out;
  for (json::object& resource : resources) {
    const std::string type(json::find_string(resource, "resourceType").value_or(""));
    IssueSink issues;
    Result<record::Prepared> prepared = record.prepare(std::move(resource), issues);
    if (!prepared.ok()) return explained(prepared.error(), issues, type);
    out.push_back(std::move(*prepared));
  }
  return out;
}

}  // namespace

Publisher::Publisher(sql::Store& store, record::Record& record, archive::Archive& archive,
                     journal::Journal& journal, trust::AuditLog& audit)
    : store_(store), record_(record), archive_(archive), journal_(journal), audit_(audit) {}

Result<void> Publisher::store_document(const trust::Access& access, const CatalogEntry& entry,
                                       const Assembled& assembled, const Row& row) const {
  const SopInstanceUid uid(row.references.sr);
  if (archive_.find(access, uid).ok()) return {};  // stored before a crash
  const std::vector<uint8_t> bytes = make_report_document(entry, assembled, row);
  archive::Incoming incoming;
  incoming.data_set = bytes;
  incoming.calling_ae = "XINGLIN";
  incoming.peer = "inference";
  const Result<archive::Outcome> stored = archive_.store(access, incoming);
  if (!stored.ok()) return stored.error().with_context("structured report");
  return {};
}

Result<void> Publisher::write_row(sql::Tx& tx, const trust::Access& access, const Row& row) const {
  XL_CHECK(insert_row(tx, row));
  XL_CHECK(audit_.append(tx, access,
                         {trust::Action::Execute, "Inference/" + row.id.str(), row.patient,
                          row.state == State::Published || row.state == State::Unchanged,
                          row.application + " " + row.version + " " + std::string(to_string(row.state))}));
  journal::Event event;
  event.type = row.state == State::Published ? "inference.published" : "inference.ended";
  event.subject = row.id.str();
  event.patient = row.patient;
  event.data = {{"inference", row.id.str()},
                {"application", row.application},
                {"patient", row.patient},
                {"state", to_string(row.state)},
                {"priority", to_string(row.priority)}};
  XL_CHECK(journal_.append(tx, std::move(event)));
  return {};
}

// Nobody is asked to act on a state that is no longer the patient's.
Result<void> Publisher::drop_late_request(const CatalogEntry& entry, const Assembled& assembled,
                                          Row& row) const {
  if (!row.findings.escalation || !entry.manifest.supersedes) return {};
  const Result<bool> late =
      store_.read([&](sql::Session& session) -> Result<bool> { return is_superseded(session, row); });
  XL_CHECK(late);
  if (*late || !assembled.input.is_current) row.findings.escalation.reset();
  return {};
}

Result<void> Publisher::publish(const trust::Access& access, const CatalogEntry& entry,
                                const Assembled& assembled, Row row) const {
  row.state = row.findings.publish ? State::Published : State::Unchanged;
  XL_CHECK(drop_late_request(entry, assembled, row));
  row.priority = priority_of(row.findings);
  row.output_digest = to_hex(sha256(json::serialize(to_json(row.findings))));
  if (row.state == State::Unchanged) return record_end(access, std::move(row));
  row.references = fill_references(entry.manifest, row.findings, row.id);
  if (!row.references.task.empty())
    row.open_task = row.references.task.substr(row.references.task.find('/') + 1);
  XL_TRY(const std::vector<record::Prepared> resources,
         prepare(record_, make_resources(entry, assembled, row)));
  if (!row.references.sr.empty()) XL_CHECK(store_document(access, entry, assembled, row));

  const auto write = [&](sql::Tx& tx) -> Result<void> {
    if (row_exists(tx, row.id)) return {};
    Row shown = row;
    if (entry.manifest.supersedes) {
      XL_TRY(const Superseding superseding, supersede(tx, row));
      shown.superseded = superseding.row_is_superseded;
      if (!row.references.task.empty())
        for (const std::string& task : superseding.open_tasks)
          XL_CHECK(end_task(tx, record_, access, task, "cancelled", "replaced by " + row.references.task));
    }
    for (const record::Prepared& resource : resources) XL_CHECK(record_.create(tx, access, resource));
    return write_row(tx, access, shown);
  };
  return store_.write(write, sql::Store::Urgency::Soon);
}

Result<void> Publisher::record_end(const trust::Access& access, Row row) const {
  const auto write = [&](sql::Tx& tx) -> Result<void> {
    if (row_exists(tx, row.id)) return {};
    return write_row(tx, access, row);
  };
  return store_.write(write, sql::Store::Urgency::Soon);
}

Result<void> end_task(sql::Tx& tx, record::Record& record, const trust::Access& access,
                      const std::string& task_id, std::string_view status, std::string_view reason) {
  XL_CHECK(tx.run("UPDATE inference SET task = '' WHERE task = ?1", task_id));
  const Result<record::Resource> stored = record.read(tx, access, "Task", task_id);
  if (!stored.ok()) {
    const ErrorKind kind = stored.error().kind();
    if (kind == ErrorKind::NotFound || kind == ErrorKind::Gone) return {};
    return stored.error();
  }
  XL_TRY(json::object task, stored->parsed());
  const auto current = json::find_string(task, "status").value_or("");
  if (current == "completed" || current == "cancelled" || current == "failed" || current == "rejected" ||
      current == "entered-in-error")
    return {};
  task["status"] = status;
  task["statusReason"] = fhir::concept_text(reason);
  IssueSink issues;
  const Result<record::Resource> updated = record.update(tx, access, std::move(task), issues);
  if (!updated.ok()) return explained(updated.error(), issues, "Task");
  return {};
}

}  // namespace xinglin::inference::detail
