#include "apps/resting-ecg/detail/amplitudes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/resting-ecg/intervals.h"

namespace xinglin::resting_ecg::detail {

namespace {

constexpr double kVectorMinUv =
    20;  // mean over the wave; below it the limb leads cancel and the axis means nothing

const Samples* find(const MedianBeat& beat, const std::vector<std::string>& names, std::string_view name) {
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return &beat.leads[i];
  return nullptr;
}

// Mean over [from, to) above the line between both ends (for P and T) or above zero (QRS: the baseline is
// zero).
double mean_area(const Samples& x, ptrdiff_t from, ptrdiff_t to, bool above_chord) {
  if (to <= from) return 0;
  const double sum = std::accumulate(x.begin() + from, x.begin() + to, 0.0);
  const double chord = above_chord ? (x[static_cast<size_t>(from)] + x[static_cast<size_t>(to)]) / 2.0 : 0.0;
  return sum / static_cast<double>(to - from) - chord;
}

struct LimbLeads {
  const Samples* i = nullptr;
  Samples avf;
};

std::optional<LimbLeads> limb_leads(const MedianBeat& beat, const std::vector<std::string>& names) {
  LimbLeads limb;
  limb.i = find(beat, names, "I");
  const Samples *avf = find(beat, names, "aVF"), *ii = find(beat, names, "II"),
                *iii = find(beat, names, "III");
  if (limb.i == nullptr || (avf == nullptr && ii == nullptr && iii == nullptr)) return std::nullopt;
  limb.avf = avf != nullptr ? *avf : ii != nullptr ? *ii : *iii;
  if (avf == nullptr) {
    const float part = ii != nullptr ? -0.5f : 0.5f;
    for (size_t k = 0; k < limb.avf.size(); ++k) limb.avf[k] += part * (*limb.i)[k];
  }
  return limb;
}

Measure axis(const LimbLeads& limb, ptrdiff_t from, ptrdiff_t to, bool above_chord) {
  const double x = mean_area(*limb.i, from, to, above_chord), y = mean_area(limb.avf, from, to, above_chord);
  if (std::hypot(x, y) < kVectorMinUv / (above_chord ? 4 : 1))
    return Measure::none("deflections in the limb leads cancel or are too small");
  return Measure::of(frontal_axis_deg(x, y));
}

}  // namespace

void set_axes(const MedianBeat& beat, const std::vector<std::string>& names, const Landmarks& marks,
              Analysis& out) {
  const std::optional<LimbLeads> limb = limb_leads(beat, names);
  if (!limb) {
    out.p_axis_deg = out.qrs_axis_deg = out.t_axis_deg =
        Measure::none("lead I and one of II, III, aVF are needed");
    return;
  }
  out.qrs_axis_deg = axis(*limb, marks.qrs.on, marks.qrs.off, false);
  out.p_axis_deg = marks.p ? axis(*limb, marks.p->on, marks.p->off, true) : Measure::none(out.p_ms.reason);
  out.t_axis_deg = marks.t ? axis(*limb, marks.t->on, marks.t->off, true) : Measure::none(out.qt_ms.reason);
}

void set_amplitudes(const MedianBeat& beat, const std::vector<std::string>& names, const Landmarks& marks,
                    Analysis& out) {
  for (size_t l = 0; l < names.size(); ++l) {
    const Samples& x = beat.leads[l];
    const float level = x[static_cast<size_t>(marks.qrs.on)];
    const auto [low, high] = std::minmax_element(x.begin() + marks.qrs.on, x.begin() + marks.qrs.off + 1);
    LeadAmplitudes amplitudes;
    amplitudes.lead = names[l];
    amplitudes.r_uv = std::max(0.0f, *high - level);
    amplitudes.s_uv = std::min(0.0f, *low - level);
    amplitudes.j_uv = x[static_cast<size_t>(marks.qrs.off)] - level;
    if (marks.t) amplitudes.t_uv = x[static_cast<size_t>(marks.t->peak)] - level;
    out.amplitudes.push_back(std::move(amplitudes));
  }
}

double snr_db(const MedianBeat& beat, const Samples& lead, size_t index,
              const std::vector<SortedBeat>& beats) {
  constexpr size_t kBeatsMax = 12;
  const Samples& median = beat.leads[index];
  const auto before = static_cast<ptrdiff_t>(0.25 * beat.rate_hz),
             after = static_cast<ptrdiff_t>(0.40 * beat.rate_hz);
  std::vector<float> departures;  // mean square of each beat; their median leaves a burst of noise out
  for (const SortedBeat& b : beats) {
    const ptrdiff_t at = b.at;
    if (b.shape != 0 || departures.size() >= kBeatsMax || at - before < 0 ||
        at + after >= static_cast<ptrdiff_t>(lead.size()))
      continue;
    double squares = 0;
    for (ptrdiff_t i = -before; i < after; ++i) {
      const double d = lead[static_cast<size_t>(at + i)] - median[static_cast<size_t>(beat.centre + i)];
      squares += d * d;
    }
    departures.push_back(static_cast<float>(squares / static_cast<double>(before + after)));
  }
  if (departures.empty()) return 0;
  const double noise = std::sqrt(static_cast<double>(detail::median(std::move(departures))));
  const auto [low, high] = std::minmax_element(median.begin() + beat.centre - before / 2,
                                               median.begin() + beat.centre + before / 2);
  const double signal = static_cast<double>(*high - *low) / (2 * std::sqrt(2.0));
  return 20 * std::log10((signal + 1e-3) / (noise + 1e-3));
}

}  // namespace xinglin::resting_ecg::detail
