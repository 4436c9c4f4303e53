#include "apps/resting-ecg/detail/signal.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace xinglin::resting_ecg::detail {

size_t replace_bad_samples(Samples& samples) {
  constexpr float kBelievableUv = 1e6f;
  const auto good = [](float v) { return std::abs(v) < kBelievableUv; };  // false for NaN
  const auto first = std::find_if(samples.begin(), samples.end(), good);
  float last = first == samples.end() ? 0.0f : *first;
  size_t replaced = 0;
  for (float& value : samples) {
    if (good(value)) {
      last = value;
    } else {
      value = last;
      ++replaced;
    }
  }
  return replaced;
}

float quantile(std::vector<float> values, double q) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(rank), values.end());
  return values[rank];
}

float median(std::vector<float> values) {
  if (values.empty()) return 0;
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle), values.end());
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle] +
          *std::max_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle))) /
         2;
}

Samples decimate(std::span<const float> samples, size_t factor) {
  if (factor <= 1) return {samples.begin(), samples.end()};
  Samples out(samples.size() / factor);
  for (size_t i = 0; i < out.size(); ++i) {
    float sum = 0;
    for (size_t k = 0; k < factor; ++k) sum += samples[i * factor + k];
    out[i] = sum / static_cast<float>(factor);
  }
  return out;
}

namespace {

// One pass of a moving average over 2 * half + 1 samples, edges held. `padded` is scratch space.
void box_pass(std::span<const float> in, std::span<float> out, size_t half, Samples& padded) {
  const size_t n = in.size();
  padded.resize(n + 2 * half + 1);
  std::fill_n(padded.begin(), half, in.front());
  std::copy(in.begin(), in.end(), padded.begin() + static_cast<ptrdiff_t>(half));
  std::fill(padded.begin() + static_cast<ptrdiff_t>(half + n), padded.end(), in.back());
  double sum = 0;
  for (size_t i = 0; i < 2 * half + 1; ++i) sum += padded[i];
  const double scale = 1.0 / static_cast<double>(2 * half + 1);
  for (size_t i = 0; i < n; ++i) {
    out[i] = static_cast<float>(sum * scale);
    sum += static_cast<double>(padded[i + 2 * half + 1]) - padded[i];
  }
}

}  // namespace

Samples smooth(std::span<const float> samples, double sigma) {
  Samples out(samples.begin(), samples.end());
  // Three boxes of half width h have variance 3 * (w^2 - 1) / 12 with w = 2 h + 1.
  const auto half = static_cast<size_t>(std::lround((std::sqrt(4 * sigma * sigma + 1) - 1) / 2));
  if (half < 1 || samples.empty()) return out;
  Samples scratch(samples.size()), padded;
  box_pass(out, scratch, half, padded);
  box_pass(scratch, out, half, padded);
  box_pass(out, scratch, half, padded);
  return scratch;
}

Samples gabor_envelope(std::span<const float> samples, double rate_hz, double centre_hz, double sigma_s) {
  const auto n = samples.size();
  if (n == 0) return {};
  const auto half = static_cast<size_t>(std::ceil(3 * sigma_s * rate_hz));
  std::vector<float> even(half + 1), odd(half + 1);  // the kernel is symmetric: only lags >= 0 are kept
  double window_sum = 0, even_sum = 0;
  std::vector<double> window(half + 1);
  for (size_t k = 0; k <= half; ++k) {
    const double t = static_cast<double>(k) / rate_hz;
    window[k] = std::exp(-t * t / (2 * sigma_s * sigma_s));
    const double twice = k == 0 ? 1 : 2;
    window_sum += twice * window[k];
    even_sum += twice * window[k] * std::cos(2 * std::numbers::pi * centre_hz * t);
  }
  const double mean = even_sum / window_sum;
  for (size_t k = 0; k <= half; ++k) {
    const double phase = 2 * std::numbers::pi * centre_hz * static_cast<double>(k) / rate_hz;
    even[k] = static_cast<float>(window[k] * (std::cos(phase) - mean) * 2 / window_sum);
    odd[k] = static_cast<float>(window[k] * std::sin(phase) * 2 / window_sum);
  }
  Samples padded(n + 2 * half);
  std::fill_n(padded.begin(), half, samples.front());
  std::copy(samples.begin(), samples.end(), padded.begin() + static_cast<ptrdiff_t>(half));
  std::fill(padded.end() - static_cast<ptrdiff_t>(half), padded.end(), samples.back());
  Samples re(n), im(n);
  const float* centre = padded.data() + half;
  for (size_t i = 0; i < n; ++i) re[i] = even[0] * centre[i];
  for (size_t k = 1; k <= half; ++k) {
    const float *ahead = centre + k, *behind = centre - k;
    const float e = even[k], o = odd[k];
    for (size_t i = 0; i < n; ++i) {
      re[i] += e * (ahead[i] + behind[i]);
      im[i] += o * (ahead[i] - behind[i]);
    }
  }
  for (size_t i = 0; i < n; ++i) re[i] = std::sqrt(re[i] * re[i] + im[i] * im[i]);
  return re;
}

Samples difference(std::span<const float> samples) {
  const size_t n = samples.size();
  Samples out(n, 0.0f);
  for (size_t i = 1; i + 1 < n; ++i) out[i] = (samples[i + 1] - samples[i - 1]) / 2;
  if (n > 1) {
    out[0] = samples[1] - samples[0];
    out[n - 1] = samples[n - 1] - samples[n - 2];
  }
  return out;
}

}  // namespace xinglin::resting_ecg::detail
