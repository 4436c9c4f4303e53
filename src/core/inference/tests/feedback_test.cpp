#include "core/inference/feedback.h"

#include <gtest/gtest.h>

#include "core/inference/tests/house.h"

namespace xinglin::inference {
namespace {

using testing_house::House;

class FeedbackTest : public House {
protected:
  void SetUp() override {
    House::SetUp();
    start();
    add_rate(150, "a");
    settle();
    id_ = id_of(only_result());
  }
  Result<void> give(FeedbackAction action, std::string reason = "", std::vector<Edit> edits = {}) {
    return inference->feedback().give(clinician(), id_, {action, std::move(reason), std::move(edits)});
  }
  std::string status_of(std::string_view which) {
    return std::string(read(reference(only_result(), which)).at("status").as_string());
  }
  json::value observation() {
    return read(std::string(only_result().at("references").at("observations").at(0).as_string()));
  }
  static Edit rate_edit(double value) { return {"http://loinc.org", "76282-3", "", value, ""}; }
  InferenceId id_;
};

TEST_F(FeedbackTest, AcceptedIsFinalAndTheTaskIsDone) {
  ASSERT_TRUE(give(FeedbackAction::Accept).ok());
  EXPECT_EQ(status_of("diagnostic_report"), "final");
  EXPECT_EQ(status_of("risk_assessment"), "final");
  EXPECT_EQ(status_of("task"), "completed");
  EXPECT_EQ(observation().at("status"), "final");
  const json::object r = only_result();
  EXPECT_EQ(r.at("status"), "accepted");
  EXPECT_EQ(r.at("feedback").at(0).at("action"), "accept");
  EXPECT_EQ(r.at("feedback").at(0).at("action"), "accept");
  EXPECT_EQ(events_of("inference.feedback"), 1u);
}

TEST_F(FeedbackTest, EditedIsAmendedWithTheNewValue) {
  ASSERT_TRUE(give(FeedbackAction::Edit, "counted by hand", {rate_edit(96)}).ok());
  EXPECT_EQ(status_of("diagnostic_report"), "amended");
  const json::value o = observation();
  EXPECT_EQ(o.at("status"), "amended");
  EXPECT_EQ(o.at("valueQuantity").at("value").to_number<double>(), 96);
  EXPECT_EQ(o.at("valueQuantity").at("code"), "/min");
  EXPECT_FALSE(o.as_object().contains("interpretation")) << "the flag belonged to the old value";
  EXPECT_EQ(o.at("note").at(0).at("text"), "edit: counted by hand");
  const json::object r = only_result();
  EXPECT_EQ(r.at("status"), "edited");
  EXPECT_EQ(r.at("findings").at(0).at("value").to_number<double>(), 150) << "what the application said stays";
  EXPECT_EQ(r.at("feedback").at(0).at("edits").at(0).at("value").to_number<double>(), 96);
}

TEST_F(FeedbackTest, RejectedIsEnteredInErrorAndTheTaskCancelled) {
  ASSERT_TRUE(give(FeedbackAction::Reject, "artefact").ok());
  EXPECT_EQ(status_of("diagnostic_report"), "entered-in-error");
  EXPECT_EQ(status_of("risk_assessment"), "entered-in-error");
  EXPECT_EQ(status_of("task"), "cancelled");
  EXPECT_EQ(only_result().at("status"), "rejected");
}

TEST_F(FeedbackTest, AReasonIsNeededToEditOrReject) {
  EXPECT_TRUE(give(FeedbackAction::Reject).error().is(kBadFeedback));
  EXPECT_TRUE(give(FeedbackAction::Edit, "", {rate_edit(1)}).error().is(kBadFeedback));
  EXPECT_TRUE(give(FeedbackAction::Edit, "why").error().is(kBadFeedback));
  EXPECT_TRUE(
      give(FeedbackAction::Edit, "why", {{"http://loinc.org", "1-1", "", 1.0, ""}}).error().is(kBadFeedback));
  EXPECT_EQ(status_of("diagnostic_report"), "preliminary") << "nothing was changed";
  EXPECT_EQ(only_result().at("status"), "unread");
}

TEST_F(FeedbackTest, DecisionsFollowEachOtherOnlyTowardsCorrection) {
  ASSERT_TRUE(give(FeedbackAction::Accept).ok());
  EXPECT_TRUE(give(FeedbackAction::Accept).error().is(kDecided));
  ASSERT_TRUE(give(FeedbackAction::Edit, "better", {rate_edit(140)}).ok());
  ASSERT_TRUE(give(FeedbackAction::Reject, "wrong patient").ok());
  EXPECT_TRUE(give(FeedbackAction::Accept).error().is(kDecided));
  EXPECT_TRUE(give(FeedbackAction::Reject, "again").error().is(kDecided));
  EXPECT_EQ(only_result().at("feedback").as_array().size(), 3u);
  EXPECT_EQ(observation().at("status"), "entered-in-error");
}

TEST_F(FeedbackTest, ATaskThatPeopleEndedStaysAsTheySetIt) {
  json::object task = read(reference(only_result(), "task"));
  task["status"] = "rejected";
  IssueSink issues;
  ASSERT_TRUE(record->update_now(system, std::move(task), issues).ok());
  ASSERT_TRUE(give(FeedbackAction::Accept).ok());
  EXPECT_EQ(status_of("task"), "rejected");
}

TEST_F(FeedbackTest, OnlyThoseWhoMay) {
  for (const trust::Role role :
       {trust::Role::Administrator, trust::Role::Integration, trust::Role::Auditor, trust::Role::Sender})
    EXPECT_TRUE(inference->feedback()
                    .give(access_of(role), id_, {FeedbackAction::Accept, "", {}})
                    .error()
                    .is(trust::kNotAllowed));
  EXPECT_TRUE(
      inference->feedback().give(access_of(trust::Role::Nurse), id_, {FeedbackAction::Accept, "", {}}).ok());
  EXPECT_TRUE(inference->feedback()
                  .give(clinician(), InferenceId("none"), {FeedbackAction::Accept, "", {}})
                  .error()
                  .is(kNoResult));
}

TEST_F(FeedbackTest, BodiesAreReadStrictly) {
  const auto parse = [](std::string_view text) {
    return parse_feedback(json::parse(text).value().as_object());
  };
  EXPECT_EQ(parse(R"({"action":"accept"})").value().action, FeedbackAction::Accept);
  const FeedbackRequest edit =
      parse(R"({"action":"edit","reason":"r","edits":[{"system":"s","code":"c","value":7,"unit":"ms"},
                {"system":"s","code":"d","value":{"system":"x","code":"y"}}]})")
          .value();
  EXPECT_EQ(edit.edits.size(), 2u);
  EXPECT_EQ(edit.edits[0].unit, "ms");
  for (const std::string_view bad :
       {R"({})", R"({"action":"delete"})", R"({"action":"accept","colour":"red"})", R"({"action":"reject"})",
        R"({"action":"edit","reason":"r"})", R"({"action":"accept","edits":[{"code":"c","value":1}]})",
        R"({"action":"edit","reason":"r","edits":[{"code":"c"}]})",
        R"({"action":"edit","reason":"r","edits":[7]})",
        R"({"action":"edit","reason":"r","edits":[{"code":"c","value":[1]}]})",
        R"({"action":"edit","reason":"r","edits":[{"code":"c","value":1,"why":"x"}]})"})
    EXPECT_TRUE(parse(bad).error().is(kBadFeedback)) << bad;
  EXPECT_TRUE(
      parse_feedback({{"action", "reject"}, {"reason", std::string(2001, 'x')}}).error().is(kBadFeedback));
}

}  // namespace
}  // namespace xinglin::inference
