#include "simulate/ecg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace xinglin::simulate {

namespace {

struct Vector {
  double x = 0, y = 0, z = 0;
};

struct Wave {
  double at_s = 0, rise_s = 0, fall_s = 0;  // of the R peak; standard deviations before and after the top
  Vector height_mv;
};

// Directions from which a lead looks, with its gain. I and II are measured, the other limb leads follow from
// them (Einthoven, Goldberger), so that I + III = II holds to the last bit.
constexpr std::array<std::string_view, 12> kLeads{"I",  "II", "III", "aVR", "aVL", "aVF",
                                                  "V1", "V2", "V3",  "V4",  "V5",  "V6"};
constexpr Vector kLeadI{1, 0, 0}, kLeadII{0.5, 0.87, 0};
constexpr std::array<Vector, 6> kChest{{{-0.60, 0.05, 1.15},
                                        {-0.15, 0.10, 1.50},
                                        {0.45, 0.20, 1.30},
                                        {0.95, 0.35, 0.85},
                                        {1.10, 0.40, 0.35},
                                        {1.00, 0.40, 0.05}}};

double dot(const Vector& a, const Vector& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

// The waves of one beat. The QRS starts 45 ms before the R peak and ends 50 ms after it.
std::vector<Wave> waves_of(const EcgState& state, double rr_s) {
  constexpr double kQrsStart = -0.045;
  const double qt_s = state.qtc_ms / 1000 * std::cbrt(rr_s);
  const double t_fall = std::clamp(0.036 * std::sqrt(rr_s), 0.022, 0.042), t_rise = 1.4 * t_fall;
  const double t_at = kQrsStart + qt_s - 2.3 * t_fall;
  const double p_width = 0.019, p_at = kQrsStart - state.pr_ms / 1000 + 2.4 * p_width;
  std::vector<Wave> waves{{-0.028, 0.008, 0.008, {-0.10, -0.05, 0.17}},
                          {0.0, 0.0115, 0.0115, {0.85, 0.95, -0.28}},
                          {0.028, 0.010, 0.010, {-0.14, -0.22, -0.45}},
                          {t_at, t_rise, t_fall, {0.24, 0.24, 0.16}}};
  if (state.rhythm == Rhythm::Sinus) waves.push_back({p_at, p_width, p_width, {0.07, 0.13, 0.03}});
  return waves;
}

struct Beat {
  double r_at_s;
  std::vector<Wave> waves;
};

std::vector<Beat> beats_of(const EcgState& state, Random& random, double length_s) {
  std::vector<Beat> beats;
  const double mean_rr = 60 / std::clamp(state.heart_rate, 25.0, 200.0);
  double at = -mean_rr * random.uniform();
  while (at < length_s + 1) {
    double rr = mean_rr;
    if (state.rhythm == Rhythm::AtrialFibrillation)
      rr *= std::clamp(1 + 0.20 * random.normal(), 0.6, 1.6);
    else
      rr *= 1 + 0.02 * std::sin(2 * M_PI * at * state.respiratory_rate / 60) + 0.006 * random.normal();
    // The T wave of an irregular beat follows the mean rate rather than the one interval.
    beats.push_back({at, waves_of(state, state.rhythm == Rhythm::Sinus ? rr : mean_rr)});
    at += std::max(0.28, rr);
  }
  return beats;
}

void add_beat(std::vector<Vector>& dipole, const Beat& beat, double gain) {
  for (const Wave& wave : beat.waves) {
    const double top = beat.r_at_s + wave.at_s;
    const auto from = static_cast<long>(std::floor((top - 4 * wave.rise_s) * kEcgRateHz));
    const auto to = static_cast<long>(std::ceil((top + 4 * wave.fall_s) * kEcgRateHz));
    for (long i = std::max(0L, from); i <= to && i < static_cast<long>(dipole.size()); ++i) {
      const double t = static_cast<double>(i) / kEcgRateHz - top;
      const double width = t < 0 ? wave.rise_s : wave.fall_s;
      const double g = gain * std::exp(-t * t / (2 * width * width));
      Vector& d = dipole[static_cast<size_t>(i)];
      d.x += g * wave.height_mv.x;
      d.y += g * wave.height_mv.y;
      d.z += g * wave.height_mv.z;
    }
  }
}

// The fine waves of fibrillating atria: a few tones between 5 and 8 Hz that wax and wane, largest towards V1.
void add_fibrillation(std::vector<Vector>& dipole, Random& random) {
  for (int tone = 0; tone < 3; ++tone) {
    const double hz = 5 + 3 * random.uniform(), phase = 2 * M_PI * random.uniform(),
                 slow = 0.2 + 0.3 * random.uniform();
    for (size_t i = 0; i < dipole.size(); ++i) {
      const double t = static_cast<double>(i) / kEcgRateHz;
      const double f =
          0.022 * (1 + 0.4 * std::sin(2 * M_PI * slow * t)) * std::sin(2 * M_PI * hz * t + phase);
      dipole[i].x -= 0.5 * f;
      dipole[i].y += 0.6 * f;
      dipole[i].z += f;
    }
  }
}

std::vector<float> to_microvolt(const std::vector<double>& millivolt) {
  std::vector<float> out;
  out.reserve(millivolt.size());
  for (const double v : millivolt) out.push_back(static_cast<float>(std::round(1000 * v)));
  return out;
}

}  // namespace

waveform::Recording make_ecg(const EcgState& state, Random& random) {
  const double length_s = static_cast<double>(kEcgSamples) / kEcgRateHz;
  const double breath_hz = state.respiratory_rate / 60;
  std::vector<Vector> dipole(kEcgSamples);
  for (const Beat& beat : beats_of(state, random, length_s))
    add_beat(dipole, beat, 1 + 0.04 * std::sin(2 * M_PI * breath_hz * beat.r_at_s));
  if (state.rhythm == Rhythm::AtrialFibrillation) add_fibrillation(dipole, random);

  const auto measured = [&](const Vector& direction) {
    const double wander = 0.02 + 0.03 * random.uniform(), phase = 2 * M_PI * random.uniform();
    std::vector<double> lead(kEcgSamples);
    for (size_t i = 0; i < kEcgSamples; ++i) {
      const double t = static_cast<double>(i) / kEcgRateHz;
      lead[i] = dot(direction, dipole[i]) + wander * std::sin(2 * M_PI * breath_hz * t + phase) +
                0.002 * std::sin(2 * M_PI * 50 * t) + state.noise_uv / 1000 * random.normal();
    }
    return lead;
  };
  std::array<std::vector<double>, 12> leads;
  leads[0] = measured(kLeadI);
  leads[1] = measured(kLeadII);
  for (size_t k = 2; k < 6; ++k) leads[k].resize(kEcgSamples);
  for (size_t i = 0; i < kEcgSamples; ++i) {
    const double one = leads[0][i], two = leads[1][i];
    leads[2][i] = two - one;
    leads[3][i] = -(one + two) / 2;
    leads[4][i] = one - two / 2;
    leads[5][i] = two - one / 2;
  }
  for (size_t k = 0; k < kChest.size(); ++k) leads[6 + k] = measured(kChest[k]);

  waveform::Group group{.label = "RHYTHM", .rate_hz = kEcgRateHz, .channels = {}};
  for (size_t k = 0; k < kLeads.size(); ++k)
    group.channels.push_back({.name = std::string(kLeads[k]),
                              .source_code = {},
                              .source_scheme = {},
                              .unit = "uV",
                              .samples = to_microvolt(leads[k]),
                              .highpass_hz = 0.05,
                              .lowpass_hz = 150});
  waveform::Recording recording;
  recording.groups.push_back(std::move(group));
  return recording;
}

}  // namespace xinglin::simulate
