// Known answers: every cell and every edge of the NEWS2 chart (Royal College of Physicians, National Early
// Warning Score (NEWS) 2, London 2017, chart 1: the NEWS scoring system; chart 2: thresholds and triggers).
#include "apps/early-warning/news2.h"

#include <gtest/gtest.h>

namespace xinglin::early_warning {
namespace {

struct Row {
  double value;
  int points;
};

TEST(News2Chart, RespiratoryRate) {
  for (const Row& r : {Row{0, 3},
                       {4, 3},
                       {8, 3},
                       {9, 1},
                       {10, 1},
                       {11, 1},
                       {12, 0},
                       {16, 0},
                       {20, 0},
                       {21, 2},
                       {23, 2},
                       {24, 2},
                       {25, 3},
                       {40, 3},
                       {150, 3}})
    EXPECT_EQ(score_respiratory_rate(r.value), r.points) << r.value;
}

TEST(News2Chart, OxygenSaturationScaleOne) {
  for (const Row& r :
       {Row{0, 3}, {70, 3}, {91, 3}, {92, 2}, {93, 2}, {94, 1}, {95, 1}, {96, 0}, {98, 0}, {100, 0}})
    for (const auto breathing : {std::optional<Breathing>{}, {Breathing::Air}, {Breathing::Oxygen}})
      EXPECT_EQ(score_spo2(r.value, Spo2Scale::One, breathing), r.points) << r.value;
}

TEST(News2Chart, OxygenSaturationScaleTwoOnAir) {
  for (const Row& r : {Row{0, 3},
                       {83, 3},
                       {84, 2},
                       {85, 2},
                       {86, 1},
                       {87, 1},
                       {88, 0},
                       {90, 0},
                       {92, 0},
                       {93, 0},
                       {95, 0},
                       {97, 0},
                       {100, 0}})
    EXPECT_EQ(score_spo2(r.value, Spo2Scale::Two, Breathing::Air), r.points) << r.value;
}

TEST(News2Chart, OxygenSaturationScaleTwoOnOxygen) {
  for (const Row& r : {Row{0, 3},
                       {83, 3},
                       {84, 2},
                       {85, 2},
                       {86, 1},
                       {87, 1},
                       {88, 0},
                       {90, 0},
                       {92, 0},
                       {93, 1},
                       {94, 1},
                       {95, 2},
                       {96, 2},
                       {97, 3},
                       {100, 3}})
    EXPECT_EQ(score_spo2(r.value, Spo2Scale::Two, Breathing::Oxygen), r.points) << r.value;
}

TEST(News2Chart, ScaleTwoNeedsToKnowAirOrOxygenOnlyAboveNinetyTwo) {
  for (const Row& r : {Row{83, 3}, {85, 2}, {87, 1}, {92, 0}})
    EXPECT_EQ(score_spo2(r.value, Spo2Scale::Two, std::nullopt), r.points) << r.value;
  for (const double v : {93.0, 94.0, 95.0, 96.0, 97.0, 100.0})
    EXPECT_EQ(score_spo2(v, Spo2Scale::Two, std::nullopt), std::nullopt) << v;
}

TEST(News2Chart, AirOrOxygen) {
  EXPECT_EQ(score_breathing(Breathing::Air), 0);
  EXPECT_EQ(score_breathing(Breathing::Oxygen), 2);
}

TEST(News2Chart, SystolicPressure) {
  for (const Row& r : {Row{0, 3},
                       {50, 3},
                       {90, 3},
                       {91, 2},
                       {95, 2},
                       {100, 2},
                       {101, 1},
                       {105, 1},
                       {110, 1},
                       {111, 0},
                       {160, 0},
                       {219, 0},
                       {220, 3},
                       {300, 3}})
    EXPECT_EQ(score_systolic_pressure(r.value), r.points) << r.value;
}

TEST(News2Chart, Pulse) {
  for (const Row& r : {Row{0, 3},
                       {30, 3},
                       {40, 3},
                       {41, 1},
                       {45, 1},
                       {50, 1},
                       {51, 0},
                       {70, 0},
                       {90, 0},
                       {91, 1},
                       {100, 1},
                       {110, 1},
                       {111, 2},
                       {120, 2},
                       {130, 2},
                       {131, 3},
                       {200, 3}})
    EXPECT_EQ(score_pulse(r.value), r.points) << r.value;
}

TEST(News2Chart, Consciousness) {
  EXPECT_EQ(score_consciousness(Consciousness::Alert), 0);
  EXPECT_EQ(score_consciousness(Consciousness::NewConfusion), 3);
  EXPECT_EQ(score_consciousness(Consciousness::Voice), 3);
  EXPECT_EQ(score_consciousness(Consciousness::Pain), 3);
  EXPECT_EQ(score_consciousness(Consciousness::Unresponsive), 3);
}

TEST(News2Chart, Temperature) {
  for (const Row& r : {Row{30.0, 3},
                       {34.9, 3},
                       {35.0, 3},
                       {35.1, 1},
                       {35.5, 1},
                       {36.0, 1},
                       {36.1, 0},
                       {37.0, 0},
                       {38.0, 0},
                       {38.1, 1},
                       {38.5, 1},
                       {39.0, 1},
                       {39.1, 2},
                       {41.0, 2}})
    EXPECT_EQ(score_temperature(r.value), r.points) << r.value;
}

// Our own rule, stated in news2.h: nearest, and exactly half way to the side that scores higher.
TEST(News2Rounding, NearestAndHalfTowardsTheHigherScore) {
  EXPECT_EQ(score_respiratory_rate(8.4), 3);
  EXPECT_EQ(score_respiratory_rate(8.5), 3);
  EXPECT_EQ(score_respiratory_rate(8.6), 1);
  EXPECT_EQ(score_respiratory_rate(20.4), 0);
  EXPECT_EQ(score_respiratory_rate(20.5), 2);
  EXPECT_EQ(score_respiratory_rate(24.5), 3);
  EXPECT_EQ(score_spo2(91.5, Spo2Scale::One, std::nullopt), 3);
  EXPECT_EQ(score_spo2(95.5, Spo2Scale::One, std::nullopt), 1);
  EXPECT_EQ(score_spo2(95.51, Spo2Scale::One, std::nullopt), 0);
  EXPECT_EQ(score_spo2(92.5, Spo2Scale::Two, Breathing::Oxygen), 1);
  EXPECT_EQ(score_spo2(92.5, Spo2Scale::Two, Breathing::Air), 0);
  EXPECT_EQ(score_systolic_pressure(110.5), 1);
  EXPECT_EQ(score_systolic_pressure(110.6), 0);
  EXPECT_EQ(score_systolic_pressure(219.5), 3);
  EXPECT_EQ(score_pulse(90.5), 1);
  EXPECT_EQ(score_pulse(50.5), 1);
  EXPECT_EQ(score_pulse(130.49), 2);
  EXPECT_EQ(score_temperature(35.05), 3);
  EXPECT_EQ(score_temperature(35.06), 1);
  EXPECT_EQ(score_temperature(36.05), 1);
  EXPECT_EQ(score_temperature(38.05), 1);
  EXPECT_EQ(score_temperature(38.04), 0);
  EXPECT_EQ(score_temperature(39.05), 2);
}

Vitals normal() {
  Vitals v;
  v.respiratory_rate = 16;
  v.spo2 = 98;
  v.breathing = Breathing::Air;
  v.systolic_pressure = 125;
  v.pulse = 75;
  v.consciousness = Consciousness::Alert;
  v.temperature = 37.0;
  return v;
}

TEST(News2Total, NormalIsZeroAndLow) {
  const Score s = news2(normal());
  EXPECT_TRUE(s.complete());
  EXPECT_EQ(s.lower_bound(), 0);
  EXPECT_EQ(s.band(), Band::Low);
}

TEST(News2Total, WorstIsTwenty) {
  Vitals v;
  v.respiratory_rate = 30;
  v.spo2 = 80;
  v.breathing = Breathing::Oxygen;
  v.systolic_pressure = 80;
  v.pulse = 140;
  v.consciousness = Consciousness::Unresponsive;
  v.temperature = 34;
  const Score s = news2(v);
  EXPECT_TRUE(s.complete());
  EXPECT_EQ(s.lower_bound(), 20);
  EXPECT_EQ(s.band(), Band::High);
}

TEST(News2Total, BandsChangeAtFiveSevenAndWithASingleThree) {
  Vitals v = normal();
  v.breathing = Breathing::Oxygen;  // 2
  v.pulse = 115;                    // 2
  EXPECT_EQ(news2(v).lower_bound(), 4);
  EXPECT_EQ(news2(v).band(), Band::Low);
  v.temperature = 38.5;  // 1
  EXPECT_EQ(news2(v).lower_bound(), 5);
  EXPECT_EQ(news2(v).band(), Band::Medium);
  v.spo2 = 95;  // 1
  EXPECT_EQ(news2(v).lower_bound(), 6);
  EXPECT_EQ(news2(v).band(), Band::Medium);
  v.spo2 = 93;  // 2
  EXPECT_EQ(news2(v).lower_bound(), 7);
  EXPECT_EQ(news2(v).band(), Band::High);

  Vitals confused = normal();
  confused.consciousness = Consciousness::NewConfusion;
  EXPECT_EQ(news2(confused).lower_bound(), 3);
  EXPECT_EQ(news2(confused).band(), Band::LowMedium);
  confused.respiratory_rate = 21;
  EXPECT_EQ(news2(confused).band(), Band::Medium) << "five with a three is medium";
}

TEST(News2Missing, IsNeverScoredZero) {
  const auto missing_each = [](size_t i) {
    Vitals v = normal();
    if (i == 0) v.respiratory_rate.reset();
    if (i == 1) v.spo2.reset();
    if (i == 2) v.breathing.reset();
    if (i == 3) v.systolic_pressure.reset();
    if (i == 4) v.pulse.reset();
    if (i == 5) v.consciousness.reset();
    if (i == 6) v.temperature.reset();
    return news2(v);
  };
  for (size_t i = 0; i < kParameters.size(); ++i) {
    const Score s = missing_each(i);
    EXPECT_EQ(s.parts[i], std::nullopt) << i;
    EXPECT_FALSE(s.complete()) << i;
    EXPECT_EQ(s.band(), std::nullopt) << "an incomplete set below every threshold has no band";
  }
}

TEST(News2Missing, AThresholdThatIsReachedAnywayIsSaid) {
  Vitals v;
  v.respiratory_rate = 26;
  EXPECT_EQ(news2(v).band(), Band::LowMedium);
  v.spo2 = 92;
  EXPECT_EQ(news2(v).band(), Band::Medium);
  v.pulse = 120;
  EXPECT_EQ(news2(v).lower_bound(), 7);
  EXPECT_EQ(news2(v).band(), Band::High);
  EXPECT_FALSE(news2(v).complete());
}

TEST(News2Missing, ImplausibleValuesCountAsMissing) {
  Vitals v = normal();
  v.spo2 = 101;
  EXPECT_EQ(news2(v).part(Parameter::Spo2), std::nullopt);
  v = normal();
  v.temperature = 98.6;
  EXPECT_EQ(news2(v).part(Parameter::Temperature), std::nullopt);
  v = normal();
  v.pulse = -1;
  EXPECT_EQ(news2(v).part(Parameter::Pulse), std::nullopt);
}

}  // namespace
}  // namespace xinglin::early_warning
