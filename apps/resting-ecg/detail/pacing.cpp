#include "apps/resting-ecg/detail/pacing.h"

#include <algorithm>
#include <cmath>

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kRateMinHz = 300;
constexpr float kSteepUvPerMs = 20;  // root mean square over the leads
constexpr float kTimesBefore = 10;   // against the steepest step 4 to 16 ms before
constexpr float kTimesAfter = 2.5f;  // against the steepest step 7 to 14 ms after
constexpr double kBeforeS = 0.003, kAfterS = 0.020;
constexpr double kSpikesPerSecondMin = 0.35;  // a slower pacemaker is not made; fewer are artefacts

}  // namespace

std::vector<size_t> bridge_pacing_spikes(Leads& leads, double rate_hz) {
  std::vector<size_t> spikes;
  if (leads.empty() || rate_hz < kRateMinHz) return spikes;
  const size_t n = leads.front().size();
  Samples steepness(n, 0.0f);
  for (const Samples& lead : leads)
    for (size_t i = 0; i + 1 < n; ++i) steepness[i] += (lead[i + 1] - lead[i]) * (lead[i + 1] - lead[i]);
  const auto scale = static_cast<float>(rate_hz / 1000 / std::sqrt(static_cast<double>(leads.size())));
  for (float& v : steepness) v = std::sqrt(v) * scale;
  const auto samples = [&](double seconds) {
    return std::max<size_t>(1, static_cast<size_t>(seconds * rate_hz));
  };
  const size_t near = samples(0.004), far = samples(0.016), before = samples(kBeforeS),
               after = samples(kAfterS);
  for (size_t i = far; i + after < n; ++i) {
    if (steepness[i] < kSteepUvPerMs) continue;
    const auto begin = steepness.begin() + static_cast<ptrdiff_t>(i);
    const float calm =
        *std::max_element(begin - static_cast<ptrdiff_t>(far), begin - static_cast<ptrdiff_t>(near) + 1);
    if (steepness[i] < kTimesBefore * calm) continue;
    // A spike is over at once; the first steep step of a QRS is followed by others.
    const float later = *std::max_element(begin + static_cast<ptrdiff_t>(samples(0.007)),
                                          begin + static_cast<ptrdiff_t>(samples(0.014)) + 1);
    if (steepness[i] < kTimesAfter * later) continue;
    spikes.push_back(i);
    i += after;
  }
  if (static_cast<double>(spikes.size()) <
      std::max(3.0, kSpikesPerSecondMin * static_cast<double>(n) / rate_hz))
    return {};
  for (Samples& lead : leads) {
    for (const size_t spike : spikes) {
      const size_t from = spike > before ? spike - before : 0, to = std::min(n - 1, spike + after);
      const float step = (lead[to] - lead[from]) / static_cast<float>(to - from);
      const float start = lead[from];
      for (size_t i = from; i < to; ++i) lead[i] = start + step * static_cast<float>(i - from);
    }
  }
  return spikes;
}

}  // namespace xinglin::resting_ecg::detail
