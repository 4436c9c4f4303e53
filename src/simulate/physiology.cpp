#include "simulate/physiology.h"

#include <algorithm>
#include <cmath>

namespace xinglin::simulate {

namespace {

constexpr double kHalfLifeUs = 30.0 * kMinuteUs;

// What a course adds at its worst.
struct Change {
  double heart_rate, respiratory_rate, spo2, systolic, temperature;
};

constexpr Change change_of(Course course) {
  switch (course) {
    case Course::Sepsis:
      return {.heart_rate = 48, .respiratory_rate = 13, .spo2 = -5, .systolic = -40, .temperature = 2.1};
    case Course::Respiratory:
      return {.heart_rate = 32, .respiratory_rate = 16, .spo2 = -11, .systolic = 8, .temperature = 0.6};
    case Course::Bleeding:
      return {.heart_rate = 55, .respiratory_rate = 9, .spo2 = -2, .systolic = -48, .temperature = -0.7};
    case Course::Stable:
      break;
  }
  return {};
}

// 1 at `peak_hour` of the day (UTC), -1 twelve hours from it.
double rhythm(Instant now, double peak_hour) {
  const double hour = static_cast<double>(now.us % kDayUs) / static_cast<double>(kHourUs);
  return std::cos(2 * M_PI * (hour - peak_hour) / 24);
}

double within(double value, double low, double high) {
  return std::clamp(value, low, high);
}
double whole(double value) {
  return std::round(value);
}
double tenths(double value) {
  return std::round(value * 10) / 10;
}

}  // namespace

Physiology::Physiology(Random& random, int age_years, Illness illness) : random_(random), illness_(illness) {
  const double age = age_years;
  base_ = {.heart_rate = within(74 + 8 * random.normal(), 56, 88),
           .respiratory_rate = within(15 + 1.2 * random.normal(), 13, 18),
           .spo2 = within(97.4 + 0.7 * random.normal(), 96.3, 99),
           .systolic = within(116 + 0.25 * age + 8 * random.normal(), 118, 158),
           .diastolic = within(74 + 6 * random.normal(), 60, 90),
           .temperature = within(36.7 + 0.15 * random.normal(), 36.4, 37.0),
           .potassium = within(4.2 + 0.3 * random.normal(), 3.6, 5.0),
           .sodium = within(139 + 2 * random.normal(), 135, 144),
           .creatinine = within(70 + 0.3 * age + 12 * random.normal(), 50, 120),
           .haemoglobin = within(13.4 + 1.1 * random.normal(), 10.5, 16.5),
           .white_cells = within(7.4 + 1.6 * random.normal(), 4.2, 10.5),
           .crp = within(6 + 4 * random.normal(), 1, 20),
           .troponin = within(8 + 3 * random.normal(), 2, 13)};
}

double Physiology::severity(Instant now) const {
  if (illness_.course == Course::Stable || now < illness_.onset) return 0;
  const int64_t since = now - illness_.onset;
  if (since < illness_.worsening_us) {
    const double x = static_cast<double>(since) / static_cast<double>(illness_.worsening_us);
    return illness_.worst * x * x * (3 - 2 * x);  // starts and ends gently
  }
  const int64_t recovering = since - illness_.worsening_us - illness_.worst_us;
  if (recovering <= 0) return illness_.worst;
  const double left = 1 - static_cast<double>(recovering) / static_cast<double>(illness_.recovery_us);
  return illness_.worst * std::max(0.0, left);
}

void Physiology::move_drift(Instant now) {
  const double passed = moved_at_.us == 0 ? 1e12 : static_cast<double>(std::max<int64_t>(0, now - moved_at_));
  const double keep = std::exp2(-passed / kHalfLifeUs), fresh = std::sqrt(1 - keep * keep);
  const auto move = [&](double& value, double deviation) {
    value = keep * value + fresh * deviation * within(random_.normal(), -2.5, 2.5);
  };
  move(drift_.heart_rate, 3.5);
  move(drift_.respiratory_rate, 0.9);
  move(drift_.spo2, 0.5);
  move(drift_.pressure, 4.5);
  move(drift_.temperature, 0.1);
  moved_at_ = now;
}

Vitals Physiology::vitals(Instant now) {
  move_drift(now);
  const double s = severity(now);
  const Change change = change_of(illness_.course);
  Vitals v;
  v.heart_rate = whole(
      within(base_.heart_rate + 4 * rhythm(now, 16) + s * change.heart_rate + drift_.heart_rate, 38, 190));
  v.respiratory_rate = whole(within(
      base_.respiratory_rate + 0.6 * rhythm(now, 15) + s * change.respiratory_rate + drift_.respiratory_rate,
      8, 42));
  v.systolic = whole(
      within(base_.systolic * (1 + 0.05 * rhythm(now, 17)) + s * change.systolic + drift_.pressure, 62, 215));
  v.diastolic = whole(within(std::min(base_.diastolic * (1 + 0.05 * rhythm(now, 17)) +
                                          0.5 * s * change.systolic + 0.5 * drift_.pressure,
                                      v.systolic - 18),
                             34, 120));
  v.temperature = tenths(within(
      base_.temperature + 0.25 * rhythm(now, 17) + s * change.temperature + drift_.temperature, 34.2, 41));
  // Oxygen is given when the saturation without it is low, and lifts it a little.
  const double without = base_.spo2 + s * change.spo2 + drift_.spo2;
  if (without < 93.5) v.oxygen_flow = whole(within(2 + (93.5 - without) * 1.2, 2, 15));
  v.spo2 = whole(within(without + (v.oxygen_flow > 0 ? 2.0 : 0.0), 74, 100));
  if (s > 0.75 && illness_.course != Course::Bleeding) v.alertness = Alertness::Confused;
  if (s > 0.93 && illness_.course == Course::Sepsis) v.alertness = Alertness::Voice;
  return v;
}

Labs Physiology::labs(Instant now) {
  const double s = severity(now);
  const auto noisy = [&](double value, double fraction) {
    return value * (1 + fraction * within(random_.normal(), -2.5, 2.5));
  };
  const bool sepsis = illness_.course == Course::Sepsis, bleeding = illness_.course == Course::Bleeding;
  Labs labs;
  labs.potassium = tenths(within(noisy(base_.potassium, 0.03) + s * (sepsis ? 0.9 : 0.2), 2.8, 6.8));
  labs.sodium = whole(within(noisy(base_.sodium, 0.006) - s * 4, 122, 150));
  labs.creatinine = whole(within(noisy(base_.creatinine * (1 + s * (sepsis ? 1.1 : 0.4)), 0.04), 40, 600));
  labs.haemoglobin = tenths(within(noisy(base_.haemoglobin - s * (bleeding ? 5.5 : 0.5), 0.02), 5.5, 18));
  labs.white_cells = tenths(within(noisy(base_.white_cells + s * (sepsis ? 11 : 2.5), 0.05), 1.5, 35));
  labs.crp = whole(within(noisy(base_.crp + s * (sepsis ? 190 : 35), 0.08), 1, 400));
  labs.troponin = whole(within(noisy(base_.troponin * (1 + 1.5 * s), 0.08), 2, 60));
  return labs;
}

}  // namespace xinglin::simulate
