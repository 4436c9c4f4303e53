// A real server and real clients over the loopback.
#include "edge/mllp/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/digest.h"
#include "edge/mllp/client.h"

namespace xinglin::mllp {
namespace {

std::vector<uint8_t> bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

// Answers "ack:<message>" and "big:<size>".
Receiver echo() {
  return {[](std::span<const uint8_t> m, const std::string&) {
            return bytes_of("ack:" + std::string(as_text(m)));
          },
          [](std::span<const uint8_t>, uint64_t size, const std::string&) {
            return bytes_of("big:" + std::to_string(size));
          }};
}

class MllpServer : public testing::Test {
protected:
  std::unique_ptr<Server> start(Options options, Receiver receiver) {
    options.endpoint = {"127.0.0.1", 0};
    auto server = Server::start(std::move(options), std::move(receiver), clock_, metrics_);
    EXPECT_TRUE(server.ok());
    return std::move(*server);
  }
  Client connect(const Server& server) {
    auto client = Client::connect(server.endpoint());
    EXPECT_TRUE(client.ok());
    return std::move(*client);
  }
  static std::string text(Result<std::string> r) { return r.ok() ? *r : std::string(r.error().code().name); }

  SystemClock clock_;
  Metrics metrics_;
};

TEST_F(MllpServer, AnswersManyMessagesOnOneConnection) {
  const auto server = start({}, echo());
  Client client = connect(*server);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(text(client.send(std::to_string(i))), "ack:" + std::to_string(i));
  EXPECT_NE(metrics_.text().find("xinglin_mllp_messages_total 100"), std::string::npos);
}

TEST_F(MllpServer, AnswersInOrderWhenSeveralMessagesComeInOnePacket) {
  const auto server = start({}, echo());
  Client client = connect(*server);
  std::string packet;
  for (int i = 0; i < 20; ++i) packet += "\x0b" + std::to_string(i) + "\x1c\r";
  ASSERT_TRUE(client.send_bytes(as_bytes(packet)).ok());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(text(client.receive()), "ack:" + std::to_string(i));
}

TEST_F(MllpServer, PutsASplitMessageTogether) {
  const auto server = start({}, echo());
  Client client = connect(*server);
  for (const char c : std::string("\x0bMSH|split\x1c\r"))
    ASSERT_TRUE(client.send_bytes(as_bytes({&c, 1})).ok());
  EXPECT_EQ(text(client.receive()), "ack:MSH|split");
}

TEST_F(MllpServer, RefusesAnOversizeMessageAndGoesOn) {
  Options options;
  options.limits = {.message_bytes_max = 1000, .skip_bytes_max = 1'000'000};
  const auto server = start(options, echo());
  Client client = connect(*server);
  EXPECT_EQ(text(client.send(std::string(500'000, 'x'))), "big:500000");
  EXPECT_EQ(text(client.send("next")), "ack:next");
}

TEST_F(MllpServer, ClosesOnAPeerThatDoesNotSpeakMllp) {
  Options options;
  options.limits.junk_bytes_max = 16;
  const auto server = start(options, echo());
  Client client = connect(*server);
  ASSERT_TRUE(client.send_bytes(as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).ok());
  const std::string outcome = text(client.receive());
  EXPECT_TRUE(outcome == net::kClosed.name || outcome == net::kReset.name) << outcome;
}

TEST_F(MllpServer, ClosesASilentConnection) {
  Options options;
  options.idle_timeout_ms = 1;
  options.message_timeout_ms = 60'000;
  const auto server = start(options, echo());
  Client client = connect(*server);
  EXPECT_EQ(text(client.receive()), net::kClosed.name);
}

TEST_F(MllpServer, ClosesOnAMessageThatDoesNotEnd) {
  Options options;
  options.message_timeout_ms = 1;
  options.idle_timeout_ms = 60'000;
  const auto server = start(options, echo());
  Client client = connect(*server);
  ASSERT_TRUE(client.send_bytes(as_bytes("\x0bMSH|")).ok());
  EXPECT_EQ(text(client.receive()), net::kClosed.name);
}

TEST_F(MllpServer, RefusesConnectionsOverTheLimit) {
  Options options;
  options.connections_max = 1;
  const auto server = start(options, echo());
  Client first = connect(*server);
  EXPECT_EQ(text(first.send("1")), "ack:1");
  Client second = connect(*server);
  EXPECT_FALSE(second.send("2").ok());
  EXPECT_EQ(text(first.send("3")), "ack:3");
}

TEST_F(MllpServer, StopAnswersWhatIsInHand) {
  std::atomic<bool> entered{false}, leave{false};
  Receiver slow = echo();
  slow.receive = [&](std::span<const uint8_t>, const std::string&) {
    entered = true;
    entered.notify_all();
    leave.wait(false);
    return bytes_of("done");
  };
  const auto server = start({}, slow);
  Client client = connect(*server);
  ASSERT_TRUE(client.send_bytes(frame(as_bytes("MSH|1"))).ok());
  entered.wait(false);
  std::thread stopper([&] { server->stop(10'000); });
  leave = true;
  leave.notify_all();
  EXPECT_EQ(text(client.receive()), "done");
  stopper.join();
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_FALSE(client.send("MSH|2").ok());
}

TEST_F(MllpServer, ManyConnectionsAtOnce) {
  const auto server = start({}, echo());
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      Client client = connect(*server);
      for (int i = 0; i < 200; ++i) {
        const std::string message = std::to_string(t) + "." + std::to_string(i);
        if (text(client.send(message)) == "ack:" + message) ++answered;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(answered, 1600);
}

}  // namespace
}  // namespace xinglin::mllp
