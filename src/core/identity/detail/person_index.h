// The rows of people: kept beside the patients, asked for candidates. Private to core/identity.
#pragma once

#include <string>
#include <vector>

#include "core/identity/identity.h"
#include "core/matching/model.h"
#include "core/matching/traits.h"

namespace xinglin::identity::detail {

inline constexpr int64_t kPerKey = 500;        // a key that more people have is passed over
inline constexpr size_t kCandidatesMax = 400;  // who share most of the rarest keys

Result<void> put_person(sql::Tx& tx, const PatientId& patient, const matching::Traits& traits);
Result<void> drop_person(sql::Tx& tx, const PatientId& patient);
Result<std::optional<matching::Traits>> person(sql::Session& session, const PatientId& patient);
Result<int64_t> people(sql::Session& session);

struct Candidates {
  std::vector<int64_t> people;
  size_t keys_passed_over = 0;
};
Result<Candidates> candidates(sql::Session& session, const matching::Traits& traits);
struct Person {
  PatientId patient;
  matching::Traits traits;
};
Result<std::optional<Person>> person(sql::Session& session, int64_t number);
Result<std::vector<matching::NameShares>> shares(sql::Session& session, const matching::Model& model,
                                                 const matching::Traits& traits, int64_t people);

}  // namespace xinglin::identity::detail
