// A twelve-lead ECG with known marks: P, QRS and T are raised cosines of known place on a flat line.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/waveform/waveform.h"

namespace xinglin::resting_ecg::testing {

struct SyntheticEcg {
  double rate_hz = 500;
  double seconds = 10;
  std::vector<double> r_s;  // times of the R peaks; empty: every `rr_s` from 0.4 s
  double rr_s = 0.9;
  bool p_waves = true;
  double qrs_scale = 1, t_scale = 1;
  double noise_uv = 0, mains_uv = 0, wander_uv = 0;
  std::vector<size_t> wide_beats;  // these get a broad complex of another shape and no P wave
  uint32_t seed = 1;
};

// Marks relative to the R peak, milliseconds.
inline constexpr double kPOn = -170, kPOff = -70, kQrsOn = -44, kQrsOff = 48, kTOff = 330;

waveform::Group make_ecg(const SyntheticEcg& spec);
std::vector<double> beat_times(const SyntheticEcg& spec);

}  // namespace xinglin::resting_ecg::testing
