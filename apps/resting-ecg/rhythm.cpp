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

struct Interval {
  double ms = 0;
  bool joined = false;         // begins where the one before it in the list ends
  bool touches_other = false;  // one of its beats has another shape
};

std::vector<double> lengths(const std::vector<Interval>& intervals) {
  std::vector<double> out;
  for (const Interval& interval : intervals) out.push_back(interval.ms);
  return out;
}

std::vector<Interval> certain_intervals(const std::vector<TimedBeat>& beats) {
  std::vector<Interval> intervals;
  bool joined = false;
  for (size_t i = 1; i < beats.size(); ++i) {
    if (!beats[i].certain || !beats[i - 1].certain) {
      joined = false;
      continue;
    }
    const bool other = !beats[i].usual_shape || !beats[i - 1].usual_shape;
    intervals.push_back({(beats[i].time_s - beats[i - 1].time_s) * 1000, joined, other});
    joined = true;
  }
  return intervals;
}

double middle(const std::vector<double>& values) {
  return detail::median({values.begin(), values.end()});
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
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

double root_mean_square_difference(const std::vector<Interval>& intervals) {
  double sum = 0;
  size_t pairs = 0;
  for (size_t i = 1; i < intervals.size(); ++i) {
    if (!intervals[i].joined) continue;
    sum += (intervals[i].ms - intervals[i - 1].ms) * (intervals[i].ms - intervals[i - 1].ms);
    ++pairs;
  }
  return pairs == 0 ? 0 : std::sqrt(sum / static_cast<double>(pairs));
}

Regularity regularity_of(Rhythm& rhythm, const std::vector<Interval>& intervals) {
  const std::vector<double> rr = lengths(intervals);
  const double usual = middle(rr);
  if (share_within(rr, usual) >= 0.9) return Regularity::Regular;
  // Intervals that touch no early and no differently shaped beat; the one after an early beat is its pause.
  std::vector<Interval> undisturbed;
  bool after_early = false, joined = false;
  for (const Interval& interval : intervals) {
    const bool early = interval.ms < kEarly * usual;
    rhythm.early_beats += early ? 1 : 0;
    const bool odd = early || interval.touches_other || (interval.joined && after_early);
    if (!odd) undisturbed.push_back({interval.ms, interval.joined && joined, false});
    joined = !odd;
    after_early = early;
  }
  const bool unbroken =
      std::all_of(intervals.begin() + 1, intervals.end(), [](const Interval& i) { return i.joined; });
  if (unbroken && (pattern_repeats(rr, 2) || pattern_repeats(rr, 3))) return Regularity::RegularlyIrregular;
  const std::vector<double> quiet = lengths(undisturbed);
  if (quiet.size() >= 3 && quiet.size() * 3 >= rr.size() && share_within(quiet, middle(quiet)) >= 0.9)
    return Regularity::Interrupted;
  const std::vector<Interval>& judged =
      undisturbed.size() >= kIntervalsForRegularity ? undisturbed : intervals;
  return root_mean_square_difference(judged) > kRestless * mean_of(lengths(judged))
             ? Regularity::IrregularlyIrregular
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
  for (const TimedBeat& beat : beats) {
    rhythm.other_shape_beats += beat.certain && !beat.usual_shape ? 1 : 0;
    rhythm.uncertain_beats += beat.certain ? 0 : 1;
  }
  const std::vector<Interval> intervals = certain_intervals(beats);
  const auto none = [&](std::string why) {
    const Measure m = Measure::none(std::move(why));
    rhythm.heart_rate = rhythm.rr_mean_ms = rhythm.rr_min_ms = rhythm.rr_max_ms = rhythm.rr_sd_ms =
        rhythm.rmssd_ms = m;
    rhythm.reason = m.reason;
    return rhythm;
  };
  if (beats.size() < kBeatsForRate) return none("fewer than three beats were found");
  if (intervals.size() < kBeatsForRate - 1 || intervals.size() * 3 < beats.size() - 1)
    return none("too few beats stand clear of the noise");
  const std::vector<double> rr = lengths(intervals);
  const double mean = mean_of(rr);
  double squares = 0;
  for (const double v : rr) squares += (v - mean) * (v - mean);
  rhythm.heart_rate = Measure::of(60'000 / mean);
  rhythm.rr_mean_ms = Measure::of(mean);
  rhythm.rr_min_ms = Measure::of(*std::min_element(rr.begin(), rr.end()));
  rhythm.rr_max_ms = Measure::of(*std::max_element(rr.begin(), rr.end()));
  rhythm.rr_sd_ms = Measure::of(std::sqrt(squares / static_cast<double>(rr.size() - 1)));
  rhythm.rmssd_ms = Measure::of(root_mean_square_difference(intervals));
  if (intervals.size() < kIntervalsForRegularity) {
    rhythm.reason = beats.size() <= kIntervalsForRegularity ? "fewer than five beats were found"
                                                            : "too few beats stand clear of the noise";
    return rhythm;
  }
  rhythm.regularity = regularity_of(rhythm, intervals);
  return rhythm;
}

}  // namespace xinglin::resting_ecg
