// A real MLLP server and a real storage SCP over the loopback.
#include "simulate/sender.h"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

#include "base/digest.h"
#include "codec/dicom/data_set.h"
#include "codec/hl7v2/ack.h"
#include "edge/dimse/scp.h"
#include "edge/mllp/server.h"

namespace xinglin::simulate {
namespace {

class SenderTest : public ::testing::Test {
protected:
  void start_hl7(uint16_t port = 0) {
    mllp::Receiver receiver;
    receiver.receive = [this](std::span<const uint8_t> bytes, const std::string&) { return answer(bytes); };
    auto server =
        mllp::Server::start({.endpoint = {"127.0.0.1", port}}, std::move(receiver), clock_, metrics_);
    ASSERT_TRUE(server) << server.error().message();
    hl7_ = std::move(*server);
  }
  void start_dicom() {
    dimse::Scp::Options options;
    options.endpoint = {"127.0.0.1", 0};
    auto scp = dimse::Scp::start(
        options,
        [this](const trust::Access&, const archive::Incoming& incoming) -> Result<archive::Outcome> {
          std::lock_guard lock(mutex_);
          instances_.insert(incoming.sop_instance.str());
          return archive::Outcome::Stored;
        },
        clock_, metrics_);
    ASSERT_TRUE(scp) << scp.error().message();
    dicom_ = std::move(*scp);
  }
  std::vector<uint8_t> answer(std::span<const uint8_t> bytes) {
    const auto message = hl7v2::parse(bytes);
    EXPECT_TRUE(message);
    std::lock_guard lock(mutex_);
    ids_.push_back(message->header().control_id);
    hl7v2::AckReply reply{.code = hl7v2::AckCode::AA, .errors = {}, .control_id = "1", .at = clock_.now()};
    if (refuse_ > 0) {
      --refuse_;
      reply.code = hl7v2::AckCode::AE;
      reply.errors.push_back({.location = "PID^1", .code = refuse_code_, .message = "no"});
    }
    return hl7v2::build_ack(message->header(), reply);
  }
  WardOptions ward(int64_t back_fill_us = 2 * kHourUs) const {
    return {.seed = 5, .beds = 4, .start = clock_.now(), .back_fill_us = back_fill_us, .speed = 1};
  }
  SendOptions to() const {
    SendOptions o;
    if (hl7_) o.mllp = hl7_->endpoint();
    if (dicom_) o.dimse = dicom_->endpoint();
    o.for_us = 0;
    o.pause_first_us = kMillisecondUs;
    o.pause_max_us = 5 * kMillisecondUs;
    return o;
  }
  static int64_t expected_events(const WardOptions& o, bool messages) {
    Ward ward(o);
    int64_t n = 0;
    for (Event e = ward.next(); e.due <= o.start; e = ward.next()) n += e.message.empty() != messages ? 1 : 0;
    return n;
  }

  ManualClock clock_{Instant{1'790'000'000'000'000}};
  Metrics metrics_;
  std::mutex mutex_;  // guards the four below
  std::vector<std::string> ids_;
  std::set<std::string> instances_;
  int refuse_ = 0, refuse_code_ = hl7v2::kDataType;
  std::unique_ptr<mllp::Server> hl7_;
  std::unique_ptr<dimse::Scp> dicom_;
  std::atomic<bool> stop_{false};
};

TEST_F(SenderTest, TheWholeHistoryArrivesByBothProtocols) {
  start_hl7();
  start_dicom();
  Ward w(ward());
  int told = 0;
  const auto summary = Sender(clock_, to()).run(w, stop_, [&](const Summary&, const Event&) { ++told; });
  ASSERT_TRUE(summary) << summary.error().message();
  EXPECT_EQ(summary->messages, expected_events(ward(), true));
  EXPECT_EQ(summary->ecgs, expected_events(ward(), false));
  EXPECT_GE(summary->ecgs, 4);
  EXPECT_EQ(summary->messages_refused + summary->ecgs_refused + summary->retries, 0);
  EXPECT_EQ(static_cast<int64_t>(ids_.size()), summary->messages);
  EXPECT_EQ(static_cast<int64_t>(instances_.size()), summary->ecgs);
  EXPECT_EQ(told, summary->events());
}

TEST_F(SenderTest, ARefusedMessageIsCountedAndTheNextOneSent) {
  start_hl7();
  refuse_ = 2;
  Ward w(ward());
  const auto summary = Sender(clock_, to()).run(w, stop_);
  EXPECT_EQ(summary->messages_refused, 2);
  EXPECT_EQ(summary->retries, 0);
  EXPECT_NE(summary->last_refusal.find("AE PID^1 no"), std::string::npos);
  EXPECT_EQ(std::set<std::string>(ids_.begin(), ids_.end()).size(), ids_.size());
}

TEST_F(SenderTest, AServerInTroubleIsAskedAgainWithTheSameMessage) {
  start_hl7();
  refuse_ = 2;
  refuse_code_ = hl7v2::kInternal;
  Ward w(ward());
  const auto summary = Sender(clock_, to()).run(w, stop_);
  EXPECT_EQ(summary->messages_refused, 0);
  EXPECT_EQ(summary->retries, 2);
  EXPECT_EQ(ids_[0], ids_[1]);
  EXPECT_EQ(ids_[1], ids_[2]);
}

TEST_F(SenderTest, WhatCouldNotBeSentWhileTheServerWasAwayIsSentWhenItIsBack) {
  start_hl7();
  const uint16_t port = hl7_->endpoint().port;
  SendOptions options = to();
  hl7_->stop(0);
  hl7_.reset();
  Ward w(ward());
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    start_hl7(port);
  });
  const auto summary = Sender(clock_, options).run(w, stop_);
  later.join();
  ASSERT_TRUE(summary);
  EXPECT_GE(summary->retries, 1);
  EXPECT_EQ(summary->messages, expected_events(ward(), true));
  EXPECT_EQ(summary->messages_refused, 0);
}

TEST_F(SenderTest, CountAndStopEndIt) {
  start_hl7();
  SendOptions options = to();
  options.events_max = 7;
  Ward w(ward());
  EXPECT_EQ(Sender(clock_, options).run(w, stop_)->events(), 7);
  stop_ = true;
  EXPECT_EQ(Sender(clock_, options).run(w, stop_)->events(), 0);
}

TEST_F(SenderTest, LiveEventsWaitForTheirTime) {
  start_hl7();
  SendOptions options = to();
  options.for_us = kHourUs;
  options.events_max = 9;
  Ward w(ward(0));
  std::thread time([&] {
    while (!stop_) {
      clock_.advance(kMinuteUs);
      std::this_thread::yield();
    }
  });
  Instant last{};
  const auto summary = Sender(clock_, options).run(w, stop_, [&](const Summary&, const Event& e) {
    EXPECT_LE(e.due, clock_.now());
    last = e.due;
  });
  stop_ = true;
  time.join();
  EXPECT_EQ(summary->events(), 9);
  EXPECT_GT(last, Instant{1'790'000'000'000'000});
}

}  // namespace
}  // namespace xinglin::simulate
