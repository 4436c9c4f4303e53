// The one-line summaries for worklists and report conclusions, in English and Chinese.
#pragma once

#include <string>

#include "apps/resting-ecg/analysis.h"

namespace xinglin::resting_ecg {

std::string summary_en(const Analysis& analysis);
std::string summary_zh(const Analysis& analysis);

}  // namespace xinglin::resting_ecg
