// The recording made ready for analysis: ECG leads only, gaps filled, mains hum and pacing spikes
// taken out, at most about
// 500 samples/s, unusable leads left out.
#pragma once

#include <string>
#include <vector>

#include "apps/resting-ecg/detail/signal.h"
#include "apps/resting-ecg/quality.h"
#include "base/result.h"
#include "codec/waveform/waveform.h"

namespace xinglin::resting_ecg::detail {

struct Strip {
  double rate_hz = 0;          // working rate
  double first_sample_ms = 0;  // time of working sample 0
  std::vector<std::string> names;
  Leads leads;
  std::vector<size_t> quality_index;  // of each lead in `quality`
  std::vector<LeadQuality> quality;
  size_t pacing_spikes = 0;

  double ms(double sample) const { return first_sample_ms + sample * 1000 / rate_hz; }
};

Result<Strip> make_strip(const waveform::Group& group);

}  // namespace xinglin::resting_ecg::detail
