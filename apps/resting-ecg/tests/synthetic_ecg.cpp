#include "apps/resting-ecg/tests/synthetic_ecg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

namespace xinglin::resting_ecg::testing {

namespace {

struct LeadGain {
  const char* name;
  double gain;
};
// Limb leads obey Einthoven and Goldberger: III = II - I, aVF = (II + III) / 2 ...; the axis is 53.4 degrees.
constexpr std::array kLeads = {LeadGain{"I", 0.6},    LeadGain{"II", 1.0},  LeadGain{"III", 0.4},
                               LeadGain{"aVR", -0.8}, LeadGain{"aVL", 0.1}, LeadGain{"aVF", 0.7},
                               LeadGain{"V1", -0.4},  LeadGain{"V2", 0.5},  LeadGain{"V3", 0.9},
                               LeadGain{"V4", 1.2},   LeadGain{"V5", 1.1},  LeadGain{"V6", 0.8}};

double bump(double t_ms, double from_ms, double to_ms, double height) {
  if (t_ms <= from_ms || t_ms >= to_ms) return 0;
  return height * (1 - std::cos(2 * std::numbers::pi * (t_ms - from_ms) / (to_ms - from_ms))) / 2;
}

double usual_beat(double t, const SyntheticEcg& spec) {
  double v =
      spec.qrs_scale * (bump(t, kQrsOn, -14, -150) + bump(t, -26, 26, 1200) + bump(t, 12, kQrsOff, -250));
  if (spec.p_waves) v += bump(t, kPOn, kPOff, 120);
  return v + spec.t_scale * bump(t, 130, kTOff, 300);
}

double wide_beat(double t) {
  return bump(t, -80, 100, 1500) + bump(t, 140, 400, -500);
}

}  // namespace

std::vector<double> beat_times(const SyntheticEcg& spec) {
  if (!spec.r_s.empty()) return spec.r_s;
  std::vector<double> times;
  for (double at = 0.4; at < spec.seconds - 0.1; at += spec.rr_s) times.push_back(at);
  return times;
}

waveform::Group make_ecg(const SyntheticEcg& spec) {
  const std::vector<double> times = beat_times(spec);
  const auto samples = static_cast<size_t>(spec.seconds * spec.rate_hz);
  std::mt19937 random(spec.seed);
  std::normal_distribution<double> noise(0, 1);
  waveform::Group group;
  group.label = "RHYTHM";
  group.rate_hz = spec.rate_hz;
  for (const LeadGain& lead : kLeads) {
    waveform::Channel& channel = group.channels.emplace_back();
    channel.name = lead.name;
    channel.unit = "uV";
    for (size_t i = 0; i < samples; ++i) {
      const double at = static_cast<double>(i) / spec.rate_hz;
      double v = 0;
      for (size_t k = 0; k < times.size(); ++k) {
        const double t_ms = (at - times[k]) * 1000;
        if (std::abs(t_ms) > 600) continue;
        const bool wide =
            std::find(spec.wide_beats.begin(), spec.wide_beats.end(), k) != spec.wide_beats.end();
        v += lead.gain * (wide ? wide_beat(t_ms) : usual_beat(t_ms, spec));
      }
      v += spec.mains_uv * std::sin(2 * std::numbers::pi * 50 * at);
      v += spec.wander_uv * std::sin(2 * std::numbers::pi * 0.25 * at);
      channel.samples.push_back(static_cast<float>(v + spec.noise_uv * noise(random)));
    }
  }
  return group;
}

}  // namespace xinglin::resting_ecg::testing
