#include "apps/resting-ecg/beats.h"

#include <algorithm>
#include <cmath>

#include "apps/resting-ecg/detail/qrs_envelope.h"

namespace xinglin::resting_ecg {

namespace {

using detail::QrsEnvelope;
using detail::Samples;

constexpr float kCandidateMin = 0.08f;  // peaks below this share of the beat height are never beats
constexpr double kPeakReachS = 0.09;    // a candidate is the largest value within this time on both sides
constexpr double kEdgeS = 0.05;         // a complex cut off by the end of the strip is not counted
constexpr double kNoiseReachS = 1.5;
constexpr double kRefractoryS = 0.20;  // no beat follows another sooner
constexpr double kSoftRefractoryS = 0.34;
constexpr double kLookBackS = 8;     // longer pauses cost no more
constexpr float kThreshold = 0.30f;  // of the local level, plus ...
constexpr float kNoiseShare =
    0.75f;  // ... this share of the local noise: such a peak neither gains nor costs
constexpr double kLevelQuantile = 0.35;  // the level is set by the smaller beats around
constexpr float kEarlyCost = 0.25f;      // for a beat that comes before 0.8 of the local interval
constexpr float kGainMax = 1.1f;
constexpr double kGapFrom = 1.6;  // an interval this many times the local one starts to cost
constexpr float kGapCost = 1.0f, kGapCostMax = 0.6f;

struct Candidate {
  size_t at = 0;  // in envelope samples
  float height = 0, sharpness = 0;
  float level = 1;                 // local beat stature
  float noise = 0;                 // median of the envelope around
  float typical_sharpness = 0.8f;  // sharpness / height of the beats around
  double rhythm_s = 0;             // local median RR; 0 = not known yet
};

float noise_around(const Samples& height, size_t centre, size_t reach) {
  const size_t from = centre > reach ? centre - reach : 0, to = std::min(height.size(), centre + reach);
  std::vector<float> window;
  for (size_t k = from; k < to; k += 4) window.push_back(height[k]);
  return detail::median(std::move(window));
}

std::vector<Candidate> find_candidates(const QrsEnvelope& envelope) {
  const auto& h = envelope.height;
  const auto reach = std::max<size_t>(1, static_cast<size_t>(kPeakReachS * envelope.rate_hz));
  std::vector<Candidate> found;
  const auto edge = static_cast<size_t>(kEdgeS * envelope.rate_hz);
  for (size_t i = edge; i + edge < h.size(); ++i) {
    if (h[i] < kCandidateMin) continue;
    const size_t from = i > reach ? i - reach : 0, to = std::min(h.size() - 1, i + reach);
    bool top = true;
    for (size_t k = from; k <= to && top; ++k) top = k < i ? h[k] < h[i] : h[k] <= h[i];
    if (!top) continue;
    const float sharp = *std::max_element(envelope.sharpness.begin() + static_cast<ptrdiff_t>(from),
                                          envelope.sharpness.begin() + static_cast<ptrdiff_t>(to) + 1);
    found.push_back({i, h[i], sharp});
    found.back().noise = noise_around(h, i, static_cast<size_t>(kNoiseReachS * envelope.rate_hz));
  }
  return found;
}

// Height, reduced where the deflection is blunter than the beats around it (a T wave is; a wide beat only a
// little).
float stature(const Candidate& c) {
  const float blunt = c.sharpness / (c.height * c.typical_sharpness);
  return c.height * std::sqrt(std::min(1.0f, blunt));
}

float gain_of(const Candidate& c) {
  const float gain = std::log(stature(c) / (kThreshold * c.level + kNoiseShare * c.noise));
  return gain < kGainMax ? gain : kGainMax + 0.1f * (gain - kGainMax);
}

// What it costs to take `b` as the beat after `a`.
float transition_cost(const Candidate& a, const Candidate& b, double rr_s) {
  float cost = 0;
  if (rr_s < kSoftRefractoryS)
    cost += 0.9f * static_cast<float>((kSoftRefractoryS - rr_s) / (kSoftRefractoryS - kRefractoryS));
  const float relative = b.height / a.height;
  const float sharpness = (b.sharpness / b.height) / (a.sharpness / a.height + 1e-6f);
  if (rr_s < 0.5 && relative < 0.6f && sharpness < 0.6f) cost += 1.0f;  // a T wave, most likely
  const double rhythm = b.rhythm_s > 0 ? b.rhythm_s : 1.0;
  if (rr_s < 0.8 * rhythm && b.rhythm_s > 0)
    cost += kEarlyCost * static_cast<float>(1 - rr_s / (0.8 * rhythm));
  if (rr_s > kGapFrom * rhythm)
    cost += std::min(kGapCostMax, kGapCost * static_cast<float>(std::log(rr_s / (kGapFrom * rhythm))));
  return cost;
}

// The best sequence of candidates by dynamic programming; returns their indices in order.
std::vector<size_t> best_path(const std::vector<Candidate>& candidates, double rate_hz) {
  const size_t n = candidates.size();
  std::vector<float> score(n);
  std::vector<ptrdiff_t> from(n, -1);
  size_t best_before = 0;  // best end among candidates too far back to be looked at one by one
  bool have_before = false;
  size_t first = 0;
  for (size_t i = 0; i < n; ++i) {
    const auto seconds = [&](size_t j) {
      return static_cast<double>(candidates[i].at - candidates[j].at) / rate_hz;
    };
    while (first < i && seconds(first) > kLookBackS) {
      if (!have_before || score[first] > score[best_before]) best_before = first;
      have_before = true;
      ++first;
    }
    float best = 0;  // i is the first beat
    if (have_before && score[best_before] - kGapCostMax > best) {
      best = score[best_before] - kGapCostMax;
      from[i] = static_cast<ptrdiff_t>(best_before);
    }
    for (size_t j = first; j < i; ++j) {
      const double rr_s = seconds(j);
      if (rr_s < kRefractoryS) break;
      const float total = score[j] - transition_cost(candidates[j], candidates[i], rr_s);
      if (total > best) {
        best = total;
        from[i] = static_cast<ptrdiff_t>(j);
      }
    }
    score[i] = best + gain_of(candidates[i]);
  }
  std::vector<size_t> path;
  if (n == 0) return path;
  const auto last = std::max_element(score.begin(), score.end());
  if (*last <= 0) return path;
  for (ptrdiff_t i = last - score.begin(); i >= 0; i = from[static_cast<size_t>(i)])
    path.push_back(static_cast<size_t>(i));
  std::reverse(path.begin(), path.end());
  return path;
}

// Second look: levels and rhythm around each candidate from the beats of the first look.
void set_surroundings(std::vector<Candidate>& candidates, const std::vector<size_t>& path, double rate_hz) {
  if (path.size() < 4) return;
  constexpr size_t kReach = 5;
  size_t next = 0;
  std::vector<float> levels, sharp;  // set at the end: stature() of a beat depends on them
  for (Candidate& c : candidates) {
    while (next < path.size() && candidates[path[next]].at < c.at) ++next;
    const size_t from = next > kReach ? next - kReach : 0, to = std::min(path.size(), next + kReach + 1);
    std::vector<float> heights, ratios, intervals;
    for (size_t k = from; k < to; ++k) {
      const Candidate& beat = candidates[path[k]];
      heights.push_back(stature(beat));
      ratios.push_back(beat.sharpness / beat.height);
      if (k > from)
        intervals.push_back(static_cast<float>(candidates[path[k]].at - candidates[path[k - 1]].at));
    }
    levels.push_back(detail::quantile(heights, kLevelQuantile));
    sharp.push_back(detail::median(ratios));
    c.rhythm_s = intervals.empty() ? 0 : detail::quantile(intervals, 0.6) / rate_hz;
  }
  for (size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].level = levels[i];
    candidates[i].typical_sharpness = sharp[i];
  }
}

// The largest joint deflection within 70 ms of the envelope peak, at full rate.
size_t refine(std::span<const Samples> leads, double rate_hz, size_t centre) {
  const auto reach = static_cast<size_t>(0.07 * rate_hz);
  const size_t n = leads.front().size();
  const size_t from = centre > reach ? centre - reach : 0, to = std::min(n, centre + reach + 1);
  const auto wide =
      static_cast<size_t>(0.25 * rate_hz);  // the level around, not that of a wide complex itself
  const size_t first = centre > wide ? centre - wide : 0, last = std::min(n, centre + wide + 1);
  std::vector<float> energy(to - from, 0.0f);
  for (const Samples& lead : leads) {
    const float base = detail::median(
        {lead.begin() + static_cast<ptrdiff_t>(first), lead.begin() + static_cast<ptrdiff_t>(last)});
    for (size_t i = from; i < to; ++i) energy[i - from] += (lead[i] - base) * (lead[i] - base);
  }
  // Nearness to the centre of energy counts too: of a wide beat the latest peak may be the largest.
  const double sigma = 0.045 * rate_hz;
  for (size_t i = from; i < to; ++i) {
    const double away = (static_cast<double>(i) - static_cast<double>(centre)) / sigma;
    energy[i - from] *= static_cast<float>(std::exp(-away * away / 2));
  }
  return from + static_cast<size_t>(std::max_element(energy.begin(), energy.end()) - energy.begin());
}

}  // namespace

std::vector<Beat> detect_beats(std::span<const std::vector<float>> leads, double rate_hz) {
  std::vector<Beat> beats;
  if (leads.empty() || rate_hz < 80 || rate_hz > 4000) return beats;
  const QrsEnvelope envelope = detail::qrs_envelope(leads, rate_hz);
  if (envelope.empty()) return beats;
  std::vector<Candidate> candidates = find_candidates(envelope);
  std::vector<size_t> path = best_path(candidates, envelope.rate_hz);
  for (int look = 0; look < 2; ++look) {
    set_surroundings(candidates, path, envelope.rate_hz);
    path = best_path(candidates, envelope.rate_hz);
  }
  const auto reach = static_cast<size_t>(0.5 * envelope.rate_hz);
  for (const size_t index : path) {
    const Candidate& c = candidates[index];
    const size_t from = c.at > reach ? c.at - reach : 0, to = std::min(envelope.height.size(), c.at + reach);
    const float around = detail::median({envelope.height.begin() + static_cast<ptrdiff_t>(from),
                                         envelope.height.begin() + static_cast<ptrdiff_t>(to)});
    const size_t centre = c.at * envelope.decimation + envelope.decimation / 2;
    beats.push_back({refine(leads, rate_hz, centre), c.height / c.level, c.height / std::max(around, 0.02f)});
  }
  return beats;
}

}  // namespace xinglin::resting_ecg
