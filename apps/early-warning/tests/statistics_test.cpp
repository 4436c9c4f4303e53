#include "apps/early-warning/eval/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xinglin::early_warning {
namespace {

// scikit-learn, documentation of roc_auc_score: y = 0 0 1 1, scores .1 .4 .35 .8 give 0.75.
TEST(Auroc, KnownAnswers) {
  EXPECT_DOUBLE_EQ(auroc({{.1, false}, {.4, false}, {.35, true}, {.8, true}}), 0.75);
  EXPECT_DOUBLE_EQ(auroc({{1, false}, {2, true}}), 1);
  EXPECT_DOUBLE_EQ(auroc({{1, true}, {2, false}}), 0);
  EXPECT_DOUBLE_EQ(auroc({{3, true}, {3, false}, {3, false}}), 0.5) << "ties count one half";
  EXPECT_TRUE(std::isnan(auroc({{1, true}, {2, true}})));
}

TEST(Auroc, BootstrapHoldsThePointAndIsRepeatable) {
  std::vector<Scored> cases;
  for (int i = 0; i < 200; ++i) cases.push_back({static_cast<double>(i % 17), i % 17 + i % 5 > 12});
  SeededRandom a(1), b(1);
  const Interval95 first = bootstrap_auroc(cases, 300, a), again = bootstrap_auroc(cases, 300, b);
  EXPECT_LT(first.low, auroc(cases));
  EXPECT_GT(first.high, auroc(cases));
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
}

}  // namespace
}  // namespace xinglin::early_warning
