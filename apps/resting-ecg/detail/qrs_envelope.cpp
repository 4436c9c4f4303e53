#include "apps/resting-ecg/detail/qrs_envelope.h"

#include <algorithm>
#include <cmath>

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kCentreHz = 11, kSigmaS = 0.030;
constexpr double kSharpHz = 22, kSharpSigmaS = 0.018;
constexpr double kBlockS = 0.5;       // levels are estimated per block and interpolated between block centres
constexpr double kLevelWindowS = 10;  // beat height: over this window ...
constexpr double kPeakWindowS =
    1.25;  // ... the 60 % quantile of the largest values in windows of this length
constexpr double kNoiseWindowS = 2.5;  // noise: the 40 % quantile of the envelope
constexpr float kHeightMinUv = 12;     // a lead with less QRS energy than this is no lead
constexpr float kRatioMax = 60;

struct LeadLevels {
  std::vector<float> height, noise;  // per block
};

std::vector<float> block_quantiles(std::span<const float> x, size_t block, size_t blocks, size_t reach,
                                   double q) {
  std::vector<float> out(blocks), window;
  for (size_t b = 0; b < blocks; ++b) {
    const size_t centre = b * block + block / 2;
    const size_t from = centre > reach ? centre - reach : 0, to = std::min(x.size(), centre + reach);
    window.clear();
    for (size_t i = from; i < to; i += 3) window.push_back(x[i]);
    out[b] = quantile(window, q);
  }
  return out;
}

std::vector<float> beat_heights(std::span<const float> x, size_t block, size_t blocks, double rate_hz) {
  const auto peak_reach = static_cast<size_t>(kPeakWindowS * rate_hz / 2);
  std::vector<float> peaks(blocks);
  for (size_t b = 0; b < blocks; ++b) {
    const size_t centre = b * block + block / 2;
    const size_t from = centre > peak_reach ? centre - peak_reach : 0,
                 to = std::min(x.size(), centre + peak_reach);
    peaks[b] =
        *std::max_element(x.begin() + static_cast<ptrdiff_t>(from), x.begin() + static_cast<ptrdiff_t>(to));
  }
  const auto reach = static_cast<size_t>(kLevelWindowS / kBlockS / 2);
  std::vector<float> heights(blocks);
  for (size_t b = 0; b < blocks; ++b) {
    // Near an end the window is shifted inwards, not cut: a short strip is judged as a whole.
    const size_t width = std::min(blocks, 2 * reach + 1);
    const size_t from = std::min(b > reach ? b - reach : 0, blocks - width);
    heights[b] = quantile(
        {peaks.begin() + static_cast<ptrdiff_t>(from), peaks.begin() + static_cast<ptrdiff_t>(from + width)},
        0.6);
  }
  return heights;
}

float between_blocks(const std::vector<float>& values, size_t i, size_t block) {
  const float position = (static_cast<float>(i) - static_cast<float>(block) / 2) / static_cast<float>(block);
  const float last = static_cast<float>(values.size() - 1);
  const float bounded = std::clamp(position, 0.0f, last);
  const auto low = static_cast<size_t>(bounded);
  const size_t high = std::min(low + 1, values.size() - 1);
  const float part = bounded - static_cast<float>(low);
  return values[low] * (1 - part) + values[high] * part;
}

}  // namespace

QrsEnvelope qrs_envelope(std::span<const Samples> leads, double rate_hz) {
  QrsEnvelope out;
  if (leads.empty() || leads.front().empty()) return out;
  out.decimation = std::max<size_t>(1, static_cast<size_t>(rate_hz / 200));
  out.rate_hz = rate_hz / static_cast<double>(out.decimation);
  const size_t n = leads.front().size() / out.decimation;
  const auto block = std::max<size_t>(1, static_cast<size_t>(kBlockS * out.rate_hz));
  const size_t blocks = (n + block - 1) / block;
  if (n < block) return out;
  out.height.assign(n, 0.0f);
  out.sharpness.assign(n, 0.0f);
  std::vector<float> weights(n, 1e-9f);
  for (const Samples& lead : leads) {
    const Samples x = decimate(lead, out.decimation);
    const Samples envelope = gabor_envelope(x, out.rate_hz, kCentreHz, kSigmaS);
    const std::vector<float> height = beat_heights(envelope, block, blocks, out.rate_hz);
    if (*std::max_element(height.begin(), height.end()) < kHeightMinUv) continue;
    const Samples sharp = gabor_envelope(x, out.rate_hz, std::min(kSharpHz, 0.3 * out.rate_hz), kSharpSigmaS);
    const std::vector<float> noise =
        block_quantiles(envelope, block, blocks, static_cast<size_t>(kNoiseWindowS * out.rate_hz / 2), 0.4);
    for (size_t i = 0; i < n; ++i) {
      const float h = between_blocks(height, i, block);
      if (h < kHeightMinUv) continue;
      const float ratio = std::min(kRatioMax, h / (between_blocks(noise, i, block) + 1.0f));
      const float weight = ratio * ratio;
      weights[i] += weight;
      out.height[i] += weight * envelope[i] / h;
      out.sharpness[i] += weight * sharp[i] / h;
    }
  }
  for (size_t i = 0; i < n; ++i) {
    out.height[i] = out.height[i] / weights[i];
    out.sharpness[i] = out.sharpness[i] / weights[i];
  }
  return out;
}

}  // namespace xinglin::resting_ecg::detail
