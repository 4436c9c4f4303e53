#include "apps/resting-ecg/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "apps/resting-ecg/tests/synthetic_ecg.h"

namespace xinglin::resting_ecg {
namespace {

using testing::beat_times;
using testing::kPOff;
using testing::kPOn;
using testing::kQrsOff;
using testing::kQrsOn;
using testing::kTOff;
using testing::make_ecg;
using testing::SyntheticEcg;

Analysis must_analyse(const waveform::Group& group) {
  auto analysis = analyse(group);
  EXPECT_TRUE(analysis.ok());
  return analysis.ok() ? *analysis : Analysis{};
}

// The synthetic waves begin and end with slope zero, so the marks may be off by what IEC 60601-2-25 allows
// for the biological ECGs: PQ and QRS 10 ms, P 15 ms (two ends), QT 25 ms.
TEST(Analysis, KnownIntervalsAtEverySamplingRate) {
  for (const double rate : {100.0, 250.0, 360.0, 500.0, 1000.0}) {
    SyntheticEcg spec;
    spec.rate_hz = rate;
    spec.noise_uv = 4;
    const Analysis analysis = must_analyse(make_ecg(spec));
    const double slack = rate < 200 ? 10 : 0;
    EXPECT_NEAR(analysis.rhythm.heart_rate.value.value_or(0), 66.67, 0.5) << rate;
    EXPECT_EQ(analysis.rhythm.regularity, Regularity::Regular) << rate;
    EXPECT_EQ(analysis.p_waves, PWaves::Present) << rate;
    EXPECT_NEAR(analysis.pr_ms.value.value_or(0), kQrsOn - kPOn, 15 + slack) << rate;
    EXPECT_NEAR(analysis.p_ms.value.value_or(0), kPOff - kPOn, 25 + slack) << rate;
    EXPECT_NEAR(analysis.qrs_ms.value.value_or(0), kQrsOff - kQrsOn, 12 + slack) << rate;
    EXPECT_NEAR(analysis.qt_ms.value.value_or(0), kTOff - kQrsOn, 25 + slack) << rate;
    EXPECT_NEAR(analysis.qrs_axis_deg.value.value_or(0), 53.4, 2) << rate;
    EXPECT_NEAR(analysis.t_axis_deg.value.value_or(0), 53.4, 3) << rate;
    EXPECT_EQ(analysis.beats.size(), beat_times(spec).size()) << rate;
    EXPECT_TRUE(analysis.missing_leads.empty());
  }
}

TEST(Analysis, AmplitudesInMicrovolt) {
  const Analysis analysis = must_analyse(make_ecg({}));
  const auto lead = std::find_if(analysis.amplitudes.begin(), analysis.amplitudes.end(),
                                 [](const LeadAmplitudes& a) { return a.lead == "V4"; });
  ASSERT_NE(lead, analysis.amplitudes.end());
  EXPECT_NEAR(lead->r_uv, 1.2 * 1200, 30);
  EXPECT_NEAR(lead->t_uv, 1.2 * 300, 30);
  EXPECT_NEAR(lead->j_uv, 0, 30);
}

TEST(Analysis, AbsentPWavesAreSaidAndNotInvented) {
  SyntheticEcg spec;
  spec.p_waves = false;
  spec.noise_uv = 5;
  spec.r_s = {0.4, 1.05, 2.0, 2.55, 3.3, 4.4, 4.95, 5.8, 6.5, 7.5, 8.1, 9.2};
  const Analysis analysis = must_analyse(make_ecg(spec));
  EXPECT_EQ(analysis.p_waves, PWaves::Absent);
  EXPECT_FALSE(analysis.pr_ms.known());
  EXPECT_FALSE(analysis.p_ms.known());
  EXPECT_FALSE(analysis.p_axis_deg.known());
  EXPECT_FALSE(analysis.pr_ms.reason.empty());
  EXPECT_EQ(analysis.rhythm.regularity, Regularity::IrregularlyIrregular);
  EXPECT_TRUE(analysis.qt_ms.known());
  EXPECT_FALSE(analysis.qtc_bazett_ms.known()) << "the rhythm is too irregular for a correction";
  for (const BeatMarks& beat : analysis.beats) EXPECT_FALSE(beat.p_on_ms.has_value());
}

TEST(Analysis, NoTWaveNoQt) {
  SyntheticEcg spec;
  spec.t_scale = 0;
  spec.noise_uv = 3;
  const Analysis analysis = must_analyse(make_ecg(spec));
  EXPECT_TRUE(analysis.qrs_ms.known());
  EXPECT_FALSE(analysis.qt_ms.known());
  EXPECT_FALSE(analysis.qtc_fridericia_ms.known());
  EXPECT_FALSE(analysis.qt_ms.reason.empty());
}

TEST(Analysis, WideBeatsDoNotEnterTheRepresentativeBeat) {
  SyntheticEcg spec;
  spec.r_s = {0.4, 1.3, 2.2, 2.8, 4.0, 4.9, 5.8, 6.7, 7.6, 8.5, 9.4};
  spec.wide_beats = {3};
  const Analysis analysis = must_analyse(make_ecg(spec));
  ASSERT_EQ(analysis.beats.size(), 11u);
  EXPECT_FALSE(analysis.beats[3].usual_shape);
  EXPECT_EQ(analysis.median.members, 10u);
  EXPECT_EQ(analysis.rhythm.regularity, Regularity::Interrupted);
  EXPECT_NEAR(analysis.qrs_ms.value.value_or(0), kQrsOff - kQrsOn, 12);
  EXPECT_GT(*analysis.beats[3].qrs_off_ms - *analysis.beats[3].qrs_on_ms, 130);
}

TEST(Analysis, NoiseAloneIsNotAnEcg) {
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, 100);
  for (const size_t leads : {1u, 2u, 12u}) {
    waveform::Group group = make_ecg({});
    group.channels.resize(leads);
    for (waveform::Channel& channel : group.channels)
      for (float& v : channel.samples) v = noise(random);
    const Analysis analysis = must_analyse(group);
    EXPECT_FALSE(analysis.problem.empty()) << leads;
    EXPECT_FALSE(analysis.rhythm.heart_rate.known()) << leads;
    EXPECT_FALSE(analysis.qt_ms.known()) << leads;
    EXPECT_TRUE(analysis.beats.empty()) << leads;
  }
}

TEST(Analysis, FlatRecordingAndGapsAreSaid) {
  waveform::Group group = make_ecg({});
  for (size_t l = 0; l < 12; ++l) group.channels[l].samples.assign(group.samples(), 0.0f);
  const Analysis flat = must_analyse(group);
  EXPECT_EQ(flat.problem, "no lead is usable");
  for (const LeadQuality& quality : flat.quality) EXPECT_EQ(quality.word(), "unusable");

  waveform::Group gaps = make_ecg({});
  for (size_t i = 1000; i < 1400; ++i) gaps.channels[0].samples[i] = NAN;
  const Analysis analysis = must_analyse(gaps);
  EXPECT_TRUE(analysis.problem.empty());
  EXPECT_LT(analysis.quality[0].index, 0.8);
  EXPECT_TRUE(std::isfinite(analysis.median.leads[0][10]));
}

TEST(Analysis, FewerLeadsAreEnoughButSaid) {
  waveform::Group group = make_ecg({});
  group.channels.resize(2);  // I and II
  const Analysis two = must_analyse(group);
  EXPECT_EQ(two.missing_leads.size(), 10u);
  EXPECT_NEAR(two.qrs_axis_deg.value.value_or(0), 53.4, 2);  // aVF from I and II
  group.channels.erase(group.channels.begin());
  const Analysis one = must_analyse(group);
  EXPECT_TRUE(one.qrs_ms.known());
  EXPECT_FALSE(one.qrs_axis_deg.known());
}

TEST(Analysis, RefusesWhatItCannotJudge) {
  waveform::Group short_strip = make_ecg({});
  for (waveform::Channel& channel : short_strip.channels) channel.samples.resize(500);
  waveform::Group slow = make_ecg({}), pressure = make_ecg({}), nothing;
  slow.rate_hz = 50;
  for (waveform::Channel& channel : pressure.channels) channel.unit = "mm[Hg]";
  for (const waveform::Group* group : {&short_strip, &slow, &pressure, &nothing}) {
    const auto analysis = analyse(*group);
    ASSERT_FALSE(analysis.ok());
    EXPECT_TRUE(analysis.error().is(kNotAnEcg));
  }
}

TEST(Analysis, PacingSpikesAreBridgedAndCounted) {
  SyntheticEcg spec;
  spec.rate_hz = 1000;
  waveform::Group group = make_ecg(spec);
  for (const double r : beat_times(spec)) {
    const auto at = static_cast<size_t>((r - 0.09) * spec.rate_hz);
    for (waveform::Channel& channel : group.channels) {
      channel.samples[at] += 1500;
      channel.samples[at + 1] += 700;
    }
  }
  const Analysis analysis = must_analyse(group);
  EXPECT_EQ(analysis.pacing_spikes, beat_times(spec).size());
  EXPECT_EQ(analysis.beats.size(), beat_times(spec).size());
  EXPECT_NEAR(analysis.qrs_ms.value.value_or(0), kQrsOff - kQrsOn, 15);
  EXPECT_EQ(must_analyse(make_ecg({})).pacing_spikes, 0u);
}

TEST(Analysis, MainsHumDoesNotMoveTheMarks) {
  for (const double rate : {250.0, 360.0, 500.0, 1000.0}) {
    SyntheticEcg spec;
    spec.rate_hz = rate;
    spec.mains_uv = 400;
    const Analysis analysis = must_analyse(make_ecg(spec));
    EXPECT_NEAR(analysis.qrs_ms.value.value_or(0), kQrsOff - kQrsOn, 15) << rate;
    EXPECT_NEAR(analysis.qt_ms.value.value_or(0), kTOff - kQrsOn, 25) << rate;
    EXPECT_EQ(analysis.p_waves, PWaves::Present) << rate;
  }
}

TEST(Analysis, BurstsOfNoiseDoNotChangeTheRate) {
  SyntheticEcg spec;
  waveform::Group group = make_ecg(spec);
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0, 700);
  for (waveform::Channel& channel : group.channels)
    for (size_t i = 0; i < channel.samples.size(); ++i)
      if (i % 2000 > 700 && i % 2000 < 1100) channel.samples[i] += noise(random);
  const Analysis analysis = must_analyse(group);
  EXPECT_NEAR(analysis.rhythm.heart_rate.value.value_or(66.67), 66.67, 4);  // or it cannot be told
  EXPECT_NEAR(analysis.qrs_ms.value.value_or(0), kQrsOff - kQrsOn, 15);
}

TEST(Analysis, SteadyNoiseHidesIntervalsAndThatIsSaid) {
  SyntheticEcg spec;
  spec.noise_uv = 120;
  const Analysis analysis = must_analyse(make_ecg(spec));
  EXPECT_NEAR(analysis.rhythm.heart_rate.value.value_or(0), 66.67, 1);
  EXPECT_FALSE(analysis.qrs_ms.known());
  EXPECT_FALSE(analysis.qt_ms.known());
  EXPECT_EQ(analysis.p_waves, PWaves::CannotTell);
}

// Odd rates, lengths, lead counts and values: any answer will do, but there must be one.
TEST(Analysis, SurvivesAnything) {
  std::mt19937 random(11);
  const float odd[] = {0, 1, -1, 5e5f, -5e5f, 1e30f, NAN, INFINITY, 32767, -32768};
  for (int round = 0; round < 300; ++round) {
    SyntheticEcg spec;
    const auto below = [&](uint32_t end) { return static_cast<double>(random() % end); };
    spec.seconds = 2 + below(8);
    spec.rate_hz = 80 + below(1200);
    spec.rr_s = 0.2 + 0.01 * below(150);
    spec.noise_uv = 40 * below(3);
    waveform::Group group = make_ecg(spec);
    group.channels.resize(1 + random() % 12);
    for (waveform::Channel& channel : group.channels) {
      const size_t start = random() % channel.samples.size(), count = random() % channel.samples.size();
      const float value = odd[random() % std::size(odd)];
      const bool scatter = random() % 2 == 0;
      for (size_t i = start; i < std::min(start + count, channel.samples.size()); ++i)
        if (!scatter || random() % 7 == 0) channel.samples[i] = value;
    }
    const auto analysis = analyse(group);
    if (!analysis.ok()) continue;
    for (const Measure* m : {&analysis->rhythm.heart_rate, &analysis->pr_ms, &analysis->qrs_ms,
                             &analysis->qt_ms, &analysis->qtc_bazett_ms, &analysis->qrs_axis_deg}) {
      EXPECT_TRUE(m->known() ? std::isfinite(*m->value) : !m->reason.empty()) << round;
    }
  }
}

TEST(Analysis, SameInputSameAnswer) {
  SyntheticEcg spec;
  spec.noise_uv = 20;
  const Analysis a = must_analyse(make_ecg(spec)), b = must_analyse(make_ecg(spec));
  EXPECT_EQ(a.qt_ms.value, b.qt_ms.value);
  EXPECT_EQ(a.median.leads, b.median.leads);
}

}  // namespace
}  // namespace xinglin::resting_ecg
