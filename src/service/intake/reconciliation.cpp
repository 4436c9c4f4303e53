#include "service/intake/reconciliation.h"

#include <charconv>

#include "service/intake/detail/dicom_resources.h"

namespace xinglin::intake {

namespace {

constexpr std::string_view kQueue = "reconciliation";
constexpr std::string_view kMerged = "merged ", kUndone = "undone ";

}  // namespace

Reconciliation::Reconciliation(archive::Corrections& corrections, record::Record& record,
                               identity::Identity& identity, journal::Journal& journal)
    : corrections_(corrections), record_(record), identity_(identity) {
  for (const char* column : {"moved_from", "moved_to"})
    identity.track({"archive_correction", "id", column});
  journal.add_queue(std::string(kQueue), {}, [this](const journal::Job& job) { return follow(job); });
  journal.add_route(std::string(kQueue), std::string(kQueue), [](const journal::Event& event) {
    std::vector<journal::NewJob> jobs;
    const bool merged = event.type == "identity.merged";
    if (!merged && event.type != "identity.merge-undone") return jobs;
    const json::value* merge = json::find(event.data, "merge");
    if (merge != nullptr && merge->is_int64())
      jobs.push_back(
          {std::string(merged ? kMerged : kUndone) + std::to_string(merge->get_int64()), {}, 0, 0});
    return jobs;
  });
}

Result<int64_t> Reconciliation::move(const trust::Access& access, const StudyUid& study,
                                     const PatientId& patient, const std::string& why) {
  XL_TRY(const record::Resource found, record_.read_now(access, "Patient", patient.str()));
  XL_TRY(const json::object resource, found.parsed());
  const archive::PatientAttributes attributes = attributes_of(resource);
  if (attributes.id.empty())
    return Error(archive::kBadCorrection, "the patient has no number that images could carry");
  if (!json::find_bool(resource, "active").value_or(true))
    return Error(archive::kBadCorrection, "the patient was merged into another; move the study to that one");
  return corrections_.move(access, study, patient, attributes, why);
}

// The key is "merged 7" or "undone 7"; each may run again.
Result<void> Reconciliation::follow(const journal::Job& job) {
  const trust::Access access = trust::Access::system("reconciliation");
  const bool merged = job.key.starts_with(kMerged);
  const std::string_view number = std::string_view(job.key).substr(kMerged.size());
  int64_t merge = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), merge).ec != std::errc())
    return Error(errors::kCorrupt, "the key of the job names no merge");
  if (!merged) return corrections_.undo_merge(access, merge);
  XL_TRY(const auto moved, record_.store().read([&](sql::Session& session) {
    return identity_.moved(session, merge, "archive_study");
  }));
  if (moved.keys.empty() || moved.undone) return {};
  XL_TRY(const record::Resource found, record_.read_now(access, "Patient", moved.survivor.str()));
  XL_TRY(const json::object resource, found.parsed());
  const archive::PatientAttributes attributes = attributes_of(resource);
  if (attributes.id.empty()) return {};
  for (const std::string& uid : moved.keys)
    XL_CHECK(corrections_.follow_merge(access, StudyUid(uid), merge, attributes));
  return {};
}

}  // namespace xinglin::intake
