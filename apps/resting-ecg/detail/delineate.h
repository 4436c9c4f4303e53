// Finding where P, QRS and T begin and end on a representative beat, over all leads together.
//
// QRS: the spatial velocity (root mean square over leads of the slope) falls below a share of its maximum
// plus the noise floor and stays there. P and T: the leads are projected on their first principal component
// inside the search window, so that all of them speak and noise averages out; a difference of Gaussians finds
// the deflection whatever the slope it rides on; its ends are where the slope of the outer flank has died
// away (P) or where the tangent to the last flank meets the level after it (T; Lepeschkin and Surawicz,
// Circulation 6:378, 1952).
#pragma once

#include <optional>

#include "apps/resting-ecg/detail/median_beat.h"

namespace xinglin::resting_ecg::detail {

struct Bounds {
  ptrdiff_t on = 0, off = 0;
};

struct Wave {
  ptrdiff_t on = 0, peak = 0, off = 0;
  std::vector<float> weights;  // of the leads in the projection
  float height_uv = 0;         // of the deflection in the lead where it is largest
  float prominence = 0;        // against the noise floor of the projection
};

std::optional<Bounds> find_qrs(const MedianBeat& beat);
// `rr_s`: the usual interval to the next beat; `latest`: the T wave ends before this index.
std::optional<Wave> find_t(const MedianBeat& beat, const Bounds& qrs, double rr_s, ptrdiff_t latest);
// `earliest`: the P wave begins after this index.
std::optional<Wave> find_p(const MedianBeat& beat, const Bounds& qrs, ptrdiff_t earliest);

// Weighted sum of the leads.
Samples project(const Leads& leads, const std::vector<float>& weights);

}  // namespace xinglin::resting_ecg::detail
