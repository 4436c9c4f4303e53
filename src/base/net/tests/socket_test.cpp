#include "base/net/socket.h"

#include <gtest/gtest.h>

#include <array>
#include <future>

#include "base/digest.h"

namespace xinglin::net {
namespace {

Listener::Options any_port(size_t connections_max = 8) {
  return {.name = "test", .endpoint = {"127.0.0.1", 0}, .connections_max = connections_max};
}

TEST(Endpoint, ParsesAndRefuses) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:80")->str(), "127.0.0.1:80");
  EXPECT_EQ(parse_endpoint("[::1]:0")->str(), "[::1]:0");
  EXPECT_EQ(parse_endpoint("localhost:1")->address, "127.0.0.1");
  for (const char* text :
       {"", ":80", "host:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8x"})
    EXPECT_TRUE(parse_endpoint(text).error().is(kBadAddress)) << text;
  EXPECT_TRUE(is_loopback({"127.0.0.1", 1}));
  EXPECT_FALSE(is_loopback({"0.0.0.0", 1}));
}

TEST(Stream, EchoesAndTellsTheEnd) {
  auto listener = Listener::start(any_port(), [](Stream& s) {
    std::array<uint8_t, 5> buffer{};
    ASSERT_TRUE(s.read_exactly(buffer).ok());
    EXPECT_TRUE(s.write_all(as_bytes("got "), buffer).ok());
  });
  ASSERT_TRUE(listener.ok()) << listener.error().message();
  auto client = Stream::connect((*listener)->endpoint(), 1000);
  ASSERT_TRUE(client.ok());
  client->set_timeouts(5000, 5000);
  ASSERT_TRUE(client->write_all(as_bytes("hello")).ok());
  std::array<uint8_t, 9> answer{};
  ASSERT_TRUE(client->read_exactly(answer).ok());
  EXPECT_EQ(as_text(answer), "got hello");
  EXPECT_TRUE(client->read_some(answer).error().is(kClosed));
}

TEST(Stream, SilenceTimesOut) {
  std::promise<void> gate;
  auto listener = Listener::start(any_port(), [&](Stream&) { gate.get_future().wait(); });
  auto client = Stream::connect((*listener)->endpoint(), 1000);
  client->set_timeouts(20, 20);
  std::array<uint8_t, 1> buffer{};
  EXPECT_TRUE(client->read_some(buffer).error().is(kTimedOut));
  gate.set_value();
}

TEST(Listener, RefusesOverItsLimitWithAWord) {
  std::promise<void> gate, inside;
  auto options = any_port(1);
  options.refuse = [](Stream& s) { EXPECT_TRUE(s.write_all(as_bytes("busy")).ok()); };
  auto listener = Listener::start(options, [&](Stream&) { inside.set_value(), gate.get_future().wait(); });
  auto first = Stream::connect((*listener)->endpoint(), 1000);
  inside.get_future().wait();
  auto second = Stream::connect((*listener)->endpoint(), 1000);
  std::array<uint8_t, 4> word{};
  ASSERT_TRUE(second->read_exactly(word).ok());
  EXPECT_EQ(as_text(word), "busy");
  gate.set_value();
}

// A caller that is slow to be refused must not hold up who asks how many there are, as the metrics page does.
TEST(Listener, RefusesWithoutHoldingItsLock) {
  std::promise<void> gate, inside;
  std::promise<size_t> seen;
  std::unique_ptr<Listener> listener;
  auto options = any_port(1);
  options.refuse = [&](Stream&) { seen.set_value(listener->connections()); };
  auto started = Listener::start(options, [&](Stream&) { inside.set_value(), gate.get_future().wait(); });
  ASSERT_TRUE(started.ok());
  listener = std::move(*started);
  auto first = Stream::connect(listener->endpoint(), 1000);
  inside.get_future().wait();
  auto second = Stream::connect(listener->endpoint(), 1000);
  EXPECT_EQ(seen.get_future().get(), 1u);
  gate.set_value();
}

TEST(Listener, StopEndsConnectionsThatWait) {
  std::promise<void> inside;
  auto listener = Listener::start(any_port(), [&](Stream& s) {
    inside.set_value();
    std::array<uint8_t, 1> buffer{};
    EXPECT_FALSE(s.read_some(buffer).ok());
  });
  auto client = Stream::connect((*listener)->endpoint(), 1000);
  inside.get_future().wait();
  (*listener)->stop(10);
  EXPECT_EQ((*listener)->connections(), 0u);
  EXPECT_FALSE(Stream::connect((*listener)->endpoint(), 200).ok());
}

TEST(Listener, PortInUseIsAnError) {
  auto first = Listener::start(any_port(), [](Stream&) {});
  auto options = any_port();
  options.endpoint = (*first)->endpoint();
  EXPECT_TRUE(Listener::start(options, [](Stream&) {}).error().is(kBind));
}

}  // namespace
}  // namespace xinglin::net
