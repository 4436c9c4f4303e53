// Axes, amplitudes and signal-to-noise ratios from the representative beat.
#pragma once

#include "apps/resting-ecg/analysis.h"
#include "apps/resting-ecg/detail/delineate.h"

namespace xinglin::resting_ecg::detail {

struct Landmarks {
  Bounds qrs;
  std::optional<Wave> p, t;
};

// From net areas in leads I and aVF (aVF from II or III where it is missing: aVF = II - I/2 = III + I/2).
void set_axes(const MedianBeat& beat, const std::vector<std::string>& names, const Landmarks& marks,
              Analysis& out);
void set_amplitudes(const MedianBeat& beat, const std::vector<std::string>& names, const Landmarks& marks,
                    Analysis& out);
// QRS size against the root mean square departure of the single beats from their median, decibels.
double snr_db(const MedianBeat& beat, const Samples& lead, size_t index,
              const std::vector<SortedBeat>& beats);

}  // namespace xinglin::resting_ecg::detail
