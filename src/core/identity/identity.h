// Identity: which patient an identifier means. An identifier is (system, value); system comes from the
// assigning authority (HL7 CX-4, DICOM IssuerOfPatientID), so equal numbers of two issuers never meet.
// resolve() finds or creates the Patient; merge() (HL7 A40) moves one patient's identifiers and records under
// another and can be undone; what may be one person or two waits in conflicts() until a person decides. All
// in the caller's transaction. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/strong_id.h"
#include "core/record/record.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::identity {

inline constexpr ErrorCode kNoIdentifier{"identity.no-identifier", ErrorKind::Invalid,
                                         "a patient cannot be found or made without an identifier"};
inline constexpr ErrorCode kConflict{"identity.conflict", ErrorKind::Conflict,
                                     "the identifiers belong to different patients"};
inline constexpr ErrorCode kMergeSelf{"identity.merge-self", ErrorKind::Invalid,
                                      "a patient cannot be merged with itself"};
inline constexpr ErrorCode kNoMerge{"identity.no-merge", ErrorKind::NotFound,
                                    "no merge that can be undone has this id"};

inline constexpr ErrorCode kNoConflict{"identity.no-conflict", ErrorKind::NotFound,
                                       "no conflict of patients has this id"};
inline constexpr ErrorCode kDecided{"identity.decided", ErrorKind::Conflict,
                                    "the conflict is not in the state that this decision needs"};
inline constexpr ErrorCode kNoReason{"identity.no-reason", ErrorKind::Invalid,
                                     "a decision about patients needs a reason"};

struct Identifier {
  std::string system;  // URI: "urn:oid:..." or "urn:xinglin:issuer:<authority>" ; "urn:xinglin:issuer:" when
                       // none is given
  std::string value;
  bool operator==(const Identifier&) const = default;
};
// The system of an identifier that stands in for a patient number that images lack: its value is a study UID,
// not a number of the patient, and must not be shown as one.
inline constexpr std::string_view kPatientOfStudy = "urn:xinglin:patient-of-study";
// The one place that turns an assigning authority (namespace id, OID or "") into a system URI.
std::string system_of_authority(std::string_view namespace_id, std::string_view universal_id = {},
                                std::string_view universal_id_type = {});
// And back: the namespace id, or the OID or URI by itself.
std::string authority_of_system(std::string_view system);

struct Resolved {
  PatientId patient;
  bool created = false;
};
struct MergeRow {
  int64_t id = 0;
  PatientId survivor, merged;
  Instant at;
  std::string who;
  bool undone = false;
};

// Two patients under one number, who may be one person: the number came with clearly different demographics,
// or from another issuer (then the systems of the two identifiers differ).
struct Conflict {
  int64_t id = 0;
  Identifier known_as, identifier;  // as `known` has the number, and as `other` came with it
  PatientId known, other;
  std::string differs;  // of "birth_date", "gender", "name", parted by spaces; "" when nothing does
  Instant at;
  std::string sender;
  std::string decision;  // "" open, "same", "different"
  std::optional<Instant> decided_at;
  std::string decided_by, why;
};
enum class Decision { Same, Different, Open };

// What a merge moved of one tracked table.
struct MovedRows {
  PatientId survivor;
  std::vector<std::string> keys;
  bool undone = false;
};

class Identity {
public:
  Identity(record::Record& record, const Clock& clock, trust::AuditLog& audit, journal::Journal& journal);
  ~Identity();

  // Rows of other rooms that name a patient and must follow a merge and its undoing. Called before anything
  // is merged.
  struct PatientColumn {
    std::string table, key, column;  // names in the database, constants of the caller
  };
  void track(PatientColumn column);

  // Follows merges: the id of the surviving patient. With demographics (a FHIR Patient): whom resolve() would
  // take for the one they mean.
  // Correct is Update by who says that the data of this very person changed (HL7 A08, A31).
  enum class Demographics { Keep, Update, Correct };
  Result<std::optional<PatientId>> find(sql::Session& session, const std::vector<Identifier>& identifiers,
                                        const json::object& patient = {},
                                        Demographics demographics = Demographics::Keep);
  // `patient` is a FHIR Patient, created when no identifier is known (under its `id` if it has one, else a
  // new one). When known, new identifiers are linked, and with Update and Correct the elements present in
  // `patient` replace those of the stored resource; an element that is JSON null is removed. Demographics
  // equal to the last ones seen make no new version. kConflict: nothing was changed. Demographics that are
  // clearly those of another person than the known one (README) are never taken over: they are filed under a
  // patient of their own, and a conflict waits for a person, unless they Correct; so it does when the number
  // is known of another issuer. Journal event "identity.conflict-found".
  Result<Resolved> resolve(sql::Tx& tx, const trust::Access& access,
                           const std::vector<Identifier>& identifiers, json::object patient,
                           Demographics demographics);
  Result<std::vector<Conflict>> conflicts(
      sql::Session& session, const trust::Access& access, bool open_only,
      int64_t limit);  // newest first; ReadClinical, or ReadSystem: then without the numbers
  Result<int64_t> open_conflicts(sql::Session& session);  // how many, no patient data
  // Same merges the two, Different leaves them apart for good, Open takes the decision back (and undoes the
  // merge). What comes later with the same demographics follows the decision. Journal event
  // "identity.conflict-decided". Access needs WriteClinical.
  Result<void> decide(sql::Tx& tx, const trust::Access& access, int64_t id, Decision decision,
                      const std::string& why);
  // The merged Patient becomes inactive with link replaced-by; resources of its compartment are re-pointed in
  // place as new versions; the survivor gains the identifiers. Journal event "identity.merged". kConflict
  // when either has been merged into another patient already. Access needs Ingest or OperateSystem.
  Result<int64_t> merge(sql::Tx& tx, const trust::Access& access, const PatientId& survivor,
                        const PatientId& merged);
  // Moves back exactly what the merge moved; what came for the survivor since stays there. kConflict while
  // the survivor itself is merged into another: undo that first. Journal event "identity.merge-undone".
  // Access needs OperateSystem.
  Result<void> undo_merge(sql::Tx& tx, const trust::Access& access, int64_t merge_id);
  // For rooms that follow a merge; kNoMerge.
  Result<MovedRows> moved(sql::Session& session, int64_t merge_id, std::string_view table);
  Result<std::vector<MergeRow>> merges(sql::Session& session, const trust::Access& access, int64_t limit);

private:
  friend class Matches;  // merges whom a person has said to be the same
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::identity
