#include "apps/resting-ecg/findings.h"

#include <algorithm>
#include <cmath>

namespace xinglin::resting_ecg {

namespace {

using inference::Code;
using inference::Finding;
using inference::FindingState;
using inference::Interval;

constexpr std::string_view kLoinc = "http://loinc.org";

// LOINC where the term is certain (the ECG codes of US Core's clinical test value set, and 76634-5 / 76635-2
// for the two corrections that have a code); our own system for the rest.
struct Term {
  std::string_view system, code, display;
  Code to_code() const { return {std::string(system), std::string(code), std::string(display)}; }
};
constexpr Term kHeartRate{kLoinc, "76282-3", "Heart rate.beat-to-beat by EKG"};
constexpr Term kPr{kLoinc, "8625-6", "P-R interval"};
constexpr Term kQrs{kLoinc, "8633-0", "QRS duration"};
constexpr Term kQt{kLoinc, "8634-8", "Q-T interval"};
constexpr Term kQtcFramingham{kOwnSystem, "qtc-framingham", "Q-T interval corrected, Framingham"};
constexpr Term kQtcHodges{kOwnSystem, "qtc-hodges", "Q-T interval corrected, Hodges"};
constexpr Term kQtcBazett{kLoinc, "76635-2", "Q-T interval corrected based on Bazett formula"};
constexpr Term kQtcFridericia{kLoinc, "76634-5", "Q-T interval corrected based on Fridericia formula"};
constexpr Term kPAxis{kLoinc, "8626-4", "P wave axis"};
constexpr Term kQrsAxis{kLoinc, "8632-2", "QRS axis"};
constexpr Term kTAxis{kLoinc, "8638-9", "T wave axis"};
constexpr Term kPDuration{kOwnSystem, "p-duration", "P wave duration"};
constexpr Term kRegularity{kOwnSystem, "rhythm-regularity", "Regularity of the rhythm"};
constexpr Term kPWaves{kOwnSystem, "p-waves", "P waves"};
constexpr Term kRrMean{kOwnSystem, "rr-mean", "Mean RR interval"};
constexpr Term kRrSd{kOwnSystem, "rr-sd", "Standard deviation of RR intervals"};
constexpr Term kPacing{kOwnSystem, "pacing-spikes", "Pacing spikes"};
constexpr Term kQuality{kOwnSystem, "signal-quality", "Signal quality"};

// Adult reference limits; both ends inclusive.
//   heart rate: below 50 bradycardia (ACC/AHA/HRS 2018, Circulation 140:e382), above 100 tachycardia
//   PR, QRS (complete block from 120 ms), frontal axis, P duration: AHA/ACCF/HRS 2009 parts III and V
//     (Surawicz, J Am Coll Cardiol 53:976; Hancock, J Am Coll Cardiol 53:992)
//   QTc: prolonged from 450 ms in men, 460 ms in women (AHA/ACCF/HRS 2009 part IV, Rautaharju, J Am Coll
//   Cardiol
//     53:982); short QT is considered up to 360 ms (ESC 2015, Priori, Eur Heart J 36:2793)
constexpr Interval kRateLimits{50, 100}, kPrLimits{120, 200}, kQrsLimits{60, 119}, kAxisLimits{-30, 90};
constexpr Interval kPLimits{60, 120};
constexpr double kQtcLow = 361, kQtcHighMale = 449, kQtcHighFemale = 459;

double rounded(double value) {
  return std::round(value);
}

std::string_view flag_of(double value, const Interval& limits) {
  return value < limits.low ? "L" : value > limits.high ? "H" : "N";
}

Finding base_finding(const Term& term, const Measure& measure, std::string_view unit) {
  Finding finding;
  finding.code = term.to_code();
  finding.unit = unit;
  if (measure.known()) {
    finding.value = rounded(*measure.value);
  } else {
    finding.state = FindingState::CannotTell;
    finding.reason = measure.reason;
  }
  return finding;
}

Finding number(const Term& term, const Measure& measure, std::string_view unit,
               std::optional<Interval> limits = {}) {
  Finding finding = base_finding(term, measure, unit);
  finding.reference = limits;
  if (limits && measure.known()) finding.flag = flag_of(rounded(*measure.value), *limits);
  return finding;
}

Finding corrected(const Term& term, const Measure& measure, std::string_view method, Sex sex,
                  double critical_ms) {
  Finding finding =
      number(term, measure, "ms", Interval{kQtcLow, sex == Sex::Male ? kQtcHighMale : kQtcHighFemale});
  finding.method = method;
  if (measure.known() && *measure.value > critical_ms) finding.flag = "HH";
  return finding;
}

Finding rate_finding(const Measure& measure, const OperatingPoint& point) {
  Finding finding = number(kHeartRate, measure, "/min", kRateLimits);
  if (measure.known() && *measure.value < point.rate_critical_low) finding.flag = "LL";
  if (measure.known() && *measure.value > point.rate_critical_high) finding.flag = "HH";
  return finding;
}

Finding p_wave_finding(const Analysis& analysis) {
  Finding finding;
  finding.code = kPWaves.to_code();
  switch (analysis.p_waves) {
    case PWaves::Present:
      finding.value = std::string(describe(PWaves::Present));
      finding.flag = "N";
      break;
    case PWaves::Absent:
      finding.state = FindingState::Absent;
      finding.flag = "A";
      break;
    case PWaves::CannotTell:
      finding.state = FindingState::CannotTell;
      finding.reason = analysis.p_reason;
      break;
  }
  return finding;
}

// An interval that starts with a P wave is absent with it, not merely unknown.
Finding p_interval(const Term& term, const Measure& measure, const Interval& limits,
                   const Analysis& analysis) {
  Finding finding = number(term, measure, "ms", limits);
  if (!measure.known() && analysis.p_waves == PWaves::Absent) finding.reason = "no P waves were found";
  return finding;
}

Finding regularity_finding(const Rhythm& rhythm) {
  Finding finding;
  finding.code = kRegularity.to_code();
  if (rhythm.regularity == Regularity::CannotTell) {
    finding.state = FindingState::CannotTell;
    finding.reason = rhythm.reason;
    return finding;
  }
  finding.value = std::string(describe(rhythm.regularity));
  finding.flag = rhythm.regularity == Regularity::Regular ? "N" : "A";
  return finding;
}

Finding lead_quality(const LeadQuality& quality) {
  Finding finding;
  finding.code = {std::string(kOwnSystem), "signal-quality-" + quality.lead,
                  "Signal quality, lead " + quality.lead};
  std::string text(quality.word());
  for (size_t i = 0; i < quality.defects.size(); ++i)
    text += (i == 0 ? ": " : ", ") + std::string(describe(quality.defects[i]));
  finding.value = std::move(text);
  return finding;
}

Finding quality_finding(const Analysis& analysis) {
  Finding finding;
  finding.code = kQuality.to_code();
  double worst = 1;
  std::string worst_lead;
  for (const LeadQuality& quality : analysis.quality) {
    finding.components.push_back(lead_quality(quality));
    if (quality.index >= worst) continue;
    worst = quality.index;
    worst_lead = quality.lead;
  }
  for (const std::string& lead : analysis.missing_leads)
    finding.components.push_back(lead_quality(missing_lead(lead)));
  const auto usable = std::count_if(analysis.quality.begin(), analysis.quality.end(),
                                    [](const LeadQuality& quality) { return quality.usable(); });
  std::string text = std::to_string(usable) + " of " +
                     std::to_string(analysis.quality.size() + analysis.missing_leads.size()) +
                     " leads usable";
  if (!worst_lead.empty() && worst < 0.8) text += "; worst: " + worst_lead;
  finding.value = std::move(text);
  return finding;
}

Finding pacing_finding(const Analysis& analysis) {
  Finding finding;
  finding.code = kPacing.to_code();
  finding.flag = "A";
  finding.value = "about " + std::to_string(analysis.pacing_spikes) + " steep spikes, as pacemakers give";
  return finding;
}

}  // namespace

std::vector<Finding> findings_of(const Analysis& analysis, Sex sex, const OperatingPoint& point) {
  const Rhythm& rhythm = analysis.rhythm;
  const double critical = point.qtc_critical_ms;
  std::vector<Finding> items;
  items.push_back(rate_finding(rhythm.heart_rate, point));
  items.push_back(regularity_finding(rhythm));
  items.push_back(p_wave_finding(analysis));
  if (analysis.pacing_spikes > 0) items.push_back(pacing_finding(analysis));
  items.push_back(p_interval(kPDuration, analysis.p_ms, kPLimits, analysis));
  items.push_back(p_interval(kPr, analysis.pr_ms, kPrLimits, analysis));
  items.push_back(number(kQrs, analysis.qrs_ms, "ms", kQrsLimits));
  items.push_back(number(kQt, analysis.qt_ms, "ms"));
  items.push_back(corrected(kQtcFridericia, analysis.qtc_fridericia_ms, "Fridericia 1920", sex, critical));
  items.push_back(corrected(kQtcBazett, analysis.qtc_bazett_ms, "Bazett 1920", sex, critical));
  items.push_back(
      corrected(kQtcFramingham, analysis.qtc_framingham_ms, "Framingham (Sagie 1992)", sex, critical));
  items.push_back(corrected(kQtcHodges, analysis.qtc_hodges_ms, "Hodges 1983", sex, critical));
  items.push_back(number(kPAxis, analysis.p_axis_deg, "deg"));
  items.push_back(number(kQrsAxis, analysis.qrs_axis_deg, "deg", kAxisLimits));
  items.push_back(number(kTAxis, analysis.t_axis_deg, "deg"));
  items.push_back(number(kRrMean, rhythm.rr_mean_ms, "ms"));
  items.push_back(number(kRrSd, rhythm.rr_sd_ms, "ms"));
  items.push_back(quality_finding(analysis));
  return items;
}

std::string whole_flag(const Analysis& analysis, const std::vector<Finding>& findings) {
  bool critical = false, abnormal = false;
  for (const Finding& finding : findings) {
    // One correction decides: Bazett's overcorrects fast rates, and the P duration is a global, so a long,
    // measure.
    if (finding.code.code == kQtcBazett.code || finding.code.code == kQtcFramingham.code ||
        finding.code.code == kQtcHodges.code || finding.code.code == kPDuration.code)
      continue;
    critical = critical || finding.flag == "HH" || finding.flag == "LL";
    abnormal = abnormal || finding.flag == "H" || finding.flag == "L" || finding.flag == "A";
  }
  if (critical) return "AA";
  if (abnormal) return "A";
  const bool complete = analysis.missing_leads.empty() && analysis.rhythm.heart_rate.known() &&
                        analysis.pr_ms.known() && analysis.qtc_fridericia_ms.known() &&
                        analysis.qrs_axis_deg.known() && analysis.rhythm.regularity == Regularity::Regular &&
                        analysis.rhythm.uncertain_beats == 0;
  return complete ? "N" : "";
}

}  // namespace xinglin::resting_ecg
