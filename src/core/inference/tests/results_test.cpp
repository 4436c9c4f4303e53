#include "core/inference/results.h"

#include <gtest/gtest.h>

#include "core/inference/tests/house.h"

namespace xinglin::inference {
namespace {

using testing_house::House;
using testing_house::kRateManifest;

class ResultsTest : public House {
protected:
  // Each result stays: this application does not replace older ones.
  void start_keeping() {
    std::string manifest(kRateManifest);
    manifest.replace(manifest.find("supersedes = true"), 17, "supersedes = false");
    start(manifest);
  }
  void add_all(const std::vector<double>& rates) {
    for (const double rate : rates) {
      add_rate(rate, "o" + std::to_string(n_++));
      settle();
      clock.advance(kMinuteUs);
    }
  }
  static std::string summary(const json::object& r) {
    return std::string(r.at("summary").at("en").as_string());
  }
  int n_ = 0;
};

TEST_F(ResultsTest, UrgentFirstThenNewestInPages) {
  start_keeping();
  add_all({80, 140, 110, 90, 150, 120});
  ListRequest request;
  request.count = 2;
  std::vector<std::string> seen;
  const trust::Access who = clinician();
  do {
    const Page page = inference->results().list(who, request).value();
    EXPECT_EQ(page.total, 6);
    EXPECT_LE(page.results.size(), 2u);
    for (const json::object& r : page.results) seen.push_back(summary(r));
    request.cursor = page.next_cursor;
  } while (!request.cursor.empty());
  EXPECT_EQ(seen,
            (std::vector<std::string>{"rate 150", "rate 140", "rate 120", "rate 110", "rate 90", "rate 80"}));
}

TEST_F(ResultsTest, Filters) {
  start_keeping();
  add_all({80, 140, 110});
  const trust::Access who = clinician();
  const auto count = [&](auto change) {
    ListRequest request;
    change(request);
    return inference->results().list(who, request).value().total;
  };
  EXPECT_EQ(count([](ListRequest&) {}), 3);
  EXPECT_EQ(count([](ListRequest& r) { r.patient = "p1"; }), 3);
  EXPECT_EQ(count([](ListRequest& r) { r.patient = "p2"; }), 0);
  EXPECT_EQ(count([](ListRequest& r) { r.patients = {"p2", "p1"}; }), 3);
  EXPECT_EQ(count([](ListRequest& r) { r.applications = {"rate"}; }), 3);
  EXPECT_EQ(count([](ListRequest& r) { r.applications = {"other"}; }), 0);
  EXPECT_EQ(count([](ListRequest& r) { r.priorities = {Priority::Stat}; }), 1);
  EXPECT_EQ(count([](ListRequest& r) { r.priorities = {Priority::Stat, Priority::Urgent}; }), 2);
  EXPECT_EQ(count([](ListRequest& r) { r.flags = {"N"}; }), 1);
  EXPECT_EQ(count([](ListRequest& r) { r.states = {State::Failed}; }), 0);
  EXPECT_EQ(count([](ListRequest& r) { r.statuses = {Status::Unread}; }), 3);
  EXPECT_EQ(count([](ListRequest& r) { r.statuses = {Status::Read, Status::Accepted}; }), 0);
  EXPECT_EQ(count([&](ListRequest& r) { r.since = clock.now() + -2 * kMinuteUs; }), 2);
}

TEST_F(ResultsTest, ReadIsPerPersonAndDecidedIsForAll) {
  start_keeping();
  add_all({80, 90, 110});
  const trust::Access one = clinician(), two = access_of(trust::Role::Nurse);
  ASSERT_NE(one.who(), two.who());
  const auto list = results();
  ASSERT_TRUE(inference->results().mark_read(one, id_of(list[0])).ok());
  ASSERT_TRUE(inference->results().mark_read(one, id_of(list[0])).ok()) << "twice is the same";
  ASSERT_TRUE(inference->feedback().give(two, id_of(list[1]), {FeedbackAction::Accept, "", {}}).ok());
  const json::object opened = inference->results().get(two, id_of(list[0])).value();
  EXPECT_EQ(opened.at("read").at("who"), json::value(one.who())) << "who was first";
  EXPECT_EQ(opened.at("read").at("at"), json::value(format_rfc3339(clock.now())));
  EXPECT_TRUE(inference->results().get(one, id_of(list[2])).value().at("read").is_null());
  const Counts mine = inference->results().counts(one).value();
  EXPECT_EQ(mine.total, 3);
  EXPECT_EQ(mine.unread, 1);
  EXPECT_EQ(mine.read, 1);
  EXPECT_EQ(mine.accepted, 1);
  EXPECT_EQ(mine.open_urgent, 1);
  const Counts theirs = inference->results().counts(two).value();
  EXPECT_EQ(theirs.unread, 2);
  EXPECT_EQ(theirs.read, 0);
  EXPECT_EQ(inference->results().get(one, id_of(list[0])).value().at("status"), "read");
  EXPECT_EQ(inference->results().get(two, id_of(list[0])).value().at("status"), "unread");
  EXPECT_EQ(inference->results().counts(one, "p2").value().total, 0);
  EXPECT_EQ(inference->results().counts_of(one, {"p1", "p2"}).value().total, 3);
  EXPECT_EQ(inference->results().counts_of(one, {}).value().total, 0);
}

TEST_F(ResultsTest, FindingsComeWithAListOnlyWhenAskedFor) {
  start_keeping();
  add_all({80});
  ListRequest request;
  EXPECT_FALSE(inference->results().list(clinician(), request).value().results.front().contains("findings"));
  request.with_findings = true;
  const json::object r = inference->results().list(clinician(), request).value().results.front();
  EXPECT_EQ(r.at("findings").as_array().size(), 1u);
  EXPECT_EQ(r.at("evidence").at("rate").to_number<double>(), 80);
}

TEST_F(ResultsTest, RefusesStrangersAndStrangeCursors) {
  start_keeping();
  add_all({80});
  const InferenceId id = id_of(only_result());
  for (const trust::Role role : {trust::Role::Administrator, trust::Role::Auditor}) {
    const trust::Access stranger = access_of(role);
    EXPECT_TRUE(inference->results().list(stranger, {}).error().is(trust::kNotAllowed));
    EXPECT_TRUE(inference->results().counts(stranger).error().is(trust::kNotAllowed));
    EXPECT_TRUE(inference->results().get(stranger, id).error().is(trust::kNotAllowed));
    EXPECT_TRUE(inference->results().mark_read(stranger, id).error().is(trust::kNotAllowed));
  }
  for (const std::string_view cursor : {"!!", "MQ", "MSAyIA==x", "eCB5IHo"}) {
    ListRequest request;
    request.cursor = cursor;
    EXPECT_TRUE(inference->results().list(clinician(), request).error().is(kBadCursor)) << cursor;
  }
  EXPECT_TRUE(inference->results().get(clinician(), InferenceId("none")).error().is(kNoResult));
  EXPECT_TRUE(inference->results().mark_read(clinician(), InferenceId("none")).error().is(kNoResult));
}

TEST_F(ResultsTest, NamesOfTheEnumsRoundTrip) {
  for (const State s : {State::Published, State::Unchanged, State::Failed, State::Timeout})
    EXPECT_EQ(parse_state(to_string(s)).value(), s);
  for (const Status s : {Status::Unread, Status::Read, Status::Accepted, Status::Edited, Status::Rejected})
    EXPECT_EQ(parse_status(to_string(s)).value(), s);
  for (const Priority p : {Priority::Routine, Priority::Urgent, Priority::Stat})
    EXPECT_EQ(parse_priority(to_string(p)).value(), p);
  EXPECT_FALSE(parse_state("done").ok());
}

}  // namespace
}  // namespace xinglin::inference
