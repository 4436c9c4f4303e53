#include "base/http/websocket.h"

#include <gtest/gtest.h>

#include <deque>
#include <mutex>

#include "base/digest.h"
#include "base/http/detail/frames.h"
#include "base/sha1.h"

namespace xinglin::http {
namespace {

using detail::FrameReader;
using detail::Opcode;

std::string masked(Opcode opcode, std::string_view payload, uint8_t first = 0x80) {
  const std::string mask = "\x37\xfa\x21\x3d";  // RFC 6455 5.7
  std::string out;
  out.push_back(static_cast<char>(first | static_cast<uint8_t>(opcode)));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    out += static_cast<char>(0xfe);
    out.push_back(static_cast<char>(payload.size() >> 8));
    out.push_back(static_cast<char>(payload.size() & 0xff));
  }
  out += mask;
  for (size_t i = 0; i < payload.size(); ++i) out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return out;
}

// The examples of RFC 6455 5.7 and FIPS 180.
TEST(WebSocketTest, FramesAreThoseOfTheStandard) {
  EXPECT_EQ(detail::frame(Opcode::Text, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(masked(Opcode::Text, "Hello"), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  EXPECT_EQ(detail::frame(Opcode::Binary, std::string(256, 'x')).substr(0, 4),
            std::string("\x82\x7e\x01\x00", 4));
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(WebSocketTest, FramesComeInAnyPieces) {
  const std::string bytes =
      masked(Opcode::Text, "one") + masked(Opcode::Ping, "p") + masked(Opcode::Text, "two");
  FrameReader reader(100);
  std::string got;
  for (const char c : bytes) {
    reader.add(as_bytes(std::string_view(&c, 1)));
    while (const auto frame = reader.next()) got += frame->payload + ",";
  }
  EXPECT_EQ(got, "one,p,two,");
}

TEST(WebSocketTest, BrokenFramesEndTheConnection) {
  const auto code = [](const std::string& bytes) {
    FrameReader reader(200);
    reader.add(as_bytes(bytes));
    EXPECT_FALSE(reader.next().has_value());
    return reader.broken();
  };
  EXPECT_EQ(code("\x81\x05Hello"), 1002);                      // a client must mask
  EXPECT_EQ(code(masked(Opcode::Text, "x", 0xc0)), 1002);      // reserved bit
  EXPECT_EQ(code(masked(static_cast<Opcode>(3), "x")), 1002);  // unknown
  EXPECT_EQ(code(masked(Opcode::Binary, "x")), 1003);
  EXPECT_EQ(code(masked(Opcode::Text, "x", 0)), 1009);                 // a fragment
  EXPECT_EQ(code(masked(Opcode::Text, std::string(201, 'x'))), 1009);  // over the limit
  EXPECT_EQ(code(masked(Opcode::Ping, std::string(126, 'x'))), 1002);
}

// Answers every command with itself.
class Echo final : public WebSocketHandler {
public:
  std::optional<std::string> next(int) override {
    if (waiting_.empty()) return "";
    std::string out = waiting_.front();
    waiting_.pop_front();
    if (out == "bye") return std::nullopt;
    return out;
  }
  void received(std::string_view text) override { waiting_.emplace_back(text); }

private:
  std::deque<std::string> waiting_;
};

class WebSocketServerTest : public testing::Test {
protected:
  WebSocketServerTest() {
    router.add(Method::Get, "/echo", {},
               [](const Request& request) { return websocket(request, std::make_shared<Echo>()); });
    server = std::move(*Server::start({.endpoint = {"127.0.0.1", 0}}, router));
  }
  std::string read_some(net::Stream& stream) {
    uint8_t bytes[4096];
    const auto got = stream.read_some(bytes);
    return got ? std::string(as_text({bytes, *got})) : "";
  }
  Router router;
  std::unique_ptr<Server> server;
};

TEST_F(WebSocketServerTest, SpeaksAfterTheHandshake) {
  auto stream = net::Stream::connect(server->endpoint(), 5000);
  ASSERT_TRUE(stream.ok());
  stream->set_timeouts(10'000, 10'000);
  ASSERT_TRUE(stream
                  ->write_all(as_bytes(
                      "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, "
                      "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      "Sec-WebSocket-Version: 13\r\n\r\n"))
                  .ok());
  const std::string head = read_some(*stream);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  EXPECT_NE(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos)
      << head;  // RFC 6455 1.3
  ASSERT_TRUE(stream->write_all(as_bytes(masked(Opcode::Text, "hello"))).ok());
  EXPECT_EQ(read_some(*stream), "\x81\x05hello");
  ASSERT_TRUE(stream->write_all(as_bytes(masked(Opcode::Ping, "p"))).ok());
  EXPECT_EQ(read_some(*stream), "\x8a\x01p");
  ASSERT_TRUE(stream->write_all(as_bytes(masked(Opcode::Text, "bye"))).ok());
  EXPECT_EQ(read_some(*stream), "\x88\x02\x03\xe8");
  EXPECT_EQ(read_some(*stream), "");
}

TEST_F(WebSocketServerTest, OtherRequestsAreToldWhatItSpeaks) {
  const auto answer = Client(server->endpoint()).send(Method::Get, "/echo");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 426);
  EXPECT_EQ(answer->headers.at("sec-websocket-version"), "13");
}

}  // namespace
}  // namespace xinglin::http
