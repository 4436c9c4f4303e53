#include "apps/resting-ecg/intervals.h"

#include <cmath>
#include <numbers>

namespace xinglin::resting_ecg {

double qtc_bazett(double qt_ms, double rr_s) {
  return qt_ms / std::sqrt(rr_s);
}

double qtc_fridericia(double qt_ms, double rr_s) {
  return qt_ms / std::cbrt(rr_s);
}

double qtc_framingham(double qt_ms, double rr_s) {
  return qt_ms + 154.0 * (1.0 - rr_s);
}

double qtc_hodges(double qt_ms, double rr_s) {
  return qt_ms + 1.75 * (60.0 / rr_s - 60.0);
}

double frontal_axis_deg(double lead_i, double lead_avf) {
  const double angle = std::atan2(lead_avf * 2 / std::numbers::sqrt3, lead_i) * 180 / std::numbers::pi;
  return angle <= -180 ? angle + 360 : angle;
}

}  // namespace xinglin::resting_ecg
