// Sorting beats by shape and aligning them: the way to a representative beat.
#pragma once

#include "apps/resting-ecg/beats.h"
#include "apps/resting-ecg/detail/signal.h"

namespace xinglin::resting_ecg::detail {

struct SortedBeat {
  ptrdiff_t at = 0;     // alignment point in samples of the signals given: beats of one class match there
  double fraction = 0;  // of a sample, to be added to `at`: between -0.5 and 0.5
  int shape = 0;        // class number; 0 is the dominant one
  float likeness = 0;   // correlation with the class template, -1..1
};

// `leads` are smoothed signals at rate_hz, `beats` positions in them. Beats too near an end get shape -1 when
// they cannot be compared. Deterministic: classes are numbered by size, ties by first appearance.
std::vector<SortedBeat> sort_beats(const Leads& leads, double rate_hz, const std::vector<size_t>& beats);

}  // namespace xinglin::resting_ecg::detail
