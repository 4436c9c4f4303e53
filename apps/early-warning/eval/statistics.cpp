#include "apps/early-warning/eval/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xinglin::early_warning {

double auroc(const std::vector<Scored>& cases) {
  std::vector<Scored> sorted = cases;
  std::sort(sorted.begin(), sorted.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });
  double rank_sum = 0, events = 0;
  for (size_t i = 0; i < sorted.size();) {
    size_t j = i;
    while (j < sorted.size() && sorted[j].score == sorted[i].score) ++j;
    const double midrank = static_cast<double>(i + j + 1) / 2;  // ranks count from 1
    for (; i < j; ++i)
      if (sorted[i].event) {
        rank_sum += midrank;
        events += 1;
      }
  }
  const double others = static_cast<double>(sorted.size()) - events;
  if (events == 0 || others == 0) return std::numeric_limits<double>::quiet_NaN();
  return (rank_sum - events * (events + 1) / 2) / (events * others);
}

Interval95 bootstrap_auroc(const std::vector<Scored>& cases, int resamples, Random& random) {
  std::vector<double> values;
  std::vector<Scored> drawn(cases.size());
  for (int r = 0; r < resamples; ++r) {
    for (Scored& s : drawn) s = cases[random.below(cases.size())];
    if (const double a = auroc(drawn); !std::isnan(a)) values.push_back(a);
  }
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = [&](double q) {
    return values[static_cast<size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
  };
  return {at(0.025), at(0.975)};
}

}  // namespace xinglin::early_warning
