// Deletion in its two stages, under the retention rule and under a hold.
#include "core/archive/deletion.h"

#include "core/archive/commitment.h"
#include "core/archive/detail/retention.h"
#include "core/archive/life.h"
#include "core/archive/studies.h"
#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

// The figures of the default rule, counted by hand; the law behind them is in docs/study-life.md.
TEST(RetentionTest, AdultsMinorsAndThoseWhoseAgeIsNotKnown) {
  const RetentionRule rule;
  EXPECT_EQ(kept_until(rule, "20100105", "20200101", "19700101"), "20250105");
  EXPECT_EQ(kept_until(rule, "20100105", "20200101", "19920105"), "20250105") << "of age on that day";
  EXPECT_EQ(kept_until(rule, "20100105", "20200101", "19920106"), "20250105") << "older than 30 by then";
  EXPECT_EQ(kept_until(rule, "20100105", "20200101", "20100104"), "20400104");
  EXPECT_EQ(kept_until(rule, "20100105", "20200101", ""), "20400105");
  EXPECT_EQ(kept_until(rule, "20100105", "20200101", "20990101"), "20400105") << "born after the study";
  EXPECT_EQ(kept_until(rule, "", "20200101", "19700101"), "20350101");
  EXPECT_EQ(kept_until(rule, "not-date", "20200101", "19700101"), "20350101");
  EXPECT_EQ(kept_until(rule, "20080229", "20200101", "19700101"), "20230301");
  EXPECT_EQ(kept_until({.years = 30}, "20100105", "20200101", "19700101"), "20400105");
  EXPECT_EQ(kept_until({.years = 0}, "20100105", "20200101", ""), "20200101");
}

class DeletionTest : public StudyHouse {
protected:
  DeletionTest() { make(); }
  void make(RetentionRule rule = {.years = 0}) {
    deletion_ = std::make_unique<Deletion>(*store_, *blobs_, clock_, *audit_, *journal_, metrics_,
                                           Deletion::Options{rule, kDayUs});
  }
  void restart() {
    deletion_.reset();
    close();
    open();
    make();
  }
  int64_t remove(const Selection& what) {
    const auto done = deletion_->remove(access_, what, "its time is over");
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message());
    return done.ok() ? *done : 0;
  }
  // "studies/series/instances" that a search finds, and what the figures say.
  std::string found() {
    std::string out;
    for (const Level level : {Level::Study, Level::Series, Level::Instance}) {
      Query query;
      query.level = level;
      out += std::to_string(search_->run(access_, query)->rows.size()) + "/";
    }
    const auto figures = archive_->figures();
    return out + std::to_string(figures->studies) + "/" + std::to_string(figures->instances);
  }
  size_t files() const {
    size_t out = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path("blobs/data")))
      out += entry.is_regular_file() ? 1 : 0;
    return out;
  }
  std::string acts(const char* uid = "1.1") {
    StudyLife life(*store_, clock_, *audit_, *journal_, {});
    std::string out;
    const auto told = life.of(access_, StudyUid(uid));
    for (const LifeAct& act : told->history) out += (out.empty() ? "" : " ") + act.act;
    return out;
  }
  StudyDetail study(const char* uid = "1.1") {
    return *Studies(*store_, *search_, *audit_).study(access_, StudyUid(uid));
  }
  const Selection study_{StudyUid("1.1")};
  std::unique_ptr<Deletion> deletion_;
};

TEST_F(DeletionTest, AStudyIsHiddenAndComesBackWholeInItsGraceTime) {
  fill();
  EXPECT_EQ(found(), "4/5/7/4/7");
  const int64_t id = remove(study_);
  EXPECT_EQ(found(), "3/3/4/3/4");
  Retrieval retrieval(*store_, *blobs_, *audit_);
  EXPECT_TRUE(retrieval.find(access_, study_, "file").error().is(kNoInstance));
  EXPECT_TRUE(retrieval.whole(access_, SopInstanceUid("1.1.1.1")).error().is(kNoInstance));
  EXPECT_EQ(archive_->studies(access_, PatientId("p-4711"))->size(), 1u);
  EXPECT_TRUE(study().study.deleted);
  StudyFilter deleted;
  deleted.state = "deleted";
  EXPECT_EQ(Studies(*store_, *search_, *audit_).list(access_, deleted)->rows.size(), 1u);
  EXPECT_TRUE(deletion_->remove(access_, study_, "again").error().is(kNoInstance));
  EXPECT_EQ(files(), 7u);
  ASSERT_TRUE(deletion_->recover(access_, id, "it is still needed").ok());
  EXPECT_EQ(found(), "4/5/7/4/7");
  EXPECT_EQ(study().study.modalities, (std::vector<std::string>{"CT", "SR"}));
  EXPECT_EQ(retrieval.find(access_, study_, "file")->size(), 3u);
  EXPECT_EQ(acts(), "recovered deleted");
  EXPECT_TRUE(deletion_->recover(access_, id, "again").error().is(kWrongState));
  EXPECT_TRUE(deletion_->purge(id).ok());
  EXPECT_EQ(files(), 7u) << "what was taken back is not purged";
}

TEST_F(DeletionTest, OneSeriesOrInstanceGoesAlone) {
  fill();
  const Selection series{StudyUid("1.1"), SeriesUid("1.1.2")};
  const int64_t id = remove(series);
  EXPECT_EQ(found(), "4/4/6/4/6");
  EXPECT_EQ(study().study.modalities, (std::vector<std::string>{"CT"}));
  EXPECT_EQ(study().study.series, 1);
  remove({StudyUid("1.1"), SeriesUid("1.1.1"), SopInstanceUid("1.1.1.1")});
  EXPECT_EQ(found(), "4/4/5/4/5");
  add({"1.1.1.9", "1.1.1", "1.1"});
  EXPECT_EQ(found(), "4/4/6/4/6") << "what is left of the study takes images as before";
  ASSERT_TRUE(deletion_->recover(access_, id, "x").ok());
  EXPECT_EQ(found(), "4/5/7/4/7");
  const Selection wrong{StudyUid("2.1"), SeriesUid("1.1.1")};
  EXPECT_TRUE(deletion_->remove(access_, wrong, "x").error().is(kNoInstance));
}

TEST_F(DeletionTest, AfterTheGraceTimeFilesGoAndReceiptsStay) {
  fill();
  const int64_t id = remove(study_);
  EXPECT_EQ(deletion_->purge(id).error().kind(), ErrorKind::Busy);
  clock_.advance(kDayUs);
  EXPECT_TRUE(deletion_->recover(access_, id, "too late").error().is(kWrongState));
  ASSERT_TRUE(deletion_->purge(id).ok());
  ASSERT_TRUE(deletion_->purge(id).ok()) << "once more changes nothing";
  EXPECT_EQ(files(), 4u);
  EXPECT_EQ(found(), "3/3/4/3/4");
  EXPECT_EQ(acts(), "purged deleted");
  Custody custody(*store_, *blobs_, clock_, *audit_, *journal_, metrics_, {});
  const auto receipt = custody.receipt(access_, SopInstanceUid("1.1.1.1"));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->sender, "dimse:CT1@10.0.0.7");
  EXPECT_EQ(*receipt->purged_at, clock_.now());
  const StudyDetail left = study();
  EXPECT_TRUE(left.study.purged);
  EXPECT_EQ(left.study.attributes.name + left.study.attributes.id + left.study.description, "");
  Query by_name;
  by_name.keys = {{{0x0010, 0x0010}, "Wang*"}};
  EXPECT_EQ(search_->run(access_, by_name)->rows.size(), 1u) << "the other study of this patient";
  const auto scrubbed = custody.scrub(access_);
  EXPECT_EQ(scrubbed->checked, 4);
  EXPECT_EQ(scrubbed->damaged, 0);
  EXPECT_NE(metrics_.text().find("xinglin_purged_instances_total 3"), std::string::npos);
}

TEST_F(DeletionTest, APurgeThatWasBrokenOffIsDoneAgain) {
  fill();
  const int64_t id = remove(study_);
  clock_.advance(kDayUs);
  // The crash came after a file was removed and before its row was told.
  std::filesystem::remove(file_of("1.1.1.1"));
  restart();
  EXPECT_EQ(Custody(*store_, *blobs_, clock_, *audit_, *journal_, metrics_, {}).scrub(access_)->damaged, 0);
  ASSERT_TRUE(deletion_->purge(id).ok());
  EXPECT_EQ(files(), 4u);
  EXPECT_EQ(acts(), "purged deleted");
}

TEST_F(DeletionTest, TheJobPurgesWhenItsTimeHasCome) {
  fill();
  deletion_->register_jobs();
  remove(study_);
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(20'000));
  EXPECT_EQ(files(), 7u);
  clock_.advance(kDayUs);
  journal_->wake();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (files() != 4u && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(files(), 4u);
  journal_->stop();
}

// A hold that comes after the deletion keeps the files, however long it stands.
TEST_F(DeletionTest, AHoldStopsThePurgeUntilItEnds) {
  fill();
  const int64_t id = remove(study_);
  ASSERT_TRUE(deletion_->hold(access_, study_.study, "a court asks").ok());
  clock_.advance(2 * kDayUs);
  ASSERT_TRUE(deletion_->purge(id).ok());
  EXPECT_EQ(files(), 7u);
  EXPECT_EQ(acts(), "held deleted");
  ASSERT_TRUE(deletion_->release(access_, study_.study, "closed").ok());
  deletion_->register_jobs();
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(10'000));
  journal_->stop();
  EXPECT_EQ(files(), 4u);
  EXPECT_EQ(acts(), "purged released held deleted");
}

TEST_F(DeletionTest, WhatWasDeletedIsNotTakenInAgain) {
  fill();
  const int64_t id = remove(study_);
  const auto again = [&](const TestImage& image) { return store(data_set_of(image)); };
  EXPECT_TRUE(again({"1.1.1.1", "1.1.1", "1.1"}).error().is(kDeleted));
  EXPECT_TRUE(again({"1.1.1.9", "1.1.1", "1.1"}).error().is(kDeleted)) << "nor more of the same study";
  EXPECT_EQ(files(), 7u);
  EXPECT_EQ(*archive_->quarantine_count(), 0);
  clock_.advance(kDayUs);
  ASSERT_TRUE(deletion_->purge(id).ok());
  EXPECT_TRUE(again({"1.1.1.1", "1.1.1", "1.1"}).error().is(kDeleted));
  EXPECT_EQ(files(), 4u);
}

TEST_F(DeletionTest, CommitmentSaysThatItIsNoLongerThere) {
  fill();
  Custody custody(*store_, *blobs_, clock_, *audit_, *journal_, metrics_, {});
  Commitment commitment(*store_, clock_, *audit_, *journal_, custody);
  remove({StudyUid("1.1"), SeriesUid("1.1.1"), SopInstanceUid("1.1.1.1")});
  CommitmentList list{"2.25.9", "CT1", {}};
  for (const char* sop : {"1.1.1.1", "1.1.1.2"})
    list.items.push_back({SopClassUid(kCtStorage), SopInstanceUid(sop)});
  const auto answer = commitment.answer(*commitment.take(access_, list));
  EXPECT_EQ(answer->items[0].reason, commitment_reason::kNoSuchInstance);
  EXPECT_EQ(answer->items[1].reason, commitment_reason::kCommitted);
}

TEST_F(DeletionTest, TheRuleAndAHoldStandBefore) {
  fill();
  make({});
  const auto refused = deletion_->remove(access_, study_, "too early");
  EXPECT_TRUE(refused.error().is(kKept));
  EXPECT_NE(refused.error().message().find("2041-11-22"), std::string::npos) << refused.error().message();
  EXPECT_EQ(deletion_->keeping(access_, StudyUid("1.1"))->until, "20411122");
  make();
  ASSERT_TRUE(deletion_->hold(access_, StudyUid("1.1"), "a court asks").ok());
  EXPECT_TRUE(deletion_->hold(access_, StudyUid("1.1"), "again").error().is(kWrongState));
  EXPECT_TRUE(deletion_->remove(access_, study_, "x").error().is(kHeld));
  EXPECT_EQ(deletion_->keeping(access_, StudyUid("1.1"))->hold->why, "a court asks");
  EXPECT_EQ(found(), "4/5/7/4/7");
  ASSERT_TRUE(deletion_->release(access_, StudyUid("1.1"), "closed").ok());
  EXPECT_TRUE(deletion_->remove(access_, study_, "x").ok());
  EXPECT_EQ(acts(), "deleted released held");
  EXPECT_EQ(deletion_->list(access_, 10)->size(), 1u);
}

TEST_F(DeletionTest, ARejectedStudyComesBackRejected) {
  fill();
  StudyLife life(*store_, clock_, *audit_, *journal_, {});
  ASSERT_TRUE(life.reject(access_, StudyUid("1.1"), "wrong patient").ok());
  const int64_t id = remove(study_);
  EXPECT_TRUE(life.restore(access_, StudyUid("1.1"), "x").error().is(kWrongState));
  clock_.advance(kHourUs);
  EXPECT_EQ(*life.look(), 3) << "the deleted one is not completed";
  ASSERT_TRUE(deletion_->recover(access_, id, "x").ok());
  EXPECT_TRUE(life.of(access_, StudyUid("1.1"))->rejected);
  EXPECT_EQ(found(), "3/3/4/4/7");
}

TEST_F(DeletionTest, OnlyWithTheRightAndWithAReason) {
  fill();
  const auto sender = trust::Access::sender("dimse", "CT1@10.0.0.7");
  EXPECT_TRUE(deletion_->remove(sender, study_, "x").error().is(trust::kNotAllowed));
  EXPECT_TRUE(deletion_->hold(sender, StudyUid("1.1"), "x").error().is(trust::kNotAllowed));
  EXPECT_TRUE(deletion_->recover(sender, 1, "x").error().is(trust::kNotAllowed));
  EXPECT_TRUE(deletion_->list(sender, 1).error().is(trust::kNotAllowed));
  EXPECT_TRUE(deletion_->remove(access_, study_, "").error().is(kNoReason));
  EXPECT_TRUE(deletion_->remove(access_, {StudyUid("9")}, "x").error().is(kNoInstance));
  EXPECT_TRUE(deletion_->recover(access_, 77, "x").error().is(kNoDeletion));
}

}  // namespace
}  // namespace xinglin::archive
