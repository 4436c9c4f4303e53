#include "apps/resting-ecg/beats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "apps/resting-ecg/tests/synthetic_ecg.h"

namespace xinglin::resting_ecg {
namespace {

using testing::beat_times;
using testing::make_ecg;
using testing::SyntheticEcg;

std::vector<std::vector<float>> leads_of(const waveform::Group& group, size_t count = 12) {
  std::vector<std::vector<float>> leads;
  for (size_t i = 0; i < std::min(count, group.channels.size()); ++i)
    leads.push_back(group.channels[i].samples);
  return leads;
}

void expect_all_found(const SyntheticEcg& spec, size_t leads, const std::string& what) {
  const std::vector<double> times = beat_times(spec);
  const std::vector<Beat> beats = detect_beats(leads_of(make_ecg(spec), leads), spec.rate_hz);
  ASSERT_EQ(beats.size(), times.size()) << what;
  for (size_t i = 0; i < beats.size(); ++i)
    EXPECT_NEAR(static_cast<double>(beats[i].sample) / spec.rate_hz, times[i], 0.03) << what << " beat " << i;
}

TEST(Beats, EveryBeatAtEverySamplingRate) {
  for (const double rate : {100.0, 128.0, 250.0, 360.0, 500.0, 1000.0, 2000.0}) {
    SyntheticEcg spec;
    spec.rate_hz = rate;
    expect_all_found(spec, 12, "12 leads at " + std::to_string(rate));
    expect_all_found(spec, 1, "1 lead at " + std::to_string(rate));
  }
}

TEST(Beats, SlowAndFastRhythms) {
  for (const double rr : {0.3, 0.45, 0.7, 1.2, 2.0}) {
    SyntheticEcg spec;
    spec.rr_s = rr;
    spec.p_waves = rr > 0.5;
    spec.t_scale = rr > 0.5 ? 1 : 0.3;
    expect_all_found(spec, 12, "RR " + std::to_string(rr));
  }
}

TEST(Beats, NothingIsLostAtTheEdgesOfAShortStrip) {
  SyntheticEcg spec;
  spec.seconds = 5;
  spec.r_s = {0.12, 1.0, 1.9, 2.8, 3.7, 4.85};
  expect_all_found(spec, 12, "edges");
}

TEST(Beats, NoiseMainsAndWander) {
  SyntheticEcg spec;
  spec.noise_uv = 60;
  spec.mains_uv = 80;
  spec.wander_uv = 800;
  expect_all_found(spec, 12, "noisy");
}

TEST(Beats, LargeTWavesAreNotBeats) {
  SyntheticEcg spec;
  spec.t_scale = 3.5;
  expect_all_found(spec, 12, "tall T");
}

TEST(Beats, WideBeatsAmongNarrowOnes) {
  SyntheticEcg spec;
  spec.wide_beats = {2, 5};
  expect_all_found(spec, 12, "wide beats");
}

TEST(Beats, FlatAndNoisyLeadsDoNotHideTheGoodOnes) {
  SyntheticEcg spec;
  waveform::Group group = make_ecg(spec);
  std::vector<std::vector<float>> leads = leads_of(group);
  SyntheticEcg storm = spec;
  storm.noise_uv = 400;
  const waveform::Group noisy = make_ecg(storm);
  for (size_t l = 0; l < 4; ++l) leads[l] = noisy.channels[l].samples;
  for (size_t l = 4; l < 8; ++l) leads[l].assign(leads[l].size(), 0.0f);
  EXPECT_EQ(detect_beats(leads, spec.rate_hz).size(), beat_times(spec).size());
}

TEST(Beats, EmptyFlatAndTinyInputGiveNone) {
  EXPECT_TRUE(detect_beats({}, 500).empty());
  const std::vector<std::vector<float>> nothing(3), flat(3, std::vector<float>(5000, 123.0f)), one(1, {1.0f});
  EXPECT_TRUE(detect_beats(nothing, 500).empty());
  EXPECT_TRUE(detect_beats(flat, 500).empty());
  EXPECT_TRUE(detect_beats(one, 500).empty());
  EXPECT_TRUE(detect_beats(flat, 0).empty());
}

}  // namespace
}  // namespace xinglin::resting_ecg
