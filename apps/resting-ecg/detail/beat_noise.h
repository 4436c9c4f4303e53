// Fast noise on both sides of each beat, to tell a beat of its own shape from a burst of noise.
#pragma once

#include "apps/resting-ecg/detail/beat_classes.h"

namespace xinglin::resting_ecg::detail {

// Per beat: the noise beside it (root mean square above about 40 Hz over all leads, 90 to 250 ms before and
// after, the worse side) against the quiet stretches of the strip. About 1 to 2 in an even strip.
std::vector<float> noise_beside(const Leads& leads, double rate_hz, const std::vector<SortedBeat>& beats);

}  // namespace xinglin::resting_ecg::detail
