// Learning without labels, and whether a probability means what it says, on invented people whose truth is
// known (people.h).
#include "core/matching/learn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iomanip>
#include <iostream>

#include "core/matching/tests/people.h"

namespace xinglin::matching {
namespace {

struct Town {
  Crowd crowd;
  std::vector<uint32_t> truth;
};

// One in five people has a second record.
std::unique_ptr<Town> town(uint64_t seed, size_t people) {
  auto out = std::make_unique<Town>();
  testing::People source(seed);
  const auto add = [&](const testing::Invented& who) {
    out->crowd.add(testing::traits_of(who));
    out->truth.push_back(who.truth);
  };
  for (size_t i = 0; i < people; ++i) {
    const testing::Invented who = source.next();
    add(who);
    if (source.below(5) == 0) add(source.again(who));
  }
  return out;
}

struct Reliability {
  std::array<double, 10> said{}, was{}, count{};
  double brier = 0, all = 0;
  double error() const {
    double out = 0;
    for (size_t i = 0; i < said.size(); ++i) out += std::abs(said[i] - was[i]);
    return out / all;
  }
};

Reliability reliability(const Town& t, const Model& model) {
  Reliability out;
  for (const Link& link : link(t.crowd, model, 0.001)) {
    const double p = link.judgement.probability, truth = t.truth[link.a] == t.truth[link.b] ? 1 : 0;
    const auto bin = static_cast<size_t>(std::min(9.0, p * 10));
    out.said[bin] += p;
    out.was[bin] += truth;
    ++out.count[bin];
    out.brier += (p - truth) * (p - truth);
    ++out.all;
  }
  out.brier /= std::max(1.0, out.all);
  return out;
}

void print(const char* name, const Reliability& r) {
  std::cout << std::fixed << std::setprecision(4) << name << ": brier " << r.brier << " error " << r.error()
            << " of " << static_cast<int64_t>(r.all) << " pairs;";
  for (size_t i = 0; i < r.said.size(); ++i)
    if (r.count[i] > 0)
      std::cout << ' ' << r.said[i] / r.count[i] << "->" << r.was[i] / r.count[i] << " ("
                << static_cast<int64_t>(r.count[i]) << ')';
  std::cout << '\n';
}

TEST(Learn, FindsOutHowManyAreTheSame) {
  const auto t = town(11, 6000);
  const Learned learned = learn(t->crowd, default_model(), 1);
  double pairs = 0;
  for (size_t i = 1; i < t->truth.size(); ++i) pairs += t->truth[i] == t->truth[i - 1] ? 1 : 0;
  EXPECT_NEAR(learned.matches / pairs, 1, 0.1);
  EXPECT_NEAR(learned.model.of(Field::Sex).m[1], 0.02, 0.03);
  EXPECT_GT(learned.model.housemates_per_record, 1) << "families are not taken for one person";
}

TEST(Learn, ProbabilitiesMeanWhatTheySay) {
  const auto learned_on = town(11, 6000), others = town(12, 6000);
  const Model learned = learn(learned_on->crowd, default_model(), 1).model;
  const Reliability own = reliability(*others, learned), shipped = reliability(*others, default_model());
  print("probabilities of the learned model, people it has not seen", own);
  print("probabilities of the default model, people it has not seen", shipped);
  EXPECT_LT(own.error(), 0.02);
  EXPECT_LT(own.brier, 0.02);
  EXPECT_LT(shipped.error(), 0.03);
}

TEST(Learn, TheDefaultIsWhatInventedPeopleTeach) {
  const auto t = town(2026, 10'000);
  const Model learned = learn(t->crowd, default_model(), 2026).model;
  const auto near = [](double a, double b) { return std::abs(a - b) <= 0.15 * std::max(a, b) + 0.004; };
  bool same = true;
  for (size_t f = 0; f < kFields; ++f)
    for (size_t level = 1; level < kLevels; ++level) {
      const FieldModel &a = learned.fields[f], &b = default_model().fields[f];
      same = same && near(a.m[level], b.m[level]) && near(a.u[level], b.u[level]) &&
             near(a.h[level], b.h[level]);
    }
  EXPECT_TRUE(same) << json::serialize(to_json(learned));
}

TEST(Learn, OfNobodyNothingIsLearned) {
  const Learned learned = learn(Crowd(), default_model(), 1);
  EXPECT_EQ(learned.pairs, 0);
  EXPECT_EQ(learned.model.of(Field::Sex).m, default_model().of(Field::Sex).m);
}

}  // namespace
}  // namespace xinglin::matching
