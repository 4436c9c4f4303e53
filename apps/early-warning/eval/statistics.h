// Area under the ROC curve with a confidence interval by resampling patients. Pure functions.
#pragma once

#include <vector>

#include "base/random.h"

namespace xinglin::early_warning {

struct Scored {
  double score = 0;
  bool event = false;
};

// Mann-Whitney U / (m n), ties count one half (Hanley and McNeil 1982). NaN when one class is empty.
double auroc(const std::vector<Scored>& cases);

struct Interval95 {
  double low = 0, high = 0;
};
// Percentile bootstrap (Efron): each resample draws as many patients as there are, with replacement.
Interval95 bootstrap_auroc(const std::vector<Scored>& cases, int resamples, Random& random);

}  // namespace xinglin::early_warning
