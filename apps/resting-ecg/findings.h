// From an analysis to coded findings: one table of codes, one of adult reference limits with their sources.
#pragma once

#include <string_view>

#include "apps/resting-ecg/analysis.h"
#include "core/inference/application.h"

namespace xinglin::resting_ecg {

inline constexpr std::string_view kOwnSystem = "https://xinglin.example/fhir/CodeSystem/ecg-finding";

enum class Sex { Unknown, Female, Male };

// Where a whole result becomes critical; the defaults are those of manifest.toml.
struct OperatingPoint {
  double qtc_critical_ms = 500, rate_critical_low = 40, rate_critical_high = 130;
};

// In the order in which people read an ECG: rate, rhythm, intervals, axes, quality.
std::vector<inference::Finding> findings_of(const Analysis& analysis, Sex sex, const OperatingPoint& point);

// "AA", "A", "N", or "" when too little is known to call the result normal.
std::string whole_flag(const Analysis& analysis, const std::vector<inference::Finding>& findings);

}  // namespace xinglin::resting_ecg
