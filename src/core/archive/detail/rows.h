// The archive's tables: writing one instance, and reading what was written. Private to core/archive.
#pragma once

#include <optional>
#include <vector>

#include "core/archive/archive.h"
#include "core/archive/detail/index.h"
#include "store/sql/store.h"

namespace xinglin::archive {

std::optional<Instant> instant_or_none(const sql::Query& row, int column);  // NULL: none

struct Receipt {
  blob::BlobRef blob;
  Instant at;
  std::string sender, called_ae;
  int64_t audit_leaf = 0;
};

struct Inserted {
  PatientId patient;      // of the study: a person may have moved it to another than the images name
  bool reopened = false;  // the study was complete before
  int64_t instances = 0;  // of the study; told when it was reopened
};
// Study, series, instance and attributes in the caller's transaction; counts are moved on.
Result<Inserted> insert_instance(sql::Tx& tx, const Index& index, const PatientId& patient,
                                 const Receipt& receipt);
// The name by which a study is found, in place of the one before.
Result<void> write_names(sql::Tx& tx, int64_t study, const std::string& before, const std::string& after);
// What the search keeps of a patient, from those of their studies that are not rejected.
Result<void> recount_patient(sql::Tx& tx, const std::string& patient_id, const std::string& issuer);
// Counts and modalities of a study from those of its instances that are not deleted.
struct Recount {
  std::string patient_id, issuer;
  int64_t studies = 0;  // 1: the study has instances again, -1: it has none left
};
Result<Recount> recount_study(sql::Tx& tx, int64_t study);
// Takes what names a person out of a study of which no file is left.
Result<void> forget_study(sql::Tx& tx, int64_t study);
Result<std::optional<InstanceInfo>> find_instance(sql::Session& session, const SopInstanceUid& uid);
// Without those that are deleted.
Result<std::vector<InstanceInfo>> instances_of(sql::Session& session, const SeriesUid& series);
// Those of a study; of one series of it, or one instance, when these are not empty.
Result<std::vector<InstanceInfo>> instances_in(sql::Session& session, const StudyUid& study,
                                               const SeriesUid& series, const SopInstanceUid& instance);
Result<std::vector<StudyInfo>> studies_of(sql::Session& session, const PatientId& patient);
Result<std::optional<StudyInfo>> find_study(sql::Session& session, const StudyUid& uid);

}  // namespace xinglin::archive
