// What the viewer draws: beats, representative beat and quality as JSON. Times in milliseconds from the start
// of the rhythm strip (of the representative beat inside "median"), amplitudes in whole microvolts.
//   {"ecg": {"sop", "group", "rate_hz", "duration_s", "pacing_spikes", "beats": [{"r_ms", "kind", "p_on_ms",
//   "p_off_ms",
//    "qrs_on_ms", "qrs_off_ms", "t_off_ms"}], "median": {"rate_hz", "members", "leads": {"I": [..]},
//    "p_on_ms", ...}, "amplitudes": [{"lead", "r_uv", "s_uv", "j_uv", "t_uv"}], "quality": [{"lead", "index",
//    "word", "reasons", "snr_db"}], "missing_leads": [..]}}; what was not found is left out.
#pragma once

#include <string>

#include "apps/resting-ecg/analysis.h"
#include "base/json.h"

namespace xinglin::resting_ecg {

json::object evidence_of(const Analysis& analysis, const std::string& sop, const std::string& group_label);

}  // namespace xinglin::resting_ecg
