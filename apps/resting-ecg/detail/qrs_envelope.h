// The combined QRS envelope of all leads, at a reduced rate: the input of the beat search.
#pragma once

#include "apps/resting-ecg/detail/signal.h"

namespace xinglin::resting_ecg::detail {

struct QrsEnvelope {
  double rate_hz = 0;  // after decimation
  size_t decimation = 1;
  Samples height;     // local beat height is about 1
  Samples sharpness;  // the same leads and weights, higher frequencies (22 Hz): QRS much, T wave little
  bool empty() const { return height.empty(); }
};

QrsEnvelope qrs_envelope(std::span<const Samples> leads, double rate_hz);

}  // namespace xinglin::resting_ecg::detail
