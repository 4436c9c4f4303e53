// A study through its life: complete by each kind of evidence, reopened, rejected and back.
#include "core/archive/life.h"

#include "core/archive/retrieve.h"
#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

class LifeTest : public StudyHouse {
protected:
  StudyState state(const char* uid = "1.1") { return life_.of(access_, StudyUid(uid))->state; }
  int64_t look() {
    const auto looked = life_.look();
    EXPECT_TRUE(looked.ok()) << (looked.ok() ? "" : looked.error().message());
    return looked.ok() ? *looked : -1;
  }
  void note(EvidenceKind kind, json::object detail = {}) {
    ASSERT_TRUE(life_.note(access_, StudyUid("1.1"), {kind, std::move(detail)}).ok());
  }
  std::string evidence() {
    const auto life = life_.of(access_, StudyUid("1.1"));
    std::string out;
    for (const json::value& one : *json::find_array(life->history.at(0).detail, "evidence"))
      out += (out.empty() ? "" : " ") + std::string(*json::find_string(one.as_object(), "kind"));
    return out;
  }
  std::vector<std::string> events() {
    std::vector<std::string> out;
    const auto all = journal_->events_after(0, 500);
    for (const journal::Event& event : *all)
      if (event.type.starts_with("archive.study-")) out.push_back(event.type + " " + event.subject);
    return out;
  }
  std::string acts(const char* uid = "1.1") {
    std::string out;
    const auto life = life_.of(access_, StudyUid(uid));
    for (const LifeAct& act : life->history) out += (out.empty() ? "" : " ") + act.act;
    return out;
  }
  size_t found(const char* patient = "4711") {
    Query query;
    query.keys = {{{0x0010, 0x0020}, patient}};
    return search_->run(access_, query)->rows.size();
  }
  StudyLife life_{*store_, clock_, *audit_, *journal_, {}};
};

TEST_F(LifeTest, WithoutOtherEvidenceSilenceCompletes) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  EXPECT_EQ(state(), StudyState::Received);
  clock_.advance(59 * kSecondUs);
  EXPECT_EQ(look(), 0);
  clock_.advance(kSecondUs);
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(state(), StudyState::Complete);
  EXPECT_EQ(evidence(), "quiet-time");
  EXPECT_EQ(look(), 0) << "once";
  EXPECT_EQ(events(), (std::vector<std::string>{"archive.study-complete 1.1"}));
}

TEST_F(LifeTest, AReleasedAssociationShortensTheWait) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  clock_.advance(kSecondUs);
  note(EvidenceKind::AssociationEnd);
  EXPECT_EQ(look(), 0);
  clock_.advance(4 * kSecondUs);
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(evidence(), "association-end quiet-time");
}

TEST_F(LifeTest, AnImageAfterTheReleaseMakesItVoid) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  note(EvidenceKind::AssociationEnd);
  clock_.advance(kSecondUs);
  add({"1.1.1.2", "1.1.1", "1.1"});
  clock_.advance(10 * kSecondUs);
  EXPECT_EQ(look(), 0);
}

TEST_F(LifeTest, TheNumberAnnouncedCompletesAtOnce) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  note(EvidenceKind::ExpectedCount, {{"instances", 2}});
  clock_.advance(5 * kMinuteUs);
  EXPECT_EQ(look(), 0) << "one is missing: silence alone does not complete it";
  add({"1.1.1.2", "1.1.1", "1.1"});
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(evidence(), "expected-count");
}

TEST_F(LifeTest, WhatTheModalityPerformedMustAllBeHere) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  add({"2.1.1.1", "2.1.1", "2.1"});
  note(EvidenceKind::Performed, {{"instances", json::array{"1.1.1.1", "2.1.1.1"}}});
  clock_.advance(2 * kSecondUs);
  EXPECT_EQ(look(), 0) << "the second belongs to another study";
  note(EvidenceKind::Performed, {{"instances", json::array{"1.1.1.1"}}});
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(evidence(), "performed");
}

TEST_F(LifeTest, WhatTheModalityPerformedMayBeSaidBeforeTheImagesCome) {
  note(EvidenceKind::Performed, {{"instances", json::array{"1.1.1.1", "1.1.1.2"}}});
  add({"1.1.1.1", "1.1.1", "1.1"});
  clock_.advance(2 * kSecondUs);
  EXPECT_EQ(look(), 0);
  add({"1.1.1.2", "1.1.1", "1.1"});
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(evidence(), "performed");
}

TEST_F(LifeTest, AStepUnderWayHoldsTheStudyOpen) {
  note(EvidenceKind::Performed, {{"in_progress", 1}});
  add({"1.1.1.1", "1.1.1", "1.1"});
  note(EvidenceKind::AssociationEnd);
  clock_.advance(5 * kMinuteUs);
  EXPECT_EQ(look(), 0);
  note(EvidenceKind::Performed, {{"instances", json::array()}, {"in_progress", 0}});
  EXPECT_EQ(look(), 1) << "broken off: the end of the association counts again";
  EXPECT_EQ(evidence(), "association-end quiet-time");
}

TEST_F(LifeTest, WhatNeverComesIsWaitedForAndThenNamed) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  note(EvidenceKind::ExpectedCount, {{"instances", 10}});
  clock_.advance(60 * kMinuteUs);
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(evidence(), "expected-count quiet-time");
  const auto life = life_.of(access_, StudyUid("1.1"));
  EXPECT_NE(json::serialize(life->history[0].detail).find(R"("missing":9)"), std::string::npos);
}

TEST_F(LifeTest, ALateImageReopens) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  clock_.advance(kMinuteUs);
  EXPECT_EQ(look(), 1);
  add({"1.1.1.2", "1.1.1", "1.1"});
  EXPECT_EQ(state(), StudyState::Reopened);
  add({"1.1.1.3", "1.1.1", "1.1"});
  EXPECT_EQ(acts(), "reopened complete") << "reopened once, by the first late image";
  EXPECT_EQ(life_.of(access_, StudyUid("1.1"))->history[0].who, "dimse:CT1@10.0.0.7");
  clock_.advance(kMinuteUs);
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(acts(), "complete reopened complete");
}

TEST_F(LifeTest, AResultOfTheHouseNeitherKeepsItOpenNorOpensItAgain) {
  const auto result = [&](const std::string& sop) {
    const auto bytes = dicom::write_data_set(data_set_of({sop, "1.1.9", "1.1", "SR"}));
    Incoming in;
    in.data_set = bytes;
    in.transfer_syntax = TransferSyntaxUid("1.2.840.10008.1.2.1");
    ASSERT_TRUE(archive_->store(trust::Access::system("inference"), in).ok());
  };
  add({"1.1.1.1", "1.1.1", "1.1"});
  note(EvidenceKind::AssociationEnd);
  clock_.advance(kSecondUs);
  result("1.1.9.1");
  clock_.advance(4 * kSecondUs);
  EXPECT_EQ(look(), 1);
  EXPECT_EQ(evidence(), "association-end quiet-time");
  result("1.1.9.2");
  EXPECT_EQ(state(), StudyState::Complete);
}

TEST_F(LifeTest, APersonMaySayThatItIsComplete) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  EXPECT_TRUE(life_.complete(access_, StudyUid("1.1"), "").error().is(kNoReason));
  ASSERT_TRUE(life_.complete(access_, StudyUid("1.1"), "the scan was broken off").ok());
  EXPECT_EQ(evidence(), "person");
  EXPECT_EQ(life_.of(access_, StudyUid("1.1"))->history[0].why, "the scan was broken off");
  EXPECT_TRUE(life_.complete(access_, StudyUid("1.1"), "again").error().is(kWrongState));
}

TEST_F(LifeTest, ARejectedStudyIsHiddenAndComesBack) {
  fill();
  Retrieval retrieval(*store_, *blobs_, *audit_);
  EXPECT_EQ(found(), 2U);
  ASSERT_TRUE(life_.reject(access_, StudyUid("1.1"), "wrong patient on the table").ok());
  EXPECT_EQ(found(), 1U);
  EXPECT_TRUE(retrieval.find(access_, {StudyUid("1.1")}, "file").error().is(kNoInstance));
  EXPECT_TRUE(retrieval.whole(access_, SopInstanceUid("1.1.1.1")).error().is(kNoInstance));
  EXPECT_TRUE(archive_->studies(access_, PatientId("p-4711"))->size() == 1);
  EXPECT_TRUE(life_.of(access_, StudyUid("1.1"))->rejected);
  EXPECT_TRUE(life_.reject(access_, StudyUid("1.1"), "again").error().is(kWrongState));
  add({"1.1.1.9", "1.1.1", "1.1"});
  EXPECT_EQ(found(), 1U) << "a late image does not bring it back";
  ASSERT_TRUE(life_.restore(access_, StudyUid("1.1"), "it was the right one").ok());
  EXPECT_EQ(found(), 2U);
  EXPECT_EQ(retrieval.find(access_, {StudyUid("1.1")}, "file")->size(), 4U);
  EXPECT_EQ(acts(), "restored rejected");
}

// (0020,1200), (0020,1202), (0020,1204) count what can be found, and the patient is found by any of the rest.
TEST_F(LifeTest, CountsOfThePatientFollow) {
  fill();
  const auto counts = [&] {
    Query query;
    query.level = Level::Patient;
    query.keys = {{{0x0010, 0x0020}, "4711"}};
    query.include = {{0x0020, 0x1200}, {0x0020, 0x1202}, {0x0020, 0x1204}};
    const auto page = search_->run(access_, query);
    std::string out;
    if (page->rows.empty()) return out;
    for (const char* key : {"00201200", "00201202", "00201204"})
      out += json::serialize(*json::at_path(json::value(page->rows[0]), std::string(key) + ".Value.0")) + " ";
    return out;
  };
  EXPECT_EQ(counts(), "2 3 4 ");
  ASSERT_TRUE(life_.reject(access_, StudyUid("1.1"), "x").ok());
  EXPECT_EQ(counts(), "1 1 1 ");
  add({"1.1.1.9", "1.1.1", "1.1"});
  EXPECT_EQ(counts(), "1 1 1 ");
  ASSERT_TRUE(life_.reject(access_, StudyUid("1.2"), "x").ok());
  EXPECT_EQ(counts(), "");
  ASSERT_TRUE(life_.restore(access_, StudyUid("1.1"), "x").ok());
  EXPECT_EQ(counts(), "1 2 4 ");
}

TEST_F(LifeTest, MachinesMayNotActAndUnknownStudiesAreSaid) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  const auto sender = trust::Access::sender("dimse", "CT1@10.0.0.7");
  EXPECT_TRUE(life_.reject(sender, StudyUid("1.1"), "x").error().is(trust::kNotAllowed));
  EXPECT_TRUE(life_.complete(sender, StudyUid("1.1"), "x").error().is(trust::kNotAllowed));
  EXPECT_TRUE(life_.of(sender, StudyUid("1.1")).error().is(trust::kNotAllowed));
  EXPECT_TRUE(life_.of(access_, StudyUid("9")).error().is(kNoInstance));
  EXPECT_TRUE(
      life_.note(trust::Access::peer("dimse", "X"), StudyUid("9"), {}).error().is(trust::kNotAllowed));
}

TEST_F(LifeTest, TheThreadLooksByItself) {
  add({"1.1.1.1", "1.1.1", "1.1"});
  clock_.advance(kMinuteUs);
  StudyLife life(*store_, clock_, *audit_, *journal_, {.patience_us = 1000});
  life.start();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (state() != StudyState::Complete && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  life.stop();
  EXPECT_EQ(state(), StudyState::Complete);
}

}  // namespace
}  // namespace xinglin::archive
