// What becomes of findings: FHIR objects with label and provenance, once, whatever happens in between.
#include <gtest/gtest.h>

#include "core/inference/detail/dispatcher.h"
#include "core/inference/tests/house.h"

namespace xinglin::inference {
namespace {

using testing_house::House;

class PublishTest : public House {
protected:
  static bool is_labelled(const json::value& resource) {
    const json::value* code = json::at_path(resource, "meta.security.0.code");
    return code && *code == "AIAST";
  }
  static std::string provenance(const json::object& resource, std::string_view part) {
    for (const json::value& e : resource.at("extension").at(0).at("extension").as_array())
      if (e.at("url") == json::value(part)) return std::string(e.at("valueString").as_string());
    return "";
  }
};

TEST_F(PublishTest, EveryObjectIsLabelledAndSaysWhereItComesFrom) {
  start();
  add_rate(150, "a");
  settle();
  const json::object r = only_result();
  const std::string observation(r.at("references").at("observations").at(0).as_string());
  for (const std::string& ref : {observation, reference(r, "diagnostic_report"),
                                 reference(r, "risk_assessment"), reference(r, "task")}) {
    const json::object o = read(ref);
    EXPECT_TRUE(is_labelled(o)) << ref;
    EXPECT_EQ(provenance(o, "id"), r.at("id").as_string()) << ref;
    EXPECT_EQ(provenance(o, "application"), "rate") << ref;
    EXPECT_EQ(provenance(o, "version"), "1.0.0") << ref;
    EXPECT_EQ(provenance(o, "inputDigest"), r.at("input_digest").as_string()) << ref;
    EXPECT_EQ(provenance(o, "manifestDigest"), r.at("manifest_digest").as_string()) << ref;
  }
}

TEST_F(PublishTest, ObservationReportRiskAndTask) {
  start();
  add_rate(150, "a");
  settle();
  const json::object r = only_result();
  EXPECT_EQ(r.at("priority"), "stat");
  const std::string observation_ref(r.at("references").at("observations").at(0).as_string());
  const json::value observation = read(observation_ref);
  EXPECT_EQ(observation.at("status"), "preliminary");
  EXPECT_EQ(observation.at("valueQuantity").at("code"), "/min");
  EXPECT_EQ(observation.at("interpretation").at(0).at("coding").at(0).at("code"), "H");
  EXPECT_EQ(observation.at("derivedFrom").at(0).at("reference"), "Observation/a");
  EXPECT_EQ(observation.at("device").at("reference"), "#application");
  EXPECT_EQ(observation.at("contained").at(0).at("version").at(0).at("value"), "1.0.0");
  const json::value report = read(reference(r, "diagnostic_report"));
  EXPECT_EQ(report.at("status"), "preliminary");
  EXPECT_EQ(report.at("conclusion"), "rate 150");
  EXPECT_EQ(report.at("_conclusion").at("extension").at(0).at("extension").at(1).at("valueString"),
            "心率 150");
  EXPECT_EQ(report.at("result").at(0).at("reference"), json::value(observation_ref));
  const json::value risk = read(reference(r, "risk_assessment"));
  EXPECT_EQ(risk.at("status"), "preliminary");
  EXPECT_EQ(risk.at("prediction").at(0).at("qualitativeRisk").at("coding").at(0).at("code"), "high");
  EXPECT_EQ(risk.at("basis").at(0).at("reference"), json::value(observation_ref));
  const json::value task = read(reference(r, "task"));
  EXPECT_EQ(task.at("status"), "requested");
  EXPECT_EQ(task.at("priority"), "stat");
  EXPECT_EQ(task.at("description"), "See the patient now.");
  EXPECT_EQ(task.at("focus").at("reference"), json::value(reference(r, "risk_assessment")));
  EXPECT_EQ(task.at("restriction").at("period").at("end"),
            json::value(format_rfc3339(clock.now() + 30 * kMinuteUs)));
}

TEST_F(PublishTest, WhatCannotBeToldHasAReasonAndNoValue) {
  start();
  add_rate(200, "future", 60 * 24);
  settle();
  const json::object r = only_result();
  const json::value o = read(std::string(r.at("references").at("observations").at(0).as_string()));
  EXPECT_FALSE(o.as_object().contains("valueQuantity"));
  EXPECT_EQ(o.at("dataAbsentReason").at("text"), "no heart rate is recorded");
  EXPECT_EQ(r.at("findings").at(0).at("state"), "cannot-tell");
}

// The same job a second time, as after a crash between its end and its removal from the journal.
TEST_F(PublishTest, ARepeatedJobPublishesOnce) {
  start();
  add_rate(150, "a");
  settle();
  const InferenceId first = id_of(only_result());
  const std::vector<journal::Event> events = journal->events_after(0, 100).value();
  const auto woke = std::find_if(events.begin(), events.end(),
                                 [](const auto& e) { return e.type == "record.observation-created"; });
  ASSERT_NE(woke, events.end());
  const auto again = store->write([&](sql::Tx& tx) {
    return journal->enqueue(
        tx, "inference/rate",
        {"again",
         {{"event", woke->id}, {"subject", woke->subject}, {"patient", woke->patient}, {"at", woke->at.us}}});
  });
  ASSERT_TRUE(again.ok());
  settle();
  EXPECT_EQ(id_of(only_result()), first);
  EXPECT_EQ(count_of("DiagnosticReport"), 1);
  EXPECT_EQ(count_of("Task"), 1);
  EXPECT_EQ(events_of("inference.published"), 1u);
}

// A write that fails leaves neither row nor objects, and the retry publishes.
TEST_F(PublishTest, PublishingIsAllOrNothing) {
  ASSERT_TRUE(store
                  ->write([](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(
                        tx.run("CREATE TRIGGER refuse BEFORE INSERT ON inference BEGIN SELECT RAISE(ABORT, "
                               "'refused'); END"));
                    return {};
                  })
                  .ok());
  start();
  add_rate(150, "a");
  settle();  // the job waits for its next try
  EXPECT_TRUE(results({}).empty());
  EXPECT_EQ(count_of("Task"), 0);
  EXPECT_EQ(count_of("DiagnosticReport"), 0);
  ASSERT_TRUE(store
                  ->write([](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(tx.run("DROP TRIGGER refuse"));
                    return {};
                  })
                  .ok());
  clock.advance(10 * kMinuteUs);
  journal->wake();
  settle();
  EXPECT_EQ(only_result().at("state"), "published");
  EXPECT_EQ(count_of("Task"), 1);
}

TEST_F(PublishTest, ANewerResultReplacesTheOlderAndItsOpenTask) {
  start();
  add_rate(150, "a");
  settle();
  clock.advance(kMinuteUs);
  add_rate(160, "b");
  settle();
  const auto shown = results({State::Published}, Superseded::Hide);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown.front().at("summary").at("en"), "rate 160");
  const auto all = results();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all.back().at("superseded"), json::value(true));
  const json::value old_task = read(reference(all.back(), "task"));
  EXPECT_EQ(old_task.at("status"), "cancelled");
  EXPECT_EQ(old_task.at("statusReason").at("text"),
            json::value("replaced by " + reference(shown.front(), "task")));
  EXPECT_EQ(read(reference(shown.front(), "task")).at("status"), "requested");
}

TEST_F(PublishTest, AQuietNewResultLeavesTheOpenTaskAlone) {
  start();
  add_rate(150, "a");
  settle();
  clock.advance(kMinuteUs);
  add_rate(90, "b");
  settle();
  EXPECT_EQ(read(reference(results().back(), "task")).at("status"), "requested");
}

TEST_F(PublishTest, ARefusedObjectIsARecordedFailure) {
  behave([](const Case& input, RunContext& context) {
    Result<Findings> f = testing_house::judge_rate(input, context);
    f->escalation->priority = "whenever";
    return f;
  });
  start();
  add_rate(150, "a");
  settle();
  const json::object r = only_result();
  EXPECT_EQ(r.at("state"), "failed");
  EXPECT_EQ(count_of("Task"), 0);
  EXPECT_EQ(count_of("DiagnosticReport"), 0);
}

}  // namespace
}  // namespace xinglin::inference
