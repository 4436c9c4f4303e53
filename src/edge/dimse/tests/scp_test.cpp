#include <condition_variable>
#include <thread>

#include "edge/dimse/errors.h"
#include "edge/dimse/tests/fixture.h"

namespace xinglin::dimse {
namespace {

using test::kCt;
using test::kExplicit;
using test::ScpTest;
using test::small_image;

// Waits for a state without a fixed sleep.
template <class F>
bool eventually(F state) {
  for (int i = 0; i < 2000; ++i) {
    if (state()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

void send_associate(Transport& transport) {
  AssociateRq request;
  request.called_ae = "XINGLIN";
  request.calling_ae = "RAW";
  request.application_context = "1.2.840.10008.3.1.1.1";
  request.contexts = {{1, kCt, {kExplicit}}};
  ASSERT_TRUE(transport.write(encode(request)).ok());
  const auto header = transport.next_pdu(5000, {});
  ASSERT_TRUE(header.ok());
  ASSERT_EQ(header->type, static_cast<uint8_t>(PduType::AssociateAc));
  std::vector<uint8_t> body(header->length);
  ASSERT_TRUE(transport.read(body).ok());
}

std::vector<uint8_t> store_command(const std::string& instance) {
  CommandSet command;
  command.field = static_cast<uint16_t>(CommandField::StoreRq);
  command.message_id = 1;
  command.has_data_set = true;
  command.sop_class = kCt;
  command.sop_instance = instance;
  return encode(command);
}

CommandSet read_response(Transport& transport) {
  const auto header = transport.next_pdu(5000, {});
  EXPECT_TRUE(header.ok());
  if (!header.ok() || header->type != static_cast<uint8_t>(PduType::Data)) return {};
  const auto pdv = transport.next_pdv(header->length);
  std::vector<uint8_t> bytes(pdv->length);
  EXPECT_TRUE(transport.read(bytes).ok());
  return parse_command_set(bytes).value_or(CommandSet{});
}

TEST_F(ScpTest, echo_and_several_stores_over_one_association) {
  start();
  auto scu = connect();
  ASSERT_TRUE(scu.ok()) << scu.error().message();
  EXPECT_TRUE(scu->echo().ok());
  for (const size_t size : {64u, 70'000u, 600'000u, 3'000'000u}) {
    const auto file = dicom::write_file(small_image("2.25." + std::to_string(size), size));
    const auto stored = scu->store(file);
    ASSERT_TRUE(stored.ok()) << stored.error().message();
    EXPECT_EQ(stored->status, 0);
    const auto last = received().back();
    EXPECT_EQ(last.data_set, dicom::write_data_set(small_image("2.25." + std::to_string(size), size)));
    EXPECT_EQ(last.syntax, kExplicit);
    EXPECT_EQ(last.sop_class, kCt);
    EXPECT_EQ(last.calling_ae, "XINGLIN");
    EXPECT_EQ(last.who, "dimse:XINGLIN@127.0.0.1");
  }
  EXPECT_TRUE(scu->release().ok());
  EXPECT_EQ(received().size(), 4u);
}

TEST_F(ScpTest, a_large_data_set_goes_through_a_temporary_file) {
  Scp::Options options;
  options.memory_bytes_max = 100'000;
  options.spool_directory = ::testing::TempDir();
  start(options);
  auto scu = connect();
  ASSERT_TRUE(scu.ok());
  for (int i = 0; i < 2; ++i) {
    const auto image = small_image("2.25.9" + std::to_string(i), 1'500'000);
    EXPECT_EQ(scu->store(dicom::write_file(image))->status, 0);
    EXPECT_EQ(received().back().data_set, dicom::write_data_set(image));
  }
}

TEST_F(ScpTest, what_is_too_large_or_cannot_be_spooled_gets_a_status_and_the_association_goes_on) {
  Scp::Options options;
  options.data_set_bytes_max = 2'000'000;
  options.memory_bytes_max = 100'000;
  options.spool_directory = "/nonexistent";
  start(options);
  auto scu = connect();
  ASSERT_TRUE(scu.ok());
  EXPECT_EQ(scu->store(dicom::write_file(small_image("2.25.5", 2'500'000)))->status, 0xA700);
  EXPECT_EQ(scu->store(dicom::write_file(small_image("2.25.6", 500'000)))->status, 0xA700);
  EXPECT_EQ(scu->store(dicom::write_file(small_image("2.25.7")))->status, 0);
  ASSERT_EQ(received().size(), 1u);
  EXPECT_EQ(received()[0].sop_instance, "2.25.7");
}

TEST_F(ScpTest, a_refusal_of_the_archive_becomes_a_status_with_a_comment) {
  start();
  answer = Error(archive::kUidMismatch, "of Wang^XiaoDong");
  auto scu = connect();
  ASSERT_TRUE(scu.ok());
  const auto stored = scu->store(dicom::write_file(small_image("2.25.5")));
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->status, 0xA900);
  EXPECT_EQ(stored->comment, archive::kUidMismatch.prose);
  EXPECT_FALSE(stored->stored());
}

TEST_F(ScpTest, other_titles_are_rejected_with_the_reason) {
  Scp::Options options;
  options.called_ae = CalledAe::OnlyOurs;
  options.calling_aes = {"CT1"};
  start(options);
  Scu::Options given = to();
  EXPECT_EQ(Scu::associate(given, {}, clock).error().message(), "rejected: called AE title not recognized");
  given.called_ae = "XINGLIN";
  EXPECT_EQ(Scu::associate(given, {}, clock).error().message(), "rejected: calling AE title not recognized");
  given.calling_ae = "CT1";
  EXPECT_TRUE(Scu::associate(given, {}, clock).ok());
}

TEST_F(ScpTest, above_the_association_limit_the_peer_is_told_to_come_again) {
  Scp::Options options;
  options.associations_max = 1;
  start(options);
  auto first = connect();
  ASSERT_TRUE(first.ok());
  const auto second = connect();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message(), "rejected for now: local limit exceeded");
  EXPECT_TRUE(first->release().ok());
  EXPECT_TRUE(eventually([&] { return connect().ok(); }));
}

TEST_F(ScpTest, an_object_the_peer_accepts_no_context_for_is_not_sent) {
  start();
  auto scu = Scu::associate(to(), {{SopClassUid("1.2.3"), TransferSyntaxUid(kExplicit)}}, clock);
  ASSERT_TRUE(scu.ok());
  EXPECT_EQ(scu->store(dicom::write_file(small_image("2.25.5"))).error().code().name, "dimse.no-context");
  EXPECT_TRUE(scu->echo().ok());
}

TEST_F(ScpTest, a_pdu_longer_than_agreed_aborts_the_association) {
  start();
  auto stream = raw();
  Transport transport(stream, clock, 5000);
  send_associate(transport);
  ASSERT_TRUE(transport.write(std::vector<uint8_t>{4, 0, 0x7F, 0xFF, 0xFF, 0xFF}).ok());
  const auto header = transport.next_pdu(5000, {});
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->type, static_cast<uint8_t>(PduType::Abort));
  EXPECT_TRUE(received().empty());
}

TEST_F(ScpTest, an_unknown_command_is_answered_and_its_data_set_dropped) {
  start();
  auto stream = raw();
  Transport transport(stream, clock, 5000);
  send_associate(transport);
  CommandSet find;
  find.field = 0x0020;
  find.message_id = 3;
  find.has_data_set = true;
  find.sop_class = kCt;
  ASSERT_TRUE(transport.send(1, true, encode(find), 16384).ok());
  ASSERT_TRUE(transport.send(1, false, std::vector<uint8_t>(1000), 16384).ok());
  const CommandSet response = read_response(transport);
  EXPECT_EQ(response.field, 0x8020);
  EXPECT_EQ(response.message_id, 3);
  EXPECT_EQ(response.status, 0x0211);
  ASSERT_TRUE(transport.send(1, true, store_command("2.25.5"), 16384).ok());
  ASSERT_TRUE(transport.send(1, false, std::vector<uint8_t>(1000), 300).ok());
  EXPECT_EQ(read_response(transport).status, 0);
  EXPECT_EQ(received().size(), 1u);
}

TEST_F(ScpTest, a_broken_association_leaves_nothing_half_stored) {
  start();
  for (const bool polite : {true, false}) {
    auto stream = raw();
    Transport transport(stream, clock, 5000);
    send_associate(transport);
    ASSERT_TRUE(transport.send(1, true, store_command("2.25.5"), 0).ok());
    const std::vector<uint8_t> part{4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 0, 1, 2};  // not the last fragment
    ASSERT_TRUE(transport.write(part).ok());
    const auto abort = encode_abort(AbortSource::User, AbortReason::NotSpecified);
    ASSERT_TRUE(!polite || transport.write(abort).ok());
  }
  EXPECT_TRUE(eventually([&] { return scp->associations() == 0; }));
  EXPECT_TRUE(received().empty());
}

TEST_F(ScpTest, fragments_out_of_order_abort) {
  start();
  const std::vector<std::vector<uint8_t>> hostile = {
      {4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 2, 1, 2},         // a data set before any command
      {4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 1, 3},               // PDV length below its own header
      {4, 0, 0, 0, 0, 6, 0, 0, 1, 0, 1, 3},               // PDV longer than its PDU
      {4, 0, 0, 0, 0, 2, 0, 0},                           // half a PDV header
      {4, 0, 0, 0, 0, 10, 0, 0, 0, 6, 1, 3, 1, 2, 3, 4},  // a command set that is none
      {1, 0, 0, 0, 0, 0},                                 // a second A-ASSOCIATE-RQ
      {9, 0, 0, 0, 0, 0},                                 // no PDU type of the standard
  };
  for (const auto& bytes : hostile) {
    auto stream = raw();
    Transport transport(stream, clock, 5000);
    send_associate(transport);
    ASSERT_TRUE(transport.write(bytes).ok());
    const auto header = transport.next_pdu(5000, {});
    ASSERT_TRUE(header.ok());
    EXPECT_EQ(header->type, static_cast<uint8_t>(PduType::Abort)) << ::testing::PrintToString(bytes);
  }
}

TEST_F(ScpTest, stop_ends_idle_associations_and_lets_a_message_in_progress_finish) {
  start();
  std::mutex mutex;
  std::condition_variable changed;
  bool storing = false, go_on = false;
  before_store = [&] {
    std::unique_lock lock(mutex);
    storing = true;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
  };
  auto idle = connect();
  auto busy = connect();
  ASSERT_TRUE(idle.ok() && busy.ok());
  Result<Scu::Answer> answer_of_busy;
  std::thread sender([&] { answer_of_busy = busy->store(dicom::write_file(small_image("2.25.5"))); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return storing; });
  }
  std::thread stopper([&] { scp->stop(20'000); });
  EXPECT_TRUE(eventually([&] { return scp->associations() == 1; }));
  {
    const std::lock_guard lock(mutex);
    go_on = true;
  }
  changed.notify_all();
  sender.join();
  stopper.join();
  ASSERT_TRUE(answer_of_busy.ok()) << answer_of_busy.error().message();
  EXPECT_EQ(answer_of_busy->status, 0);
  EXPECT_FALSE(idle->echo().ok());
}

}  // namespace
}  // namespace xinglin::dimse
