// Matches: who may be the same person as somebody described. Follows every Patient that the record writes, in
// the same transaction; answers $match (FHIR R4 Patient/$match) with evidence by field and a calibrated
// probability; keeps the queue of probable pairs, which a person decides. Nobody is merged unless a person
// says so, every decision has its history and can be taken back, and who was said to be different is not
// asked about again. Comparison and model are core/matching. Thread-safe; register_jobs() before the journal
// starts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/identity/identity.h"
#include "core/matching/learn.h"

namespace xinglin::identity {

inline constexpr ErrorCode kNothingToMatch{"identity.nothing-to-match", ErrorKind::Invalid,
                                           "the description has no name, birth date, number or telephone"};
inline constexpr ErrorCode kNoPair{"identity.no-pair", ErrorKind::NotFound,
                                   "no pair of patients has this id"};

// HL7 match-grade. Certain: nobody else comes close.
enum class Grade { Possible, Probable, Certain };
inline constexpr double kCertain = 0.99, kProbable = 0.80, kPossible = 0.10;

struct Match {
  PatientId patient;
  std::string text;  // the Patient resource as stored
  matching::Judgement judgement;
  Grade grade = Grade::Possible;
};
struct MatchRequest {
  json::object patient;  // a Patient, as far as it is known
  bool only_certain = false;
  int64_t count = 20;
};
struct MatchAnswer {
  std::vector<Match> matches;   // most probable first
  size_t candidates = 0;        // who were compared
  size_t keys_passed_over = 0;  // that too many people have
};

struct PairEvidence {
  std::string field, level;
  double bits = 0;
};
struct Pair {
  int64_t id = 0;
  PatientId a, b;
  double probability = 0;
  double household = 0;
  std::vector<PairEvidence> evidence;
  Instant at;
  std::string decision;  // "" open, "same", "linked", "different", "later"
  std::optional<Instant> decided_at;
  std::string decided_by, why;
};
struct PairDecision {
  Instant at;
  std::string who, decision, why;
};
enum class PairVerdict { Same, Linked, Different, Later, Open };
enum class PairState { Open, Later, All };

class Matches {
public:
  Matches(record::Record& record, Identity& identity, const Clock& clock, trust::AuditLog& audit,
          journal::Journal& journal);
  ~Matches();

  // The queues "identity-index" (patients from before) and "identity-review" (pairs of whom was written).
  void register_jobs();
  Result<void> index_older();  // queues the first; once for a database

  // ReadClinical; under scopes those that may search all patients. One audit leaf with the number shown.
  Result<MatchAnswer> match(sql::Session& session, const trust::Access& access, const MatchRequest& request);

  // Looks for others like this patient and queues pairs of probability kPossible and more.
  Result<int64_t> review(const PatientId& patient);
  // Most probable first. ReadClinical.
  Result<std::vector<Pair>> pairs(sql::Session& session, const trust::Access& access, PairState state,
                                  int64_t limit);
  Result<std::vector<PairDecision>> history(sql::Session& session, const trust::Access& access, int64_t pair);
  Result<int64_t> open_pairs(sql::Session& session);  // how many, no patient data
  // Same merges the two; Linked keeps both records and links them (Patient.link seealso); Different keeps
  // them apart for good; Later leaves them out of the open ones; Open takes the decision back, and with it
  // the merge or the link. Journal event "identity.pair-decided". WriteClinical.
  Result<void> decide(sql::Tx& tx, const trust::Access& access, int64_t pair, PairVerdict verdict,
                      const std::string& why);

  // Learns from the people of this site and uses the model from then on. OperateSystem.
  Result<matching::Learned> learn(const trust::Access& access);
  std::shared_ptr<const matching::Model> model(sql::Session& session);

  // For filling an index without a record: benches and tests.
  static Result<void> put(sql::Tx& tx, const PatientId& patient, const matching::Traits& traits);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::identity
