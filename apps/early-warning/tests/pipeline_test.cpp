// The application in its place: vital signs enter the record, the score, the risk and the request to the ward
// come out as valid FHIR resources.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "apps/early-warning/early_warning.h"
#include "core/inference/tests/house.h"

namespace xinglin::early_warning {
namespace {

class PipelineTest : public inference::testing_house::House {
protected:
  void SetUp() override {
    House::SetUp();
    start_with(native_application());
  }
  void add(std::string_view loinc, json::object value, std::optional<Instant> at = {}) {
    json::object o = fhir::resource("Observation");
    o["status"] = "final";
    o["code"] = fhir::concept_of(fhir::kLoinc, loinc);
    o["subject"] = fhir::reference("Patient", "p1");
    o["effectiveDateTime"] = format_rfc3339(at.value_or(clock.now()));
    for (auto& member : value) o[member.key()] = member.value();
    IssueSink issues;
    ASSERT_TRUE(record->create_now(system, std::move(o), issues).ok());
  }
  void add_quantity(std::string_view loinc, double value, std::string_view unit,
                    std::optional<Instant> at = {}) {
    add(loinc, {{"valueQuantity", fhir::quantity(value, unit, unit)}}, at);
  }
  void add_set(double rr, double spo2, double flow, double sbp, double pulse, double temperature,
               std::string_view level) {
    add_quantity("9279-1", rr, "/min");
    add_quantity("59408-5", spo2, "%");
    add_quantity("3151-8", flow, "L/min");
    add_quantity("8480-6", sbp, "mm[Hg]");
    add_quantity("8867-4", pulse, "/min");
    add_quantity("8310-5", temperature, "Cel");
    add("80288-4", {{"valueString", level}});
    pass_settling_time();
  }
  void pass_settling_time() {
    settle();  // routed
    clock.advance(300 * kMillisecondUs);
    journal->wake();
    settle();  // run
  }
  // Sets of respiratory rate alone change the score; the rest stays normal. `minutes` from the start.
  void add_late_set(double rr, int minutes) {
    const Instant then = start_ + minutes * kMinuteUs;
    for (const auto& [loinc, value, unit] : {std::tuple{"9279-1", rr, "/min"},
                                             {"59408-5", 97.0, "%"},
                                             {"3151-8", 0.0, "L/min"},
                                             {"8480-6", 120.0, "mm[Hg]"},
                                             {"8867-4", 70.0, "/min"},
                                             {"8310-5", 37.0, "Cel"}})
      add_quantity(loinc, value, unit, then);
    add("80288-4", {{"valueString", "A"}}, then);
  }
  // Scores of what is published, the latest said of each moment, oldest moment first: "minutes: score".
  std::map<int64_t, int64_t> scores() {
    std::map<int64_t, int64_t> out;
    const std::vector<json::object> all = results();
    for (auto r = all.rbegin(); r != all.rend(); ++r) {
      const json::object full = inference->results().get(clinician(), id_of(*r)).value();
      const Instant at = parse_fhir_time(std::string(r->at("effective").as_string()))->first;
      out[(at - start_) / kMinuteUs] = full.at("evidence").at("news2").at("score").to_number<int64_t>();
    }
    return out;
  }
  const Instant start_ = clock.now();
  json::object newest() { return inference->results().get(clinician(), id_of(results().front())).value(); }
};

TEST_F(PipelineTest, OneSetOfVitalSignsIsOneScoreWithRiskAndTask) {
  add_set(26, 92, 4, 95, 118, 38.6, "A");
  const json::object r = only_result();
  ASSERT_EQ(r.at("state"), "published") << r.at("reason").as_string();
  EXPECT_EQ(r.at("priority"), "stat");
  EXPECT_EQ(r.at("inputs").as_array().size(), 7u);
  EXPECT_EQ(r.at("evidence").at("news2").at("score"), json::value(12));
  const json::value score = read(std::string(r.at("references").at("observations").at(0).as_string()));
  EXPECT_EQ(score.at("code").at("coding").at(0).at("code"), "1104051000000101");
  EXPECT_EQ(score.at("valueQuantity").at("value").to_number<double>(), 12);
  EXPECT_EQ(score.at("component").as_array().size(), 7u);
  const json::value risk = read(reference(r, "risk_assessment"));
  EXPECT_EQ(risk.at("prediction").at(0).at("qualitativeRisk").at("coding").at(0).at("code"), "high");
  EXPECT_EQ(read(reference(r, "task")).at("priority"), "stat");
}

TEST_F(PipelineTest, AnIncompleteSetIsPublishedWithoutATotal) {
  add_quantity("8867-4", 80, "/min");
  pass_settling_time();
  const json::object r = only_result();
  ASSERT_EQ(r.at("state"), "published") << r.at("reason").as_string();
  const json::value score = read(std::string(r.at("references").at("observations").at(0).as_string()));
  EXPECT_FALSE(score.as_object().contains("valueQuantity"));
  EXPECT_TRUE(score.as_object().contains("dataAbsentReason"));
  EXPECT_EQ(reference(r, "task"), "");
}

TEST_F(PipelineTest, TheWardIsAskedOnceForTheSameStateAndAgainWhenWorse) {
  add_set(22, 94, 0, 125, 115, 37, "A");  // 5
  clock.advance(10 * kMinuteUs);
  add_set(22, 95, 0, 120, 112, 37, "A");  // 5
  EXPECT_EQ(reference(newest(), "task"), "");
  EXPECT_EQ(newest().at("evidence").at("news2").at("trend"), "steady");
  EXPECT_EQ(count_of("Task"), 1);
  clock.advance(10 * kMinuteUs);
  add_set(25, 92, 2, 120, 118, 37, "A");  // 9
  EXPECT_EQ(newest().at("evidence").at("news2").at("trend"), "up");
  EXPECT_EQ(count_of("Task"), 2);
  EXPECT_EQ(results({inference::State::Published}, inference::Superseded::Hide).size(), 1u);
}

TEST_F(PipelineTest, EverySetThatArrivesTogetherIsScoredAtItsOwnTime) {
  add_late_set(22, -180);
  add_late_set(26, -60);
  add_late_set(9, -120);
  add_late_set(16, 0);
  pass_settling_time();
  EXPECT_EQ(scores(), (std::map<int64_t, int64_t>{{-180, 2}, {-120, 1}, {-60, 3}, {0, 0}}));
  EXPECT_EQ(count_of("Task"), 0) << "the 3 of an hour ago is no longer the state of the patient";
  const auto shown = results({inference::State::Published}, inference::Superseded::Hide);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].at("summary").at("en").as_string().starts_with("NEWS2 0"), true);
}

TEST_F(PipelineTest, ALateSetNeitherReplacesTheCurrentStateNorAsksTheWard) {
  add_late_set(16, 0);
  pass_settling_time();
  add_late_set(30, -90);
  pass_settling_time();
  EXPECT_EQ(scores(), (std::map<int64_t, int64_t>{{-90, 3}, {0, 0}}));
  EXPECT_EQ(count_of("Task"), 0);
  const auto shown = results({inference::State::Published}, inference::Superseded::Hide);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].at("summary").at("en").as_string().starts_with("NEWS2 0"), true);
}

TEST_F(PipelineTest, ALateValueThatWasMissingCompletesTheCurrentScore) {
  add_quantity("9279-1", 22, "/min");
  add_quantity("59408-5", 97, "%");
  add_quantity("3151-8", 0, "L/min");
  add_quantity("8480-6", 120, "mm[Hg]");
  add_quantity("8867-4", 70, "/min");
  add_quantity("8310-5", 37, "Cel");
  pass_settling_time();
  EXPECT_TRUE(newest().at("evidence").at("news2").at("score").is_null());
  add("80288-4", {{"valueString", "C"}}, start_ + -30 * kMinuteUs);
  pass_settling_time();
  const auto shown = results({inference::State::Published}, inference::Superseded::Hide);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].at("summary").at("en"), "NEWS2 5, medium risk");
  EXPECT_EQ(count_of("Task"), 1) << "the current state asks the ward";
}

TEST_F(PipelineTest, ScaleTwoCountsFromTheTimeAClinicianSetItUntilItIsTakenBack) {
  const auto choose = [&](std::string_view scale) {
    json::object o = fhir::resource("Observation");
    o["status"] = "final";
    o["code"] = fhir::concept_of("https://xinglin.example/fhir/CodeSystem/news2", "spo2-scale");
    o["subject"] = fhir::reference("Patient", "p1");
    o["effectiveDateTime"] = format_rfc3339(clock.now());
    o["valueCodeableConcept"] = fhir::concept_of("https://xinglin.example/fhir/CodeSystem/news2", scale);
    IssueSink issues;
    ASSERT_TRUE(record->create_now(system, std::move(o), issues).ok());
    pass_settling_time();
  };
  const auto score = [&] { return newest().at("evidence").at("news2").at("score"); };
  add_set(16, 90, 0, 120, 70, 37, "A");
  EXPECT_EQ(score(), json::value(3)) << "90 % on scale 1";
  clock.advance(10 * kMinuteUs);
  choose("scale-2");
  EXPECT_EQ(score(), json::value(0)) << "90 % is the target on scale 2";
  EXPECT_EQ(newest().at("evidence").at("news2").at("scale"), json::value(2));
  clock.advance(10 * kMinuteUs);
  add_set(16, 96, 2, 120, 70, 37, "A");
  EXPECT_EQ(score(), json::value(4)) << "96 % on oxygen is too much on scale 2";
  clock.advance(10 * kMinuteUs);
  choose("scale-1");
  EXPECT_EQ(score(), json::value(2));
}

TEST_F(PipelineTest, TheSameSetSentAgainIsNotPublishedAgain) {
  add_late_set(22, 0);
  pass_settling_time();
  add_late_set(22, 0);
  pass_settling_time();
  EXPECT_EQ(results().size(), 1u);
  EXPECT_EQ(results({inference::State::Unchanged}).size(), 1u);
}

}  // namespace
}  // namespace xinglin::early_warning
