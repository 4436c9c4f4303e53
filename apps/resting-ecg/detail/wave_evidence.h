// Does a wave seen on the median beat belong to every beat, or is it what is left of something that only
// passes by?
#pragma once

#include "apps/resting-ecg/detail/delineate.h"

namespace xinglin::resting_ecg::detail {

struct Evidence {
  double ratio = 0;        // energy of the median wave / mean energy of the beats' departures from it
  double residual_uv = 0;  // root mean square departure in the projection, per lead weight 1
  size_t beats = 0;
  std::vector<bool> seen;  // per sorted beat: this beat has the wave (only beats of the shape)
};

// `from`..`to` around the wave on `median`; straight lines between the ends are taken out of each window
// first.
Evidence weigh(const MedianBeat& median, const Leads& leads, const std::vector<SortedBeat>& beats, int shape,
               const std::vector<float>& weights, ptrdiff_t from, ptrdiff_t to);

// How much the P wave looks like what comes 140 to 300 ms before it: near 1 for flutter and fibrillation
// waves that are locked to the QRS by chance, 0 when nothing of like size is there.
double recurrence(const MedianBeat& median, const Wave& p);

}  // namespace xinglin::resting_ecg::detail
