#include "core/archive/detail/rows.h"

#include <algorithm>

#include "core/archive/detail/attributes.h"
#include "core/archive/detail/match.h"

namespace xinglin::archive {

namespace {

constexpr std::string_view kInstanceColumns =
    "SELECT i.uid, i.sop_class, t.uid, s.uid, i.transfer_syntax, s.modality, t.patient, i.blob_key, "
    "i.blob_bytes, "
    "i.blob_digest, i.received_at, i.sender, i.number, t.hidden, i.deleted, t.corrected FROM "
    "archive_instance i "
    "JOIN archive_series s ON s.id = i.series "
    "JOIN archive_study t ON t.id = s.study ";
constexpr std::string_view kStudyColumns =
    "SELECT id, uid, patient, date, time, description, accession_number, instance_count FROM archive_study ";

std::string text(const sql::Query& row, int column) {
  return std::string(row.text(column));
}

struct Counted {
  int64_t id = 0, instances = 0, state = 0;
  int64_t hidden = 0;
  PatientId patient = {};  // of a study: whose it is, which a person may have said
};

Result<Counted> counted(sql::Query query) {
  Counted out;
  if (query.next())
    out = {query.integer(0), query.integer(1), query.integer(2), query.integer(3), PatientId(text(query, 4))};
  XL_CHECK(query.status());
  return out;
}

// What the house adds to a study, a result about it, neither keeps it open nor opens it again.
bool is_own(const Receipt& receipt) {
  return receipt.sender.starts_with("system:inference");
}

Result<Counted> upsert_study(sql::Tx& tx, const Index& index, const PatientId& patient,
                             const Receipt& receipt) {
  return counted(tx.query(
      "INSERT INTO archive_study (uid, patient, date, time, description, accession_number, study_id, "
      "referring_physician, patient_id, patient_issuer, patient_name, patient_birth_date, patient_sex, "
      "modalities, "
      "series_count, instance_count, first_received_at, last_received_at, state) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, 1, ?15, ?15, 0) "
      "ON CONFLICT (uid) DO UPDATE SET instance_count = instance_count + 1, "
      "last_received_at = iif(?16, last_received_at, ?15) "
      "RETURNING id, instance_count, state, hidden, patient",
      index.study.str(), patient.str(), index.study_date, index.study_time, index.study_description,
      index.accession_number, index.study_id, index.referring_physician, index.patient.id,
      index.patient.issuer, index.patient.name, index.patient.birth_date, index.patient.sex, index.modality,
      receipt.at, is_own(receipt) ? 1 : 0));
}

Result<void> insert_names(sql::Tx& tx, int64_t study, const std::string& name) {
  const NameGroups groups = fold_name(name);
  for (size_t i = 0; i < groups.size(); ++i)
    if (!groups[i].empty())
      XL_CHECK(tx.run("INSERT INTO archive_name (value, study, grp) VALUES (?1, ?2, ?3)", groups[i], study,
                      static_cast<int64_t>(i)));
  return {};
}

// What the search keeps beside the rows. It goes by what the study says of its patient, which its first
// instance has said.
Result<void> count_patient(sql::Tx& tx, int64_t study, bool new_study, bool new_series) {
  XL_CHECK(tx.run(
      "INSERT INTO archive_patient (patient_id, issuer, head_study, study_count, series_count, "
      "instance_count) SELECT patient_id, patient_issuer, id, 1, 1, 1 FROM archive_study WHERE id = ?1 "
      "AND patient_id <> '' AND hidden = 0 ON CONFLICT (patient_id, issuer) DO UPDATE SET study_count = "
      "study_count + "
      "?2, series_count = series_count + ?3, instance_count = instance_count + 1",
      study, new_study ? 1 : 0, new_series ? 1 : 0));
  return {};
}

Result<Counted> upsert_series(sql::Tx& tx, const Index& index, int64_t study) {
  XL_TRY(const Counted series,
         counted(tx.query(
             "INSERT INTO archive_series (study, uid, modality, description, number, body_part, protocol, "
             "station, date, time, instance_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1) "
             "ON CONFLICT (uid) DO UPDATE SET instance_count = instance_count + 1 "
             "WHERE study = ?1 RETURNING id, instance_count, 0, 0, ''",
             study, index.series.str(), index.modality, index.series_description, index.series_number,
             index.body_part, index.protocol, index.station, index.series_date, index.series_time)));
  if (series.id == 0) return Error(kUidMismatch, "the series is known as part of another study");
  if (series.instances > 1) return series;
  XL_CHECK(
      tx.run("UPDATE archive_study SET series_count = series_count + 1, modalities = CASE "
             "WHEN instr('\\' || modalities || '\\', '\\' || ?2 || '\\') > 0 THEN modalities "
             "ELSE modalities || '\\' || ?2 END WHERE id = ?1",
             study, index.modality));
  XL_CHECK(
      tx.run("INSERT OR IGNORE INTO archive_study_modality (modality, date, study) "
             "SELECT ?2, date, id FROM archive_study WHERE id = ?1",
             study, index.modality));
  return series;
}

InstanceInfo instance_from(const sql::Query& row) {
  InstanceInfo out;
  out.sop_instance = SopInstanceUid(text(row, 0));
  out.sop_class = SopClassUid(text(row, 1));
  out.study = StudyUid(text(row, 2));
  out.series = SeriesUid(text(row, 3));
  out.transfer_syntax = TransferSyntaxUid(text(row, 4));
  out.modality = text(row, 5);
  out.patient = PatientId(text(row, 6));
  out.blob.key = text(row, 7);
  out.blob.size_bytes = static_cast<uint64_t>(row.integer(8));
  const auto digest = row.blob(9);
  std::copy_n(digest.begin(), std::min(digest.size(), out.blob.digest.size()), out.blob.digest.begin());
  out.received_at = row.instant(10);
  out.sender = text(row, 11);
  out.number = text(row, 12);
  out.deleted = row.integer(14) != 0;
  out.rejected = out.deleted || row.integer(13) != 0;
  out.corrected = row.integer(15);
  return out;
}

Result<StudyInfo> study_from(sql::Session& session, const sql::Query& row) {
  StudyInfo out;
  out.uid = StudyUid(text(row, 1));
  out.patient = PatientId(text(row, 2));
  out.date = text(row, 3);
  out.time = text(row, 4);
  out.description = text(row, 5);
  out.accession_number = text(row, 6);
  out.instances = row.integer(7);
  auto series = session.query(
      "SELECT uid, modality, description, number, instance_count FROM archive_series WHERE study = ?1 "
      "AND instance_count > 0 ORDER BY id",
      row.integer(0));
  while (series.next())
    out.series.push_back(
        {SeriesUid(text(series, 0)), text(series, 1), text(series, 2), text(series, 3), series.integer(4)});
  XL_CHECK(series.status());
  return out;
}

}  // namespace

std::optional<Instant> instant_or_none(const sql::Query& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.instant(column));
}

Result<Inserted> insert_instance(sql::Tx& tx, const Index& index, const PatientId& patient,
                                 const Receipt& receipt) {
  XL_TRY(const Counted study, upsert_study(tx, index, patient, receipt));
  if (study.hidden >= 2) return Error(kDeleted, "the study was deleted");
  XL_TRY(const Counted series, upsert_series(tx, index, study.id));
  if (study.instances == 1) XL_CHECK(insert_names(tx, study.id, index.patient.name));
  XL_CHECK(count_patient(tx, study.id, study.instances == 1, series.instances == 1));
  XL_CHECK(
      tx.run("INSERT INTO archive_instance (series, uid, sop_class, transfer_syntax, patient, number, rows, "
             "columns, "
             "bits_allocated, frames, text_inexact, blob_key, blob_bytes, blob_digest, received_at, sender, "
             "called_ae, audit_leaf) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
             series.id, index.sop_instance.str(), index.sop_class.str(), index.transfer_syntax.str(),
             study.patient.str(), index.instance_number, index.rows, index.columns, index.bits_allocated,
             index.frames, index.text_inexact ? 1 : 0, receipt.blob.key,
             static_cast<int64_t>(receipt.blob.size_bytes), std::span<const uint8_t>(receipt.blob.digest),
             receipt.at, receipt.sender, receipt.called_ae, receipt.audit_leaf));
  XL_CHECK(insert_attributes(tx, tx.last_insert_id(), series.id, index.attributes_json));
  XL_CHECK(
      tx.run("UPDATE archive_figures SET studies = studies + ?1, instances = instances + 1, "
             "stored_bytes = stored_bytes + ?2",
             study.instances == 1 ? 1 : 0, static_cast<int64_t>(receipt.blob.size_bytes)));
  // A study that was complete is open again.
  if (study.state != 1 || is_own(receipt)) return Inserted{study.patient};
  XL_CHECK(tx.run("UPDATE archive_study SET state = 2 WHERE id = ?1", study.id));
  return Inserted{study.patient, true, study.instances};
}

Result<void> write_names(sql::Tx& tx, int64_t study, const std::string& before, const std::string& after) {
  const NameGroups groups = fold_name(before);
  for (size_t i = 0; i < groups.size(); ++i)
    XL_CHECK(tx.run("DELETE FROM archive_name WHERE value = ?1 AND study = ?2 AND grp = ?3", groups[i], study,
                    static_cast<int64_t>(i)));
  return insert_names(tx, study, after);
}

Result<void> recount_patient(sql::Tx& tx, const std::string& patient_id, const std::string& issuer) {
  XL_CHECK(tx.run("DELETE FROM archive_patient WHERE patient_id = ?1 AND issuer = ?2", patient_id, issuer));
  XL_CHECK(tx.run(
      "INSERT INTO archive_patient (patient_id, issuer, head_study, study_count, series_count, "
      "instance_count) SELECT patient_id, patient_issuer, min(id), count(*), sum(series_count), "
      "sum(instance_count) FROM archive_study WHERE patient_id = ?1 AND patient_issuer = ?2 AND hidden = 0 "
      "AND patient_id <> '' GROUP BY patient_id, patient_issuer",
      patient_id, issuer));
  return {};
}

Result<Recount> recount_study(sql::Tx& tx, int64_t study) {
  Recount out;
  int64_t before = 0, after = 0;
  const auto read = [&](int64_t& instances) -> Result<void> {
    auto row =
        tx.query("SELECT instance_count, patient_id, patient_issuer FROM archive_study WHERE id = ?1", study);
    if (!row.next()) return Error(kNoInstance);
    instances = row.integer(0);
    out.patient_id = text(row, 1);
    out.issuer = text(row, 2);
    return {};
  };
  XL_CHECK(read(before));
  XL_CHECK(
      tx.run("UPDATE archive_series SET instance_count = (SELECT count(*) FROM archive_instance i WHERE "
             "i.series = archive_series.id AND i.deleted = 0) WHERE study = ?1",
             study));
  XL_CHECK(tx.run(
      "UPDATE archive_study SET "
      "series_count = (SELECT count(*) FROM archive_series WHERE study = ?1 AND instance_count > 0), "
      "instance_count = (SELECT coalesce(sum(instance_count), 0) FROM archive_series WHERE study = ?1), "
      "modalities = coalesce((SELECT group_concat(modality, '\\') FROM (SELECT modality FROM archive_series "
      "WHERE study = ?1 AND instance_count > 0 GROUP BY modality ORDER BY min(id))), '') WHERE id = ?1",
      study));
  XL_CHECK(
      tx.run("UPDATE archive_study SET hidden = (hidden & ~2) | iif(instance_count = 0, 2, 0) WHERE id = ?1",
             study));
  XL_CHECK(
      tx.run("DELETE FROM archive_study_modality WHERE (modality, date, study) IN (SELECT s.modality, "
             "t.date, t.id FROM archive_series s JOIN archive_study t ON t.id = s.study WHERE t.id = ?1)",
             study));
  XL_CHECK(tx.run(
      "INSERT OR IGNORE INTO archive_study_modality (modality, date, study) SELECT s.modality, t.date, "
      "t.id FROM archive_series s JOIN archive_study t ON t.id = s.study WHERE t.id = ?1 AND "
      "s.instance_count > 0",
      study));
  XL_CHECK(read(after));
  out.studies = (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
  return out;
}

Result<void> forget_study(sql::Tx& tx, int64_t study) {
  std::string name;
  {
    auto row = tx.query("SELECT patient_name FROM archive_study WHERE id = ?1", study);
    if (row.next()) name = text(row, 0);
    XL_CHECK(row.status());
  }
  XL_TRY(const int64_t whole,
         tx.run("UPDATE archive_study SET hidden = hidden | 4, time = '', description = '', "
                "accession_number = '', study_id = '', referring_physician = '', patient_id = '', "
                "patient_issuer = '', patient_name = '', patient_birth_date = '', patient_sex = '' "
                "WHERE id = ?1 AND hidden & 2 <> 0 AND NOT EXISTS (SELECT 1 FROM archive_instance i JOIN "
                "archive_series s ON s.id = i.series WHERE s.study = ?1 AND i.blob_key <> '')",
                study));
  if (whole == 0) return {};
  for (const std::string& group : fold_name(name))
    XL_CHECK(tx.run("DELETE FROM archive_name WHERE value = ?1 AND study = ?2", group, study));
  XL_CHECK(tx.run("UPDATE archive_series SET description = '', protocol = '', station = '' WHERE study = ?1",
                  study));
  XL_CHECK(
      tx.run("UPDATE archive_correction SET changes = '[]' WHERE study = (SELECT uid FROM archive_study "
             "WHERE id = ?1)",
             study));
  XL_CHECK(tx.run("DELETE FROM archive_evidence WHERE study = (SELECT uid FROM archive_study WHERE id = ?1)",
                  study));
  return {};
}

Result<std::optional<InstanceInfo>> find_instance(sql::Session& session, const SopInstanceUid& uid) {
  auto row = session.query(std::string(kInstanceColumns) + "WHERE i.uid = ?1", uid.str());
  if (row.next()) return std::optional(instance_from(row));
  XL_CHECK(row.status());
  return std::optional<InstanceInfo>();
}

Result<std::vector<InstanceInfo>> instances_of(sql::Session& session, const SeriesUid& series) {
  std::vector<InstanceInfo> out;
  auto row = session.query(std::string(kInstanceColumns) +
                               "WHERE s.uid = ?1 AND i.deleted = 0 ORDER BY CAST(i.number AS INTEGER), i.id",
                           series.str());
  while (row.next()) out.push_back(instance_from(row));
  XL_CHECK(row.status());
  return out;
}

Result<std::vector<InstanceInfo>> instances_in(sql::Session& session, const StudyUid& study,
                                               const SeriesUid& series, const SopInstanceUid& instance) {
  std::vector<InstanceInfo> out;
  if (!instance.empty()) {
    XL_TRY(auto found, find_instance(session, instance));
    const bool fits = found && found->study == study && (series.empty() || found->series == series);
    if (fits) out.push_back(std::move(*found));
    return out;
  }
  if (!series.empty()) {
    XL_TRY(out, instances_of(session, series));
    if (!out.empty() && out.front().study != study) out.clear();
    return out;
  }
  auto row = session.query(std::string(kInstanceColumns) +
                               "WHERE t.uid = ?1 AND i.deleted = 0 "
                               "ORDER BY s.id, CAST(i.number AS INTEGER), i.id",
                           study.str());
  while (row.next()) out.push_back(instance_from(row));
  XL_CHECK(row.status());
  return out;
}

Result<std::vector<StudyInfo>> studies_of(sql::Session& session, const PatientId& patient) {
  std::vector<StudyInfo> out;
  auto row = session.query(
      std::string(kStudyColumns) + "WHERE patient = ?1 AND hidden = 0 ORDER BY date DESC, id DESC",
      patient.str());
  while (row.next()) {
    XL_TRY(StudyInfo study, study_from(session, row));
    out.push_back(std::move(study));
  }
  XL_CHECK(row.status());
  return out;
}

Result<std::optional<StudyInfo>> find_study(sql::Session& session, const StudyUid& uid) {
  auto row = session.query(std::string(kStudyColumns) + "WHERE uid = ?1", uid.str());
  if (row.next()) {
    XL_TRY(StudyInfo study, study_from(session, row));
    return std::optional(std::move(study));
  }
  XL_CHECK(row.status());
  return std::optional<StudyInfo>();
}

}  // namespace xinglin::archive
