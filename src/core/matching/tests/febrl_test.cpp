// The labelled sets of FEBRL (invented Australians with slips of the pen), linked without their labels: the
// model is learned on each set by EM, thresholds are those of the house. Records come one after another, each
// looked for among those before it. The labels are used to count only.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "core/matching/learn.h"
#include "core/matching/table.h"

namespace xinglin::matching {
namespace {

constexpr double kSamePerson = 0.5;
using PairSet = std::set<std::pair<uint32_t, uint32_t>>;

std::filesystem::path data(const std::string& file) {
  const char* place = std::getenv("XL_SHARED_DATA");
  return std::filesystem::path(place != nullptr ? place : XL_SOURCE_DIR "/../shared/data") / "identity" /
         file;
}

struct Labelled {
  Crowd crowd;
  PairSet truth;
};

std::unique_ptr<Labelled> read(const std::string& file) {
  std::ifstream in(data(file));
  if (!in) return nullptr;
  std::stringstream text;
  text << in.rdbuf();
  const auto table = read_table(text.str());
  EXPECT_TRUE(table.ok());
  auto out = std::make_unique<Labelled>();
  std::map<std::string, std::vector<uint32_t>> people;
  for (const Row& row : table->rows) {
    const std::string person = row.id.substr(0, row.id.find('-', 4));  // rec-N-org, rec-N-dup-k
    const uint32_t i = out->crowd.add(row.traits);
    for (const uint32_t other : people[person]) out->truth.emplace(other, i);
    people[person].push_back(i);
  }
  return out;
}

struct Score {
  double precision = 0, recall = 0, f1 = 0;
  size_t lost = 0;
};

Score score(const PairSet& found, const PairSet& truth, const Crowd& crowd) {
  Score out;
  double right = 0;
  for (const auto& pair : found) right += truth.contains(pair) ? 1 : 0;
  out.precision = right / static_cast<double>(std::max<size_t>(1, found.size()));
  out.recall = right / static_cast<double>(truth.size());
  out.f1 = 2 * out.precision * out.recall / (out.precision + out.recall);
  for (const auto& [a, b] : truth) {
    const auto met = crowd.candidates(crowd.at(b), b);
    out.lost += std::ranges::find(met, a) == met.end() ? 1 : 0;
  }
  return out;
}

void print(const std::string& name, const Score& s) {
  std::cout << std::fixed << std::setprecision(4) << name << ": precision " << s.precision << " recall "
            << s.recall << " f1 " << s.f1 << " lost " << s.lost << '\n';
}

// What was said of the pairs that are worth a look, against what was true.
void calibration(const std::string& name, const Labelled& set, const Model& model) {
  double brier = 0, count = 0;
  std::array<double, 10> said{}, was{};
  for (const Link& link : link(set.crowd, model, 0.001)) {
    const double p = link.judgement.probability, truth = set.truth.contains({link.a, link.b}) ? 1 : 0;
    const auto bin = static_cast<size_t>(std::min(9.0, p * 10));
    said[bin] += p;
    was[bin] += truth;
    brier += (p - truth) * (p - truth);
    ++count;
  }
  double error = 0;
  for (size_t i = 0; i < said.size(); ++i) error += std::abs(said[i] - was[i]);
  std::cout << name << ": probabilities of " << static_cast<int64_t>(count) << " pairs: brier "
            << brier / count << " error " << error / count << '\n';
  EXPECT_LT(error / count, 0.02);
}

struct Case {
  const char *name, *file;
  double bar;
};

class Febrl : public testing::TestWithParam<Case> {};

TEST_P(Febrl, IsLinkedWithoutItsLabels) {
  const auto set = read(GetParam().file);
  if (!set) GTEST_SKIP() << "no " << data(GetParam().file);
  const Learned learned = learn(set->crowd, default_model(), 1);

  PairSet found;
  for (const Link& link : link(set->crowd, learned.model, kSamePerson)) found.emplace(link.a, link.b);
  const Score s = score(found, set->truth, set->crowd);
  print(GetParam().name, s);
  EXPECT_GE(s.f1, GetParam().bar);
  calibration(GetParam().name, *set, learned.model);
}

// Every two of the set, without keys: what the keys lose shows beside it.
TEST(FebrlPairwise, IsLinkedWithoutItsLabels) {
  const auto set = read("dataset1.csv");
  if (!set) GTEST_SKIP() << "no " << data("dataset1.csv");
  const Crowd& crowd = set->crowd;
  const Model model = learn(crowd, default_model(), 1).model;
  const Prior prior = prior_of(model, static_cast<double>(crowd.size()));
  PairSet found;
  for (uint32_t b = 0; b < crowd.size(); ++b) {
    const auto shares = crowd.shares(model, crowd.at(b));
    for (uint32_t a = 0; a < b; ++a)
      if (probability(model, compare(crowd.at(b), crowd.at(a)), shares, prior) >= kSamePerson)
        found.emplace(a, b);
  }
  const Score s = score(found, set->truth, crowd);
  print("febrl1-pairwise", s);
  EXPECT_GE(s.f1, 0.98);
}

INSTANTIATE_TEST_SUITE_P(Sets, Febrl,
                         testing::Values(Case{"febrl1", "dataset1.csv", 0.98},
                                         Case{"febrl2", "dataset2.csv", 0.95},
                                         Case{"febrl3", "dataset3.csv", 0.93}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace xinglin::matching
