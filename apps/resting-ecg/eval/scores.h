// Scores of the analysis on labelled recordings: beat detection (EC57-style matching within 150 ms) and
// delineation against the cardiologists' marks of LUDB, with bootstrap intervals over records. Used by the
// evaluation program and by the tests. "Development scores": the records were used while the method was made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace xinglin::resting_ecg::eval {

struct Counts {
  std::string record;
  long matched = 0, missed = 0, extra = 0;
};

struct Estimate {
  double value = 0, low = 0, high = 0;  // 95 % bootstrap interval
};

Estimate sensitivity(const std::vector<Counts>& records);  // percent, gross
Estimate positive_predictivity(const std::vector<Counts>& records);

// One-to-one matching in order of time, each mark with the nearest detection within `tolerance_s`.
Counts match(std::string record, const std::vector<double>& marks_s, const std::vector<double>& found_s,
             double tolerance_s);

// All records of a MIT-BIH style folder, whole length; beats inside ventricular flutter episodes ("[" to "]")
// are not counted, as in EC57.
// `every`: only each n-th record, for slow builds.
Result<std::vector<Counts>> score_mitdb(const std::filesystem::path& folder, size_t every = 1);

// Differences analysis minus marks, one value per record (median over its beats between 2 and 8 s),
// milliseconds.
struct LudbScores {
  size_t records = 0;
  std::vector<Counts> qrs;  // marks of any beat, inside 2 to 8 s
  std::vector<double> p_on, p_off, qrs_on, qrs_off, t_off;
  std::vector<double> p_duration, pr, qrs_duration, qt;  // against the median of the manual intervals
  size_t p_present_right = 0, p_present_missed = 0,
         p_present_open = 0;  // marked: said present, absent, cannot tell
  size_t p_absent_right = 0, p_absent_wrong = 0,
         p_absent_open = 0;  // not marked: said absent, present, cannot tell
};
Result<LudbScores> score_ludb(const std::filesystem::path& folder);

struct Spread {
  size_t n = 0;
  Estimate mean, sd;
};
Spread spread(const std::vector<double>& values);

}  // namespace xinglin::resting_ecg::eval
