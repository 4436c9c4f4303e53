// The representative beat: baseline taken out, members aligned, sample-wise median per lead.
#pragma once

#include <utility>

#include "apps/resting-ecg/detail/beat_classes.h"

namespace xinglin::resting_ecg::detail {

inline constexpr double kBeatPreS = 0.50, kBeatPostS = 0.70;

struct MedianBeat {
  double rate_hz = 0;
  ptrdiff_t centre = 0;  // index of the alignment point in each lead
  Leads leads;
  size_t members = 0;
  ptrdiff_t length() const { return leads.empty() ? 0 : static_cast<ptrdiff_t>(leads.front().size()); }
};

// Subtracts a smooth curve through the level just before each QRS (`onset` samples relative to the alignment
// point, a negative number): the isoelectric line of ECG reading. Monotone cubic between the beats, constant
// beyond them.
void take_out_baseline(Leads& leads, double rate_hz, const std::vector<SortedBeat>& beats, ptrdiff_t onset);

// Median over the beats of `shape` (at most `members_max`, evenly chosen). Samples outside the strip, or that
// belong to the QRS of a neighbour, do not count.
MedianBeat median_beat(const Leads& leads, double rate_hz, const std::vector<SortedBeat>& beats, int shape,
                       size_t members_max = 48);

// One beat of the strip as if it were a median.
MedianBeat single_beat(const Leads& leads, double rate_hz, ptrdiff_t at);

}  // namespace xinglin::resting_ecg::detail
