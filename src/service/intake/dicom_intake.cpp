#include "service/intake/dicom_intake.h"

#include <algorithm>

#include "core/archive/evidence.h"
#include "service/intake/detail/dicom_resources.h"

namespace xinglin::intake {

namespace {

constexpr std::string_view kQueue = "study-projection", kAnnouncements = "study-announcements";

// FHIR R4 ImagingStudy.identifier: the Study Instance UID, as a URN.
std::optional<StudyUid> study_uid_of(const json::object& imaging_study) {
  constexpr std::string_view kOid = "urn:oid:";
  const json::array* identifiers = json::find_array(imaging_study, "identifier");
  for (size_t i = 0; identifiers != nullptr && i < identifiers->size(); ++i) {
    const json::object* one = identifiers->at(i).if_object();
    if (one == nullptr || json::find_string(*one, "system") != "urn:dicom:uid") continue;
    const std::string_view value = json::find_string(*one, "value").value_or("");
    if (value.starts_with(kOid)) return StudyUid(std::string(value.substr(kOid.size())));
  }
  return std::nullopt;
}

// Our own ImagingStudy has the UID of its study for its id, and announces nothing: it counts what is here.
bool is_own(std::string_view imaging_study) {
  return imaging_study.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

archive::PatientResolver patient_resolver(identity::Identity& identity) {
  identity.track({"archive_study", "uid", "patient"});
  return [&identity](sql::Tx& tx, const trust::Access& access,
                     const archive::PatientAttributes& attributes) -> Result<PatientId> {
    // Images never change what is known of a person: that is the business of admissions.
    XL_TRY(const identity::Resolved resolved,
           identity.resolve(tx, access, {identifier_of(attributes)}, patient_from(attributes),
                            identity::Identity::Demographics::Keep));
    return resolved.patient;
  };
}

DicomIntake::DicomIntake(archive::Archive& archive, record::Record& record, journal::Journal& journal,
                         Options options)
    : archive_(archive), record_(record), options_(options) {
  journal.add_queue(std::string(kQueue), {},
                    [this](const journal::Job& job) { return project(StudyUid(job.key)); });
  journal.add_route("study-projection", std::string(kQueue), [this](const journal::Event& event) {
    std::vector<journal::NewJob> jobs;
    constexpr std::string_view kChanges[] = {"archive.instance-stored", "archive.study-corrected",
                                             "archive.study-moved",     "archive.study-correction-undone",
                                             "archive.study-deleted",   "archive.study-recovered",
                                             "archive.study-purged"};
    if (std::find(std::begin(kChanges), std::end(kChanges), event.type) != std::end(kChanges))
      if (const auto study = json::find_string(event.data, "study"))
        jobs.push_back({std::string(*study), {}, options_.quiet_us, 0});
    return jobs;
  });
  journal.add_queue(std::string(kAnnouncements), {},
                    [this](const journal::Job& job) { return announce(job.key); });
  journal.add_route("study-announcements", std::string(kAnnouncements), [](const journal::Event& event) {
    std::vector<journal::NewJob> jobs;
    if (event.type != "record.imaging-study-created" && event.type != "record.imaging-study-updated")
      return jobs;
    std::string id = event.subject.substr(event.subject.find('/') + 1);
    if (!is_own(id)) jobs.push_back({std::move(id), {}, 0, 0});
    return jobs;
  });
}

Result<void> DicomIntake::announce(const std::string& imaging_study) {
  XL_TRY(const auto stored, record_.store().read([&](sql::Session& session) {
    return record_.current(session, "ImagingStudy", imaging_study);
  }));
  if (!stored || stored->deleted) return {};
  XL_TRY(const json::object resource, stored->parsed());
  const auto study = study_uid_of(resource);
  const auto count = static_cast<int64_t>(json::find_number(resource, "numberOfInstances").value_or(0));
  if (!study || count <= 0) return {};
  return record_.store().write([&](sql::Tx& tx) {
    return archive::note_evidence(tx, *study, {archive::EvidenceKind::ExpectedCount, {{"instances", count}}},
                                  stored->last_updated);
  });
}

Result<archive::Outcome> DicomIntake::store(const trust::Access& access, const archive::Incoming& incoming) {
  return archive_.store(access, incoming);
}

Result<void> DicomIntake::project(const StudyUid& uid) {
  const trust::Access access = trust::Access::system("study-projection");
  XL_TRY(const archive::StudyInfo study, archive_.study(access, uid));
  if (study.instances == 0) {
    const auto removed = record_.remove_now(access, "ImagingStudy", uid.str());
    return removed || removed.error().kind() == ErrorKind::NotFound ? Result<void>() : removed;
  }
  InstancesOfSeries instances;
  for (const archive::SeriesInfo& series : study.series) {
    if (series.instances > options_.listed_instances_max) continue;
    XL_TRY(instances[series.uid], archive_.instances(access, series.uid));
  }
  IssueSink issues;
  const auto written =
      record_.update_now(access, imaging_study(study, instances, options_.default_offset_minutes), issues);
  if (written) return {};
  // The dead letter must say what to mend: the record's own message only points to the issues.
  for (const Issue& issue : issues.issues())
    if (issue.severity >= Severity::Error)
      return written.error().with_context(issue.path + ": " + issue.message);
  return written.error();
}

}  // namespace xinglin::intake
