// Modality performed procedure steps (PS3.4 F.7, F.8): what a modality says it does and has done. create()
// and change() keep the rules of the service: a step begins IN PROGRESS, what is COMPLETED or DISCONTINUED is
// final. Each step is durable before it is answered, tied to the scheduled steps it names, and told by an
// event ("procedure.performed-started", "-completed", "-discontinued"). The instances that an ended step
// says were made are evidence of what a study is to hold: of_study(). Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "codec/dicom/data_set.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"

namespace xinglin::procedure {

inline constexpr ErrorCode kDuplicateStep{"procedure.duplicate", ErrorKind::Conflict,
                                          "a performed procedure step with this UID is already there"};
inline constexpr ErrorCode kNoStep{"procedure.not-found", ErrorKind::NotFound,
                                   "no performed procedure step has this UID"};
inline constexpr ErrorCode kFinalStep{"procedure.final", ErrorKind::Conflict,
                                      "the performed procedure step may no longer be updated"};
inline constexpr ErrorCode kMissingAttribute{"procedure.missing-attribute", ErrorKind::Invalid,
                                             "an attribute is missing that the step must have"};
inline constexpr ErrorCode kMissingValue{"procedure.missing-value", ErrorKind::Invalid,
                                         "an attribute has no value that must have one"};
inline constexpr ErrorCode kBadValue{"procedure.bad-value", ErrorKind::Invalid,
                                     "an attribute has a value that is not allowed here"};
inline constexpr ErrorCode kBadUid{"procedure.bad-uid", ErrorKind::Invalid,
                                   "the SOP Instance UID is not a UID"};

struct PerformedInstance {
  SopInstanceUid sop_instance;
  SopClassUid sop_class;
  SeriesUid series;
};
struct PerformedStep {
  std::string uid, state, ae_title, modality;
  PatientId patient;  // of the scheduled step; empty when it names none that is known
  std::vector<StudyUid> studies;
  Instant created_at;
  std::optional<Instant> ended_at;
  std::vector<PerformedInstance> instances;  // so far
};
// What the state may be; the words of (0040,0252).
inline constexpr std::string_view kInProgress = "IN PROGRESS", kCompleted = "COMPLETED",
                                  kDiscontinued = "DISCONTINUED";

enum class Changed { All, NotAll };  // NotAll: attributes that may not be changed were left as they are

class Performed {
public:
  static constexpr size_t kInstancesMax = 100'000;  // of one step
  Performed(sql::Store& store, const Clock& clock, Random& random, trust::AuditLog& audit,
            journal::Journal& journal)
      : store_(store), clock_(clock), random_(random), audit_(audit), journal_(journal) {}

  std::string new_uid() const { return new_dicom_uid(random_); }
  // N-CREATE and N-SET. Access needs Ingest.
  Result<void> create(const trust::Access& access, const std::string& ae_title, const std::string& uid,
                      const dicom::DataSet& attributes);
  Result<Changed> change(const trust::Access& access, const std::string& uid,
                         const dicom::DataSet& attributes);
  // N-GET: all that is known of a step. kNoStep. Access needs ReadClinical; audited.
  Result<dicom::DataSet> read(const trust::Access& access, const std::string& uid);
  // Access needs ReadClinical; audited.
  Result<std::vector<PerformedStep>> of_study(const trust::Access& access, const StudyUid& study);
  // Newest first, without instances. Access needs ReadSystem.
  Result<std::vector<PerformedStep>> list(const trust::Access& access, int64_t limit);

private:
  Result<void> write_lists(sql::Tx& tx, int64_t id, const dicom::DataSet& attributes);
  Result<void> tell(sql::Tx& tx, const trust::Access& access, int64_t id, trust::Action action);
  sql::Store& store_;
  const Clock& clock_;
  Random& random_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
};

}  // namespace xinglin::procedure
