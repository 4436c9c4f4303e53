#include "apps/resting-ecg/quality.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "apps/resting-ecg/tests/synthetic_ecg.h"

namespace xinglin::resting_ecg {
namespace {

LeadQuality judge(const testing::SyntheticEcg& spec) {
  return judge_lead("II", testing::make_ecg(spec).channels[1].samples, spec.rate_hz, 0);
}

bool has(const LeadQuality& quality, Defect defect) {
  return std::find(quality.defects.begin(), quality.defects.end(), defect) != quality.defects.end();
}

TEST(Quality, CleanLeadIsGood) {
  for (const double rate : {100.0, 250.0, 500.0, 1000.0}) {
    testing::SyntheticEcg spec;
    spec.rate_hz = rate;
    spec.noise_uv = 3;
    const LeadQuality quality = judge(spec);
    EXPECT_EQ(quality.word(), "good") << rate;
    EXPECT_TRUE(quality.defects.empty()) << rate;
  }
}

TEST(Quality, EachDefectIsNamed) {
  testing::SyntheticEcg mains, muscle, wander;
  mains.mains_uv = 90;
  muscle.noise_uv = 70;
  wander.wander_uv = 800;
  EXPECT_TRUE(has(judge(mains), Defect::MainsNoise));
  EXPECT_NEAR(judge(mains).mains_uv, 90, 15);
  EXPECT_TRUE(has(judge(muscle), Defect::MuscleNoise));
  EXPECT_FALSE(has(judge(muscle), Defect::MainsNoise));
  EXPECT_TRUE(has(judge(wander), Defect::BaselineWander));
  EXPECT_LT(judge(muscle).index, judge({}).index);
}

TEST(Quality, UnusableLeads) {
  std::vector<float> flat(5000, 40.0f), ecg = testing::make_ecg({}).channels[1].samples, clipped = ecg;
  for (float& v : clipped) v = std::clamp(v * 20, -400.0f, 400.0f);
  EXPECT_EQ(judge_lead("II", flat, 500, 0).defects, std::vector{Defect::Flat});
  EXPECT_EQ(judge_lead("II", {}, 500, 0).defects, std::vector{Defect::Missing});
  EXPECT_EQ(judge_lead("II", ecg, 500, 3000).defects, std::vector{Defect::Gaps});
  EXPECT_EQ(judge_lead("II", clipped, 500, 0).defects, std::vector{Defect::Saturated});
  for (const auto& quality : {judge_lead("II", flat, 500, 0), missing_lead("V1")}) {
    EXPECT_FALSE(quality.usable());
    EXPECT_EQ(quality.word(), "unusable");
  }
}

TEST(Quality, SpreadOfTheBeatsLowersTheIndex) {
  LeadQuality quality = judge({});
  const double before = quality.index;
  add_snr(quality, 30);
  EXPECT_DOUBLE_EQ(quality.index, before);
  add_snr(quality, 5);
  EXPECT_LT(quality.index, 0.5 * before);
  EXPECT_TRUE(has(quality, Defect::LowSignalToNoise));
}

}  // namespace
}  // namespace xinglin::resting_ecg
