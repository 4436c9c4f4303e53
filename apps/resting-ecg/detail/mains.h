// Mains hum taken out without ringing: amplitude and phase are followed cycle by cycle, the running median of
// them is not disturbed by the QRS, and the sine they describe is subtracted.
#pragma once

#include "apps/resting-ecg/detail/signal.h"

namespace xinglin::resting_ecg::detail {

// `hz`: 50 or 60. Nothing is done below 2.5 samples a cycle.
void take_out_mains(Samples& samples, double rate_hz, double hz);

}  // namespace xinglin::resting_ecg::detail
