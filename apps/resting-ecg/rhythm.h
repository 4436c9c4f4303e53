// Statistics of the intervals between beats and a word for their regularity. A measurement, not a diagnosis:
// it says how the intervals vary, never why. Pure functions.
//
// Regular: nine tenths of the intervals lie within 12 % or 60 ms of their median, whichever is more.
// Otherwise, in this order: interrupted (regular once the intervals beside early or differently shaped beats
// are left out), regularly irregular (a pattern of two or three intervals repeats), irregularly irregular
// (successive differences exceed 10 % of the mean interval without any pattern), irregular. The limits are
// this application's own.
#pragma once

#include <string_view>
#include <vector>

#include "apps/resting-ecg/measure.h"

namespace xinglin::resting_ecg {

enum class Regularity {
  CannotTell,
  Regular,
  Interrupted,
  RegularlyIrregular,
  Irregular,
  IrregularlyIrregular
};

std::string_view describe(Regularity regularity);

struct TimedBeat {
  double time_s = 0;
  bool usual_shape = true;  // of the dominant class
  bool certain = true;      // false: perhaps noise; the intervals on both sides do not count
};

struct Rhythm {
  Measure heart_rate;  // beats per minute: 60 / mean RR, needs three beats
  Measure rr_mean_ms, rr_min_ms, rr_max_ms, rr_sd_ms;
  Measure rmssd_ms;  // root mean square of successive differences
  Regularity regularity = Regularity::CannotTell;
  std::string reason;  // when regularity cannot be told
  int early_beats = 0;
  int other_shape_beats = 0;
  int uncertain_beats = 0;
};

Rhythm measure_rhythm(const std::vector<TimedBeat>& beats);

}  // namespace xinglin::resting_ecg
