#include "apps/early-warning/news2.h"

#include <cmath>
#include <cstdint>
#include <span>

namespace xinglin::early_warning {
namespace {

// One cell of the chart: values up to and including `upto` (in units of the chart's resolution) score
// `points`.
struct Cell {
  int64_t upto;
  int points;
};
constexpr int64_t kNoLimit = INT64_MAX;

constexpr Cell kRespiratoryRate[] = {{8, 3}, {11, 1}, {20, 0}, {24, 2}, {kNoLimit, 3}};
constexpr Cell kSpo2ScaleOne[] = {{91, 3}, {93, 2}, {95, 1}, {kNoLimit, 0}};
constexpr Cell kSpo2ScaleTwoAir[] = {{83, 3}, {85, 2}, {87, 1}, {kNoLimit, 0}};
constexpr Cell kSpo2ScaleTwoOxygen[] = {{83, 3}, {85, 2}, {87, 1}, {92, 0}, {94, 1}, {96, 2}, {kNoLimit, 3}};
constexpr Cell kSystolicPressure[] = {{90, 3}, {100, 2}, {110, 1}, {219, 0}, {kNoLimit, 3}};
constexpr Cell kPulse[] = {{40, 3}, {50, 1}, {90, 0}, {110, 1}, {130, 2}, {kNoLimit, 3}};
constexpr Cell kTemperatureTenths[] = {{350, 3}, {360, 1}, {380, 0}, {390, 1}, {kNoLimit, 2}};

int look_up(std::span<const Cell> cells, int64_t value) {
  for (const Cell& cell : cells)
    if (value <= cell.upto) return cell.points;
  return cells.back().points;
}

// `value` in units of the chart's resolution. A decimal such as 35.05 is not exact in binary, hence the
// tolerance.
int points(std::span<const Cell> cells, double value) {
  constexpr double kHalfTolerance = 1e-6;
  const double below = std::floor(value);
  const double rest = value - below;
  const auto low = static_cast<int64_t>(below);
  if (std::abs(rest - 0.5) < kHalfTolerance) return std::max(look_up(cells, low), look_up(cells, low + 1));
  return look_up(cells, rest < 0.5 ? low : low + 1);
}

}  // namespace

std::string_view to_string(Band band) {
  switch (band) {
    case Band::Low:
      return "low";
    case Band::LowMedium:
      return "low-medium";
    case Band::Medium:
      return "medium";
    case Band::High:
      return "high";
  }
  return "";
}

std::string_view to_string(Parameter parameter) {
  constexpr std::array<std::string_view, kParameters.size()> kNames = {
      "respiratory_rate", "spo2", "oxygen", "systolic_pressure", "pulse", "consciousness", "temperature"};
  return kNames[static_cast<size_t>(parameter)];
}

bool Score::complete() const {
  for (const auto& p : parts)
    if (!p) return false;
  return true;
}

int Score::lower_bound() const {
  int sum = 0;
  for (const auto& p : parts) sum += p.value_or(0);
  return sum;
}

bool Score::has_three() const {
  for (const auto& p : parts)
    if (p == 3) return true;
  return false;
}

std::optional<Band> Score::band() const {
  const int sum = lower_bound();
  if (sum >= 7) return Band::High;
  if (sum >= 5) return Band::Medium;
  if (has_three()) return Band::LowMedium;
  if (complete()) return Band::Low;
  return std::nullopt;
}

int score_respiratory_rate(double per_minute) {
  return points(kRespiratoryRate, per_minute);
}

std::optional<int> score_spo2(double percent, Spo2Scale scale, std::optional<Breathing> breathing) {
  if (scale == Spo2Scale::One) return points(kSpo2ScaleOne, percent);
  if (breathing)
    return points(
        *breathing == Breathing::Air ? std::span<const Cell>(kSpo2ScaleTwoAir) : kSpo2ScaleTwoOxygen,
        percent);
  const int on_air = points(kSpo2ScaleTwoAir, percent);
  return on_air == points(kSpo2ScaleTwoOxygen, percent) ? std::optional(on_air) : std::nullopt;
}

int score_breathing(Breathing breathing) {
  return breathing == Breathing::Air ? 0 : 2;
}
int score_systolic_pressure(double mmhg) {
  return points(kSystolicPressure, mmhg);
}
int score_pulse(double per_minute) {
  return points(kPulse, per_minute);
}
int score_consciousness(Consciousness level) {
  return level == Consciousness::Alert ? 0 : 3;
}
int score_temperature(double celsius) {
  return points(kTemperatureTenths, celsius * 10);
}

bool is_plausible(Parameter parameter, double value) {
  if (!std::isfinite(value)) return false;
  switch (parameter) {
    case Parameter::RespiratoryRate:
      return value >= 0 && value <= 150;
    case Parameter::Spo2:
      return value >= 0 && value <= 100;
    case Parameter::SystolicPressure:
      return value >= 0 && value <= 400;
    case Parameter::Pulse:
      return value >= 0 && value <= 400;
    case Parameter::Temperature:
      return value >= 10 && value <= 50;
    case Parameter::Oxygen:
    case Parameter::Consciousness:
      return true;
  }
  return false;
}

Score news2(const Vitals& v) {
  Score score;
  const auto set = [&score](Parameter parameter, std::optional<int> part) {
    score.parts[static_cast<size_t>(parameter)] = part;
  };
  const auto usable = [](Parameter parameter, const std::optional<double>& value) {
    return value && is_plausible(parameter, *value);
  };
  using enum Parameter;
  if (usable(RespiratoryRate, v.respiratory_rate))
    set(RespiratoryRate, score_respiratory_rate(*v.respiratory_rate));
  if (usable(Spo2, v.spo2)) set(Spo2, score_spo2(*v.spo2, v.scale, v.breathing));
  if (v.breathing) set(Oxygen, score_breathing(*v.breathing));
  if (usable(SystolicPressure, v.systolic_pressure))
    set(SystolicPressure, score_systolic_pressure(*v.systolic_pressure));
  if (usable(Pulse, v.pulse)) set(Pulse, score_pulse(*v.pulse));
  if (v.consciousness) set(Consciousness, score_consciousness(*v.consciousness));
  if (usable(Temperature, v.temperature)) set(Temperature, score_temperature(*v.temperature));
  return score;
}

}  // namespace xinglin::early_warning
