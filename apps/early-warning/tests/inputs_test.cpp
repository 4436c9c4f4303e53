#include "apps/early-warning/inputs.h"

#include <gtest/gtest.h>

#include "apps/early-warning/tests/observations.h"

namespace xinglin::early_warning {
namespace {

using testing_observations::at;
using testing_observations::coded;
using testing_observations::quantity;
using testing_observations::text;

constexpr int64_t kWindow = 12 * kHourUs;

TEST(Inputs, TakesTheNewestOfEachAndTheReference) {
  const std::vector<json::object> list = {quantity("8867-4", 80, "/min", at(-60), "old"),
                                          quantity("8867-4", 120, "/min", at(-5), "new"),
                                          quantity("9279-1", 18, "/min", at(-5), "rr")};
  const Inputs in = collect(list, at(0), kWindow);
  EXPECT_EQ(in.vitals.pulse, 120);
  EXPECT_EQ(in.reading(Parameter::Pulse).reference, "Observation/new");
  EXPECT_EQ(in.vitals.respiratory_rate, 18);
  EXPECT_EQ(in.reading(Parameter::Temperature).missing, Missing::NotRecorded);
}

TEST(Inputs, OlderThanTheWindowIsMissingAndSaysSo) {
  const std::vector<json::object> list = {quantity("8867-4", 80, "/min", at(-12 * 60 - 1))};
  const Inputs in = collect(list, at(0), kWindow);
  EXPECT_FALSE(in.vitals.pulse);
  EXPECT_EQ(in.reading(Parameter::Pulse).missing, Missing::TooOld);
  EXPECT_TRUE(
      collect(std::vector{quantity("8867-4", 80, "/min", at(-12 * 60))}, at(0), kWindow).vitals.pulse);
}

TEST(Inputs, WithdrawnAndFutureValuesDoNotCount) {
  json::object withdrawn = quantity("8867-4", 180, "/min", at(-5));
  withdrawn["status"] = "entered-in-error";
  const std::vector<json::object> list = {withdrawn, quantity("8867-4", 170, "/min", at(5)),
                                          quantity("8867-4", 80, "/min", at(-10))};
  EXPECT_EQ(collect(list, at(0), kWindow).vitals.pulse, 80);
}

TEST(Inputs, BloodPressurePanelComponents) {
  json::object panel = quantity("85354-9", 0, "", at(-1), "bp");
  panel.erase("valueQuantity");
  panel["component"] =
      json::array{quantity("8480-6", 95, "mm[Hg]", at(-1)), quantity("8462-4", 60, "mm[Hg]", at(-1))};
  const Inputs in = collect(std::vector{panel}, at(0), kWindow);
  EXPECT_EQ(in.vitals.systolic_pressure, 95);
  EXPECT_EQ(in.reading(Parameter::SystolicPressure).reference, "Observation/bp");
}

TEST(Inputs, UnitsAreConvertedOrRefused) {
  EXPECT_NEAR(
      *collect(std::vector{quantity("8310-5", 101.3, "[degF]", at(0))}, at(0), kWindow).vitals.temperature,
      38.5, 1e-9);
  EXPECT_NEAR(
      *collect(std::vector{quantity("8480-6", 16, "kPa", at(0))}, at(0), kWindow).vitals.systolic_pressure,
      120.0, 0.02);
  const Inputs strange = collect(std::vector{quantity("8310-5", 310, "K", at(0))}, at(0), kWindow);
  EXPECT_FALSE(strange.vitals.temperature);
  EXPECT_EQ(strange.reading(Parameter::Temperature).missing, Missing::NotUnderstood);
  const Inputs bare = collect(std::vector{quantity("8310-5", 98.6, "", at(0))}, at(0), kWindow);
  EXPECT_FALSE(bare.vitals.temperature) << "98.6 without a unit is not taken for Celsius";
  EXPECT_EQ(collect(std::vector{quantity("2708-6", 101, "%", at(0))}, at(0), kWindow)
                .reading(Parameter::Spo2)
                .missing,
            Missing::Implausible);
}

TEST(Inputs, OxygenByFlowFractionAndWords) {
  const auto breathing = [](json::object o) {
    return collect(std::vector{std::move(o)}, at(0), kWindow).vitals.breathing;
  };
  EXPECT_EQ(breathing(quantity("3151-8", 2, "L/min", at(0))), Breathing::Oxygen);
  EXPECT_EQ(breathing(quantity("3151-8", 0, "L/min", at(0))), Breathing::Air);
  EXPECT_EQ(breathing(quantity("3150-6", 21, "%", at(0))), Breathing::Air);
  EXPECT_EQ(breathing(quantity("3150-6", 28, "%", at(0))), Breathing::Oxygen);
  EXPECT_EQ(breathing(quantity("3150-6", 0.4, "1", at(0))), Breathing::Oxygen);
  EXPECT_EQ(breathing(quantity("3150-6", 0.4, "%", at(0))), std::nullopt);
  EXPECT_EQ(breathing(text("3151-8", "Room air", at(0))), Breathing::Air);
  EXPECT_EQ(breathing(text("3151-8", "吸氧", at(0))), Breathing::Oxygen);
  EXPECT_EQ(breathing(text("3151-8", "maybe", at(0))), std::nullopt);
}

TEST(Inputs, ConsciousnessInWordsAndCodes) {
  EXPECT_EQ(parse_consciousness("A"), Consciousness::Alert);
  EXPECT_EQ(parse_consciousness("  Alert. "), Consciousness::Alert);
  EXPECT_EQ(parse_consciousness("New confusion"), Consciousness::NewConfusion);
  EXPECT_EQ(parse_consciousness("意识模糊"), Consciousness::NewConfusion);
  EXPECT_EQ(parse_consciousness("responds to voice"), Consciousness::Voice);
  EXPECT_EQ(parse_consciousness("450847001"), Consciousness::Pain);
  EXPECT_EQ(parse_consciousness("U"), Consciousness::Unresponsive);
  EXPECT_EQ(parse_consciousness("sleeping"), std::nullopt);
  const Inputs in =
      collect(std::vector{coded("80288-4", "http://snomed.info/sct", "130987000", "Acute confusion", at(0))},
              at(0), kWindow);
  EXPECT_EQ(in.vitals.consciousness, Consciousness::NewConfusion);
  const Inputs odd = collect(std::vector{text("80288-4", "sleeping", at(0))}, at(0), kWindow);
  EXPECT_EQ(odd.reading(Parameter::Consciousness).missing, Missing::NotUnderstood);
}

TEST(Inputs, ScaleTwoOnlyWhenTheRecordSaysSo) {
  const json::object spo2 = quantity("2708-6", 90, "%", at(0));
  EXPECT_EQ(collect(std::vector{spo2}, at(0), kWindow).vitals.scale, Spo2Scale::One);
  const json::object two =
      coded("spo2-scale", kNews2System, "scale-2", "SpO2 scale 2", at(-60 * 24 * 20), "scale");
  const Inputs in = collect(std::vector{spo2, two}, at(0), kWindow);
  EXPECT_EQ(in.vitals.scale, Spo2Scale::Two);
  EXPECT_EQ(in.scale_reference, "Observation/scale");
  const json::object back = coded("spo2-scale", kNews2System, "scale-1", "SpO2 scale 1", at(-60));
  EXPECT_EQ(collect(std::vector{spo2, two, back}, at(0), kWindow).vitals.scale, Spo2Scale::One);
}

TEST(Inputs, ScaleTwoWithoutOxygenKnownSaysWhatItNeeds) {
  const std::vector<json::object> list = {
      quantity("2708-6", 95, "%", at(0)),
      coded("spo2-scale", kNews2System, "scale-2", "SpO2 scale 2", at(-60))};
  EXPECT_EQ(collect(list, at(0), kWindow).reading(Parameter::Spo2).missing, Missing::NeedsOxygen);
}

TEST(Inputs, PregnancyStatus) {
  const auto status = [](std::string_view code, int minutes) {
    return collect(std::vector{coded("82810-3", "http://snomed.info/sct", code, "", at(minutes))}, at(0),
                   kWindow)
        .pregnancy;
  };
  EXPECT_EQ(status("77386006", -60), Pregnancy::Yes);
  EXPECT_EQ(status("60001007", -60), Pregnancy::No);
  EXPECT_EQ(status("77386006", -60 * 24 * 301), Pregnancy::Unknown);
}

}  // namespace
}  // namespace xinglin::early_warning
