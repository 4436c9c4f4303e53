// NEWS2, the National Early Warning Score 2 (Royal College of Physicians, London, 2017), as a pure function.
// Table and thresholds are those of the published chart. Thread-safe.
//
// Rounding. The chart has whole numbers (temperature: tenths). A value between two of them is rounded to the
// nearest; exactly half way it goes to the side that scores higher (35.05 C counts as 35.0, 110.5 mmHg as
// 110), so a patient is never called better than the chart would allow. Missing values are never scored:
// their part is empty, and a set with an empty part has no total, only a lower bound.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace xinglin::early_warning {

enum class Parameter { RespiratoryRate, Spo2, Oxygen, SystolicPressure, Pulse, Consciousness, Temperature };
inline constexpr std::array kParameters = {
    Parameter::RespiratoryRate, Parameter::Spo2,          Parameter::Oxygen,     Parameter::SystolicPressure,
    Parameter::Pulse,           Parameter::Consciousness, Parameter::Temperature};

enum class Consciousness { Alert, NewConfusion, Voice, Pain, Unresponsive };  // ACVPU
enum class Spo2Scale { One = 1, Two = 2 };  // Two only where a clinician set a target of 88-92 %
enum class Breathing { Air, Oxygen };

struct Vitals {
  std::optional<double> respiratory_rate;   // breaths per minute
  std::optional<double> spo2;               // percent
  std::optional<Breathing> breathing;       // room air or any supplemental oxygen
  std::optional<double> systolic_pressure;  // mmHg
  std::optional<double> pulse;              // beats per minute
  std::optional<Consciousness> consciousness;
  std::optional<double> temperature;  // degrees Celsius
  Spo2Scale scale = Spo2Scale::One;
};

// Clinical risk bands of the chart. LowMedium is 0-4 with a 3 in any single parameter.
enum class Band { Low, LowMedium, Medium, High };
std::string_view to_string(Band band);            // "low", "low-medium", "medium", "high"
std::string_view to_string(Parameter parameter);  // "respiratory_rate", "spo2", "oxygen" ...

struct Score {
  std::array<std::optional<int>, kParameters.size()> parts;  // in the order of kParameters
  std::optional<int> part(Parameter parameter) const { return parts[static_cast<size_t>(parameter)]; }
  bool complete() const;
  int lower_bound() const;  // sum of the parts that are known; the total when complete
  bool has_three() const;
  // Of a complete set; of an incomplete one only when what is known already reaches a threshold (then "at
  // least").
  std::optional<Band> band() const;
};

int score_respiratory_rate(double per_minute);
// Empty when the answer depends on a `breathing` that is not known (scale 2, 93 % and more).
std::optional<int> score_spo2(double percent, Spo2Scale scale, std::optional<Breathing> breathing);
int score_breathing(Breathing breathing);
int score_systolic_pressure(double mmhg);
int score_pulse(double per_minute);
int score_consciousness(Consciousness level);
int score_temperature(double celsius);

// Values outside what a living patient and a working sensor can show; such a value counts as missing.
bool is_plausible(Parameter parameter, double value);

Score news2(const Vitals& vitals);

}  // namespace xinglin::early_warning
