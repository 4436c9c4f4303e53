// Small signal helpers of this application: smoothing, decimation, quantiles, envelopes. Pure functions on
// float arrays (microvolt unless said otherwise); every length may be zero, every result has the length of
// its input unless said.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace xinglin::resting_ecg::detail {

using Samples = std::vector<float>;
using Leads = std::vector<Samples>;  // equally long, one per lead

// NaN and infinite samples replaced by the last good one (the first good one at the start). Values beyond +-1
// V, which no electrode gives, count as bad too. Returns how many were replaced.
size_t replace_bad_samples(Samples& samples);
// The q-quantile (0..1) of the values; 0 when there are none. Takes a copy: it reorders.
float quantile(std::vector<float> values, double q);
float median(std::vector<float> values);
// Means of `factor` neighbours: rate / factor, length floor(n / factor).
Samples decimate(std::span<const float> samples, size_t factor);
// Gaussian smoothing by three passes of a moving average; sigma in samples, edges held.
Samples smooth(std::span<const float> samples, double sigma);
// Magnitude of a zero-mean complex Gabor filter (centre hz, width sigma in seconds): energy around that
// frequency.
Samples gabor_envelope(std::span<const float> samples, double rate_hz, double centre_hz, double sigma_s);
// Central difference in units per sample.
Samples difference(std::span<const float> samples);

}  // namespace xinglin::resting_ecg::detail
