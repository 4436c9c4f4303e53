// Bodies are read only from those who may send them.
#include <atomic>

#include "base/http/tests/server_fixture.h"

namespace xinglin::http {
namespace {

class Admission : public ServerFixture {
protected:
  Admission() {
    RouteInfo guarded;
    guarded.body_bytes_max = 4 << 20;
    guarded.admit = [this](const Request& request) -> std::optional<Response> {
      ++asked;
      if (request.header("x-throw") == "1") throw std::runtime_error("broken");
      if (request.header("authorization") == "Bearer good" && request.path_parameters.at("n") == "1")
        return std::nullopt;
      return problem(request, 401, "test.who", "sign in first");
    };
    const Handler tell = [](const Request& r) { return Response::text(200, std::to_string(r.body.size())); };
    router.add(Method::Post, "/guarded/{n}", guarded, tell);
    guarded.sink = [this](const Request&) {
      ++sinks;
      return std::make_unique<Nothing>();
    };
    router.add(Method::Post, "/sink/{n}", guarded,
               [](const Request&) { return Response::text(200, "sunk"); });
    router.add(Method::Post, "/open", {.body_bytes_max = 4 << 20}, tell);
    router.wrap(
        [](const Request& request, const Handler& next) { return next(request).set("X-Wrapped", "yes"); });
    start();
  }
  struct Nothing final : BodySink {
    bool write(std::span<const uint8_t>) override { return true; }
  };
  // The answer to a head whose body is never sent.
  std::string answer_to(std::string_view head) {
    net::Stream stream = connect();
    send(stream, head);
    return read_all(stream);
  }
  Result<ClientResponse> post(std::string_view path, size_t bytes) {
    return client().send(Method::Post, path, std::string(bytes, 'x'), {{"Authorization", "Bearer good"}});
  }
  std::atomic<int> asked = 0, sinks = 0;
};

TEST_F(Admission, a_stranger_is_refused_before_a_large_body_is_read) {
  for (const char* path : {"/guarded/1", "/sink/1"})
    for (const char* length : {"Content-Length: 4000000", "Transfer-Encoding: chunked"}) {
      const std::string answer =
          answer_to("POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + length + "\r\n\r\n");
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 401")) << answer;
      EXPECT_NE(answer.find("Connection: close"), std::string::npos);
      EXPECT_NE(answer.find("X-Wrapped: yes"), std::string::npos)
          << "refusals have the headers of every answer";
      EXPECT_NE(answer.find("test.who"), std::string::npos);
    }
  EXPECT_EQ(asked, 4);
  EXPECT_EQ(sinks, 0);
}

TEST_F(Admission, a_stranger_is_not_told_to_continue) {
  const std::string answer = answer_to(
      "POST /guarded/1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401")) << answer;
}

TEST_F(Admission, who_may_sends_a_large_body) {
  EXPECT_EQ(post("/guarded/1", 4'000'000)->body, "4000000");
  EXPECT_EQ(post("/sink/1", 4'000'000)->body, "sunk");
  EXPECT_EQ(post("/guarded/2", 4'000'000)->status, 401);
  EXPECT_EQ(asked, 3);
  net::Stream stream = connect();
  send(stream,
       "POST /guarded/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer good\r\nExpect: 100-continue\r\n"
       "Content-Length: 70000\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(read_until(stream, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  send(stream, std::string(70'000, 'x'));
  EXPECT_TRUE(read_all(stream).ends_with("70000"));
}

// Who sends it is then asked by the handler alone.
TEST_F(Admission, a_small_body_is_read_without_asking) {
  EXPECT_EQ(post("/guarded/2", kOpenBodyBytes)->body, std::to_string(kOpenBodyBytes));
  EXPECT_EQ(asked, 0);
}

TEST_F(Admission, a_route_that_cannot_ask_takes_no_large_body) {
  EXPECT_EQ(post("/open", kOpenBodyBytes)->status, 200);
  EXPECT_EQ(post("/open", kOpenBodyBytes + 1)->status, 413);
  net::Stream stream = connect();
  send(stream, "POST /open HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n");
  send(stream, std::string(0x20000, 'x'));
  EXPECT_TRUE(read_all(stream).starts_with("HTTP/1.1 413"));
}

TEST_F(Admission, a_question_that_fails_is_a_refusal) {
  const std::string answer =
      answer_to("POST /guarded/1 HTTP/1.1\r\nHost: h\r\nX-Throw: 1\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
}

}  // namespace
}  // namespace xinglin::http
