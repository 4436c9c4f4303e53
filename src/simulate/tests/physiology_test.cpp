#include "simulate/physiology.h"

#include <gtest/gtest.h>

namespace xinglin::simulate {
namespace {

constexpr Instant kBegin{1'790'000'000'000'000};

// NEWS2 (Royal College of Physicians 2017), the chart's columns; written here anew so that the application's
// own code is not its judge.
int news2(const Vitals& v) {
  int score = 0;
  score += v.respiratory_rate <= 8    ? 3
           : v.respiratory_rate <= 11 ? 1
           : v.respiratory_rate <= 20 ? 0
           : v.respiratory_rate <= 24 ? 2
                                      : 3;
  score += v.spo2 <= 91 ? 3 : v.spo2 <= 93 ? 2 : v.spo2 <= 95 ? 1 : 0;
  score += v.oxygen_flow > 0 ? 2 : 0;
  score += v.systolic <= 90 ? 3 : v.systolic <= 100 ? 2 : v.systolic <= 110 ? 1 : v.systolic <= 219 ? 0 : 3;
  score += v.heart_rate <= 40    ? 3
           : v.heart_rate <= 50  ? 1
           : v.heart_rate <= 90  ? 0
           : v.heart_rate <= 110 ? 1
           : v.heart_rate <= 130 ? 2
                                 : 3;
  score += v.alertness == Alertness::Alert ? 0 : 3;
  score += v.temperature <= 35   ? 3
           : v.temperature <= 36 ? 1
           : v.temperature <= 38 ? 0
           : v.temperature <= 39 ? 1
                                 : 2;
  return score;
}

void expect_possible(const Vitals& v) {
  EXPECT_GE(v.heart_rate, 30);
  EXPECT_LE(v.heart_rate, 200);
  EXPECT_GE(v.respiratory_rate, 6);
  EXPECT_LE(v.respiratory_rate, 45);
  EXPECT_GE(v.spo2, 70);
  EXPECT_LE(v.spo2, 100);
  EXPECT_GE(v.systolic, 60);
  EXPECT_LE(v.systolic, 230);
  EXPECT_GE(v.systolic - v.diastolic, 10);
  EXPECT_GE(v.diastolic, 30);
  EXPECT_GE(v.temperature, 34);
  EXPECT_LE(v.temperature, 41.5);
  EXPECT_GE(v.oxygen_flow, 0);
  EXPECT_LE(v.oxygen_flow, 15);
}

Physiology::Illness illness(Course course, double worst = 0.9) {
  Physiology::Illness i;
  i.course = course;
  i.onset = kBegin + 2 * kHourUs;
  i.worst = worst;
  return i;
}

TEST(Physiology, StableOnesStayWellAndWithinLimits) {
  int alarms = 0, readings = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SeededRandom random(seed);
    Physiology body(random, 60, {});
    for (int64_t t = 0; t < 3 * kDayUs; t += 15 * kMinuteUs) {
      const Vitals v = body.vitals(kBegin + t);
      expect_possible(v);
      EXPECT_EQ(v.alertness, Alertness::Alert);
      alarms += news2(v) >= 5 ? 1 : 0;
      ++readings;
    }
  }
  EXPECT_LT(alarms, readings / 100);
}

TEST(Physiology, EveryCourseReachesAnEmergencyScoreAndRecovers) {
  for (const Course course : {Course::Sepsis, Course::Respiratory, Course::Bleeding})
    for (uint64_t seed = 0; seed < 40; ++seed) {
      SeededRandom random(seed);
      Physiology body(random, 70, illness(course, 0.88));
      int most = 0, before = 0, after = 0;
      for (int64_t t = 0; t < 48 * kHourUs; t += 10 * kMinuteUs) {
        const Vitals v = body.vitals(kBegin + t);
        expect_possible(v);
        const int score = news2(v);
        most = std::max(most, score);
        if (t < 2 * kHourUs) before = std::max(before, score);
        if (t > 40 * kHourUs) after = std::max(after, score);
      }
      EXPECT_GE(most, 7) << static_cast<int>(course) << " " << seed;
      EXPECT_LT(before, 7);
      EXPECT_LT(after, 7);
    }
}

TEST(Physiology, SeverityRisesHoldsAndFalls) {
  SeededRandom random(1);
  const Physiology body(random, 50, illness(Course::Sepsis));
  const auto at = [&](int hours) { return body.severity(kBegin + hours * kHourUs); };
  EXPECT_EQ(at(1), 0);
  EXPECT_GT(at(5), at(3));
  EXPECT_DOUBLE_EQ(at(10), 0.9);
  EXPECT_LT(at(20), 0.9);
  EXPECT_EQ(at(40), 0);
}

TEST(Physiology, TheHeartIsSlowerAtNightThanInTheAfternoon) {
  double night = 0, afternoon = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SeededRandom random(seed);
    Physiology body(random, 60, {});
    const Instant midnight{kBegin.us - kBegin.us % kDayUs + kDayUs};
    night += body.vitals(midnight + 4 * kHourUs).heart_rate;
    afternoon += body.vitals(midnight + 16 * kHourUs).heart_rate;
  }
  EXPECT_GT(afternoon - night, 100 * 5.0);
}

TEST(Physiology, LabsFollowTheIllness) {
  SeededRandom random(3);
  Physiology septic(random, 60, illness(Course::Sepsis)), bleeding(random, 60, illness(Course::Bleeding));
  const Labs before = septic.labs(kBegin), worst = septic.labs(kBegin + 10 * kHourUs);
  EXPECT_GT(worst.crp, 100);
  EXPECT_GT(worst.white_cells, before.white_cells + 5);
  EXPECT_GT(worst.creatinine, before.creatinine * 1.5);
  EXPECT_LT(bleeding.labs(kBegin + 10 * kHourUs).haemoglobin, bleeding.labs(kBegin).haemoglobin - 3);
}

}  // namespace
}  // namespace xinglin::simulate
