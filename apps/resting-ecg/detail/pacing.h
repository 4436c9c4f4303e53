// Pacemaker spikes: found by their steepness against the slopes just before, and bridged by a straight line,
// so that neither beat detection nor QRS onset takes them for the heart's own activity.
#pragma once

#include "apps/resting-ecg/detail/signal.h"

namespace xinglin::resting_ecg::detail {

// Bridges spikes in all leads from 3 ms before to 20 ms after each; returns their positions. Below 300
// samples/s a spike cannot be told from a QRS: nothing is done. Fewer than 0.35 per second, or three in all,
// are taken for artefacts and left.
std::vector<size_t> bridge_pacing_spikes(Leads& leads, double rate_hz);

}  // namespace xinglin::resting_ecg::detail
