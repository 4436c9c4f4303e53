#include "core/archive/studies.h"

#include <algorithm>
#include <charconv>

#include "core/archive/detail/columns.h"
#include "core/archive/detail/match.h"
#include "core/archive/detail/search_keys.h"
#include "core/archive/detail/study_filter.h"

namespace xinglin::archive {

namespace {

using trust::Action;
using trust::Permission;

#define XL_STUDY                                                                                          \
  "SELECT id, uid, patient, date, time, description, accession_number, study_id, referring_physician, "   \
  "patient_id, patient_issuer, patient_name, patient_birth_date, patient_sex, modalities, series_count, " \
  "instance_count, first_received_at, last_received_at, state, hidden FROM archive_study "
constexpr std::string_view kStudy = XL_STUDY "WHERE uid = ?1";
// Few: what is on its way, and what was rejected. ?1: the id that the page before ended with.
constexpr std::string_view kOpen =
    XL_STUDY "INDEXED BY archive_study_open WHERE state <> 1 AND hidden = 0 AND id < ?1 ORDER BY id DESC";
constexpr std::string_view kRejected =
    XL_STUDY "INDEXED BY archive_study_hidden WHERE hidden = 1 AND id < ?1 ORDER BY id DESC";
constexpr std::string_view kDeletedOnes =
    XL_STUDY "INDEXED BY archive_study_deleted WHERE hidden >= 2 AND id < ?1 ORDER BY id DESC";
#undef XL_STUDY
constexpr std::string_view kSeries =
    "SELECT s.uid, modality, description, s.number, body_part, protocol, station, date, time, "
    "instance_count, "
    "coalesce(i.uid, ''), i.rows IS NOT NULL FROM archive_series s LEFT JOIN archive_instance i ON i.id = "
    "(SELECT min(id) FROM archive_instance WHERE series = s.id AND deleted = 0) WHERE study = ?1 ORDER BY "
    "s.id";
constexpr std::string_view kSeriesOfStudy =
    "SELECT s.id, t.patient FROM archive_series s CROSS JOIN archive_study t ON t.id = s.study "
    "WHERE s.uid = ?1 AND t.uid = ?2";
constexpr std::string_view kInstances =
    "SELECT i.id, i.uid, '', i.blob_digest, i.blob_bytes, i.received_at, i.sender, i.called_ae, "
    "i.audit_leaf, i.sop_class, i.transfer_syntax, i.number, i.frames, d.kind, g.at, g.purged_at "
    "FROM archive_instance i "
    "LEFT JOIN archive_damage d ON d.instance = i.id AND d.healed_at IS NULL "
    "LEFT JOIN archive_deletion g ON g.id = i.deleted "
    "WHERE i.series = ?1 AND i.id > ?2 ORDER BY i.id LIMIT ?3";

std::string text(const sql::Query& row, int column) {
  return std::string(row.text(column));
}

struct Found {
  int64_t id = 0;
  StudyRow study;
};

Found found_from(const sql::Query& row) {
  Found out;
  StudyRow& study = out.study;
  out.id = row.integer(0);
  study.uid = StudyUid(text(row, 1));
  study.patient = PatientId(text(row, 2));
  study.date = text(row, 3);
  study.time = text(row, 4);
  study.description = text(row, 5);
  study.accession_number = text(row, 6);
  study.study_id = text(row, 7);
  study.referring_physician = text(row, 8);
  study.attributes = {text(row, 9), text(row, 10), text(row, 11), text(row, 12), text(row, 13), study.uid};
  study.modalities = split_key(row.text(14));
  std::erase(study.modalities, "");
  study.series = row.integer(15);
  study.instances = row.integer(16);
  study.first_received_at = row.instant(17);
  study.last_received_at = row.instant(18);
  study.state = static_cast<StudyState>(row.integer(19));
  study.rejected = (row.integer(20) & 1) != 0;
  study.deleted = (row.integer(20) & 2) != 0;
  study.purged = (row.integer(20) & 4) != 0;
  return out;
}

Result<std::optional<Found>> find_row(sql::Session& session, const std::string& uid) {
  auto row = session.query(kStudy, uid);
  std::optional<Found> out;
  if (row.next()) out = found_from(row);
  XL_CHECK(row.status());
  return out;
}

// The texts of a study that a filter compares, in their columns.
IndexRow index_row(const StudyRow& study) {
  IndexRow out;
  const auto set = [&](dicom::Tag tag, const std::string& value) {
    out.values[*column_of(Level::Study, tag)] = value;
  };
  set(kPatientNameTag, study.attributes.name);
  set(kPatientIdTag, study.attributes.id);
  set(kAccessionTag, study.accession_number);
  set(kStudyDateTag, study.date);
  set({0x0008, 0x1030}, study.description);
  std::string modalities;
  for (const std::string& one : study.modalities) modalities += (modalities.empty() ? "" : "\\") + one;
  set(kModalitiesTag, modalities);
  return out;
}

Result<std::vector<SeriesRow>> series_of(sql::Session& session, int64_t study) {
  std::vector<SeriesRow> out;
  auto row = session.query(kSeries, study);
  while (row.next())
    out.push_back({SeriesUid(text(row, 0)), text(row, 1), text(row, 2), text(row, 3), text(row, 4),
                   text(row, 5), text(row, 6), text(row, 7), text(row, 8), row.integer(9),
                   SopInstanceUid(text(row, 10)), row.integer(11) != 0});
  XL_CHECK(row.status());
  return out;
}

InstanceRow instance_from(const sql::Query& row, const StudyUid& study) {
  InstanceRow out;
  out.receipt.sop_instance = SopInstanceUid(text(row, 1));
  out.receipt.study = study;
  const auto digest = row.blob(3);
  std::copy_n(digest.begin(), std::min(digest.size(), out.receipt.digest.size()), out.receipt.digest.begin());
  out.receipt.size_bytes = static_cast<uint64_t>(row.integer(4));
  out.receipt.received_at = row.instant(5);
  out.receipt.sender = text(row, 6);
  out.receipt.called_ae = text(row, 7);
  out.receipt.audit_leaf = row.integer(8);
  out.sop_class = SopClassUid(text(row, 9));
  out.transfer_syntax = TransferSyntaxUid(text(row, 10));
  out.number = text(row, 11);
  out.frames = row.is_null(12) ? 1 : row.integer(12);
  out.damage = text(row, 13);
  if (!row.is_null(14)) out.receipt.deleted_at = row.instant(14);
  if (!row.is_null(15)) out.receipt.purged_at = row.instant(15);
  return out;
}

// The UID of a row of the search.
std::string uid_of(const json::object& row) {
  const json::object* attribute = json::find_object(row, json_key(kStudyUidTag));
  const json::array* values = attribute == nullptr ? nullptr : json::find_array(*attribute, "Value");
  if (values == nullptr || values->empty() || !values->front().is_string()) return {};
  return std::string(values->front().get_string());
}

}  // namespace

Result<StudyPage> Studies::list(const trust::Access& access, const StudyFilter& filter) {
  XL_TRY(const Query query, query_of(filter));
  if (!filter.state.empty() && filter.state != "complete") return list_by_state(access, filter, query);
  XL_TRY(const Page found, search_.run(access, query));
  StudyPage out;
  out.next = found.next;
  out.short_of_limit = found.short_of_limit;
  XL_TRY(out.rows, store_.read([&](sql::Session& session) -> Result<std::vector<StudyRow>> {
    std::vector<StudyRow> rows;
    rows.reserve(found.rows.size());
    for (const json::object& one : found.rows) {
      XL_TRY(auto row, find_row(session, uid_of(one)));
      const bool fits = row && (filter.state.empty() || row->study.state == StudyState::Complete);
      if (fits) rows.push_back(std::move(row->study));
    }
    return rows;
  }));
  return out;
}

Result<StudyPage> Studies::list_by_state(const trust::Access& access, const StudyFilter& filter,
                                         const Query& query) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(const SearchKeys keys, sort_keys(query, {}));
  int64_t before = INT64_MAX;
  const auto [end, error] =
      std::from_chars(filter.after.data(), filter.after.data() + filter.after.size(), before);
  if (!filter.after.empty() && (error != std::errc() || end != filter.after.data() + filter.after.size()))
    return Error(kBadCursor);
  XL_TRY(StudyPage out, store_.read([&](sql::Session& session) -> Result<StudyPage> {
    StudyPage page;
    auto row = session.query(filter.state == "rejected"  ? kRejected
                             : filter.state == "deleted" ? kDeletedOnes
                                                         : kOpen,
                             before);
    while (row.next()) {
      Found found = found_from(row);
      const bool fits = (filter.state == "rejected" || filter.state == "deleted" ||
                         to_string(found.study.state) == filter.state) &&
                        keys.match(Level::Study, index_row(found.study), query.fuzzy);
      if (!fits) continue;
      page.rows.push_back(std::move(found.study));
      if (static_cast<int64_t>(page.rows.size()) < filter.limit) continue;
      page.next = std::to_string(found.id);
      break;
    }
    XL_CHECK(row.status());
    return page;
  }));
  audit_.record(access, {Action::Search, "Study", "", true,
                         std::to_string(out.rows.size()) + " studies " + filter.state});
  return out;
}

Result<StudyDetail> Studies::study(const trust::Access& access, const StudyUid& uid) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(StudyDetail out, store_.read([&](sql::Session& session) -> Result<StudyDetail> {
    XL_TRY(auto row, find_row(session, uid.str()));
    if (!row) return Error(kNoInstance, "no study has this UID");
    StudyDetail detail{std::move(row->study), {}};
    XL_TRY(detail.series, series_of(session, row->id));
    return detail;
  }));
  audit_.record(access, {Action::Read, "Study/" + uid.str(), out.study.patient.str(), true, "index"});
  return out;
}

Result<InstancePage> Studies::instances(const trust::Access& access, const StudyUid& study,
                                        const SeriesUid& series, int64_t after, int64_t limit) {
  XL_CHECK(access.require(Permission::ReadClinical));
  std::string patient;
  XL_TRY(InstancePage out, store_.read([&](sql::Session& session) -> Result<InstancePage> {
    int64_t id = 0;
    {
      auto row = session.query(kSeriesOfStudy, series.str(), study.str());
      if (!row.next()) {
        XL_CHECK(row.status());
        return Error(kNoInstance, "the study has no series of this UID");
      }
      id = row.integer(0);
      patient = text(row, 1);
    }
    InstancePage page;
    auto row = session.query(kInstances, id, after, limit);
    while (row.next()) {
      page.rows.push_back(instance_from(row, study));
      page.rows.back().receipt.patient = PatientId(patient);
      page.next = row.integer(0);
    }
    XL_CHECK(row.status());
    if (static_cast<int64_t>(page.rows.size()) < limit) page.next = 0;
    return page;
  }));
  audit_.record(access, {Action::Read, "Series/" + series.str(), patient, true, "receipts"});
  return out;
}

}  // namespace xinglin::archive
