// Storage commitment: what is answered to peers that ask, and what is kept of those we ask.
#include "core/archive/commitment.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/archive/sent.h"
#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMr = "1.2.840.10008.5.1.4.1.1.4";

class CommitmentTest : public ArchiveHouse {
protected:
  CommitmentTest() { open_rooms(); }
  void open_rooms() {
    custody_ =
        std::make_unique<Custody>(*store_, *blobs_, clock_, *audit_, *journal_, metrics_, Custody::Options{});
    commitment_ = std::make_unique<Commitment>(*store_, clock_, *audit_, *journal_, *custody_);
    sent_ = std::make_unique<Sent>(*store_, clock_, random_, *audit_, *journal_);
  }
  void restart() {
    sent_.reset();
    commitment_.reset();
    custody_.reset();
    close();
    open();
    open_rooms();
  }
  void send(const std::string& uid) { ASSERT_TRUE(store(data_set_of({uid, "2.25.20", "2.25.10"})).ok()); }
  static CommitmentItem item(const char* sop_class, const std::string& uid) {
    return {SopClassUid(sop_class), SopInstanceUid(uid)};
  }
  std::vector<int> reasons(int64_t id) {
    const auto answer = commitment_->answer(id);
    std::vector<int> out;
    if (answer)
      for (const CommitmentItem& one : answer->items) out.push_back(one.reason);
    return out;
  }

  SeededRandom random_{7};
  std::unique_ptr<Custody> custody_;
  std::unique_ptr<Commitment> commitment_;
  std::unique_ptr<Sent> sent_;
  const trust::Access ct1_ = trust::Access::peer("dimse", "CT1@10.0.0.7");
  const trust::Access engineer_ = trust::Access::system("test");
};

// The failure reasons of PS3.3 C.14.1.1.
TEST_F(CommitmentTest, only_what_is_whole_under_its_class_is_committed) {
  for (const char* uid : {"1.1", "1.2", "1.3", "1.4"}) send(uid);
  fs::remove(file_of("1.3"));
  std::ofstream(file_of("1.4"), std::ios::app | std::ios::binary) << "more";
  const auto id =
      commitment_->take(ct1_, {"2.25.1",
                               "CT1",
                               {item(kCtStorage, "1.1"), item(kMr, "1.2"), item(kCtStorage, "1.3"),
                                item(kCtStorage, "1.4"), item(kCtStorage, "9.9")}});
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(reasons(*id), (std::vector<int>{0, 0x0119, 0x0110, 0x0110, 0x0112}));
  EXPECT_EQ(custody_->damages(engineer_, 10)->size(), 2u) << "what was found is damage like any other";
  const auto list = commitment_->list(engineer_, 10);
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ(list->front().failed, 4);
  EXPECT_FALSE(list->front().reported_at);
  ASSERT_TRUE(commitment_->reported(*id).ok());
  EXPECT_TRUE(commitment_->answer(*id)->reported);
}

TEST_F(CommitmentTest, a_request_survives_a_restart_and_its_job_waits) {
  send("1.1");
  const auto id = commitment_->take(ct1_, {"2.25.1", "CT1", {item(kCtStorage, "1.1")}});
  ASSERT_TRUE(id.ok());
  restart();
  EXPECT_EQ(reasons(*id), std::vector<int>{0});
  std::vector<std::string> keys;
  journal_->add_queue(std::string(Commitment::kQueue), {}, [&](const journal::Job& job) -> Result<void> {
    keys.push_back(job.key);
    return {};
  });
  journal_->start();
  clock_.advance(Commitment::kFirstTryUs);
  journal_->wake();
  EXPECT_TRUE(journal_->wait_idle(10'000));
  journal_->stop();
  EXPECT_EQ(keys, std::vector<std::string>{std::to_string(*id)});
}

TEST_F(CommitmentTest, the_same_request_is_answered_again_and_another_under_its_uid_is_not) {
  const auto first =
      commitment_->take(ct1_, {"2.25.1", "CT1", {item(kCtStorage, "1.1"), item(kCtStorage, "1.2")}});
  EXPECT_EQ(reasons(*first), (std::vector<int>{0x0112, 0x0112}));
  ASSERT_TRUE(commitment_->reported(*first).ok());
  send("1.1");
  const auto again =
      commitment_->take(ct1_, {"2.25.1", "CT1", {item(kCtStorage, "1.2"), item(kCtStorage, "1.1")}});
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(reasons(*again), (std::vector<int>{0, 0x0112}));
  EXPECT_FALSE(commitment_->answer(*again)->reported);
  const auto other = commitment_->take(ct1_, {"2.25.1", "CT1", {item(kCtStorage, "1.1")}});
  EXPECT_EQ(reasons(*other), std::vector<int>{0x0131});
  EXPECT_EQ(reasons(*commitment_->take(ct1_, {"2.25.1", "CT1", {item(kCtStorage, "1.1")}})),
            std::vector<int>{0x0131});
  EXPECT_EQ(reasons(*commitment_->take(ct1_, {"2.25.1", "CT2", {item(kCtStorage, "1.1")}})),
            std::vector<int>{0});
  EXPECT_TRUE(commitment_->take(ct1_, {"2.25.2", "CT1", {}}).error().is(kBadCommitment));
  const auto sender = trust::Access::sender("dimse", "X");
  EXPECT_EQ(commitment_->take(sender, {"2.25.3", "CT1", {item(kCtStorage, "1.1")}}).error().kind(),
            ErrorKind::Denied);
}

TEST_F(CommitmentTest, looking_can_be_stopped_and_begins_anew) {
  send("1.1");
  const auto id = commitment_->take(ct1_, {"2.25.1", "CT1", {item(kCtStorage, "1.1")}});
  EXPECT_EQ(commitment_->answer(*id, [] { return true; }).error().kind(), ErrorKind::Cancelled);
  EXPECT_EQ(reasons(*id), std::vector<int>{0});
  EXPECT_TRUE(commitment_->answer(77).error().is(kNoCommitment));
}

TEST_F(CommitmentTest, what_was_sent_waits_for_the_commitment_of_the_peer) {
  ASSERT_TRUE(sent_
                  ->record(engineer_, "PACS", {item(kCtStorage, "1.1"), item(kCtStorage, "1.2")}, "result",
                           AskCommitment::Yes)
                  .ok());
  ASSERT_TRUE(sent_->record(engineer_, "VIEWER", {item(kCtStorage, "1.1")}, "move", AskCommitment::No).ok());
  EXPECT_FALSE(sent_->next_request("VIEWER")->has_value());
  const auto lost = sent_->next_request("PACS");  // the program ended before it was asked
  const auto request = sent_->next_request("PACS");
  ASSERT_TRUE(lost->has_value() && request->has_value());
  EXPECT_NE((*lost)->transaction_uid, (*request)->transaction_uid);
  ASSERT_EQ((*request)->items.size(), 2u);
  EXPECT_TRUE(sent_->note(**lost).error().is(kNoCommitment));
  ASSERT_TRUE(sent_->asked(**request).ok());
  EXPECT_FALSE(sent_->next_request("PACS")->has_value());
  CommitmentList answer = **request;
  answer.items[1].reason = 0x0213;
  ASSERT_TRUE(sent_->note(answer).ok());
  const auto rows = sent_->list(engineer_, "PACS", 10);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].reason, std::optional<uint16_t>(0x0213));
  EXPECT_EQ((*rows)[1].reason, std::optional<uint16_t>(0));
  EXPECT_EQ(sent_->list(engineer_, "", 10)->size(), 3u);
  answer.ae_title = "VIEWER";
  EXPECT_TRUE(sent_->note(answer).error().is(kNoCommitment)) << "another peer answers for nobody";
}

}  // namespace
}  // namespace xinglin::archive
