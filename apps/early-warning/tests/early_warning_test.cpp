#include "apps/early-warning/early_warning.h"

#include <gtest/gtest.h>

#include "apps/early-warning/tests/observations.h"
#include "core/inference/manifest.h"

namespace xinglin::early_warning {
namespace {

using inference::Case;
using inference::Findings;
using inference::FindingState;
using testing_observations::at;
using testing_observations::coded;
using testing_observations::quantity;
using testing_observations::text;

struct Vital {
  double rr = 16, spo2 = 98, flow = 0, sbp = 125, pulse = 75, temperature = 37.0;
  std::string level = "A";
};

std::vector<json::object> observations(const Vital& v, Instant when) {
  return {
      quantity("9279-1", v.rr, "/min", when, "rr"),    quantity("59408-5", v.spo2, "%", when, "spo2"),
      quantity("3151-8", v.flow, "L/min", when, "o2"), quantity("8480-6", v.sbp, "mm[Hg]", when, "sbp"),
      quantity("8867-4", v.pulse, "/min", when, "hr"), quantity("8310-5", v.temperature, "Cel", when, "temp"),
      text("80288-4", v.level, when, "acvpu")};
}

Case make_case(std::vector<json::object> list, Instant now) {
  Case c;
  c.patient = "p1";
  c.patient_facts = {{"gender", "male"}, {"birthDate", "1959"}};
  c.ward = "Ward 7";
  c.now = now;
  c.observations = std::move(list);
  c.operating_points = {{"window_hours", 12}, {"repeat_hours", 4}};
  return c;
}

class EarlyWarningTest : public ::testing::Test {
protected:
  Result<Findings> run(const Case& c) {
    inference::RunContext context(clock_, INT64_MAX);
    return application_->run(c, context);
  }
  // Runs a vital set `minutes` after time zero with the memory of the runs before.
  Findings step(const Vital& v, int minutes) {
    Case c = make_case(observations(v, at(minutes)), at(minutes));
    c.previous = previous_;
    Findings f = run(c).value();
    if (f.publish) previous_ = {{at(minutes), f}};
    return f;
  }
  const json::object& news2(const Findings& f) { return f.evidence.at("news2").as_object(); }

  ManualClock clock_{at(0)};
  std::unique_ptr<inference::Application> application_ = native_application().make();
  std::vector<inference::PreviousResult> previous_;
};

TEST_F(EarlyWarningTest, TheManifestIsValidAndWakesOnVitalSigns) {
  const inference::Manifest m = inference::parse_manifest(native_application().manifest_toml).value();
  EXPECT_EQ(m.id.str(), "early-warning");
  const json::object vital = {{"codes", json::array{"http://loinc.org|8867-4"}}};
  const json::object score = {{"codes", json::array{"http://snomed.info/sct|1104051000000101"}}};
  for (const inference::Trigger& trigger : m.triggers) {
    EXPECT_TRUE(trigger.where->matches(vital));
    EXPECT_FALSE(trigger.where->matches(score)) << "its own score must not wake it";
  }
}

TEST_F(EarlyWarningTest, ACompleteNormalSet) {
  const Findings f = step({}, 0);
  ASSERT_EQ(f.items.size(), 1u);
  EXPECT_EQ(f.items[0].code.code, "1104051000000101");
  EXPECT_EQ(std::get<double>(f.items[0].value), 0);
  EXPECT_EQ(f.items[0].components.size(), 7u);
  EXPECT_EQ(f.flag, "N");
  EXPECT_FALSE(f.escalation);
  EXPECT_EQ(f.risk->qualitative.code, "low");
  EXPECT_EQ(news2(f).at("score"), json::value(0));
  EXPECT_EQ(news2(f).at("complete"), json::value(true));
  EXPECT_EQ(news2(f).at("band"), json::value("low"));
  EXPECT_TRUE(news2(f).at("trend").is_null());
  EXPECT_EQ(f.summary_en, "NEWS2 0, low risk");
  EXPECT_EQ(f.summary_zh, "NEWS2 0 分，低风险");
}

TEST_F(EarlyWarningTest, HighAsksTheWardAtOnce) {
  const Findings f = step({.rr = 26, .spo2 = 92, .flow = 4, .sbp = 95, .pulse = 118, .temperature = 38.6}, 0);
  EXPECT_EQ(std::get<double>(f.items[0].value), 3 + 2 + 2 + 2 + 2 + 1);
  EXPECT_EQ(f.flag, "AA");
  ASSERT_TRUE(f.escalation);
  EXPECT_EQ(f.escalation->priority, "stat");
  EXPECT_EQ(f.escalation->ward, "Ward 7");
  EXPECT_EQ(f.escalation->due_us, 30 * kMinuteUs);
  EXPECT_NE(f.escalation->text_en.find("Emergency response"), std::string::npos);
  EXPECT_NE(f.escalation->text_en.find("Royal College of Physicians 2017"), std::string::npos);
  EXPECT_NE(f.escalation->text_zh.find("紧急抢救响应"), std::string::npos);
}

TEST_F(EarlyWarningTest, ASingleThreeAsksTheWard) {
  const Findings f = step({.level = "C"}, 0);
  EXPECT_EQ(news2(f).at("band"), json::value("low-medium"));
  ASSERT_TRUE(f.escalation);
  EXPECT_EQ(f.escalation->priority, "urgent");
}

TEST_F(EarlyWarningTest, FourWithoutAThreeDoesNotAsk) {
  const Findings f = step({.flow = 2, .pulse = 115}, 0);
  EXPECT_EQ(std::get<double>(f.items[0].value), 4);
  EXPECT_FALSE(f.escalation);
}

TEST_F(EarlyWarningTest, AMissingValueIsSaidAndNeverZero) {
  auto list = observations({}, at(0));
  list.pop_back();
  const Findings f = run(make_case(list, at(0))).value();
  EXPECT_EQ(f.items[0].state, FindingState::CannotTell);
  EXPECT_EQ(f.items[0].reason, "NEWS2 cannot be given; missing: level of consciousness");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(f.items[0].value));
  const auto& acvpu = f.items[0].components[5];
  EXPECT_EQ(acvpu.state, FindingState::CannotTell);
  EXPECT_EQ(acvpu.reason, "not recorded");
  EXPECT_FALSE(f.risk);
  EXPECT_FALSE(f.escalation);
  EXPECT_TRUE(news2(f).at("score").is_null());
  EXPECT_TRUE(news2(f).at("band").is_null());
  EXPECT_EQ(news2(f).at("components").at(5).at("missing"), json::value(true));
  EXPECT_TRUE(news2(f).at("components").at(5).at("score").is_null());
}

TEST_F(EarlyWarningTest, AnIncompleteSetThatReachesAThresholdSaysAtLeast) {
  const std::vector<json::object> list = {quantity("9279-1", 28, "/min", at(0)),
                                          quantity("2708-6", 90, "%", at(0))};
  const Findings f = run(make_case(list, at(0))).value();
  EXPECT_EQ(f.items[0].state, FindingState::Measured);
  EXPECT_EQ(std::get<double>(f.items[0].value), 6);
  EXPECT_EQ(f.items[0].comparator, ">=");
  EXPECT_EQ(news2(f).at("at_least"), json::value(true));
  EXPECT_EQ(news2(f).at("complete"), json::value(false));
  EXPECT_EQ(news2(f).at("band"), json::value("medium"));
  EXPECT_TRUE(f.summary_en.starts_with("NEWS2 at least 6")) << f.summary_en;
  EXPECT_TRUE(f.escalation);
}

TEST_F(EarlyWarningTest, TheSameStateIsNotAskedAgainWithinTheRepeatTime) {
  const Vital ill{.rr = 22, .spo2 = 94, .pulse = 115};
  EXPECT_TRUE(step(ill, 0).escalation);
  for (int minutes = 10; minutes <= 240; minutes += 10)
    EXPECT_FALSE(step(ill, minutes).escalation) << minutes;
  EXPECT_TRUE(step(ill, 241).escalation);
}

TEST_F(EarlyWarningTest, WorseIsAskedAgainAndBetterIsNot) {
  EXPECT_TRUE(step({.rr = 22, .spo2 = 94, .pulse = 115}, 0).escalation);              // 5, medium
  EXPECT_FALSE(step({.rr = 22, .spo2 = 93, .pulse = 115}, 10).escalation);            // 6, still medium
  EXPECT_TRUE(step({.rr = 22, .spo2 = 93, .flow = 2, .pulse = 115}, 20).escalation);  // 8, high
  EXPECT_FALSE(step({.rr = 22, .spo2 = 94, .pulse = 115}, 30).escalation);            // 5, better
  EXPECT_TRUE(step({.rr = 25, .spo2 = 94, .pulse = 105}, 40).escalation);             // 5 with a new three
  EXPECT_TRUE(step({.rr = 22, .spo2 = 93, .flow = 2, .pulse = 115}, 50).escalation);  // high again
}

TEST_F(EarlyWarningTest, AfterACalmTimeTheSameStateIsAskedAgain) {
  const Vital ill{.rr = 22, .spo2 = 94, .pulse = 115};
  EXPECT_TRUE(step(ill, 0).escalation);
  EXPECT_FALSE(step({}, 10).escalation);
  EXPECT_TRUE(step(ill, 20).escalation);
}

TEST_F(EarlyWarningTest, TrendAgainstThePreviousTotal) {
  step({}, 0);
  EXPECT_EQ(news2(step({.rr = 22}, 10)).at("trend"), json::value("up"));
  EXPECT_EQ(news2(step({.flow = 2}, 20)).at("trend"), json::value("steady"));
  const Findings f = step({.pulse = 95}, 30);
  EXPECT_EQ(news2(f).at("trend"), json::value("down"));
  EXPECT_EQ(f.summary_en, "NEWS2 1, low risk, falling");
}

TEST_F(EarlyWarningTest, TheSameValuesAgainAreNotPublished) {
  EXPECT_TRUE(step({.rr = 30}, 0).publish);
  Case again = make_case(observations({.rr = 30}, at(0)), at(1));
  again.previous = previous_;
  const Findings f = run(again).value();
  EXPECT_FALSE(f.publish);
  EXPECT_FALSE(f.escalation);
}

TEST_F(EarlyWarningTest, OutsideTheIntendedUse) {
  Case child = make_case(observations({}, at(0)), at(0));
  child.patient_facts = {{"gender", "male"}, {"birthDate", "2012"}};
  ASSERT_FALSE(run(child).ok());
  EXPECT_TRUE(run(child).error().is(inference::kUnsuitable));

  Case pregnant = make_case(observations({}, at(0)), at(0));
  pregnant.observations.push_back(
      coded("82810-3", "http://snomed.info/sct", "77386006", "Pregnant", at(-60)));
  ASSERT_FALSE(run(pregnant).ok());
  EXPECT_TRUE(run(pregnant).error().is(inference::kUnsuitable));
}

TEST_F(EarlyWarningTest, WhatIsNotKnownAboutTheIntendedUseIsSaid) {
  Case c = make_case(observations({}, at(0)), at(0));
  c.patient_facts = {};
  const Findings unknown = run(c).value();
  EXPECT_EQ(news2(unknown).at("caveats").as_array().size(), 2u);
  EXPECT_NE(unknown.summary_en.find("the age is not known"), std::string::npos);
  c.patient_facts = {{"gender", "female"}, {"birthDate", "2010"}};  // 15 or 16 in 2026
  EXPECT_NE(run(c).value().summary_en.find("only the year of birth is known"), std::string::npos);
  c.patient_facts = {{"gender", "female"}, {"birthDate", "1950"}};
  EXPECT_TRUE(news2(run(c).value()).at("caveats").as_array().empty());
}

}  // namespace
}  // namespace xinglin::early_warning
