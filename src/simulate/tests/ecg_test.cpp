#include "simulate/ecg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/digest.h"
#include "codec/dicom/data_set.h"
#include "codec/waveform/dicom_waveform.h"
#include "simulate/detail/ecg_object.h"

namespace xinglin::simulate {
namespace {

const waveform::Channel& lead(const waveform::Recording& r, std::string_view name) {
  for (const waveform::Channel& c : r.groups[0].channels)
    if (c.name == name) return c;
  ADD_FAILURE() << name;
  return r.groups[0].channels[0];
}

// R peaks of lead II: the highest sample above half of the maximum, at least 0.25 s apart.
std::vector<size_t> r_peaks(const waveform::Recording& r) {
  const auto& x = lead(r, "II").samples;
  const float half = *std::max_element(x.begin(), x.end()) / 2;
  std::vector<size_t> peaks;
  for (size_t i = 1; i + 1 < x.size(); ++i) {
    if (x[i] < half || x[i] < x[i - 1] || x[i] < x[i + 1]) continue;
    if (peaks.empty() || i - peaks.back() > 125)
      peaks.push_back(i);
    else if (x[i] > x[peaks.back()])
      peaks.back() = i;
  }
  return peaks;
}

struct Intervals {
  double mean_s = 0, variation = 0;
};
Intervals intervals_of(const waveform::Recording& r) {
  const auto peaks = r_peaks(r);
  std::vector<double> rr;
  for (size_t i = 1; i < peaks.size(); ++i)
    rr.push_back(static_cast<double>(peaks[i] - peaks[i - 1]) / kEcgRateHz);
  Intervals out;
  for (const double v : rr) out.mean_s += v / static_cast<double>(rr.size());
  double sum = 0;
  for (const double v : rr) sum += (v - out.mean_s) * (v - out.mean_s);
  out.variation = std::sqrt(sum / static_cast<double>(rr.size())) / out.mean_s;
  return out;
}

TEST(SyntheticEcg, HasTwelveLeadsThatObeyEinthovenAndGoldberger) {
  SeededRandom random(1);
  const auto r = make_ecg({}, random);
  ASSERT_EQ(r.groups[0].channels.size(), 12u);
  for (size_t i = 0; i < kEcgSamples; ++i) {
    const double one = lead(r, "I").samples[i], two = lead(r, "II").samples[i];
    EXPECT_NEAR(lead(r, "III").samples[i], two - one, 2);
    EXPECT_NEAR(lead(r, "aVR").samples[i], -(one + two) / 2, 2);
    EXPECT_NEAR(lead(r, "aVF").samples[i], two - one / 2, 2);
  }
}

TEST(SyntheticEcg, BeatsAtTheRateItIsTold) {
  for (const double rate : {50.0, 75.0, 110.0, 150.0}) {
    SeededRandom random(2);
    const auto rr = intervals_of(make_ecg({.heart_rate = rate}, random));
    EXPECT_NEAR(60 / rr.mean_s, rate, 0.03 * rate);
    EXPECT_LT(rr.variation, 0.05);
  }
}

TEST(SyntheticEcg, FibrillationIsIrregularAndHasNoPWave) {
  SeededRandom random(3);
  const auto af = make_ecg({.heart_rate = 95, .rhythm = Rhythm::AtrialFibrillation}, random);
  EXPECT_GT(intervals_of(af).variation, 0.10);
  // Averaged over the beats, 120 to 160 ms before R: the top of P in sinus rhythm, nothing in fibrillation.
  const auto mean_before_r = [](const waveform::Recording& r) {
    double sum = 0, count = 0;
    for (const size_t peak : r_peaks(r))
      for (size_t i = 60; i <= 80 && peak > 120; ++i) {
        sum += lead(r, "II").samples[peak - i] - lead(r, "II").samples[peak - 120];
        ++count;
      }
    return sum / count;
  };
  double sinus = 0, fibrillating = 0;
  constexpr int kTimes = 12;  // the fibrillation's own waves average out
  for (uint64_t seed = 0; seed < kTimes; ++seed) {
    SeededRandom one(seed), other(seed);
    sinus += mean_before_r(make_ecg({.heart_rate = 70}, one)) / kTimes;
    fibrillating +=
        mean_before_r(make_ecg({.heart_rate = 80, .rhythm = Rhythm::AtrialFibrillation}, other)) / kTimes;
  }
  EXPECT_GT(sinus, 60);
  EXPECT_LT(std::abs(fibrillating), 25);
}

TEST(SyntheticEcg, ALongQtHasItsTWaveLater) {
  const auto t_top_ms = [](double qtc) {
    SeededRandom random(4);
    const auto r = make_ecg({.heart_rate = 60, .qtc_ms = qtc, .noise_uv = 0}, random);
    const auto& x = lead(r, "V3").samples;
    const size_t peak = r_peaks(r)[2];
    const auto from = x.begin() + static_cast<long>(peak) + 60, to = from + 220;
    return static_cast<double>(std::max_element(from, to) - x.begin() - static_cast<long>(peak)) * 2;
  };
  EXPECT_NEAR(t_top_ms(515) - t_top_ms(410), 105, 8);
}

TEST(SyntheticEcg, WavesPointTheUsualWays) {
  SeededRandom random(5);
  const auto r = make_ecg({.noise_uv = 0}, random);
  const auto range = [&](std::string_view name) {
    const auto& x = lead(r, name).samples;
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    return std::pair{*low, *high};
  };
  EXPECT_GT(range("II").second, 800);
  EXPECT_LT(range("aVR").first, -600);
  EXPECT_LT(range("V1").first, -600);
  EXPECT_GT(range("V5").second, 800);
  for (const auto& c : r.groups[0].channels)
    for (const float v : c.samples) EXPECT_LT(std::abs(v), 4000);
}

TEST(SyntheticEcg, GoesThroughDicomUnchanged) {
  SeededRandom first(6), second(6), third(6);
  Person person{.mrn = "SIM1-0001", .family = "Wang", .given = "Min", .family_zh = "王", .given_zh = "敏"};
  const Instant at{1'790'000'000'000'000};
  const auto file = make_ecg_file(person, {}, at, "A1", first);
  EXPECT_EQ(file, make_ecg_file(person, {}, at, "A1", second));
  const auto parsed = dicom::parse_file(file);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->data_set.text({0x0010, 0x0010}), "Wang^Min^^^(synthetic)=王^敏^^^（合成）");
  const auto read = waveform::from_data_set(parsed->data_set);
  ASSERT_TRUE(read) << read.error().message();
  for (int i = 0; i < 3; ++i) (void)new_dicom_uid(third);
  const auto made = make_ecg({}, third);
  ASSERT_EQ(read->groups.size(), 1u);
  EXPECT_EQ(read->groups[0].rate_hz, kEcgRateHz);
  ASSERT_EQ(read->groups[0].channels.size(), 12u);
  for (size_t k = 0; k < 12; ++k)
    EXPECT_EQ(read->groups[0].channels[k].samples, made.groups[0].channels[k].samples);
}

}  // namespace
}  // namespace xinglin::simulate
