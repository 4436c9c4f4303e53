#include "apps/resting-ecg/detail/delineate.h"

#include <algorithm>
#include <cmath>

namespace xinglin::resting_ecg::detail {

namespace {

// Shares of the steepest slope below which a wave has begun or ended; chosen on the development records of
// LUDB.
constexpr double kQrsSmoothS = 0.004, kPSmoothS = 0.007, kTSmoothS = 0.012;
constexpr float kQrsOnShare = 0.03f, kQrsOffShare = 0.07f, kNoiseTimes = 2.5f;
constexpr float kPOnShare = 0.25f, kPOffShare = 0.45f;
constexpr float kTOffShare = 0.30f, kTOnShare = 0.30f;
constexpr float kSecondPhaseShare = 0.6f;  // of the first phase of T, for its end to count
constexpr double kTPlaceS = 0.30,
                 kTPlaceSpreadS = 0.12;  // T peak after QRS onset at RR = 1 s, and how far from it

ptrdiff_t ms(const MedianBeat& beat, double value) {
  return std::lround(value * beat.rate_hz / 1000);
}

// First principal component of the leads in [from, to), by power iteration on their covariance (leads x
// leads).
std::vector<float> principal_weights(const Leads& leads, ptrdiff_t from, ptrdiff_t to) {
  const size_t n = leads.size();
  std::vector<double> covariance(n * n, 0.0), w(n, 0.0), next(n);
  for (size_t a = 0; a < n; ++a)
    for (size_t b = a; b < n; ++b) {
      double sum = 0;
      for (ptrdiff_t i = from; i < to; ++i)
        sum += static_cast<double>(leads[a][static_cast<size_t>(i)]) * leads[b][static_cast<size_t>(i)];
      covariance[a * n + b] = covariance[b * n + a] = sum;
    }
  size_t largest = 0;
  for (size_t a = 1; a < n; ++a)
    if (covariance[a * n + a] > covariance[largest * n + largest]) largest = a;
  w[largest] = 1;
  for (int turn = 0; turn < 25; ++turn) {
    double norm = 0;
    for (size_t a = 0; a < n; ++a) {
      next[a] = 0;
      for (size_t b = 0; b < n; ++b) next[a] += covariance[a * n + b] * w[b];
      norm += next[a] * next[a];
    }
    if (norm <= 0) break;
    for (size_t a = 0; a < n; ++a) w[a] = next[a] / std::sqrt(norm);
  }
  return {w.begin(), w.end()};
}

// Deflections of a given width whatever they ride on.
Samples band(const Samples& x, double rate_hz, double narrow_s, double wide_s) {
  Samples out = smooth(x, narrow_s * rate_hz);
  const Samples slow = smooth(x, wide_s * rate_hz);
  for (size_t i = 0; i < out.size(); ++i) out[i] -= slow[i];
  return out;
}

// From `start` in steps of `step` to where |slope| has stayed below `level` for `quiet` samples; stops at
// `limit`.
ptrdiff_t walk_to_quiet(const Samples& speed, ptrdiff_t start, ptrdiff_t limit, float level,
                        ptrdiff_t quiet) {
  const ptrdiff_t step = limit > start ? 1 : -1;
  ptrdiff_t run = 0;
  for (ptrdiff_t i = start; i != limit; i += step) {
    run = speed[static_cast<size_t>(i)] < level ? run + 1 : 0;
    if (run >= quiet) return i - step * (quiet - 1);
  }
  return limit;
}

ptrdiff_t arg_max(const Samples& x, ptrdiff_t from, ptrdiff_t to) {
  return std::max_element(x.begin() + from, x.begin() + to) - x.begin();
}

Leads smoothed(const MedianBeat& beat, double sigma_s) {
  Leads out;
  for (const Samples& lead : beat.leads) out.push_back(smooth(lead, sigma_s * beat.rate_hz));
  return out;
}

Samples absolute(Samples x) {
  for (float& v : x) v = std::abs(v);
  return x;
}

}  // namespace

Samples project(const Leads& leads, const std::vector<float>& weights) {
  Samples out(leads.front().size(), 0.0f);
  for (size_t l = 0; l < leads.size(); ++l)
    for (size_t i = 0; i < out.size(); ++i) out[i] += weights[l] * leads[l][i];
  return out;
}

std::optional<Bounds> find_qrs(const MedianBeat& beat) {
  const ptrdiff_t n = beat.length();
  if (n < ms(beat, 900)) return std::nullopt;
  Samples speed(static_cast<size_t>(n), 0.0f);
  for (const Samples& lead : smoothed(beat, kQrsSmoothS)) {
    const Samples slope = difference(lead);
    for (size_t i = 0; i < slope.size(); ++i) speed[i] += slope[i] * slope[i];
  }
  for (float& v : speed) v = std::sqrt(v);
  const ptrdiff_t top = arg_max(speed, beat.centre - ms(beat, 90), beat.centre + ms(beat, 90));
  const float peak = speed[static_cast<size_t>(top)];
  if (!(peak > 0)) return std::nullopt;
  const float noise = quantile(
      {speed.begin() + beat.centre - ms(beat, 300), speed.begin() + beat.centre + ms(beat, 400)}, 0.15);
  const ptrdiff_t quiet = std::max<ptrdiff_t>(2, ms(beat, 12));
  Bounds qrs;
  qrs.on = walk_to_quiet(speed, top, std::max<ptrdiff_t>(0, top - ms(beat, 180)),
                         kQrsOnShare * peak + kNoiseTimes * noise, quiet);
  qrs.off = walk_to_quiet(speed, top, std::min(n - 1, top + ms(beat, 200)),
                          kQrsOffShare * peak + kNoiseTimes * noise, quiet);
  return qrs;
}

std::optional<Wave> find_t(const MedianBeat& beat, const Bounds& qrs, double rr_s, ptrdiff_t latest) {
  const ptrdiff_t from = qrs.off + ms(beat, 40), to = std::min(beat.length() - 1, latest);
  if (to - from < ms(beat, 100)) return std::nullopt;
  // QRS is cut out, so that its skirt does not reach into the window.
  Leads leads = smoothed(beat, kTSmoothS);
  Leads bands;
  for (Samples& lead : leads) {
    Samples held = lead;
    std::fill(held.begin(), held.begin() + qrs.off + ms(beat, 20),
              lead[static_cast<size_t>(qrs.off + ms(beat, 20))]);
    bands.push_back(band(held, beat.rate_hz, 0.015, 0.08));
  }
  Wave t;
  t.weights = principal_weights(bands, from, to);
  const Samples m = absolute(project(bands, t.weights));
  // Of several maxima the one near the usual place is taken, unless another is much larger.
  float best = 0;
  for (ptrdiff_t i = from + 1; i + 1 < to; ++i) {
    const auto k = static_cast<size_t>(i);
    if (m[k] < m[k - 1] || m[k] <= m[k + 1]) continue;
    const double off_s = static_cast<double>(i - qrs.on) / beat.rate_hz - kTPlaceS * std::sqrt(rr_s);
    const float score =
        m[k] * static_cast<float>(std::exp(-off_s * off_s / (2 * kTPlaceSpreadS * kTPlaceSpreadS)));
    if (score <= best) continue;
    best = score;
    t.peak = i;
  }
  if (best <= 0) return std::nullopt;
  // A second phase of the opposite sign that is nearly as large belongs to the wave: its end counts.
  const Samples z = project(leads, t.weights);
  Samples speed = absolute(difference(z));
  const Samples signed_band = project(bands, t.weights);
  for (ptrdiff_t i = t.peak + ms(beat, 40); i < std::min(to - 1, t.peak + ms(beat, 200)); ++i) {
    const auto k = static_cast<size_t>(i);
    if (m[k] >= m[k - 1] && m[k] > m[k + 1] && m[k] > kSecondPhaseShare * m[static_cast<size_t>(t.peak)] &&
        i < to - ms(beat, 40) && signed_band[k] * signed_band[static_cast<size_t>(t.peak)] < 0 &&
        std::abs(z[k]) > 0.3f * std::abs(z[static_cast<size_t>(t.peak)]) && z[k] * z[(size_t)t.peak] < 0) {
      t.peak = i;
      break;
    }
  }
  const ptrdiff_t last = std::min(to, t.peak + ms(beat, 170));
  if (last - t.peak < 3) return std::nullopt;
  const ptrdiff_t steepest = arg_max(speed, t.peak, last);
  const float slope = speed[static_cast<size_t>(steepest)];
  if (!(slope > 0)) return std::nullopt;
  t.off = walk_to_quiet(speed, steepest, to, kTOffShare * slope, std::max<ptrdiff_t>(2, ms(beat, 10)));
  const ptrdiff_t before = std::max(qrs.off, t.peak - ms(beat, 200));
  t.on = walk_to_quiet(speed, arg_max(speed, before, t.peak), before, kTOnShare * slope, 2);
  for (const Samples& b : bands)
    t.height_uv = std::max(t.height_uv, std::abs(b[static_cast<size_t>(t.peak)]));
  return t;
}

std::optional<Wave> find_p(const MedianBeat& beat, const Bounds& qrs, ptrdiff_t earliest) {
  const ptrdiff_t from = std::max<ptrdiff_t>(2, earliest), to = qrs.on - ms(beat, 15);
  if (to - from < ms(beat, 40)) return std::nullopt;
  Leads leads = smoothed(beat, kPSmoothS), bands;
  for (Samples& lead : leads) {
    Samples held = lead;
    std::fill(held.begin() + qrs.on - ms(beat, 4), held.end(),
              lead[static_cast<size_t>(qrs.on - ms(beat, 4))]);
    bands.push_back(band(held, beat.rate_hz, 0.010, 0.045));
  }
  Wave p;
  p.weights = principal_weights(bands, from, to);
  const Samples m = absolute(project(bands, p.weights));
  // Only true maxima count (the tail of T at the window's edge is none), the more the nearer to the QRS.
  float best = 0;
  for (ptrdiff_t i = from + 1; i < to; ++i) {
    const auto k = static_cast<size_t>(i);
    if (m[k] < m[k - 1] || m[k] <= m[k + 1]) continue;
    const double far = std::max(0.0, static_cast<double>(qrs.on - i) / beat.rate_hz - 0.16) / 0.09;
    const float score = m[k] * static_cast<float>(std::exp(-far * far / 2));
    if (score <= best) continue;
    best = score;
    p.peak = i;
  }
  if (best <= 0) return std::nullopt;
  const Samples z = project(leads, p.weights);
  const Samples speed = absolute(difference(z));
  const ptrdiff_t left = std::max(from, p.peak - ms(beat, 75)),
                  right = std::min(qrs.on, p.peak + ms(beat, 75));
  const ptrdiff_t rise = arg_max(speed, left, p.peak + 1), fall = arg_max(speed, p.peak, right);
  const ptrdiff_t quiet = std::max<ptrdiff_t>(2, ms(beat, 8));
  p.on = walk_to_quiet(speed, rise, std::max<ptrdiff_t>(1, std::min(from, p.peak - ms(beat, 90))),
                       kPOnShare * speed[static_cast<size_t>(rise)], quiet);
  p.off = walk_to_quiet(speed, fall, qrs.on, kPOffShare * speed[static_cast<size_t>(fall)], quiet);
  for (const Samples& b : bands)
    p.height_uv = std::max(p.height_uv, std::abs(b[static_cast<size_t>(p.peak)]));
  return p;
}

}  // namespace xinglin::resting_ecg::detail
