#include "apps/resting-ecg/rhythm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/resting-ecg/detail/signal.h"

namespace xinglin::resting_ecg {

namespace {

constexpr size_t kBeatsForRate = 3, kIntervalsForRegularity = 4;
constexpr double kTolerance = 0.12, kToleranceMinMs = 60;
constexpr double kEarly = 0.85;  // of the median interval
constexpr double kPatternTolerance = 0.08;
constexpr double kRestless = 0.10;  // RMSSD / mean

double middle(const std::vector<double>& values) {
  return detail::median({values.begin(), values.end()});
}

double share_within(const std::vector<double>& rr, double centre) {
  const double tolerance = std::max(kTolerance * centre, kToleranceMinMs);
  const auto inside =
      std::count_if(rr.begin(), rr.end(), [&](double v) { return std::abs(v - centre) <= tolerance; });
  return rr.empty() ? 0 : static_cast<double>(inside) / static_cast<double>(rr.size());
}

bool pattern_repeats(const std::vector<double>& rr, size_t period) {
  if (rr.size() < 3 * period) return false;
  size_t same = 0, different = 0;
  for (size_t i = period; i < rr.size(); ++i)
    same += std::abs(rr[i] - rr[i - period]) <= kPatternTolerance * rr[i];
  for (size_t i = 1; i < rr.size(); ++i)
    different += std::abs(rr[i] - rr[i - 1]) > 2 * kPatternTolerance * rr[i];
  return static_cast<double>(same) >= 0.8 * static_cast<double>(rr.size() - period) &&
         different * 3 >= rr.size();
}

double root_mean_square_difference(const std::vector<double>& rr) {
  double sum = 0;
  for (size_t i = 1; i < rr.size(); ++i) sum += (rr[i] - rr[i - 1]) * (rr[i] - rr[i - 1]);
  return std::sqrt(sum / static_cast<double>(rr.size() - 1));
}

Regularity regularity_of(Rhythm& rhythm, const std::vector<TimedBeat>& beats, const std::vector<double>& rr) {
  const double usual = middle(rr);
  if (share_within(rr, usual) >= 0.9) return Regularity::Regular;
  // Intervals that touch no early and no differently shaped beat.
  std::vector<double> undisturbed;
  std::vector<bool> odd(beats.size(), false);
  for (size_t i = 0; i < beats.size(); ++i) {
    const bool early = i > 0 && rr[i - 1] < kEarly * usual;
    if (early) ++rhythm.early_beats;
    odd[i] = early || !beats[i].usual_shape;
  }
  for (size_t i = 0; i < rr.size(); ++i)
    if (!odd[i] && !odd[i + 1]) undisturbed.push_back(rr[i]);
  const auto odd_beats = static_cast<size_t>(std::count(odd.begin(), odd.end(), true));
  if (pattern_repeats(rr, 2) || pattern_repeats(rr, 3)) return Regularity::RegularlyIrregular;
  if (odd_beats * 3 <= beats.size() && undisturbed.size() >= 3 &&
      share_within(undisturbed, middle(undisturbed)) >= 0.9)
    return Regularity::Interrupted;
  const std::vector<double>& judged = undisturbed.size() >= kIntervalsForRegularity ? undisturbed : rr;
  const double mean = std::accumulate(judged.begin(), judged.end(), 0.0) / static_cast<double>(judged.size());
  return root_mean_square_difference(judged) > kRestless * mean ? Regularity::IrregularlyIrregular
                                                                : Regularity::Irregular;
}

}  // namespace

std::string_view describe(Regularity regularity) {
  switch (regularity) {
    case Regularity::CannotTell:
      return "cannot tell";
    case Regularity::Regular:
      return "regular";
    case Regularity::Interrupted:
      return "regular, interrupted by early or different beats";
    case Regularity::RegularlyIrregular:
      return "regularly irregular";
    case Regularity::Irregular:
      return "irregular";
    case Regularity::IrregularlyIrregular:
      return "irregularly irregular";
  }
  return "";
}

Rhythm measure_rhythm(const std::vector<TimedBeat>& beats) {
  Rhythm rhythm;
  for (const TimedBeat& beat : beats) rhythm.other_shape_beats += beat.usual_shape ? 0 : 1;
  if (beats.size() < kBeatsForRate) {
    const Measure none = Measure::none("fewer than three beats were found");
    rhythm.heart_rate = rhythm.rr_mean_ms = rhythm.rr_min_ms = rhythm.rr_max_ms = rhythm.rr_sd_ms =
        rhythm.rmssd_ms = none;
    rhythm.reason = none.reason;
    return rhythm;
  }
  std::vector<double> rr;
  for (size_t i = 1; i < beats.size(); ++i) rr.push_back((beats[i].time_s - beats[i - 1].time_s) * 1000);
  const double mean = std::accumulate(rr.begin(), rr.end(), 0.0) / static_cast<double>(rr.size());
  double squares = 0;
  for (const double v : rr) squares += (v - mean) * (v - mean);
  rhythm.heart_rate = Measure::of(60'000 / mean);
  rhythm.rr_mean_ms = Measure::of(mean);
  rhythm.rr_min_ms = Measure::of(*std::min_element(rr.begin(), rr.end()));
  rhythm.rr_max_ms = Measure::of(*std::max_element(rr.begin(), rr.end()));
  rhythm.rr_sd_ms = Measure::of(std::sqrt(squares / static_cast<double>(rr.size() - 1)));
  rhythm.rmssd_ms = Measure::of(root_mean_square_difference(rr));
  if (rr.size() < kIntervalsForRegularity) {
    rhythm.reason = "fewer than five beats were found";
    return rhythm;
  }
  rhythm.regularity = regularity_of(rhythm, beats, rr);
  return rhythm;
}

}  // namespace xinglin::resting_ecg
