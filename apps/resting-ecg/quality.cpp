#include "apps/resting-ecg/quality.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "apps/resting-ecg/detail/signal.h"

namespace xinglin::resting_ecg {

namespace {

using detail::Samples;

// From `fine` to `bad` the index falls from 1 to the floor of that defect.
struct Limit {
  Defect defect;
  double fine, bad, floor;
};
constexpr Limit kWander{Defect::BaselineWander, 300, 1500, 0.4};
constexpr Limit kMains{Defect::MainsNoise, 15, 300, 0.55};  // it is filtered out before measuring
constexpr Limit kMuscle{Defect::MuscleNoise, 12, 80, 0.3};
constexpr double kFlatPeakToPeakUv = 15;
constexpr double kGapShareMax = 0.2, kSaturatedShareMax = 0.05;
constexpr double kSnrFineDb = 18, kSnrBadDb = 4, kSnrFloor = 0.2;
constexpr double kGood = 0.8, kFair = 0.5;

void apply(LeadQuality& quality, const Limit& limit, double value) {
  const double share = std::clamp((value - limit.fine) / (limit.bad - limit.fine), 0.0, 1.0);
  quality.index *= 1 - share * (1 - limit.floor);
  if (share > 0.15) quality.defects.push_back(limit.defect);
}

// Quantile over windows of 0.2 s: a low one skips the windows that hold a QRS.
template <class Function>
double over_windows(const Samples& x, size_t window, double q, Function&& value) {
  std::vector<float> values;
  for (size_t i = 0; i + window <= x.size(); i += window)
    values.push_back(static_cast<float>(value(std::span<const float>(x).subspan(i, window))));
  return detail::quantile(std::move(values), q);
}

double amplitude_at(std::span<const float> x, double cycles_per_sample) {
  const float mean = std::accumulate(x.begin(), x.end(), 0.0f) / static_cast<float>(x.size());
  const double step = 2 * std::numbers::pi * cycles_per_sample, c = 2 * std::cos(step);
  double s1 = 0, s2 = 0;  // Goertzel's recursion
  for (const float v : x) {
    const double s0 = v - mean + c * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  return 2 * std::sqrt(std::max(0.0, s1 * s1 + s2 * s2 - c * s1 * s2)) / static_cast<double>(x.size());
}

void measure_mains(const Samples& x, double rate_hz, LeadQuality& quality) {
  const auto factor = std::max<size_t>(1, static_cast<size_t>(rate_hz / 240));
  const Samples coarse = detail::decimate(x, factor);
  const double rate = rate_hz / static_cast<double>(factor);
  const auto window = std::max<size_t>(8, static_cast<size_t>(0.2 * rate));
  for (const double hz : {50.0, 60.0}) {
    if (hz >= 0.45 * rate) continue;
    // What the decimation has taken away of this frequency is given back.
    const double phase = std::numbers::pi * hz / rate_hz;
    const double kept =
        std::sin(static_cast<double>(factor) * phase) / (static_cast<double>(factor) * std::sin(phase));
    const double found = over_windows(coarse, window, 0.3,
                                      [&](std::span<const float> w) { return amplitude_at(w, hz / rate); }) /
                         kept;
    if (found <= quality.mains_uv) continue;
    quality.mains_uv = found;
    quality.mains_hz = hz;
  }
}

double rms(std::span<const float> x) {
  return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / static_cast<double>(x.size()));
}

// Share of samples that stay at the largest or smallest value for 10 ms or more: an amplifier at its stop.
double saturated_share(const Samples& x, double rate_hz) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const auto run_min = std::max<size_t>(4, static_cast<size_t>(0.01 * rate_hz));
  size_t at_stop = 0, run = 0;
  for (size_t i = 0; i <= x.size(); ++i) {
    if (i < x.size() && (x[i] == *low || x[i] == *high)) {
      ++run;
      continue;
    }
    if (run >= run_min) at_stop += run;
    run = 0;
  }
  return static_cast<double>(at_stop) / static_cast<double>(x.size());
}

double wander_peak_to_peak(const Samples& x, double rate_hz) {
  const Samples slow = detail::decimate(x, std::max<size_t>(1, static_cast<size_t>(rate_hz / 10)));
  const Samples smooth = detail::smooth(slow, 5);
  if (smooth.empty()) return 0;
  return detail::quantile(smooth, 0.98) - detail::quantile(smooth, 0.02);
}

bool unusable(LeadQuality& quality, Defect defect) {
  quality.index = 0;
  quality.defects.assign(1, defect);
  return true;
}

bool is_unusable(LeadQuality& quality, const Samples& x, double rate_hz, size_t bad_samples) {
  if (x.empty()) return unusable(quality, Defect::Missing);
  if (static_cast<double>(bad_samples) > kGapShareMax * static_cast<double>(x.size()))
    return unusable(quality, Defect::Gaps);
  const auto second = std::max<size_t>(2, static_cast<size_t>(1.2 * rate_hz));
  const double swing = over_windows(x, std::min(second, x.size()), 0.6, [](std::span<const float> w) {
    return *std::max_element(w.begin(), w.end()) - *std::min_element(w.begin(), w.end());
  });
  if (swing < kFlatPeakToPeakUv) return unusable(quality, Defect::Flat);
  if (saturated_share(x, rate_hz) > kSaturatedShareMax) return unusable(quality, Defect::Saturated);
  return false;
}

}  // namespace

std::string_view describe(Defect defect) {
  switch (defect) {
    case Defect::Missing:
      return "not recorded";
    case Defect::Flat:
      return "flat line";
    case Defect::Gaps:
      return "gaps in the signal";
    case Defect::Saturated:
      return "amplifier at its limit";
    case Defect::BaselineWander:
      return "baseline wander";
    case Defect::MainsNoise:
      return "mains noise";
    case Defect::MuscleNoise:
      return "muscle or other fast noise";
    case Defect::LowSignalToNoise:
      return "beats differ much from each other";
  }
  return "";
}

std::string_view LeadQuality::word() const {
  if (index <= 0) return "unusable";
  return index >= kGood ? "good" : index >= kFair ? "fair" : "poor";
}

LeadQuality missing_lead(std::string lead) {
  LeadQuality quality;
  quality.lead = std::move(lead);
  quality.defects = {Defect::Missing};
  return quality;
}

LeadQuality judge_lead(std::string lead, const std::vector<float>& samples, double rate_hz,
                       size_t bad_samples) {
  LeadQuality quality;
  quality.lead = std::move(lead);
  quality.index = 1;
  if (is_unusable(quality, samples, rate_hz, bad_samples)) return quality;
  const auto window = std::max<size_t>(8, static_cast<size_t>(0.2 * rate_hz));
  quality.wander_uv = wander_peak_to_peak(samples, rate_hz);
  measure_mains(samples, rate_hz, quality);
  Samples fast = detail::smooth(samples, 0.004 * rate_hz);
  for (size_t i = 0; i < fast.size(); ++i) fast[i] = samples[i] - fast[i];
  quality.noise_uv = over_windows(fast, window, 0.3, [](std::span<const float> w) { return rms(w); });
  apply(quality, kMuscle, std::max(0.0, quality.noise_uv - 0.7 * quality.mains_uv));
  apply(quality, kMains, quality.mains_uv);
  apply(quality, kWander, quality.wander_uv);
  if (bad_samples > 0) {
    quality.index *= 0.7;
    quality.defects.push_back(Defect::Gaps);
  }
  return quality;
}

void add_snr(LeadQuality& quality, double snr_db) {
  quality.snr_db = snr_db;
  if (!quality.usable()) return;
  const double share = std::clamp((kSnrFineDb - snr_db) / (kSnrFineDb - kSnrBadDb), 0.0, 1.0);
  quality.index *= 1 - share * (1 - kSnrFloor);
  if (share > 0.3) quality.defects.push_back(Defect::LowSignalToNoise);
}

}  // namespace xinglin::resting_ecg
