#include "apps/resting-ecg/detail/wave_evidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace xinglin::resting_ecg::detail {

namespace {

// The projection of [from, to) with the line between its ends taken out; empty when it leaves the strip.
Samples window_of(const Leads& leads, const std::vector<float>& weights, ptrdiff_t from, ptrdiff_t to) {
  constexpr ptrdiff_t kEnd = 5;  // samples averaged at each end
  if (from < 0 || to - from < 2 * kEnd || to > static_cast<ptrdiff_t>(leads.front().size())) return {};
  Samples out(static_cast<size_t>(to - from), 0.0f);
  for (size_t l = 0; l < leads.size(); ++l)
    for (size_t i = 0; i < out.size(); ++i) out[i] += weights[l] * leads[l][static_cast<size_t>(from) + i];
  const float first = std::accumulate(out.begin(), out.begin() + kEnd, 0.0f) / kEnd;
  const float last = std::accumulate(out.end() - kEnd, out.end(), 0.0f) / kEnd;
  for (size_t i = 0; i < out.size(); ++i)
    out[i] -= first + (last - first) * static_cast<float>(i) / static_cast<float>(out.size());
  return out;
}

double dot(const Samples& a, const Samples& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

Evidence weigh(const MedianBeat& median, const Leads& leads, const std::vector<SortedBeat>& beats, int shape,
               const std::vector<float>& weights, ptrdiff_t from, ptrdiff_t to) {
  Evidence out;
  out.seen.assign(beats.size(), false);
  const Samples wave = window_of(median.leads, weights, from, to);
  if (wave.empty()) return out;
  const double energy = dot(wave, wave);
  double residual = 0;
  for (size_t i = 0; i < beats.size(); ++i) {
    if (beats[i].shape != shape) continue;
    const ptrdiff_t start = beats[i].at - median.centre + from;
    const Samples beat = window_of(leads, weights, start, start + to - from);
    if (beat.empty()) continue;
    ++out.beats;
    const double share = dot(beat, wave) / (energy + 1e-9);
    out.seen[i] = share > 0.5 && share < 2.0;
    for (size_t k = 0; k < wave.size(); ++k)
      residual += static_cast<double>(beat[k] - wave[k]) * static_cast<double>(beat[k] - wave[k]);
  }
  if (out.beats == 0) return out;
  residual /= static_cast<double>(out.beats);
  out.ratio = energy / (residual + 1e-6);
  out.residual_uv = std::sqrt(residual / static_cast<double>(wave.size()));
  return out;
}

double recurrence(const MedianBeat& median, const Wave& p) {
  const auto samples = [&](double seconds) {
    return static_cast<ptrdiff_t>(std::lround(seconds * median.rate_hz));
  };
  const ptrdiff_t half = samples(0.05);
  Samples band;
  {
    const Samples z = project(median.leads, p.weights);
    band = smooth(z, 0.010 * median.rate_hz);
    const Samples slow = smooth(z, 0.045 * median.rate_hz);
    for (size_t i = 0; i < band.size(); ++i) band[i] -= slow[i];
  }
  const auto cut = [&](ptrdiff_t centre) -> Samples {
    if (centre - half < 0 || centre + half >= static_cast<ptrdiff_t>(band.size())) return {};
    return {band.begin() + (centre - half), band.begin() + (centre + half + 1)};
  };
  const Samples wave = cut(p.peak);
  const double energy = dot(wave, wave);
  double best = 0;
  for (ptrdiff_t lag = samples(0.14); lag <= samples(0.30) && !wave.empty(); ++lag) {
    const Samples other = cut(p.peak - lag);
    if (other.empty()) break;
    const double other_energy = dot(other, other);
    const double size = std::sqrt(other_energy / (energy + 1e-9));
    if (size > 0.5 && size < 2.0)
      best = std::max(best, dot(wave, other) / std::sqrt(energy * other_energy + 1e-9));
  }
  return best;
}

}  // namespace xinglin::resting_ecg::detail
