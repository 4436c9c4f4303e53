// Storage commitment over associations: asked of us, and of peers.
#include "edge/dimse/commitment.h"

#include "edge/dimse/detail/commitment_data.h"
#include "edge/dimse/errors.h"
#include "edge/dimse/tests/query_fixture.h"

namespace xinglin::dimse {
namespace {

using archive::CommitmentItem;
using archive::CommitmentList;

class CommitmentTest : public test::QueryTest {
protected:
  void SetUp() override {
    fill();
    know("CT1", {.commitment = true});
    know("OTHER", {.find = true});
  }
  void know(const std::string& title, archive::PeerRights rights, uint16_t port = 104) {
    ASSERT_TRUE(peers->put(trust::Access::system("test"), {title, "127.0.0.1", port, rights}).ok());
  }
  Scu::Options as(const std::string& title) const {
    Scu::Options out;
    out.peer = scp->endpoint();
    out.calling_ae = title;
    out.called_ae = "XINGLIN";
    return out;
  }
  static CommitmentList request(const std::string& transaction, const char* extra = nullptr) {
    CommitmentList out{transaction, "", {item("1.1.1.1"), item("1.1.1.2")}};
    if (extra != nullptr) out.items.push_back(item(extra));
    return out;
  }
  static CommitmentItem item(const std::string& uid) { return {SopClassUid(test::kCt), SopInstanceUid(uid)}; }
  Result<Scu::Answer> ask(Scu& scu, const std::vector<uint8_t>& data_set, uint16_t action = 1,
                          const std::string& instance = std::string(kCommitmentInstance)) {
    return scu.perform(kContext, {Scu::Operation::Action, SopInstanceUid(instance), action}, data_set);
  }
  const Scu::Context kContext{SopClassUid(std::string(kCommitmentClass)),
                              TransferSyntaxUid("1.2.840.10008.1.2")};
};

TEST_F(CommitmentTest, the_answer_comes_on_the_same_association) {
  const auto answer = ask_commitment(as("CT1"), request("2.25.1", "9.9"), 10'000, clock);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  ASSERT_TRUE(answer->has_value());
  EXPECT_FALSE((*answer)->all_committed());
  ASSERT_EQ((*answer)->items.size(), 3u);
  EXPECT_EQ((*answer)->items[2].sop_instance.str(), "9.9");
  EXPECT_EQ((*answer)->items[2].reason, 0x0112);
  EXPECT_EQ((*answer)->items[0].reason, 0);
  // Our answer to the event may still be on its way.
  for (int i = 0; i < 500 && !commitment->list(trust::Access::system("test"), 1)->front().reported_at; ++i)
    ::usleep(10'000);
  EXPECT_TRUE(commitment->list(trust::Access::system("test"), 1)->front().reported_at);
}

TEST_F(CommitmentTest, who_is_not_to_ask_is_offered_nothing) {
  EXPECT_TRUE(ask_commitment(as("OTHER"), request("2.25.1"), 1, clock).error().is(kNoContext));
  EXPECT_TRUE(ask_commitment(as("NOBODY"), request("2.25.1"), 1, clock).error().is(kNoContext));
}

// PS3.7 10.1.4.1.10.
TEST_F(CommitmentTest, bad_requests_get_the_status_that_says_why) {
  auto scu = Scu::associate(as("CT1"), {kContext}, clock);
  ASSERT_TRUE(scu.ok());
  const auto good = encode_commitment(request("2.25.1"), "1.2.840.10008.1.2");
  EXPECT_EQ(ask(*scu, good, 2)->status, 0x0123);
  EXPECT_EQ(ask(*scu, good, 1, "1.2.3")->status, 0x0112);
  EXPECT_EQ(ask(*scu, {})->status, 0x0115);
  EXPECT_EQ(ask(*scu, {1, 2, 3})->status, 0x0115);
  EXPECT_EQ(ask(*scu, encode_commitment({"no uid", "", request("1").items}, "1.2.840.10008.1.2"))->status,
            0x0115);
  EXPECT_EQ(ask(*scu, encode_commitment({"2.25.1", "", {}}, "1.2.840.10008.1.2"))->status, 0x0115);
  const Scu::Request event{Scu::Operation::EventReport, SopInstanceUid(std::string(kCommitmentInstance)), 1};
  EXPECT_EQ(scu->perform(kContext, event, good)->status, 0x0124);
  const Scu::Request set{Scu::Operation::Set, SopInstanceUid(std::string(kCommitmentInstance)), 0};
  EXPECT_EQ(scu->perform(kContext, set, good)->status, 0x0211);
  EXPECT_TRUE(commitment->list(trust::Access::system("test"), 10)->empty());
  EXPECT_EQ(ask(*scu, good)->status, 0);
  // Who goes on is not disturbed: the job brings the report.
  EXPECT_TRUE(scu->echo().ok());
  EXPECT_TRUE(scu->release().ok());
  EXPECT_FALSE(commitment->list(trust::Access::system("test"), 10)->front().reported_at);
}

// Here the asked peer is ourselves: the report goes to our own receiver, as to any peer.
TEST_F(CommitmentTest, what_we_asked_a_peer_is_noted_when_it_reports_on_its_own_association) {
  know("PACS", {.store = true});
  const auto system = trust::Access::system("test");
  ASSERT_TRUE(
      sent->record(system, "PACS", {item("1.1.1.1"), item("1.1.1.2")}, "move", archive::AskCommitment::Yes)
          .ok());
  auto asked = sent->next_request("PACS");
  ASSERT_TRUE(asked->has_value());
  CommitmentList answer = **asked;
  answer.items[1].reason = 0x0110;
  EXPECT_TRUE(report_commitment(as("OTHER"), answer, clock).error().is(kNoContext));
  ASSERT_TRUE(report_commitment(as("PACS"), answer, clock).ok());
  const auto rows = sent->list(system, "PACS", 10);
  EXPECT_EQ((*rows)[0].reason, std::optional<uint16_t>(0x0110));
  EXPECT_EQ((*rows)[1].reason, std::optional<uint16_t>(0));
  answer.transaction_uid = "2.25.99";
  const auto unknown = report_commitment(as("PACS"), answer, clock);
  EXPECT_TRUE(unknown.error().is(kStatus));
}

TEST_F(CommitmentTest, lists_are_written_and_read_in_every_uncompressed_syntax) {
  CommitmentList list = request("2.25.1", "9.9");
  list.items[2].reason = 0x0131;
  for (const char* syntax : {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"}) {
    const auto read = parse_commitment(encode_commitment(list, syntax), syntax);
    ASSERT_TRUE(read.ok()) << syntax;
    EXPECT_EQ(read->transaction_uid, "2.25.1");
    ASSERT_EQ(read->items.size(), 3u);
    EXPECT_EQ(read->items[2].reason, 0x0131);
  }
}

}  // namespace
}  // namespace xinglin::dimse
