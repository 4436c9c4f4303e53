// What a hostile or broken client may send.
#include "base/http/tests/server_fixture.h"

namespace xinglin::http {
namespace {

class RawSocketTest : public ServerFixture {
protected:
  void SetUp() override {
    router.add(Method::Get, "/n/{n}", {},
               [](const Request& r) { return Response::text(200, "<" + r.path_parameters.at("n") + ">"); });
    router.add(Method::Post, "/p", {.body_bytes_max = 100},
               [](const Request& r) { return Response::text(200, "[" + r.body + "]"); });
    start({.idle_timeout_ms = 300, .request_timeout_ms = 300});
  }
  std::string exchange(std::string_view text) {
    net::Stream stream = connect();
    send(stream, text);
    return read_all(stream);
  }
  int status_of_exchange(std::string_view text) {
    const std::string answer = exchange(text);
    return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
  }
};

TEST_F(RawSocketTest, PipelinedRequestsAreAnsweredInOrder) {
  const std::string answer = exchange(
      "GET /n/1 HTTP/1.1\r\nHost: h\r\n\r\nGET /n/2 HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /n/3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const size_t a = answer.find("<1>"), b = answer.find("<2>"), c = answer.find("<3>");
  ASSERT_NE(c, std::string::npos) << answer;
  EXPECT_LT(a, b);
  EXPECT_LT(b, c);
}

TEST_F(RawSocketTest, MalformedRequestsAreRefused) {
  EXPECT_EQ(status_of_exchange("nonsense\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("GET /n/1 HTTP/9.9\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("GET /n/1 HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("GET /n/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("GET /../etc HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("GET /n/%zz HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("GET /n/1?a=%ff HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_exchange("BREW /n/1 HTTP/1.1\r\nHost: h\r\n\r\n"), 501);
}

// RFC 9112 11.2: two ways to tell the length of a body invite request smuggling.
TEST_F(RawSocketTest, AmbiguousLengthsAreRefused) {
  EXPECT_EQ(status_of_exchange("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(
      status_of_exchange("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
      400);
  EXPECT_EQ(status_of_exchange("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"), 400);
}

// RFC 9112 6.1: a coding that is not understood is refused and the connection closed, so that its body is not
// read as the next request.
TEST_F(RawSocketTest, OtherTransferCodingsAreRefused) {
  for (const char* coding :
       {"xchunked", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", ""}) {
    const std::string answer =
        exchange("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + std::string(coding) +
                 "\r\n\r\nGET /n/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 501") || answer.starts_with("HTTP/1.1 400")) << answer;
    EXPECT_EQ(answer.find("<1>"), std::string::npos) << coding;
  }
  EXPECT_EQ(status_of_exchange("POST /p HTTP/1.0\r\nConnection: keep-alive\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400);
}

TEST_F(RawSocketTest, OversizeHeadsAndBodiesAreRefused) {
  EXPECT_EQ(status_of_exchange("GET /n/1 HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n"),
            431);
  EXPECT_EQ(status_of_exchange("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n" +
                               std::string(101, 'a')),
            413);
  EXPECT_EQ(status_of_exchange("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nc8\r\n" +
                               std::string(200, 'a') + "\r\n0\r\n\r\n"),
            413);
  EXPECT_EQ(status_of_exchange("POST /n/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n"), 413);
}

TEST_F(RawSocketTest, ChunkedBodiesAndContinueAreTaken) {
  EXPECT_NE(exchange("POST /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                .find("[abcde]"),
            std::string::npos);
  net::Stream stream = connect();
  send(stream,
       "POST /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
       "2\r\n\r\n");
  EXPECT_EQ(read_until(stream, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  send(stream, "hi");
  EXPECT_NE(read_all(stream).find("[hi]"), std::string::npos);
}

TEST_F(RawSocketTest, SlowSendersAreCutOff) {
  EXPECT_EQ(exchange("GET /n/1 HTTP/1.1\r\nHost"), "");
  EXPECT_EQ(exchange("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nabc"), "");
  EXPECT_EQ(exchange(""), "");
}

TEST_F(RawSocketTest, AHandlerCannotSplitTheResponse) {
  Router evil;
  evil.add(Method::Get, "/", {},
           [](const Request&) { return Response::text(200, "ok").set("X-Echo", "a\r\nSet-Cookie: b=c"); });
  const auto second = Server::start({.endpoint = {"127.0.0.1", 0}}, evil);
  ASSERT_TRUE(second.ok());
  const auto answer = Client((*second)->endpoint()).send(Method::Get, "/");
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->headers.contains("set-cookie"));
}

}  // namespace
}  // namespace xinglin::http
