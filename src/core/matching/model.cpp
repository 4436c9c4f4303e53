#include "core/matching/model.h"

#include <algorithm>
#include <cmath>

namespace xinglin::matching {
namespace {

constexpr double kLeast = 1e-7;       // no m and no u is taken to be rarer
constexpr double kRarest = 1.0 / 20;  // a rare name says at most this much more than an average one
constexpr double kTwins = 0.01;       // of two of one household
constexpr double kNamesakes = 0.005;  // children called after their parents
constexpr double kDoubt = 1000;       // so many average people are added before a share is believed

// What a level says: for one person, and for one household.
struct Bits {
  double same = 0, household = 0;
};

Bits bits_of(const Model& model, const Comparison& c, size_t f, const NameShares* shares) {
  const auto field = static_cast<Field>(f);
  const uint8_t level = c.level[f];
  if (level == kMissing) return {};
  const FieldModel& of = model.fields[f];
  double u = std::max(of.u[level], kLeast);
  if (shares != nullptr && level == kExact && (field == Field::Family || field == Field::Given)) {
    const double share = field == Field::Family ? shares->family : shares->given;
    if (share > 0) u = std::max(share, u * kRarest);
  }
  const double base = std::log2(std::max(u, kLeast));
  Bits out{std::log2(std::max(of.m[level], kLeast)) - base, 0};
  const double household = is_shared_at_home(field) ? of.h[level] : model.at_home(field, level);
  out.household = std::log2(std::max(household, kLeast)) - base;
  return out;
}

Bits sum_of(const Model& model, const Comparison& c, const NameShares* shares) {
  Bits out;
  for (size_t f = 0; f < kFields; ++f) {
    const Bits bits = bits_of(model, c, f, shares);
    out.same += bits.same;
    out.household += bits.household;
  }
  return out;
}

// Two of one household are another way to explain what agrees: it takes off so many bits.
double household_bits(const Bits& bits, const Prior& prior) {
  return -std::log2(1 + prior.household * std::exp2(std::min(bits.household, 200.0)));
}

double calibrated(const Model& model, double bits, const Prior& prior) {
  const double p = std::clamp(prior.same, 1e-12, 0.999);
  const double odds = bits + std::log2(p / (1 - p));
  return 1 / (1 + std::exp2(-(model.slope * odds + model.intercept)));
}

const NameShares* shares_of(const Comparison& c, const std::vector<NameShares>& shares) {
  return c.name >= 0 && static_cast<size_t>(c.name) < shares.size() ? &shares[static_cast<size_t>(c.name)]
                                                                    : nullptr;
}

bool read_levels(const json::object& from, std::string_view key, std::array<double, kLevels>& out) {
  const json::array* list = json::find_array(from, key);
  if (list == nullptr || list->size() > kLevels) return false;
  for (size_t i = 0; i < list->size(); ++i) {
    if (!(*list)[i].is_number()) return false;
    out[i] = (*list)[i].to_number<double>();
    if (!(out[i] >= 0 && out[i] <= 1)) return false;
  }
  return true;
}

}  // namespace

double Model::weight(Field field, uint8_t level) const {
  if (level == kMissing || level >= kLevels) return 0;
  const FieldModel& f = of(field);
  return std::log2(std::max(f.m[level], kLeast) / std::max(f.u[level], kLeast));
}

double share_of(const Model& model, Field field, int64_t count, int64_t people) {
  const double average = model.of(field).u[kExact];
  return (static_cast<double>(count) + kDoubt * average) / (static_cast<double>(people) + kDoubt);
}

bool is_shared_at_home(Field field) {
  return field == Field::Family || field == Field::Contact || field == Field::Street || field == Field::Place;
}

double Model::at_home(Field field, uint8_t level) const {
  const FieldModel& f = of(field);
  if (is_shared_at_home(field)) return f.h[level];
  const double alike = field == Field::BirthDate ? kTwins : field == Field::Given ? kNamesakes : 0;
  return (1 - alike) * f.u[level] + alike * f.m[level];
}

Prior prior_of(const Model& model, double people) {
  const double n = std::max(people, 1.0);
  return {std::min(0.5, model.others_per_record / n), std::min(0.5, model.housemates_per_record / n)};
}

double probability(const Model& model, const Comparison& comparison, const std::vector<NameShares>& shares,
                   const Prior& prior) {
  const Bits bits = sum_of(model, comparison, shares_of(comparison, shares));
  return calibrated(model, bits.same + household_bits(bits, prior), prior);
}

Judgement judge(const Model& model, const Comparison& comparison, const std::vector<NameShares>& shares,
                const Prior& prior) {
  const NameShares* names = shares_of(comparison, shares);
  Judgement out;
  for (size_t f = 0; f < kFields; ++f)
    if (comparison.level[f] != kMissing)
      out.evidence.push_back(
          {static_cast<Field>(f), comparison.level[f], bits_of(model, comparison, f, names).same});
  const Bits bits = sum_of(model, comparison, names);
  out.household = household_bits(bits, prior);
  out.bits = bits.same + out.household;
  std::ranges::stable_sort(
      out.evidence, [](const Evidence& a, const Evidence& b) { return std::abs(a.bits) > std::abs(b.bits); });
  out.probability = calibrated(model, out.bits, prior);
  return out;
}

json::object to_json(const Model& model) {
  json::object fields;
  for (size_t f = 0; f < kFields; ++f) {
    const auto field = static_cast<Field>(f);
    json::array m, u, h;
    for (size_t level = 0; level < levels_of(field); ++level) {
      m.push_back(model.fields[f].m[level]);
      u.push_back(model.fields[f].u[level]);
      h.push_back(model.fields[f].h[level]);
    }
    json::object written{{"m", std::move(m)}, {"u", std::move(u)}};
    if (is_shared_at_home(field)) written["h"] = std::move(h);
    fields[name_of(field)] = std::move(written);
  }
  return {{"fields", std::move(fields)},
          {"others_per_record", model.others_per_record},
          {"housemates_per_record", model.housemates_per_record},
          {"slope", model.slope},
          {"intercept", model.intercept},
          {"learned_on", model.learned_on}};
}

Result<Model> model_from_json(const json::object& text) {
  Model out = default_model();
  const json::object* fields = json::find_object(text, "fields");
  if (fields == nullptr) return Error(kNoModel, "there is no member 'fields'");
  for (size_t f = 0; f < kFields; ++f) {
    const std::string_view name = name_of(static_cast<Field>(f));
    const json::object* field = json::find_object(*fields, name);
    if (field == nullptr) continue;
    FieldModel& into = out.fields[f];
    if (!read_levels(*field, "m", into.m) || !read_levels(*field, "u", into.u) ||
        (is_shared_at_home(static_cast<Field>(f)) && !read_levels(*field, "h", into.h)))
      return Error(kNoModel, "fields." + std::string(name) + " is not made of shares");
  }
  out.others_per_record = json::find_number(text, "others_per_record").value_or(out.others_per_record);
  out.housemates_per_record =
      json::find_number(text, "housemates_per_record").value_or(out.housemates_per_record);
  out.slope = json::find_number(text, "slope").value_or(out.slope);
  out.intercept = json::find_number(text, "intercept").value_or(out.intercept);
  if (!(out.others_per_record >= 0 && out.housemates_per_record >= 0 && out.slope > 0))
    return Error(kNoModel, "a number is out of range");
  out.learned_on = json::find_string(text, "learned_on").value_or("");
  return out;
}

}  // namespace xinglin::matching
