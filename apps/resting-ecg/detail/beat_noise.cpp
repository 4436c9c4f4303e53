#include "apps/resting-ecg/detail/beat_noise.h"

#include <algorithm>
#include <cmath>

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kNearS = 0.09, kFarS = 0.25, kSmoothS = 0.004;
constexpr float kFloorUv = 3;  // quantisation and rounding, not noise

}  // namespace

std::vector<float> noise_beside(const Leads& leads, double rate_hz, const std::vector<SortedBeat>& beats) {
  if (leads.empty()) return std::vector<float>(beats.size(), 0.0f);
  const size_t n = leads.front().size();
  std::vector<double> energy(n + 1, 0.0);  // summed up to each sample
  for (const Samples& lead : leads) {
    const Samples slow = smooth(lead, kSmoothS * rate_hz);
    for (size_t i = 0; i < n; ++i)
      energy[i + 1] += static_cast<double>((lead[i] - slow[i]) * (lead[i] - slow[i]));
  }
  for (size_t i = 0; i < n; ++i) energy[i + 1] += energy[i];
  const auto window = [&](ptrdiff_t from, ptrdiff_t to) {
    from = std::clamp<ptrdiff_t>(from, 0, static_cast<ptrdiff_t>(n));
    to = std::clamp<ptrdiff_t>(to, 0, static_cast<ptrdiff_t>(n));
    if (to <= from) return 0.0f;
    const double mean = (energy[static_cast<size_t>(to)] - energy[static_cast<size_t>(from)]) /
                        static_cast<double>((to - from) * static_cast<ptrdiff_t>(leads.size()));
    return static_cast<float>(std::sqrt(std::max(0.0, mean)));
  };
  const ptrdiff_t close = std::lround(kNearS * rate_hz), far = std::lround(kFarS * rate_hz);
  std::vector<float> all;
  for (ptrdiff_t i = 0; i + far - close <= static_cast<ptrdiff_t>(n); i += far - close)
    all.push_back(window(i, i + far - close));
  const float quiet = quantile(std::move(all), 0.3) + kFloorUv;
  std::vector<float> out;
  for (const SortedBeat& beat : beats)
    out.push_back(std::max(window(beat.at - far, beat.at - close), window(beat.at + close, beat.at + far)) /
                  quiet);
  return out;
}

}  // namespace xinglin::resting_ecg::detail
