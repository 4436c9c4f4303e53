#include "apps/resting-ecg/detail/mains.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kMedianReachS = 0.35;

using Phasor = std::complex<float>;

// Samples in a block of whole cycles: the fewest cycles (up to 6) that fit a whole number of samples to 1 %.
size_t block_length(double rate_hz, double hz) {
  double best = rate_hz / hz, best_error = 1;
  for (int cycles = 1; cycles <= 6; ++cycles) {
    const double length = cycles * rate_hz / hz, error = std::abs(length - std::round(length)) / length;
    if (error < best_error - 0.005) {
      best = length;
      best_error = error;
    }
    if (best_error < 0.01) break;
  }
  return static_cast<size_t>(std::max(1.0, std::round(best)));
}

std::vector<Phasor> running_median(const std::vector<Phasor>& blocks, size_t reach) {
  std::vector<Phasor> out(blocks.size());
  for (size_t b = 0; b < blocks.size(); ++b) {
    const size_t from = b > reach ? b - reach : 0, to = std::min(blocks.size(), b + reach + 1);
    std::vector<float> re, im;
    for (size_t k = from; k < to; ++k) {
      re.push_back(blocks[k].real());
      im.push_back(blocks[k].imag());
    }
    out[b] = {median(std::move(re)), median(std::move(im))};
  }
  return out;
}

}  // namespace

void take_out_mains(Samples& samples, double rate_hz, double hz) {
  const size_t length = block_length(rate_hz, hz), blocks = samples.size() / length;
  if (rate_hz < 2.5 * hz || blocks < 3) return;
  std::vector<Phasor> turn(samples.size());  // e^(-i w t)
  for (size_t i = 0; i < turn.size(); ++i) {
    const double phase = 2 * std::numbers::pi * std::fmod(hz * static_cast<double>(i) / rate_hz, 1.0);
    turn[i] = {static_cast<float>(std::cos(phase)), static_cast<float>(-std::sin(phase))};
  }
  std::vector<Phasor> hum(blocks);
  for (size_t b = 0; b < blocks; ++b) {
    // The line through the block's ends is taken out first: a slope would look like hum.
    const size_t start = b * length, next = std::min(start + length, samples.size() - 1);
    const float slope = (samples[next] - samples[start]) / static_cast<float>(length);
    for (size_t i = 0; i < length; ++i)
      hum[b] += (samples[start + i] - samples[start] - slope * static_cast<float>(i)) * turn[start + i];
    hum[b] *= 2.0f / static_cast<float>(length);
  }
  const auto reach = static_cast<size_t>(std::ceil(kMedianReachS * rate_hz / static_cast<double>(length)));
  const std::vector<Phasor> steady = running_median(hum, reach);
  for (size_t i = 0; i < samples.size(); ++i) {
    const double position = (static_cast<double>(i) + 0.5) / static_cast<double>(length) - 0.5;
    const double bounded = std::clamp(position, 0.0, static_cast<double>(blocks - 1));
    const auto low = static_cast<size_t>(bounded);
    const auto part = static_cast<float>(bounded - static_cast<double>(low));
    const Phasor now = steady[low] * (1 - part) + steady[std::min(low + 1, blocks - 1)] * part;
    samples[i] -= (now * std::conj(turn[i])).real();
  }
}

}  // namespace xinglin::resting_ecg::detail
