// Intake of DICOM instances: the one doorway for images, whatever edge or import they come by. store() hands
// the instance to the archive, with the patient found or made in the same transaction; a job per study, after
// a quiet moment, then keeps the FHIR ImagingStudy (id = the Study Instance UID) in step. An ImagingStudy
// that somebody else writes announces how many instances its study is to have (core/archive/life.h). Built by
// main before the journal starts. Thread-safe. FHIR R4 ImagingStudy.
#pragma once

#include "base/result.h"
#include "core/archive/archive.h"
#include "core/identity/identity.h"
#include "core/record/record.h"
#include "core/trust/access.h"
#include "store/journal/journal.h"

namespace xinglin::intake {

// How the archive finds the patient of an instance: by (issuer, patient id), and where there is no patient
// id, by the study alone, so that nobody is taken for somebody else. Also makes the archive's rows follow
// merges: call it once.
archive::PatientResolver patient_resolver(identity::Identity& identity);

class DicomIntake {
public:
  struct Options {
    int64_t quiet_us =
        500 * kMillisecondUs;            // after the last instance of a study, before its resource is written
    int64_t listed_instances_max = 200;  // a larger series is given by its count only
    int default_offset_minutes = 0;      // of study times without (0008,0201)
  };
  // Registers the queues "study-projection" and "study-announcements" and their routes.
  DicomIntake(archive::Archive& archive, record::Record& record, journal::Journal& journal, Options options);
  DicomIntake(archive::Archive& archive, record::Record& record, journal::Journal& journal)
      : DicomIntake(archive, record, journal, Options{}) {}

  // As archive::Archive::store(). Access needs Ingest.
  Result<archive::Outcome> store(const trust::Access& access, const archive::Incoming& incoming);
  // Writes the ImagingStudy of one study now; what the job does.
  Result<void> project(const StudyUid& study);

private:
  Result<void> announce(const std::string& imaging_study);
  archive::Archive& archive_;
  record::Record& record_;
  Options options_;
};

}  // namespace xinglin::intake
