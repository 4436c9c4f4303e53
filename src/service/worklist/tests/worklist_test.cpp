#include "service/worklist/worklist.h"

#include "service/worklist/tests/house.h"

namespace xinglin::worklist {
namespace {

class WorklistTest : public testing::Test {
protected:
  void SetUp() override {
    anna_ = house_.admit("Berg", "Anna", "", "10001", "3W", "1");
    ming_ = house_.admit("Wang", "Xiaoming", "王小明", "10002", "3W", "2");
    li_ = house_.admit("Li", "Na", "李娜", "20003", "ICU", "1");
    house_.journal->start();
    house_.vital(anna_, "8867-4", 75, "/min");   // score 1
    house_.vital(ming_, "8867-4", 115, "/min");  // score 5, urgent
    house_.vital(li_, "8867-4", 140, "/min");    // score 8, stat
    house_.settle();
  }
  json::object list(const WorklistQuery& query = {}) {
    Result<json::object> found = house_.worklist->list(clinician_, query);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message());
    return found ? *found : json::object();
  }
  json::object patients(const PatientsQuery& query = {}) {
    Result<json::object> found = house_.worklist->patients(clinician_, query);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message());
    return found ? *found : json::object();
  }
  House house_;
  trust::Access clinician_ = house_.as(trust::Role::Clinician);
  std::string anna_, ming_, li_;
};

TEST_F(WorklistTest, ShowsTheMostPressingFirstWithPatientAndScore) {
  const json::object found = list();
  EXPECT_EQ(at(found, "total"), "3");
  EXPECT_EQ(at(found, "counts"), R"({"unread":3,"urgent":1,"stat":1})");
  EXPECT_EQ(at(found, "items.0.patient.id"), li_);
  EXPECT_EQ(at(found, "items.0.priority"), "stat");
  EXPECT_EQ(at(found, "items.0.flag"), "AA");
  EXPECT_EQ(at(found, "items.0.summary"), R"({"en":"Score 8","zh":"评分 8"})");
  EXPECT_EQ(at(found, "items.0.news2.score"), "8");
  EXPECT_EQ(at(found, "items.0.news2.band"), "high");
  EXPECT_EQ(at(found, "items.1.patient.name"), "Wang, Xiaoming");
  EXPECT_EQ(at(found, "items.1.patient.name_local"), "王小明");
  EXPECT_EQ(at(found, "items.1.patient.ward"), "3W");
  EXPECT_EQ(at(found, "items.1.patient.synthetic"), "true");
  EXPECT_EQ(at(found, "items.2.priority"), "routine");
}

TEST_F(WorklistTest, FiltersByWardTextPriorityAndFlag) {
  EXPECT_EQ(at(list({.ward = "3W"}), "total"), "2");
  EXPECT_EQ(at(list({.ward = "3W"}), "counts"), R"({"unread":2,"urgent":1,"stat":0})");
  EXPECT_EQ(at(list({.ward = "nowhere"}), "total"), "0");
  EXPECT_EQ(at(list({.text = "小明"}), "items.0.patient.id"), ming_);
  EXPECT_EQ(at(list({.text = "berg"}), "items.0.patient.id"), anna_);
  EXPECT_EQ(at(list({.text = "2000"}), "items.0.patient.id"), li_);
  EXPECT_EQ(at(list({.ward = "3W", .text = "2000"}), "total"), "0");
  EXPECT_EQ(at(list({.priority = "stat"}), "total"), "1");
  EXPECT_EQ(at(list({.flag = "N"}), "items.0.patient.id"), anna_);
  EXPECT_EQ(at(list({.application = "early-warning"}), "total"), "3");
  EXPECT_EQ(at(list({.application = "other"}), "total"), "0");
}

TEST_F(WorklistTest, KnowsWhatHasBeenReadAndDecided) {
  const std::string id = at(list(), "items.0.id");
  ASSERT_TRUE(house_.inference->results().mark_read(clinician_, InferenceId(id)).ok());
  EXPECT_EQ(at(list({.status = "unread"}), "total"), "2");
  EXPECT_EQ(at(list({.status = "open"}), "total"), "3");
  const inference::FeedbackRequest accept{.action = inference::FeedbackAction::Accept};
  ASSERT_TRUE(house_.inference->feedback().give(clinician_, InferenceId(id), accept).ok());
  EXPECT_EQ(at(list({.status = "open"}), "total"), "2");
  EXPECT_EQ(at(list({.status = "accepted"}), "items.0.id"), id);
  EXPECT_EQ(at(list(), "counts.stat"), "0") << "somebody has decided";
}

TEST_F(WorklistTest, WhatWaitsForADecisionComesBeforeWhatHasOne) {
  const inference::FeedbackRequest accept{.action = inference::FeedbackAction::Accept};
  const std::string stat = at(list(), "items.0.id"), routine = at(list(), "items.2.id");
  for (const std::string& id : {stat, routine})
    ASSERT_TRUE(house_.inference->feedback().give(clinician_, InferenceId(id), accept).ok());
  const json::object all = list();
  EXPECT_EQ(at(all, "items.0.patient.id"), ming_) << "urgent and open";
  EXPECT_EQ(at(all, "items.1.id"), stat) << "decided, the more pressing one first";
  EXPECT_EQ(at(all, "items.2.id"), routine);
  WorklistQuery query{.limit = 1};
  for (const std::string& id : {at(all, "items.0.id"), stat, routine}) {
    const json::object page = list(query);
    EXPECT_EQ(at(page, "items.0.id"), id);
    EXPECT_EQ(at(page, "total"), "3");
    query.cursor = at(page, "next");
  }
  EXPECT_EQ(query.cursor, "null");
}

TEST_F(WorklistTest, PagesWithoutLosingOrRepeating) {
  WorklistQuery query{.limit = 2};
  const json::object first = list(query);
  query.cursor = at(first, "next");
  const json::object second = list(query);
  EXPECT_EQ(at(second, "items.0.patient.id"), anna_);
  EXPECT_EQ(at(second, "items.1"), "");
  EXPECT_EQ(at(second, "next"), "null");
}

TEST_F(WorklistTest, OrdersPatientsAndSaysWhatIsUnread) {
  const json::object by_score = patients();
  EXPECT_EQ(at(by_score, "items.0.id"), li_);
  EXPECT_EQ(at(by_score, "items.0.unread"), "1");
  EXPECT_EQ(at(by_score, "items.0.admitted"), "2026-11-17T08:00:00Z");
  EXPECT_EQ(at(patients({.order = PatientOrder::Name}), "items.0.id"), anna_);
  EXPECT_EQ(at(patients({.order = PatientOrder::Ward}), "items.2.id"), li_);
  EXPECT_EQ(at(patients({.text = "wang"}), "total"), "1");
  const json::object page = patients({.order = PatientOrder::Name, .limit = 2});
  EXPECT_EQ(at(page, "total"), "3");
  EXPECT_EQ(at(patients({.order = PatientOrder::Name, .limit = 2, .cursor = at(page, "next")}), "items.0.id"),
            ming_);
  EXPECT_FALSE(house_.worklist->patients(clinician_, {.cursor = "x"}).ok());
}

TEST_F(WorklistTest, FollowsAPatientWhoMoves) {
  EXPECT_EQ(at(list({.ward = "ICU"}), "total"), "1");
  house_.move(ming_, "ICU", "9");
  house_.settle();
  EXPECT_EQ(at(list({.ward = "ICU"}), "total"), "2");
  EXPECT_EQ(at(patients({.ward = "ICU"}), "items.1.bed"), "9");
  const auto wards = house_.worklist->wards(clinician_);
  EXPECT_EQ(at(*wards, "items"),
            R"([{"name":"3W","patients":1,"unread":1},{"name":"ICU","patients":2,"unread":2}])");
}

TEST_F(WorklistTest, RefusesThoseWhoMayNotSeePatientsAndRecordsThoseWhoMay) {
  const trust::Access administrator = house_.as(trust::Role::Administrator);
  const PatientId patient(anna_);
  EXPECT_TRUE(house_.worklist->list(administrator, {}).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->patients(administrator, {}).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->patient(administrator, patient).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->patient_ref(administrator, patient).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->vitals(administrator, patient, 24).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->timeline(administrator, patient, 10).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->news2(administrator, patient, 24).error().is(trust::kNotAllowed));
  EXPECT_TRUE(house_.worklist->wards(administrator).error().is(trust::kNotAllowed));

  ASSERT_TRUE(house_.worklist->patient(clinician_, patient).ok());
  ASSERT_TRUE(house_.audit->flush().ok());
  const auto leaves = house_.audit->leaves(0, 500);
  const bool recorded = std::any_of(leaves->begin(), leaves->end(), [&](const trust::LogLeaf& leaf) {
    return leaf.record.find(clinician_.who()) != std::string::npos &&
           leaf.record.find(anna_) != std::string::npos;
  });
  EXPECT_TRUE(recorded);
}

}  // namespace
}  // namespace xinglin::worklist
