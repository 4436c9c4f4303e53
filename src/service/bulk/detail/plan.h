// What an export goes through: one walk for each type, each with its searches. Kept as JSON in the job, so
// that an export started by one version of a process is finished by the next.
#pragma once

#include "core/record/record.h"
#include "service/bulk/bulk.h"

namespace xinglin::bulk::detail {

struct Walk {
  std::string type;
  std::vector<std::vector<record::SearchParameter>> alternatives;  // at least one; those before exclude
  // How the patients of the request are found for this type: by a parameter of the search, a few at a time,
  // or by looking at the patient of each resource.
  std::string patient_parameter;
};

struct Plan {
  bool of_patients = false;           // resources of a patient only
  std::vector<std::string> patients;  // empty: of any
  std::optional<Instant> since;
  Instant time;
  std::vector<Walk> walks;
};

struct Position {
  size_t walk = 0, chunk = 0, alternative = 0;
  std::string cursor;
};

inline constexpr size_t kPatientsPerSearch = 50;

size_t chunks_of(const Plan& plan, const Walk& walk);
// The parameters of the search at this place.
std::vector<record::SearchParameter> parameters_at(const Plan& plan, const Position& position,
                                                   size_t alternative);
// To the next alternative, chunk or walk.
void step(const Plan& plan, Position& position);

json::object to_json(const Plan& plan);
Result<Plan> plan_from(const json::object& o);
json::object to_json(const Position& position);
Position position_from(const json::object& o);

}  // namespace xinglin::bulk::detail
