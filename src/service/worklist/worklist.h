// What people see: the worklist, the wards, the patient page and the ECG, as documents ready for a page. Read
// models over record, archive and inference; nothing is stored here but a clinician's choice of the SpO2
// scale (an Observation). Banners of patients are cached and refreshed when the journal says that a patient
// changed: who shows pages passes its events to note(), as edge/web does. Every call takes an Access and
// needs ReadClinical; what it shows is recorded in the audit log. Documents have the form of the API
// (/api/openapi.json). Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/archive/archive.h"
#include "core/archive/corrections.h"
#include "core/archive/studies.h"
#include "core/inference/catalog.h"
#include "core/inference/results.h"
#include "core/record/record.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::worklist {

inline constexpr ErrorCode kBadCursor{"worklist.bad-cursor", ErrorKind::Invalid,
                                      "the page cursor is not one of ours"};
inline constexpr ErrorCode kTooMany{"worklist.too-many", ErrorKind::TooLarge,
                                    "the filter finds more than can be shown; narrow it"};

inline constexpr ErrorCode kBadScale{"worklist.bad-scale", ErrorKind::Invalid,
                                     "the SpO2 scale is 1 or 2, and a reason is needed"};

// Empty strings do not restrict.
struct WorklistQuery {
  std::string ward, text, application, priority, flag;
  std::string status = "all";  // unread, open, all, accepted, edited, rejected
  int64_t limit = 50;
  std::string cursor;
};

enum class PatientOrder { News2, Name, Ward };
struct PatientsQuery {
  std::string ward, text;
  PatientOrder order = PatientOrder::News2;
  bool present_only = true;  // with an open encounter
  int64_t limit = 50;
  std::string cursor;
};

class Worklist {
public:
  // What it works with; all must outlive it.
  struct Rooms {
    sql::Store& store;
    record::Record& record;
    archive::Archive& archive;
    archive::Studies& studies;
    archive::StudyLife& life;
    archive::Corrections& corrections;
    inference::Results& results;
    const inference::Catalog& catalog;
    trust::AuditLog& audit;
    const Clock& clock;
  };
  struct Options {
    std::string news2_application = "early-warning";
    size_t banners_max = 20'000;   // cached
    size_t patients_max = 10'000;  // in one filter; more is refused, never cut off silently
  };
  Worklist(Rooms rooms, Options options);
  ~Worklist();
  Worklist(const Worklist&) = delete;

  void note(const journal::Event& event);

  Result<json::object> list(const trust::Access& access, const WorklistQuery& query);
  Result<json::object> wards(const trust::Access& access);
  json::object applications() const;  // no patient data
  Result<json::object> patients(const trust::Access& access, const PatientsQuery& query);

  Result<json::object> patient_ref(const trust::Access& access, const PatientId& patient);
  Result<json::object> patient(const trust::Access& access, const PatientId& patient);
  Result<json::object> vitals(const trust::Access& access, const PatientId& patient, int64_t hours);
  Result<json::object> news2(const trust::Access& access, const PatientId& patient, int64_t hours);
  // Which SpO2 scale NEWS2 uses, who said so and why, with earlier decisions; scale 1 while nobody has
  // decided.
  Result<json::object> spo2_scale(const trust::Access& access, const PatientId& patient);
  // Needs WriteClinical. kBadScale; record::kNoResource when there is no such patient.
  Result<json::object> set_spo2_scale(const trust::Access& access, const PatientId& patient, int64_t scale,
                                      std::string_view reason);
  Result<json::object> labs(const trust::Access& access, const PatientId& patient, int64_t hours);
  Result<json::object> timeline(const trust::Access& access, const PatientId& patient, int64_t limit);
  Result<json::object> studies(const trust::Access& access, const PatientId& patient);
  Result<json::object> tasks(const trust::Access& access, const PatientId& patient);
  Result<json::object> patient_results(const trust::Access& access, const PatientId& patient, int64_t limit);

  Result<json::object> result(const trust::Access& access, const InferenceId& id);
  Result<json::object> ecg(const trust::Access& access, const SopInstanceUid& sop);

  // The whole archive: archive::kBadKey, kBadCursor, kNoInstance.
  Result<json::object> study_list(const trust::Access& access, const archive::StudyFilter& filter);
  Result<json::object> study(const trust::Access& access, const StudyUid& uid);
  Result<json::object> study_instances(const trust::Access& access, const StudyUid& uid,
                                       const SeriesUid& series, const std::string& cursor, int64_t limit);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::worklist
