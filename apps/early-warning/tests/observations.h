// FHIR Observations as the tests of early warning need them. Time zero is 2026-03-01T12:00:00Z.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace xinglin::early_warning::testing_observations {

inline Instant at(int64_t minutes) {
  return from_civil({2026, 3, 1, 12, 0, 0, 0}) + minutes * kMinuteUs;
}

inline json::object observation(std::string_view system, std::string_view code, Instant when,
                                std::string_view id) {
  return {{"resourceType", "Observation"},
          {"id", id},
          {"status", "final"},
          {"code", {{"coding", json::array{{{"system", system}, {"code", code}}}}}},
          {"effectiveDateTime", format_rfc3339(when)}};
}

inline json::object quantity(std::string_view loinc, double value, std::string_view unit, Instant when,
                             std::string_view id = "q") {
  json::object o = observation("http://loinc.org", loinc, when, id);
  o["valueQuantity"] = {{"value", value}, {"unit", unit}, {"code", unit}};
  return o;
}

inline json::object text(std::string_view loinc, std::string_view value, Instant when,
                         std::string_view id = "t") {
  json::object o = observation("http://loinc.org", loinc, when, id);
  o["valueString"] = value;
  return o;
}

inline json::object coded(std::string_view code, std::string_view value_system, std::string_view value,
                          std::string_view display, Instant when, std::string_view id = "c") {
  const bool ours = code == "spo2-scale";
  json::object o = observation(ours ? "https://xinglin.example/fhir/CodeSystem/news2" : "http://loinc.org",
                               code, when, id);
  o["valueCodeableConcept"] = {
      {"coding", json::array{{{"system", value_system}, {"code", value}, {"display", display}}}}};
  return o;
}

}  // namespace xinglin::early_warning::testing_observations
