#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/http/tests/server_fixture.h"

namespace xinglin::http {
namespace {

class Gate {
public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void enter() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  bool wait_inside(int n) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return inside_ >= n; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
};

using ServerTest = ServerFixture;

TEST_F(ServerTest, AnswersWithTheRequestIdAndDecodedInput) {
  router.add(Method::Post, "/echo/{name}", {}, [](const Request& r) {
    return Response::text(201, r.path_parameters.at("name") + "|" +
                                   std::string(r.query_value("q").value_or("")) + "|" + r.body + "|" +
                                   r.remote);
  });
  start();
  const auto answer = client().send(Method::Post, "/echo/a%20b?q=%C3%A9", "body");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "a b|\xC3\xA9|body|127.0.0.1");
  EXPECT_FALSE(answer->headers.at("x-request-id").empty());
  EXPECT_FALSE(answer->headers.at("date").empty());
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
  router.add(Method::Get, "/x", {}, [](const Request&) { return Response::text(200, "12345"); });
  start();
  const auto answer = client().send(Method::Head, "/x");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->headers.at("content-length"), "5");
  EXPECT_EQ(answer->body, "");
}

TEST_F(ServerTest, BodyLimitIsPerRoute) {
  router.add(Method::Post, "/small", {.body_bytes_max = 10},
             [](const Request&) { return Response::text(200, "s"); });
  RouteInfo big_route{.body_bytes_max = 3 << 20};
  big_route.admit = [](const Request&) { return std::optional<Response>(); };
  router.add(Method::Post, "/big", big_route,
             [](const Request& r) { return Response::text(200, std::to_string(r.body.size())); });
  start();
  const std::string body(2 << 20, 'x');
  const auto small = client().send(Method::Post, "/small", body);
  ASSERT_TRUE(small.ok()) << small.error().message();
  EXPECT_EQ(small->status, 413);
  const auto big = client().send(Method::Post, "/big", body);
  ASSERT_TRUE(big.ok());
  EXPECT_EQ(big->body, std::to_string(body.size()));
}

TEST_F(ServerTest, AFullPoolAnswersBusy) {
  Gate gate;
  router.add(Method::Get, "/slow", {}, [&](const Request&) {
    gate.enter();
    return Response::text(200, "done");
  });
  start({.handler_threads = 1, .queue_length_max = 1});
  std::atomic<int> ok{0}, busy{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 5; ++i)
    callers.emplace_back([&] {
      const auto answer = client().send(Method::Get, "/slow");
      if (answer && answer->status == 200) ++ok;
      if (answer && answer->status == 503 && answer->headers.at("retry-after") == "1") ++busy;
    });
  for (int i = 0; i < 10'000 && busy < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  gate.open();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(ok + busy, 5);
  EXPECT_GE(ok, 1);
  EXPECT_GE(busy, 3);
}

TEST_F(ServerTest, ConnectionsOverTheLimitAreTurnedAway) {
  router.add(Method::Get, "/", {}, [](const Request&) { return Response::text(200, "x"); });
  start({.connections_max = 1});
  net::Stream first = connect();
  send(first, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(read_until(first, "\r\n\r\nx").find("200"), std::string::npos);
  net::Stream second = connect();
  EXPECT_NE(read_all(second).find(" 503 "), std::string::npos);
}

TEST_F(ServerTest, StopLetsARunningRequestFinish) {
  Gate gate;
  router.add(Method::Get, "/slow", {}, [&](const Request&) {
    gate.enter();
    return Response::text(200, "done");
  });
  start();
  net::Stream idle = connect();
  Result<ClientResponse> answer;
  const net::Endpoint endpoint = server->endpoint();
  std::thread caller([&] { answer = Client(endpoint).send(Method::Get, "/slow"); });
  ASSERT_TRUE(gate.wait_inside(1));
  std::thread stopper([&] { server->stop(20'000); });
  EXPECT_EQ(read_all(idle), "");  // the idle connection is closed at once
  gate.open();
  stopper.join();
  caller.join();
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_FALSE(Client(endpoint).send(Method::Get, "/slow", {}, {}, 1000).ok());
}

TEST_F(ServerTest, APortInUseIsAnError) {
  start();
  const auto second = Server::start({.endpoint = server->endpoint()}, router);
  ASSERT_FALSE(second.ok());
  EXPECT_TRUE(second.error().is(net::kBind));
}

class EventTest : public ServerFixture {
protected:
  void SetUp() override {
    router.add(Method::Get, "/events", {}, [this](const Request&) {
      Response response;
      response.events = [this, n = 0,
                         alive = std::make_shared<Alive>(*this)](int) mutable -> std::optional<std::string> {
        if (n == 3) return endless ? std::optional<std::string>("") : std::nullopt;
        return "data: " + std::to_string(n++) + "\n\n";
      };
      return response;
    });
  }
  struct Alive {
    explicit Alive(EventTest& t) : test(t) { ++test.alive; }
    ~Alive() { --test.alive; }
    EventTest& test;
  };
  bool wait_alive(int n) const {
    for (int i = 0; i < 10'000 && alive != n; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return alive == n;
  }
  std::atomic<int> alive{0};
  bool endless = true;
};

TEST_F(EventTest, StreamsUntilTheSourceEnds) {
  endless = false;
  start();
  const auto answer = client().send(Method::Get, "/events");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(answer->body, "data: 0\n\ndata: 1\n\ndata: 2\n\n");
}

TEST_F(EventTest, EndsWhenTheClientLeavesAndOnStop) {
  start({.event_streams_max = 1});
  {
    net::Stream first = connect();
    send(first, "GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(read_until(first, "data: 2\n\n").find("<closed>"), std::string::npos);
    const auto full = client().send(Method::Get, "/events");
    ASSERT_TRUE(full.ok());
    EXPECT_EQ(full->status, 503);
  }
  EXPECT_TRUE(wait_alive(0));
  Result<ClientResponse> again = client().send(Method::Get, "/nothing");
  net::Stream second = connect();
  send(second, "GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(read_until(second, "data: 2\n\n").find("<closed>"), std::string::npos);
  server->stop(1000);
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace xinglin::http
