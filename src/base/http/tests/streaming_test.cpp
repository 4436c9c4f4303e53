// Bodies that are made while they are sent and taken while they arrive.
#include "base/http/tests/server_fixture.h"

namespace xinglin::http {
namespace {

BodySource counting(uint64_t bytes, bool known_size) {
  auto left = std::make_shared<uint64_t>(bytes);
  BodySource out;
  if (known_size) out.size_bytes = bytes;
  out.read = [left](std::span<uint8_t> space) -> Result<size_t> {
    const auto n = static_cast<size_t>(std::min<uint64_t>(space.size(), *left));
    for (size_t i = 0; i < n; ++i) space[i] = static_cast<uint8_t>((*left - i) % 251);
    *left -= n;
    return n;
  };
  return out;
}

class Counter final : public BodySink {
public:
  explicit Counter(uint64_t refuse_after) : refuse_after_(refuse_after) {}
  bool write(std::span<const uint8_t> piece) override {
    for (const uint8_t byte : piece) sum += byte;
    bytes += piece.size();
    return bytes <= refuse_after_;
  }
  uint64_t bytes = 0, sum = 0;

private:
  uint64_t refuse_after_;
};

class Streaming : public ServerFixture {
protected:
  Streaming() {
    for (const bool known : {true, false})
      router.add(Method::Get, known ? "/known" : "/unknown", {}, [known](const Request&) {
        Response out;
        out.source = counting(1'000'003, known);
        return out;
      });
    router.add(Method::Get, "/broken", {}, [](const Request&) {
      Response out;
      out.source = {.size_bytes = 10,
                    .read = [](std::span<uint8_t>) -> Result<size_t> { return Error(errors::kIo); }};
      return out;
    });
    RouteInfo info;
    info.body_bytes_max = 10'000'000;
    info.admit = [](const Request&) { return std::optional<Response>(); };
    info.sink = [](const Request& request) {
      return std::make_unique<Counter>(request.header("x-refuse").empty() ? 100'000'000 : 1000);
    };
    router.add(Method::Post, "/take", info, [](const Request& request) {
      const auto& counter = static_cast<const Counter&>(*request.sink);
      return Response::text(counter.bytes > 1000 && !request.header("x-refuse").empty() ? 409 : 200,
                            std::to_string(counter.bytes) + " " + std::to_string(counter.sum) + " " +
                                std::to_string(request.body.size()));
    });
    start();
  }
};

TEST_F(Streaming, a_source_of_known_size_is_sent_with_its_length) {
  const auto answer = client().send(Method::Get, "/known");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->headers.at("content-length"), "1000003");
  ASSERT_EQ(answer->body.size(), 1'000'003u);
  EXPECT_EQ(static_cast<uint8_t>(answer->body.front()), 1'000'003 % 251);
  EXPECT_EQ(static_cast<uint8_t>(answer->body.back()), 1u);
}

TEST_F(Streaming, a_source_of_unknown_size_is_sent_in_chunks) {
  const auto answer = client().send(Method::Get, "/unknown");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(answer->body.size(), 1'000'003u);
}

TEST_F(Streaming, head_tells_the_size_and_sends_nothing) {
  net::Stream stream = connect();
  send(stream, "HEAD /known HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = read_all(stream);
  EXPECT_NE(answer.find("Content-Length: 1000003\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(Streaming, a_source_that_fails_ends_the_connection) {
  net::Stream stream = connect();
  send(stream, "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = read_all(stream);
  EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(Streaming, a_connection_serves_on_after_a_stream) {
  net::Stream stream = connect();
  send(stream, "GET /unknown HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(stream, "\r\n0\r\n\r\n");
  send(stream, "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(read_all(stream).starts_with("HTTP/1.1 404"));
}

TEST_F(Streaming, a_sink_takes_what_arrives) {
  const std::string body(3'000'000, '\1');
  const auto answer = client().send(Method::Post, "/take", body);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "3000000 3000000 0");
}

TEST_F(Streaming, a_sink_takes_chunks_and_an_empty_body) {
  net::Stream stream = connect();
  send(stream, "POST /take HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  send(stream, "3\r\n\1\1\1\r\n");
  send(stream, "2\r\n\1\1\r\n0\r\n\r\n");
  EXPECT_NE(read_until(stream, "5 5 0").find("200 OK"), std::string::npos);
  send(stream, "POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(read_all(stream).ends_with("0 0 0"));
}

TEST_F(Streaming, a_sink_that_refuses_ends_the_body) {
  const auto answer = client().send(Method::Post, "/take", std::string(2'000'000, '\1'), {{"X-Refuse", "1"}});
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->status, 409);
  EXPECT_EQ(answer->headers.at("connection"), "close");
}

TEST_F(Streaming, a_body_over_the_limit_of_the_route_is_refused) {
  net::Stream stream = connect();
  send(stream, "POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n");
  EXPECT_TRUE(read_all(stream).starts_with("HTTP/1.1 413"));
}

}  // namespace
}  // namespace xinglin::http
