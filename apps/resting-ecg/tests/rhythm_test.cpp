#include "apps/resting-ecg/rhythm.h"

#include <gtest/gtest.h>

#include "apps/resting-ecg/intervals.h"

namespace xinglin::resting_ecg {
namespace {

std::vector<TimedBeat> beats_with(const std::vector<double>& rr_ms,
                                  const std::vector<size_t>& other_shape = {}) {
  std::vector<TimedBeat> beats{{1.0, true}};
  for (const double rr : rr_ms) beats.push_back({beats.back().time_s + rr / 1000, true});
  for (const size_t i : other_shape) beats[i].usual_shape = false;
  return beats;
}

TEST(Rhythm, RateAndIntervals) {
  const Rhythm rhythm = measure_rhythm(beats_with({800, 820, 780, 800, 800}));
  EXPECT_DOUBLE_EQ(*rhythm.heart_rate.value, 75);
  EXPECT_NEAR(*rhythm.rr_mean_ms.value, 800, 1e-9);
  EXPECT_NEAR(*rhythm.rr_sd_ms.value, 14.142, 0.001);  // sqrt((400 + 400) / 4)
  EXPECT_NEAR(*rhythm.rmssd_ms.value, 24.495, 0.001);  // sqrt((400 + 1600 + 400 + 0) / 4)
  EXPECT_EQ(rhythm.regularity, Regularity::Regular);
}

TEST(Rhythm, TooFewBeats) {
  EXPECT_FALSE(measure_rhythm(beats_with({800})).heart_rate.known());
  const Rhythm three = measure_rhythm(beats_with({800, 800}));
  EXPECT_TRUE(three.heart_rate.known());
  EXPECT_EQ(three.regularity, Regularity::CannotTell);
  EXPECT_FALSE(three.reason.empty());
  EXPECT_FALSE(measure_rhythm({}).heart_rate.known());
}

TEST(Rhythm, Regularities) {
  // A premature beat with its pause, in an otherwise even rhythm.
  EXPECT_EQ(measure_rhythm(beats_with({800, 800, 500, 1100, 800, 810, 790, 800, 800}, {3})).regularity,
            Regularity::Interrupted);
  // Every second beat early.
  EXPECT_EQ(measure_rhythm(beats_with({550, 1050, 560, 1040, 550, 1060, 555, 1050})).regularity,
            Regularity::RegularlyIrregular);
  // No order at all.
  EXPECT_EQ(measure_rhythm(beats_with({620, 910, 540, 760, 1130, 480, 830, 700, 990, 590})).regularity,
            Regularity::IrregularlyIrregular);
  // Slow swing, as with breathing.
  EXPECT_EQ(measure_rhythm(beats_with({800, 860, 930, 1000, 1040, 1010, 940, 870, 800, 760})).regularity,
            Regularity::Irregular);
}

// Values computed by hand from the published formulas (QT 400 ms, RR 0.8 s, 75/min).
TEST(Intervals, Corrections) {
  EXPECT_NEAR(qtc_bazett(400, 0.8), 447.214, 0.001);
  EXPECT_NEAR(qtc_fridericia(400, 0.8), 430.887, 0.001);
  EXPECT_NEAR(qtc_framingham(400, 0.8), 430.8, 1e-9);
  EXPECT_NEAR(qtc_hodges(400, 0.8), 426.25, 1e-9);
  for (const auto& correct : {qtc_bazett, qtc_fridericia, qtc_framingham, qtc_hodges})
    EXPECT_DOUBLE_EQ(correct(391, 1.0), 391);
}

TEST(Intervals, AxisOfPureLeads) {
  EXPECT_NEAR(frontal_axis_deg(1, 0), 0, 1e-9);
  EXPECT_NEAR(frontal_axis_deg(0, 1), 90, 1e-9);
  EXPECT_NEAR(frontal_axis_deg(0, -1), -90, 1e-9);
  EXPECT_NEAR(frontal_axis_deg(-1, 0), 180, 1e-9);
  // A vector along lead II (+60 degrees): I = cos 60, aVF = cos 30 * sqrt(3)/2 as augmented leads are
  // measured.
  EXPECT_NEAR(frontal_axis_deg(0.5, 0.75), 60, 1e-9);
}

}  // namespace
}  // namespace xinglin::resting_ecg
