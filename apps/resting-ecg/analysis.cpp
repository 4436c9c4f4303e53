#include "apps/resting-ecg/analysis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "apps/resting-ecg/beats.h"
#include "apps/resting-ecg/detail/amplitudes.h"
#include "apps/resting-ecg/detail/beat_noise.h"
#include "apps/resting-ecg/detail/strip.h"
#include "apps/resting-ecg/detail/wave_evidence.h"
#include "apps/resting-ecg/intervals.h"

namespace xinglin::resting_ecg {

namespace {

using detail::Bounds;
using detail::Evidence;
using detail::Landmarks;
using detail::Leads;
using detail::MedianBeat;
using detail::Samples;
using detail::SortedBeat;
using detail::Strip;
using detail::Wave;

constexpr std::array kTwelve = {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};
constexpr double kSortRateHz = 125;  // beats are sorted and aligned on coarser signals
constexpr size_t kMembersMin = 3, kRoughMembers = 9;
constexpr double kMembersShareMin = 0.3;  // of all beats that the commonest shape must have ...
constexpr float kClarityMin = 4;          // ... unless the beats stand out clearly
constexpr float kClarityOfOne = 4;        // for a beat that looks like no other to count as one
constexpr float kBurst = 3.5f;            // noise beside such a beat, against the quiet of the strip
constexpr double kIndexForIntervals =
    0.5;  // median over the leads; below it noise moves the ends of the waves
constexpr double kPresentRatio = 1.5, kAbsentRatio = 0.8;
constexpr float kPHeightMinUv = 12, kTHeightMinUv = 20;
constexpr double kRecurrenceMax = 0.83, kRecurrenceTrusted = 10;
constexpr double kQuietResidualUv = 45;  // below it an unseen P wave is really not there
constexpr double kPSearchS = 0.33;
constexpr double kIrregularForQtc = 0.15;  // RR standard deviation / mean

// Everything known about the strip while it is being analysed.
struct Work {
  Strip strip;
  std::vector<Beat> found;
  std::vector<SortedBeat> sorted;
  MedianBeat median;
  std::optional<Bounds> qrs;
  std::optional<Wave> p, t;
  std::vector<bool> p_seen;
  double next_rr_s = 1, previous_rr_s = 1;  // lower quartile around beats of the commonest shape
};

void sort_and_average(Work& work) {
  const auto factor = std::max<size_t>(1, static_cast<size_t>(work.strip.rate_hz / kSortRateHz));
  Leads coarse;
  for (const Samples& lead : work.strip.leads) coarse.push_back(detail::decimate(lead, factor));
  std::vector<size_t> positions;
  for (const Beat& beat : work.found) positions.push_back(beat.sample / factor);
  work.sorted = detail::sort_beats(coarse, work.strip.rate_hz / static_cast<double>(factor), positions);
  // The fine lag is known to a part of a coarse sample: back to the working rate.
  for (SortedBeat& beat : work.sorted) {
    const double coarse_at = static_cast<double>(beat.at) + beat.fraction + 0.5;
    beat.at = std::lround(coarse_at * static_cast<double>(factor) - 0.5);
  }
}

std::vector<float> intervals_s(const Work& work, bool after) {
  std::vector<float> rr;
  for (size_t i = 0; i < work.sorted.size(); ++i) {
    const size_t other = after ? i + 1 : i - 1;
    if (work.sorted[i].shape != 0 || other >= work.sorted.size()) continue;
    rr.push_back(static_cast<float>(static_cast<double>(std::abs(work.sorted[other].at - work.sorted[i].at)) /
                                    work.strip.rate_hz));
  }
  return rr;
}

bool trustworthy(const Work& work) {
  std::vector<float> clarity;
  for (const Beat& beat : work.found) clarity.push_back(beat.clarity);
  const auto members = static_cast<double>(std::count_if(work.sorted.begin(), work.sorted.end(),
                                                         [](const SortedBeat& b) { return b.shape == 0; }));
  if (members < 2) return false;
  const bool clear = detail::median(clarity) >= kClarityMin;
  return clear || (members >= static_cast<double>(kMembersMin) &&
                   members >= kMembersShareMin * static_cast<double>(work.found.size()));
}

// A beat that looks like another one, or stands out from what is around it without a burst of noise beside
// it.
bool is_certain(const Work& work, size_t index, const std::vector<float>& noise) {
  const int shape = work.sorted[index].shape;
  if (shape == 0) return true;
  if (work.found[index].clarity >= kClarityOfOne && noise[index] < kBurst) return true;
  const auto alike = std::count_if(work.sorted.begin(), work.sorted.end(),
                                   [&](const SortedBeat& beat) { return beat.shape == shape; });
  return shape > 0 && alike > 1;
}

// Median beat twice: the first finds where the isoelectric line can be taken, the second has it taken out.
void delineate(Work& work) {
  work.median = detail::median_beat(work.strip.leads, work.strip.rate_hz, work.sorted, 0, kRoughMembers);
  const std::optional<Bounds> rough = detail::find_qrs(work.median);
  if (!rough) return;
  detail::take_out_baseline(work.strip.leads, work.strip.rate_hz, work.sorted,
                            rough->on - work.median.centre);
  work.median = detail::median_beat(work.strip.leads, work.strip.rate_hz, work.sorted, 0);
  work.qrs = detail::find_qrs(work.median);
  if (!work.qrs) return;
  const double rate = work.strip.rate_hz;
  if (const auto rr = intervals_s(work, true); !rr.empty()) work.next_rr_s = detail::quantile(rr, 0.25);
  if (const auto rr = intervals_s(work, false); !rr.empty()) work.previous_rr_s = detail::median(rr);
  const double t_room_s = std::min(0.66 * std::sqrt(work.next_rr_s), work.next_rr_s - 0.10);
  work.t = detail::find_t(work.median, *work.qrs, work.next_rr_s,
                          work.qrs->on + static_cast<ptrdiff_t>(t_room_s * rate));
  // The P wave is looked for after the T wave before it, or what a T wave usually needs.
  const double t_end_s =
      work.t ? static_cast<double>(2 * work.t->off + work.t->peak - 3 * work.qrs->on) / 3 / rate
             : 0.38 * std::sqrt(work.previous_rr_s);
  const double room_s = std::min(kPSearchS, work.previous_rr_s - t_end_s);
  work.p = detail::find_p(work.median, *work.qrs, work.qrs->on - static_cast<ptrdiff_t>(room_s * rate));
}

void judge_t(Work& work) {
  if (!work.t) return;
  const Evidence evidence = detail::weigh(work.median, work.strip.leads, work.sorted, 0, work.t->weights,
                                          work.qrs->off, work.t->off);
  if (work.t->height_uv < kTHeightMinUv || (evidence.beats >= kMembersMin && evidence.ratio < 1))
    work.t.reset();
}

void judge_p(Work& work, Analysis& out) {
  work.p_seen.assign(work.sorted.size(), false);
  const auto cannot = [&](std::string why) {
    out.p_waves = PWaves::CannotTell;
    out.p_reason = std::move(why);
    work.p.reset();
  };
  if (work.median.members < kMembersMin) return cannot("fewer than three beats of one shape");
  if (!work.p) {
    if (work.previous_rr_s < 0.45) return cannot("at this rate P waves may be hidden in T waves");
    out.p_waves = PWaves::Absent;
    return;
  }
  const ptrdiff_t margin = std::lround(0.02 * work.strip.rate_hz);
  const Evidence evidence = detail::weigh(work.median, work.strip.leads, work.sorted, 0, work.p->weights,
                                          work.p->on - margin, std::min(work.p->off + margin, work.qrs->on));
  if (evidence.beats < kMembersMin) return cannot("fewer than three beats of one shape");
  if (evidence.ratio >= kPresentRatio && work.p->height_uv >= kPHeightMinUv) {
    if (evidence.ratio < kRecurrenceTrusted && detail::recurrence(work.median, *work.p) > kRecurrenceMax)
      return cannot("atrial deflections recur between the beats");
    out.p_waves = PWaves::Present;
    work.p_seen = evidence.seen;
    return;
  }
  if (evidence.ratio >= kPresentRatio) return cannot("deflections before the QRS are too small to be sure");
  if (evidence.ratio > kAbsentRatio) return cannot("deflections before the QRS vary from beat to beat");
  const bool restless = out.rhythm.regularity == Regularity::IrregularlyIrregular;
  if (evidence.residual_uv > kQuietResidualUv && !restless)
    return cannot("noise between the beats would hide P waves");
  out.p_waves = PWaves::Absent;
  work.p.reset();
}

void set_intervals(const Work& work, Analysis& out) {
  const double to_ms = 1000 / work.strip.rate_hz;
  const auto span = [&](ptrdiff_t from, ptrdiff_t to) {
    return Measure::of(static_cast<double>(to - from) * to_ms);
  };
  const std::string no_p = out.p_waves == PWaves::Absent ? "no P waves" : "P waves: " + out.p_reason;
  out.qrs_ms = span(work.qrs->on, work.qrs->off);
  out.p_ms = work.p ? span(work.p->on, work.p->off) : Measure::none(no_p);
  out.pr_ms = work.p ? span(work.p->on, work.qrs->on) : Measure::none(no_p);
  out.qt_ms = work.t ? span(work.qrs->on, work.t->off) : Measure::none("the end of the T wave was not found");
}

void set_corrected(Analysis& out) {
  const auto all = [&](const Measure& m) {
    out.qtc_bazett_ms = out.qtc_fridericia_ms = out.qtc_framingham_ms = out.qtc_hodges_ms = m;
  };
  if (!out.qt_ms.known()) return all(out.qt_ms);
  if (!out.rhythm.rr_mean_ms.known()) return all(out.rhythm.rr_mean_ms);
  const double rr_s = *out.rhythm.rr_mean_ms.value / 1000;
  if (*out.rhythm.rr_sd_ms.value > kIrregularForQtc * *out.rhythm.rr_mean_ms.value)
    return all(Measure::none("the beats are too irregular for a rate correction"));
  out.qtc_bazett_ms = Measure::of(qtc_bazett(*out.qt_ms.value, rr_s));
  out.qtc_fridericia_ms = Measure::of(qtc_fridericia(*out.qt_ms.value, rr_s));
  out.qtc_framingham_ms = Measure::of(qtc_framingham(*out.qt_ms.value, rr_s));
  out.qtc_hodges_ms = Measure::of(qtc_hodges(*out.qt_ms.value, rr_s));
}

void set_marks(const Work& work, Analysis& out) {
  const Strip& strip = work.strip;
  for (size_t i = 0; i < work.sorted.size(); ++i) {
    const SortedBeat& beat = work.sorted[i];
    BeatMarks& marks = out.beats[i];
    const ptrdiff_t shift = beat.at - work.median.centre;
    const auto at = [&](ptrdiff_t sample) { return strip.ms(static_cast<double>(sample)); };
    if (beat.shape == 0) {
      marks.qrs_on_ms = at(shift + work.qrs->on);
      marks.qrs_off_ms = at(shift + work.qrs->off);
      if (work.t) marks.t_off_ms = at(shift + work.t->off);
      if (work.p && work.p_seen[i]) {
        marks.p_on_ms = at(shift + work.p->on);
        marks.p_off_ms = at(shift + work.p->off);
      }
    } else if (const auto own = detail::find_qrs(detail::single_beat(strip.leads, strip.rate_hz, beat.at));
               own) {
      marks.qrs_on_ms = at(shift + own->on);
      marks.qrs_off_ms = at(shift + own->off);
    }
  }
}

void set_representative(const Work& work, Analysis& out) {
  out.median.rate_hz = work.median.rate_hz;
  out.median.members = work.median.members;
  out.median.names = work.strip.names;
  out.median.leads = work.median.leads;
}

void mark_representative(const Work& work, RepresentativeBeat& beat) {
  const auto ms = [&](ptrdiff_t sample) { return static_cast<double>(sample) * 1000 / beat.rate_hz; };
  beat.qrs_on_ms = ms(work.qrs->on);
  beat.qrs_off_ms = ms(work.qrs->off);
  if (work.p) beat.p_on_ms = ms(work.p->on);
  if (work.p) beat.p_off_ms = ms(work.p->off);
  if (work.t) beat.t_peak_ms = ms(work.t->peak);
  if (work.t) beat.t_off_ms = ms(work.t->off);
}

// Quality of the middle one of the usable leads.
double usable_index(const Analysis& out) {
  std::vector<float> indices;
  for (const LeadQuality& quality : out.quality)
    if (quality.usable()) indices.push_back(static_cast<float>(quality.index));
  return detail::median(std::move(indices));
}

void nothing_delineated(Analysis& out, const std::string& why) {
  out.p_reason = why;
  for (Measure* m :
       {&out.p_ms, &out.pr_ms, &out.qrs_ms, &out.qt_ms, &out.qtc_bazett_ms, &out.qtc_fridericia_ms,
        &out.qtc_framingham_ms, &out.qtc_hodges_ms, &out.p_axis_deg, &out.qrs_axis_deg, &out.t_axis_deg})
    *m = Measure::none(why);
}

void nothing_measured(Analysis& out, std::string why) {
  const Measure none = Measure::none(why);
  out.beats.clear();
  out.rhythm = Rhythm{none, none, none, none, none, none, Regularity::CannotTell, why, 0, 0, 0};
  nothing_delineated(out, why);
  out.problem = std::move(why);
}

}  // namespace

std::string_view describe(PWaves p) {
  return p == PWaves::Present ? "present" : p == PWaves::Absent ? "absent" : "cannot tell";
}

Result<Analysis> analyse(const waveform::Group& group) {
  Work work;
  XL_TRY(work.strip, detail::make_strip(group));
  Analysis out;
  out.rate_hz = group.rate_hz;
  out.duration_s = static_cast<double>(group.samples()) / group.rate_hz;
  out.quality = work.strip.quality;
  out.pacing_spikes = work.strip.pacing_spikes;
  for (const char* name : kTwelve)
    if (std::none_of(out.quality.begin(), out.quality.end(),
                     [&](const LeadQuality& q) { return q.lead == name; }))
      out.missing_leads.emplace_back(name);
  if (work.strip.leads.empty()) {
    nothing_measured(out, "no lead is usable");
    return out;
  }
  work.found = detect_beats(work.strip.leads, work.strip.rate_hz);
  if (!work.found.empty()) sort_and_average(work);
  if (work.found.empty() || !trustworthy(work)) {
    nothing_measured(out, "no repeating QRS complexes were found");
    return out;
  }
  std::vector<TimedBeat> timed;
  const std::vector<float> noise = detail::noise_beside(work.strip.leads, work.strip.rate_hz, work.sorted);
  for (size_t i = 0; i < work.sorted.size(); ++i) {
    const bool certain = is_certain(work, i, noise);
    timed.push_back(
        {work.strip.ms(static_cast<double>(work.sorted[i].at)) / 1000, work.sorted[i].shape == 0, certain});
    out.beats.push_back(
        {work.strip.ms(static_cast<double>(work.found[i].sample)), work.sorted[i].shape == 0, certain});
  }
  out.rhythm = measure_rhythm(timed);
  delineate(work);
  if (!work.qrs) {
    nothing_measured(out, "the QRS could not be delineated");
    return out;
  }
  for (size_t l = 0; l < work.strip.leads.size(); ++l)
    add_snr(out.quality[work.strip.quality_index[l]],
            detail::snr_db(work.median, work.strip.leads[l], l, work.sorted));
  set_representative(work, out);
  if (usable_index(out) < kIndexForIntervals) {
    nothing_delineated(out, "noise hides where the waves begin and end");
    return out;
  }
  judge_t(work);
  judge_p(work, out);
  set_intervals(work, out);
  set_corrected(out);
  set_marks(work, out);
  const Landmarks landmarks{*work.qrs, work.p, work.t};
  mark_representative(work, out.median);
  detail::set_axes(work.median, work.strip.names, landmarks, out);
  detail::set_amplitudes(work.median, work.strip.names, landmarks, out);
  return out;
}

}  // namespace xinglin::resting_ecg
