// From an event to a row: triggers, what an application gets to see, failures, time-outs, retries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/inference/tests/house.h"

namespace xinglin::inference {
namespace {

using ::testing::HasSubstr;
using testing_house::House;
using testing_house::judge_rate;
using testing_house::kRateManifest;

class RunTest : public House {};

TEST_F(RunTest, AMatchingEventRunsTheApplicationOnce) {
  start();
  add_rate(88, "a");
  settle();
  const json::object r = only_result();
  EXPECT_EQ(r.at("state"), "published");
  EXPECT_EQ(r.at("application").at("id"), "rate");
  EXPECT_EQ(r.at("application").at("name").at("zh"), "心率");
  EXPECT_EQ(r.at("application").at("version"), "1.0.0");
  EXPECT_EQ(r.at("patient"), "p1");
  EXPECT_EQ(r.at("summary").at("en"), "rate 88");
  EXPECT_EQ(r.at("priority"), "routine");
  EXPECT_EQ(r.at("inputs").at(0).at("reference"), "Observation/a");
  EXPECT_EQ(r.at("inputs").at(0).at("digest").as_string().size(), 64u);
  EXPECT_EQ(r.at("input_digest").as_string().size(), 64u);
  EXPECT_EQ(r.at("output_digest").as_string().size(), 64u);
  EXPECT_EQ(events_of("inference.published"), 1u);
}

TEST_F(RunTest, AnotherCodeDoesNotRunIt) {
  start();
  add_rate(88, "a", 0, "9279-1");
  settle();
  EXPECT_TRUE(results({}).empty());
}

TEST_F(RunTest, TheCaseHoldsFactsAndNoName) {
  json::object facts;
  Instant now;
  std::string ward;
  testing_house::House::behave([&](const Case& input, RunContext& context) {
    facts = input.patient_facts;
    now = input.now;
    ward = input.ward;
    return judge_rate(input, context);
  });
  IssueSink issues;
  json::object encounter = {{"resourceType", "Encounter"}, {"id", "e1"}, {"status", "in-progress"}};
  encounter["class"] = fhir::coding(fhir::kActCode, "IMP");
  encounter["subject"] = fhir::reference("Patient", "p1");
  const json::object bed =
      fhir::concept_of("http://terminology.hl7.org/CodeSystem/location-physical-type", "bd");
  encounter["location"] =
      json::array{{{"location", {{"display", "Ward 3"}}}, {"status", "completed"}},
                  {{"location", {{"display", "2"}}}, {"status", "active"}, {"physicalType", bed}},
                  {{"location", {{"display", "Ward 7"}}}, {"status", "active"}}};
  ASSERT_TRUE(record->update_now(system, std::move(encounter), issues).ok());
  start();
  add_rate(90, "a", -30);
  settle();
  EXPECT_EQ(facts, (json::object{{"gender", "female"}, {"birthDate", "1959"}}));
  EXPECT_EQ(now, clock.now() + -30 * kMinuteUs);
  EXPECT_EQ(ward, "Ward 7");
  EXPECT_EQ(read(reference(only_result(), "diagnostic_report")).at("encounter").at("reference"),
            "Encounter/e1");
}

TEST_F(RunTest, ValuesThatArriveTogetherAreOneRun) {
  std::string manifest(kRateManifest);
  manifest.replace(manifest.find("per = \"patient\""), 15, "per = \"patient\"\nsettle_ms = 200");
  start(manifest);
  for (int i = 0; i < 5; ++i) add_rate(80 + i, "o" + std::to_string(i), i - 5);
  settle();
  EXPECT_TRUE(results({}).empty()) << "the settling time has not passed";
  clock.advance(250 * kMillisecondUs);
  journal->wake();
  settle();
  const json::object r = only_result();
  EXPECT_EQ(r.at("inputs").as_array().size(), 5u);
  EXPECT_EQ(r.at("summary").at("en"), "rate 84") << "the newest is first";
}

TEST_F(RunTest, ValuesDatedInTheFutureAreLeftOut) {
  start();
  add_rate(200, "future", 60 * 24);
  settle();
  EXPECT_EQ(only_result().at("summary").at("en"), "cannot tell");
}

TEST_F(RunTest, ALateValueDoesNotTurnTheClockBack) {
  start();
  add_rate(90, "new", -5);
  settle();
  add_rate(150, "late", -120);
  settle();
  const auto list = results();
  ASSERT_EQ(list.size(), 2u);
  for (const json::object& r : list) {
    EXPECT_EQ(r.at("summary").at("en"), "rate 90");
    EXPECT_EQ(r.at("effective"), json::value(format_rfc3339(clock.now() + -5 * kMinuteUs)));
  }
}

TEST_F(RunTest, EarlierResultsComeBackToTheApplication) {
  start();
  for (int i = 0; i < 5; ++i) {
    add_rate(90, "o" + std::to_string(i));
    settle();
    clock.advance(kMinuteUs);
  }
  const json::object newest = inference->results().get(clinician(), id_of(results().front())).value();
  EXPECT_EQ(newest.at("evidence").at("previous"), json::value(3)) << "as many as the manifest asks for";
}

TEST_F(RunTest, AnUnsuitableInputEndsAsAFailureWithItsReason) {
  behave([](const Case&, RunContext&) -> Result<Findings> { return Error(kUnsuitable, "a child"); });
  start();
  add_rate(88, "a");
  settle();
  const json::object r = only_result();
  EXPECT_EQ(r.at("state"), "failed");
  EXPECT_EQ(r.at("reason"), "inference.unsuitable-input: a child");
  EXPECT_EQ(r.at("inputs").as_array().size(), 1u) << "what it was computed from is kept";
  EXPECT_EQ(count_of("DiagnosticReport"), 0);
  EXPECT_EQ(events_of("inference.ended"), 1u);
  EXPECT_TRUE(journal->dead_letters(10).value().empty());
}

TEST_F(RunTest, AnApplicationThatThrowsEndsAsAFailure) {
  behave([](const Case&, RunContext&) -> Result<Findings> { throw std::runtime_error("boom"); });
  start();
  add_rate(88, "a");
  settle();
  EXPECT_THAT(std::string(only_result().at("reason").as_string()), HasSubstr("boom"));
}

TEST_F(RunTest, ARunOverItsTimeIsAbandonedAndCounted) {
  std::atomic<bool> release = false, told_to_stop = false;
  behave([&](const Case&, RunContext& context) -> Result<Findings> {
    while (!release) std::this_thread::yield();
    told_to_stop = context.should_stop();
    return Findings{};
  });
  std::string manifest(kRateManifest);
  manifest.replace(manifest.find("time_ms = 2000"), 14, "time_ms = 20");
  start(manifest);
  add_rate(88, "a");
  settle();
  const json::object r = only_result();
  EXPECT_EQ(r.at("state"), "timeout");
  EXPECT_THAT(std::string(r.at("reason").as_string()), HasSubstr("20 ms"));
  EXPECT_EQ(events_of("inference.published"), 0u);
  release = true;
  inference->stop();
  EXPECT_TRUE(told_to_stop);
  EXPECT_EQ(only_result().at("state"), "timeout") << "its late answer is dropped";
}

TEST_F(RunTest, ARunThatGivesUpAtItsLimitIsATimeOutToo) {
  behave([&](const Case&, RunContext& context) -> Result<Findings> {
    while (!context.should_stop()) std::this_thread::yield();
    return Error(errors::kCancelled);
  });
  std::string manifest(kRateManifest);
  manifest.replace(manifest.find("time_ms = 2000"), 14, "time_ms = 20");
  start(manifest);
  add_rate(88, "a");
  settle();
  EXPECT_EQ(only_result().at("state"), "timeout");
}

TEST_F(RunTest, NothingNewIsKeptAndNotPublished) {
  behave([](const Case& input, RunContext& context) {
    Result<Findings> f = judge_rate(input, context);
    f->publish = false;
    return f;
  });
  start();
  add_rate(150, "a");
  settle();
  EXPECT_EQ(only_result().at("state"), "unchanged");
  EXPECT_EQ(count_of("Task"), 0);
  EXPECT_EQ(count_of("DiagnosticReport"), 0);
}

TEST_F(RunTest, AnInputOverTheMemoryLimitIsRefused) {
  std::string manifest(kRateManifest);
  manifest.replace(manifest.find("time_ms = 2000"), 14, "input_mb = 1");
  start(manifest);
  json::object big = fhir::resource("Observation");
  big["status"] = "final";
  big["code"] = fhir::concept_of(fhir::kLoinc, "8867-4");
  big["subject"] = fhir::reference("Patient", "p1");
  big["effectiveDateTime"] = format_rfc3339(clock.now());
  big["note"] = json::array{{{"text", std::string(600'000, 'x')}}, {{"text", std::string(600'000, 'y')}}};
  IssueSink issues;
  ASSERT_TRUE(record->create_now(system, std::move(big), issues).ok());
  settle();
  EXPECT_THAT(std::string(only_result().at("reason").as_string()), HasSubstr("base.too-large"));
}

TEST_F(RunTest, ADirectCallRunsAndPublishes) {
  start();
  add_rate(88, "a", 0, "9279-1");  // wakes nothing
  add_rate(77, "b", 0, "8867-4");
  settle();
  const auto id = inference->run_now(system, ApplicationId("rate"), "Patient/p1");
  ASSERT_TRUE(id.ok()) << id.error().message();
  EXPECT_EQ(inference->results().get(clinician(), *id).value().at("summary").at("en"), "rate 77");
  EXPECT_TRUE(inference->run_now(system, ApplicationId("none"), "Patient/p1").error().is(kNoApplication));
  EXPECT_TRUE(
      inference->run_now(clinician(), ApplicationId("rate"), "Patient/p1").error().is(trust::kNotAllowed));
}

TEST_F(RunTest, ADirectCallOnSomethingThatIsNotThereIsARecordedFailure) {
  start();
  const auto id = inference->run_now(system, ApplicationId("rate"), "Observation/none");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(inference->results().get(clinician(), *id).value().at("state"), "failed");
}

}  // namespace
}  // namespace xinglin::inference
