// Reads the seven NEWS2 parameters out of FHIR Observations: the newest usable value of each within the
// window, or the reason why there is none. Knows the codes, units and wordings that are understood (card.md
// lists them); anything else is said to be not understood, never guessed. Pure functions.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "apps/early-warning/news2.h"
#include "base/json.h"
#include "base/time.h"

namespace xinglin::early_warning {

inline constexpr std::string_view kNews2System = "https://xinglin.example/fhir/CodeSystem/news2";

enum class Missing {
  NotMissing,
  NotRecorded,
  TooOld,         // the newest value is older than the window
  NotUnderstood,  // unit, wording or code is not one we know
  Implausible,    // outside what a living patient and a working sensor can show
  NeedsOxygen,    // SpO2 on scale 2 above 92 % scores differently on air and on oxygen
};

struct Reading {
  Missing missing = Missing::NotRecorded;
  double value = 0;       // for Oxygen the flow (L/min) or FiO2 (%), if that is how it was recorded
  std::string text;       // for Consciousness and Oxygen: as recorded
  std::string unit;       // UCUM, of the chart
  std::string reference;  // "Observation/4f.."
  std::optional<Instant> at;
};

enum class Pregnancy { Unknown, No, Yes };

struct Inputs {
  std::array<Reading, kParameters.size()> readings;  // in the order of kParameters
  Vitals vitals;
  Pregnancy pregnancy = Pregnancy::Unknown;
  std::string scale_reference;  // the Observation in which a clinician chose the SpO2 scale, "" when none did
  const Reading& reading(Parameter p) const { return readings[static_cast<size_t>(p)]; }
};

Inputs collect(std::span<const json::object> observations, Instant now, int64_t window_us);

// "A", "Alert", "new confusion", "V", "responds to voice", the Chinese words and the SNOMED CT findings of
// ACVPU.
std::optional<Consciousness> parse_consciousness(std::string_view text);
std::optional<Breathing> parse_breathing(std::string_view text);

}  // namespace xinglin::early_warning
