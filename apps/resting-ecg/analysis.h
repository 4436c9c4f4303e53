// The analysis of one resting ECG: beats, rhythm regularity, representative beat, intervals, axes,
// amplitudes, quality. Called by the application and by the evaluation. Pure function of its input,
// deterministic, safe from any thread.
//
// Input: one multiplex group of 1 to 24 leads in microvolt, 80 to 4000 samples/s, 2 s to some hours; missing
// samples are NaN. Working steps and their sources stand in beats.h, rhythm.h, quality.h, intervals.h and
// detail/delineate.h. Intervals are global: from the earliest onset to the latest end over all usable leads,
// on the median of the beats of the commonest shape. Times are milliseconds from the start of the group,
// amplitudes microvolt.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/resting-ecg/measure.h"
#include "apps/resting-ecg/quality.h"
#include "apps/resting-ecg/rhythm.h"
#include "base/result.h"
#include "codec/waveform/waveform.h"

namespace xinglin::resting_ecg {

inline constexpr ErrorCode kNotAnEcg{
    "resting-ecg.input", ErrorKind::Unsupported,
    "the waveform has no ECG lead, or a rate or length outside what is analysed"};

struct BeatMarks {
  double r_ms = 0;  // largest deflection
  bool usual_shape = false;
  bool certain = true;  // false: does not stand out from noise and looks like no other beat
  std::optional<double> p_on_ms, p_off_ms, qrs_on_ms, qrs_off_ms, t_off_ms;
};

enum class PWaves { CannotTell, Present, Absent };
std::string_view describe(PWaves p);

struct LeadAmplitudes {
  std::string lead;
  double r_uv = 0;  // largest value within the QRS, against the level at its onset; >= 0
  double s_uv = 0;  // smallest value within the QRS; <= 0
  double j_uv = 0;  // level at the end of the QRS
  double t_uv = 0;  // at the T peak of all leads together; 0 when T was not found
};

struct RepresentativeBeat {
  double rate_hz = 0;
  size_t members = 0;
  std::vector<std::string> names;
  std::vector<std::vector<float>> leads;  // from 500 ms before to 700 ms after the alignment point
  std::optional<double> p_on_ms, p_off_ms, qrs_on_ms, qrs_off_ms, t_peak_ms,
      t_off_ms;  // from its first sample
};

struct Analysis {
  double rate_hz = 0, duration_s = 0;
  std::vector<LeadQuality> quality;        // of the leads in the recording, in their order
  std::vector<std::string> missing_leads;  // of the standard twelve
  std::vector<BeatMarks> beats;
  size_t pacing_spikes = 0;
  Rhythm rhythm;
  PWaves p_waves = PWaves::CannotTell;
  std::string p_reason;  // why P waves cannot be told
  Measure p_ms, pr_ms, qrs_ms, qt_ms;
  Measure qtc_bazett_ms, qtc_fridericia_ms, qtc_framingham_ms, qtc_hodges_ms;
  Measure p_axis_deg, qrs_axis_deg, t_axis_deg;
  std::vector<LeadAmplitudes> amplitudes;
  RepresentativeBeat median;
  std::string problem;  // set when no beats could be trusted: why nothing was measured
};

Result<Analysis> analyse(const waveform::Group& group);

}  // namespace xinglin::resting_ecg
