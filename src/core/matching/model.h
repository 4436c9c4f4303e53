// The model of Fellegi and Sunter (1969, "A theory for record linkage"): for each field and level of
// agreement how often it is seen between two records of one person (m) and between two of different people
// (u). The weight of a level is log2(m / u); what two people agree on counts more the rarer it is (Winkler
// 2000, frequency-based matching). Beside the two classes of the paper stands a third, different people of
// one household (h): they share name, telephone and address, which taken one by one would look like one
// person. The weights and the prior make the odds, which are calibrated. Pure, values.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "core/matching/compare.h"

namespace xinglin::matching {

struct FieldModel {
  std::array<double, kLevels> m{}, u{}, h{};  // of those that say; [0] unused
};
// Fields that a household shares have an h of their own; in the others its members are as any two people.
bool is_shared_at_home(Field field);

struct Model {
  std::array<FieldModel, kFields> fields;
  // How many other records of the same person a record has, on average. The prior of two records of N being
  // one person is this by N.
  double others_per_record = 0.1;
  double housemates_per_record = 1;  // the same for records of others of the household
  // log odds (base 2) to calibrated ones: slope * x + intercept.
  double slope = 1, intercept = 0;
  std::string learned_on;  // in words; who looks at a probability may ask

  const FieldModel& of(Field field) const { return fields[static_cast<size_t>(field)]; }
  double weight(Field field, uint8_t level) const;   // bits; 0 when missing
  double at_home(Field field, uint8_t level) const;  // h of any field
};

const Model& default_model();  // learned on invented people, see default_model.cpp
json::object to_json(const Model& model);
Result<Model> model_from_json(const json::object& text);
inline constexpr ErrorCode kNoModel{"matching.no-model", ErrorKind::Invalid,
                                    "the text is not a model of identity"};

// How common the names of a person are, each as a share of all names; places as in Traits::names. A share of
// 0 is unknown: the average of the model is taken.
struct NameShares {
  double family = 0, given = 0;
};
// Of a name that `count` of `people` have, drawn to the average where little is known.
double share_of(const Model& model, Field field, int64_t count, int64_t people);

// Before anything is compared: of two records being of one person, or of two of one household.
struct Prior {
  double same = 0, household = 0;
};
Prior prior_of(const Model& model, double people);

struct Evidence {
  Field field;
  uint8_t level = 0;
  double bits = 0;
};
struct Judgement {
  double bits = 0;                 // what all of it says together
  double household = 0;            // bits taken off because a household explains what agrees; <= 0
  double probability = 0;          // calibrated
  std::vector<Evidence> evidence;  // of the fields that both say, strongest first
};

Judgement judge(const Model& model, const Comparison& comparison, const std::vector<NameShares>& shares,
                const Prior& prior);
double probability(const Model& model, const Comparison& comparison, const std::vector<NameShares>& shares,
                   const Prior& prior);  // of judge(), for less

}  // namespace xinglin::matching
