#include "core/procedure/performed.h"

#include <set>

#include "core/archive/evidence.h"
#include "core/procedure/detail/performed_rules.h"

namespace xinglin::procedure {

namespace {

using dicom::DataSet;
using trust::Action;
using trust::Permission;

// Steps are kept as data sets, so that a change meets exactly what was said before.
std::vector<uint8_t> bytes_of(const DataSet& data_set) {
  return dicom::write_data_set(data_set);
}

Result<DataSet> data_set_of(std::span<const uint8_t> bytes) {
  static const TransferSyntaxUid kExplicit("1.2.840.10008.1.2.1");
  dicom::Limits limits;
  limits.items_max = 2 * Performed::kInstancesMax;
  limits.elements_max = 10 * Performed::kInstancesMax;
  return dicom::parse_data_set(bytes, kExplicit, limits);
}

PerformedStep step_from(const sql::Query& row) {
  PerformedStep out;
  out.uid = row.text(1);
  out.state = row.text(2);
  out.ae_title = row.text(3);
  out.modality = row.text(4);
  out.patient = PatientId(std::string(row.text(5)));
  out.created_at = row.instant(6);
  if (!row.is_null(7)) out.ended_at = row.instant(7);
  return out;
}

constexpr std::string_view kColumns =
    "SELECT p.id, p.uid, p.state, p.ae_title, p.modality, p.patient, p.created_at, p.ended_at "
    "FROM procedure_performed p ";

std::string_view progress_of(std::string_view state) {
  return state == kInProgress ? "started" : state == kCompleted ? "completed" : "discontinued";
}

// The scheduled steps that a performed one names: by study and step id, else by the study alone.
Result<std::string> link(sql::Tx& tx, const DataSet& step, std::string_view state) {
  std::string patient;
  for (const DataSet& item : step.items(tags::kScheduled)) {
    const std::string study = item.text(tags::kStudy), id = item.text(tags::kStepId);
    XL_CHECK(
        tx.run("UPDATE procedure_scheduled SET progress = ?3, open = (?3 = 'started' AND status = 'active') "
               "WHERE study = ?1 AND (?2 = '' OR step_id = ?2)",
               study, id, progress_of(state)));
    auto row = tx.query("SELECT patient FROM procedure_scheduled WHERE study = ?1 LIMIT 1", study);
    if (row.next() && patient.empty()) patient = row.text(0);
    XL_CHECK(row.status());
  }
  return patient;
}

Result<std::vector<StudyUid>> studies_of(sql::Session& session, int64_t id) {
  std::vector<StudyUid> out;
  auto row = session.query("SELECT study FROM procedure_performed_study WHERE performed = ?1", id);
  while (row.next()) out.emplace_back(std::string(row.text(0)));
  XL_CHECK(row.status());
  return out;
}

Result<std::vector<PerformedInstance>> read_instances(sql::Session& session, int64_t id) {
  std::vector<PerformedInstance> out;
  auto row = session.query(
      "SELECT sop_instance, sop_class, series FROM procedure_performed_instance WHERE performed = ?1", id);
  while (row.next())
    out.push_back({SopInstanceUid(std::string(row.text(0))), SopClassUid(std::string(row.text(1))),
                   SeriesUid(std::string(row.text(2)))});
  XL_CHECK(row.status());
  return out;
}

// What all steps of a study together say of its end. The list of a step that was broken off is not waited
// for; of a step for several studies nobody knows which instance is whose, so its list says nothing either.
Result<void> note_steps(sql::Tx& tx, const std::vector<StudyUid>& studies, Instant at) {
  for (const StudyUid& study : studies) {
    int64_t under_way = 0;
    {
      auto row = tx.query(
          "SELECT count(*) FROM procedure_performed_study s JOIN procedure_performed p ON p.id = s.performed "
          "WHERE s.study = ?1 AND p.state = ?2",
          study.str(), kInProgress);
      if (row.next()) under_way = row.integer(0);
      XL_CHECK(row.status());
    }
    json::array made;
    auto row = tx.query(
        "SELECT DISTINCT i.sop_instance FROM procedure_performed_study s "
        "JOIN procedure_performed p ON p.id = s.performed "
        "JOIN procedure_performed_instance i ON i.performed = p.id WHERE s.study = ?1 AND p.state = ?2 "
        "AND (SELECT count(*) FROM procedure_performed_study o WHERE o.performed = p.id) = 1",
        study.str(), kCompleted);
    while (row.next()) made.push_back(json::value(row.text(0)));
    XL_CHECK(row.status());
    const json::object said{{"instances", std::move(made)}, {"in_progress", under_way}};
    XL_CHECK(archive::note_evidence(tx, study, {archive::EvidenceKind::Performed, said}, at));
  }
  return {};
}

}  // namespace

Result<void> Performed::write_lists(sql::Tx& tx, int64_t id, const DataSet& step) {
  for (const DataSet& item : step.items(tags::kScheduled))
    XL_CHECK(tx.run("INSERT OR IGNORE INTO procedure_performed_study VALUES (?1, ?2)", id,
                    item.text(tags::kStudy)));
  XL_TRY(const auto instances, instances_of(step));
  XL_CHECK(tx.run("DELETE FROM procedure_performed_instance WHERE performed = ?1", id));
  for (const PerformedInstance& one : instances)
    XL_CHECK(tx.run("INSERT INTO procedure_performed_instance VALUES (?1, ?2, ?3, ?4)", id,
                    one.sop_instance.str(), one.sop_class.str(), one.series.str()));
  return {};
}

// The audit leaf, and an event when the step has begun or ended.
Result<void> Performed::tell(sql::Tx& tx, const trust::Access& access, int64_t id, Action action) {
  auto row = tx.query(std::string(kColumns) + "WHERE p.id = ?1", id);
  if (!row.next()) return Error(kNoStep);
  const PerformedStep step = step_from(row);
  XL_CHECK(audit_.append(
      tx, access, {action, "PerformedProcedureStep/" + step.uid, step.patient.str(), true, step.state}));
  if (action == Action::Update && step.state == kInProgress) return {};
  XL_TRY(const auto studies, studies_of(tx, id));
  XL_CHECK(note_steps(tx, studies, clock_.now()));
  XL_TRY(const auto instances, read_instances(tx, id));
  journal::Event event;
  event.type = "procedure.performed-" + std::string(progress_of(step.state));
  event.subject = step.uid;
  event.patient = step.patient.str();
  json::array list;
  for (const StudyUid& study : studies) list.push_back(json::value(study.str()));
  event.data = {{"studies", std::move(list)},
                {"modality", step.modality},
                {"ae_title", step.ae_title},
                {"instances", instances.size()}};
  XL_CHECK(journal_.append(tx, std::move(event)));
  return {};
}

Result<void> Performed::create(const trust::Access& access, const std::string& ae_title,
                               const std::string& uid, const DataSet& attributes) {
  XL_CHECK(access.require(Permission::Ingest));
  if (!dicom::is_valid_uid(uid)) return Error(kBadUid);
  XL_CHECK(check_new(attributes));
  XL_CHECK(check_changed(attributes));
  const auto bytes = bytes_of(attributes);
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(
        const int64_t made,
        tx.run(
            "INSERT OR IGNORE INTO procedure_performed (uid, state, ae_title, modality, patient, created_at, "
            "attributes) VALUES (?1, ?2, ?3, ?4, '', ?5, ?6)",
            uid, kInProgress, ae_title, attributes.text(tags::kModality), clock_.now(),
            std::span<const uint8_t>(bytes)));
    if (made == 0) return Error(kDuplicateStep);
    const int64_t id = tx.last_insert_id();
    XL_CHECK(write_lists(tx, id, attributes));
    XL_TRY(const std::string patient, link(tx, attributes, kInProgress));
    XL_CHECK(tx.run("UPDATE procedure_performed SET patient = ?2 WHERE id = ?1", id, patient));
    return tell(tx, access, id, Action::Create);
  });
}

Result<Changed> Performed::change(const trust::Access& access, const std::string& uid,
                                  const DataSet& attributes) {
  XL_CHECK(access.require(Permission::Ingest));
  const Change change = allowed_change(attributes);
  const auto write = [&](sql::Tx& tx) -> Result<void> {
    auto row = tx.query("SELECT id, state, attributes FROM procedure_performed WHERE uid = ?1", uid);
    if (!row.next()) {
      XL_CHECK(row.status());
      return Error(kNoStep);
    }
    const int64_t id = row.integer(0);
    if (row.text(1) != kInProgress) return Error(kFinalStep);
    XL_TRY(DataSet step, data_set_of(row.blob(2)));
    for (const auto& [tag, element] : change.attributes.elements()) step.elements()[tag] = element;
    XL_CHECK(check_changed(step));
    const std::string state = step.text(tags::kState);
    const auto bytes = bytes_of(step);
    std::optional<Instant> ended;
    if (state != kInProgress) ended = clock_.now();
    XL_CHECK(tx.run("UPDATE procedure_performed SET state = ?2, attributes = ?3, ended_at = ?4 WHERE id = ?1",
                    id, state, std::span<const uint8_t>(bytes), ended));
    XL_CHECK(write_lists(tx, id, step));
    XL_CHECK(link(tx, step, state));
    return tell(tx, access, id, Action::Update);
  };
  XL_CHECK(store_.write(write));
  return change.all ? Changed::All : Changed::NotAll;
}

Result<DataSet> Performed::read(const trust::Access& access, const std::string& uid) {
  XL_CHECK(access.require(Permission::ReadClinical));
  std::string patient;
  XL_TRY(DataSet step, store_.read([&](sql::Session& session) -> Result<DataSet> {
    auto row = session.query("SELECT attributes, patient FROM procedure_performed WHERE uid = ?1", uid);
    if (!row.next()) {
      XL_CHECK(row.status());
      return Error(kNoStep);
    }
    patient = row.text(1);
    return data_set_of(row.blob(0));
  }));
  audit_.record(access, {Action::Read, "PerformedProcedureStep/" + uid, patient, true, "step"});
  return step;
}

Result<std::vector<PerformedStep>> Performed::of_study(const trust::Access& access, const StudyUid& study) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(auto found, store_.read([&](sql::Session& session) -> Result<std::vector<PerformedStep>> {
    std::vector<std::pair<int64_t, PerformedStep>> rows;
    auto row = session.query(std::string(kColumns) +
                                 "JOIN procedure_performed_study s ON s.performed = p.id "
                                 "WHERE s.study = ?1 ORDER BY p.id",
                             study.str());
    while (row.next()) rows.emplace_back(row.integer(0), step_from(row));
    XL_CHECK(row.status());
    std::vector<PerformedStep> out;
    for (auto& [id, step] : rows) {
      XL_TRY(step.studies, studies_of(session, id));
      XL_TRY(step.instances, read_instances(session, id));
      out.push_back(std::move(step));
    }
    return out;
  }));
  audit_.record(access, {Action::Read, "Study/" + study.str(),
                         found.empty() ? "" : found.front().patient.str(), true, "performed steps"});
  return found;
}

Result<std::vector<PerformedStep>> Performed::list(const trust::Access& access, int64_t limit) {
  XL_CHECK(access.require(Permission::ReadSystem));
  return store_.read([&](sql::Session& session) -> Result<std::vector<PerformedStep>> {
    std::vector<std::pair<int64_t, PerformedStep>> rows;
    auto row = session.query(std::string(kColumns) + "ORDER BY p.id DESC LIMIT ?1", limit);
    while (row.next()) rows.emplace_back(row.integer(0), step_from(row));
    XL_CHECK(row.status());
    std::vector<PerformedStep> out;
    for (auto& [id, step] : rows) {
      XL_TRY(step.studies, studies_of(session, id));
      step.patient = PatientId();
      out.push_back(std::move(step));
    }
    return out;
  });
}

}  // namespace xinglin::procedure
