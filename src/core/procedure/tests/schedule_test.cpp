// The modality worklist from ServiceRequests.
#include "core/procedure/tests/house.h"

namespace xinglin::procedure {
namespace {

using archive::SearchKey;
using Names = std::vector<std::string>;

constexpr dicom::Tag kSteps{0x0040, 0x0100}, kDate{0x0040, 0x0002}, kTime{0x0040, 0x0003},
    kStation{0x0040, 0x0001}, kModality{0x0008, 0x0060}, kName{0x0010, 0x0010}, kAccession{0x0008, 0x0050};

std::vector<SearchKey> step(std::vector<SearchKey> item) {
  return {{kSteps, "", std::move(item)}};
}

class ScheduleTest : public test::HouseTest {
protected:
  void three() {
    patient("p1", "Wang", "Xiaodong", "4711");
    patient("p2", "李", "娜", "0815");
    order("r1", "p1", head());
    auto tomorrow = head("2026-11-23T10:00:00+08:00");
    tomorrow.accession_number = "A2";
    tomorrow.study_instance_uid = "1.2.4";
    order("r2", "p2", tomorrow);
    auto other = head("2026-11-22T14:00:00+08:00");
    other.accession_number = "A3";
    other.modality = "MR";
    other.station_ae_title = "MR1";
    other.study_instance_uid = "1.2.5";
    order("r3", "p1", other);
    for (const char* id : {"r1", "r2", "r3"}) ASSERT_TRUE(schedule->project(id).ok());
  }
};

// The matching keys of PS3.4 K.6.1.2.2.
TEST_F(ScheduleTest, the_keys_of_the_standard_select_steps) {
  three();
  EXPECT_EQ(steps({}), (Names{"A1", "A3", "A2"})) << "earliest first";
  EXPECT_EQ(steps({}, 1), (Names{"A1", "A3", "A2"})) << "page by page";
  EXPECT_EQ(steps(step({{kDate, "20261122"}})), (Names{"A1", "A3"}));
  EXPECT_EQ(steps(step({{kDate, "20261123-"}})), Names{"A2"});
  EXPECT_EQ(steps(step({{kDate, "-20261122"}, {kTime, "0800-1000"}})), Names{"A1"});
  EXPECT_EQ(steps(step({{kModality, "MR"}})), Names{"A3"});
  EXPECT_EQ(steps(step({{kModality, "CT"}, {kStation, "CT1"}, {kDate, "20261122"}})), Names{"A1"});
  EXPECT_EQ(steps(step({{kStation, "CT2"}})), Names{});
  EXPECT_EQ(steps({{kName, "wang*"}}), (Names{"A1", "A3"}));
  EXPECT_EQ(steps({{kName, "李*"}}), Names{"A2"});
  EXPECT_EQ(steps({{kAccession, "A2"}}), Names{"A2"});
  EXPECT_EQ(steps({{{0x0010, 0x0020}, "4711"}}), (Names{"A1", "A3"}));
  EXPECT_EQ(steps({{{0x0020, 0x000D}, "1.2.5"}}), Names{"A3"});
  EXPECT_EQ(steps({{{0x0010, 0x21C0}, "0"}, {kAccession, "A2"}}), Names{"A2"}) << "not a key that is matched";
  EXPECT_EQ(steps(step({{kDate, "tomorrow"}})), Names{"archive.bad-key"});
  EXPECT_EQ(schedule->find(sender, {}, false, 1, "").error().kind(), ErrorKind::Denied);
  EXPECT_TRUE(schedule->find(modality, {}, false, 1, "x").error().is(kBadWorklistCursor));
}

TEST_F(ScheduleTest, jobs_follow_changes_of_requests_and_patients) {
  schedule->register_jobs();
  journal->start();
  patient("p1", "Wang", "Xiaodong", "4711");
  order("r1", "p1", head());
  ASSERT_TRUE(journal->wait_idle(10'000));
  EXPECT_EQ(steps({{kName, "WANG^*"}}).size(), 1u);
  patient("p1", "Wang", "Xiaoping", "4711");
  const auto later = head("2026-11-24T09:00:00+08:00");
  order("r1", "p1", later);
  ASSERT_TRUE(journal->wait_idle(10'000));
  EXPECT_EQ(steps({{kName, "Wang^Xiaoping"}}).size(), 1u);
  EXPECT_EQ(steps(step({{kDate, "20261124"}})).size(), 1u);
  order("r1", "p1", later, "revoked");
  ASSERT_TRUE(journal->wait_idle(10'000));
  EXPECT_TRUE(steps({}).empty());
  EXPECT_EQ(schedule->of_study(system, StudyUid("1.2.3"))->front().status, "revoked");
}

TEST_F(ScheduleTest, what_an_order_leaves_open_is_filled_the_same_each_time) {
  patient("p1", "Wang", "Xiaodong", "4711");
  order("r1", "p1", {.modality = "US"});
  ASSERT_TRUE(schedule->project("r1").ok());
  const auto page = schedule->find(modality, {}, false, 10, "");
  ASSERT_EQ(page->rows.size(), 1u);
  const std::string first = json::serialize(json::value(page->rows[0]));
  ASSERT_TRUE(schedule->project("r1").ok());
  EXPECT_EQ(json::serialize(json::value(schedule->find(modality, {}, false, 10, "")->rows[0])), first);
  const std::string uid(
      page->rows[0].at("0020000D").get_object().at("Value").get_array().front().get_string());
  EXPECT_TRUE(dicom::is_valid_uid(uid)) << uid;
  order("r2", "p1", {.placer_number = "a lab test"});
  ASSERT_TRUE(schedule->project("r2").ok());
  EXPECT_EQ(schedule->find(modality, {}, false, 10, "")->rows.size(), 1u) << "no modality, no imaging";
}

}  // namespace
}  // namespace xinglin::procedure
