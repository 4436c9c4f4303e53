#include "core/matching/learn.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_set>

#include "base/random.h"

namespace xinglin::matching {
namespace {

constexpr int kRoundsMax = 60;
constexpr size_t kSampleMax = 400'000;   // pairs of any two people
constexpr size_t kLearnedFrom = 50'000;  // people whose candidates are compared
constexpr double kBelief = 20;           // matches' worth of belief in the first model's m
constexpr double kCalm = 1e-6;
constexpr double kRarest = 1e-9;

using Levels = std::array<uint8_t, kFields>;
using Patterns = std::map<Levels, double>;
using Counts = std::array<std::array<double, kLevels>, kFields>;

struct Pairs {
  Patterns candidates;
  Counts others{};  // levels of pairs that share no key, scaled to all of them
  double all = 0, candidate_count = 0;
};

Pairs pairs_of(const Crowd& crowd, uint64_t seed) {
  Pairs out;
  SeededRandom random(seed);
  const auto people = static_cast<double>(crowd.size());
  const size_t step = std::max<size_t>(1, crowd.size() / kLearnedFrom);
  std::unordered_set<uint64_t> met;
  for (uint32_t b = 0; b < crowd.size(); b += static_cast<uint32_t>(step)) {
    for (const uint32_t a : crowd.candidates(crowd.at(b), b)) {
      out.candidates[compare(crowd.at(b), crowd.at(a)).level] += static_cast<double>(step);
      if (step == 1) met.insert((static_cast<uint64_t>(a) << 32) | b);
      out.candidate_count += static_cast<double>(step);
    }
  }
  out.all = people * (people - 1) / 2;
  double sampled = 0;
  for (size_t i = 0; i < kSampleMax && crowd.size() > 1; ++i) {
    auto a = static_cast<uint32_t>(random.below(crowd.size())),
         b = static_cast<uint32_t>(random.below(crowd.size()));
    if (a == b) continue;
    if (a > b) std::swap(a, b);
    if (met.contains((static_cast<uint64_t>(a) << 32) | b)) continue;
    const Levels levels = compare(crowd.at(b), crowd.at(a)).level;
    for (size_t f = 0; f < kFields; ++f) ++out.others[f][levels[f]];
    ++sampled;
  }
  const double scale = sampled > 0 ? std::max(0.0, out.all - out.candidate_count) / sampled : 0;
  for (auto& field : out.others)
    for (double& count : field) count *= scale;
  return out;
}

struct Classes {
  double same = 0, household = 0;  // the rest is any two people
};

Classes posterior(const Model& model, const Levels& levels, const Prior& prior) {
  double same = 0, household = 0;
  for (size_t f = 0; f < kFields; ++f) {
    if (levels[f] == kMissing) continue;
    const auto field = static_cast<Field>(f);
    const double u = std::log2(std::max(model.of(field).u[levels[f]], kRarest));
    same += std::log2(std::max(model.of(field).m[levels[f]], kRarest)) - u;
    household += std::log2(std::max(model.at_home(field, levels[f]), kRarest)) - u;
  }
  const double s = prior.same * std::exp2(std::min(same, 300.0));
  const double h = prior.household * std::exp2(std::min(household, 300.0));
  const double all = s + h + 1 - prior.same - prior.household;
  return {s / all, h / all};
}

using Levelled = std::array<double, kLevels>;

// New shares from what was counted, and some belief in what was thought before.
void settle(Levelled& shares, const Levelled& first, double belief, const Levelled& counted) {
  double all = belief;
  for (size_t l = 1; l < kLevels; ++l) all += counted[l];
  for (size_t l = 1; l < kLevels; ++l) shares[l] = (counted[l] + belief * first[l]) / all;
}

bool is_said(const Levelled& counted) {
  return std::accumulate(counted.begin() + 1, counted.end(), 0.0) >= 1;
}

struct Round {
  Counts same{}, household{}, apart{};
  double matches = 0, housemates = 0;
};

Round expect(const Model& model, const Pairs& pairs, const Prior& prior) {
  Round out;
  out.apart = pairs.others;
  for (const auto& [levels, count] : pairs.candidates) {
    const Classes p = posterior(model, levels, prior);
    out.matches += p.same * count;
    out.housemates += p.household * count;
    for (size_t f = 0; f < kFields; ++f) {
      out.same[f][levels[f]] += p.same * count;
      out.household[f][levels[f]] += p.household * count;
      out.apart[f][levels[f]] += (1 - p.same - p.household) * count;
    }
  }
  return out;
}

}  // namespace

Learned learn(const Crowd& crowd, const Model& first, uint64_t seed) {
  Learned out{first};
  const Pairs pairs = pairs_of(crowd, seed);
  out.pairs = static_cast<int64_t>(pairs.candidate_count);
  if (pairs.all < 1) return out;
  const auto people = static_cast<double>(crowd.size());
  Prior prior = prior_of(first, people);
  for (out.rounds = 1; out.rounds <= kRoundsMax; ++out.rounds) {
    const Round round = expect(out.model, pairs, prior);
    for (size_t f = 0; f < kFields; ++f) {
      if (!is_said(round.apart[f])) continue;
      FieldModel& field = out.model.fields[f];
      settle(field.m, first.fields[f].m, kBelief, round.same[f]);
      settle(field.u, first.fields[f].u, 1, round.apart[f]);
      if (is_shared_at_home(static_cast<Field>(f)))
        settle(field.h, first.fields[f].h, kBelief, round.household[f]);
    }
    const Prior next{std::clamp(round.matches / pairs.all, 1e-12, 0.4),
                     std::clamp(round.housemates / pairs.all, 1e-12, 0.4)};
    const double change = std::abs(std::log(next.same / prior.same));
    prior = next;
    out.matches = round.matches;
    if (change < kCalm) break;
  }
  out.model.others_per_record = prior.same * people;
  out.model.housemates_per_record = prior.household * people;
  return out;
}

}  // namespace xinglin::matching
