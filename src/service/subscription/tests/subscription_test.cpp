#include "service/subscription/subscription.h"

#include <deque>

#include "core/record/tests/record_fixture.h"

namespace xinglin::subscription {
namespace {

const std::string kExtension = R"("http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/)";

// A record with subscriptions and an endpoint that takes, or refuses, notifications over loopback.
class SubscriptionTest : public record::RecordFixture {
protected:
  void SetUp() override {
    if (!record::Record::is_known_type("Subscription")) GTEST_SKIP() << "Subscription is not offered";
    router.add(http::Method::Post, "/hook", {.body_bytes_max = http::kOpenBodyBytes},
               [this](const http::Request& request) {
                 const std::lock_guard lock(mutex);
                 if (answer_with != 200) return http::Response::text(answer_with, "no");
                 got.push_back(request.body);
                 return http::Response::text(200, "");
               });
    server = std::move(*http::Server::start({.endpoint = {"127.0.0.1", 0}}, router));
    const std::string origin = "http://" + server->endpoint().str();
    hook = origin + "/hook";
    outbound = std::make_unique<http::Outbound>(http::Outbound::Options{.origins = {origin}});
    start();
  }
  void start() {
    subscriptions = std::make_unique<Subscriptions>(
        Subscriptions::Rooms{*store, clock, random, *audit, *journal, *record, *outbound}, options);
    subscriptions->register_jobs();
    record->watch(*subscriptions);
    ASSERT_TRUE(subscriptions->load().ok());
    journal->start();
  }
  void restart() {
    journal->stop();
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
    start();
  }
  void TearDown() override { journal->stop(); }

  std::string channel(const std::string& content, const std::string& type = "rest-hook") {
    return R"({"type":")" + type + R"(","endpoint":")" + hook +
           R"(","payload":"application/fhir+json","_payload":{"extension":[{"url":)" + kExtension +
           R"(backport-payload-content","valueCode":")" + content + R"("}]}})";
  }
  Result<record::Resource> subscribe(const std::string& criteria, const std::string& channel_text,
                                     const std::string& id = "s") {
    IssueSink issues;
    return record->update_now(access,
                              parse(R"({"resourceType":"Subscription","id":")" + id +
                                    R"(","status":"requested","reason":"test","criteria":")" + criteria +
                                    R"(","channel":)" + channel_text + "}"),
                              issues);
  }
  void observe(const std::string& id, const std::string& code = "8867-4") {
    put(R"({"resourceType":"Observation","id":")" + id +
        R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + code + R"("}]}})");
  }
  void settle() { ASSERT_TRUE(journal->wait_idle(10'000)); }
  // "handshake; event-notification 1:Observation/o1": what the endpoint got.
  std::string told() {
    settle();
    const std::lock_guard lock(mutex);
    std::string out;
    for (const std::string& text : got) out += (out.empty() ? "" : "; ") + summary(text);
    return out;
  }
  static std::string summary(const std::string& text) {
    const json::value bundle = *json::parse(text);
    std::string type, events;
    for (const json::value& p : json::at_path(bundle, "entry.0.resource.parameter")->as_array()) {
      const std::string_view name = p.at("name").as_string();
      if (name == "type") type = p.at("valueCode").as_string();
      if (name != "notification-event") continue;
      for (const json::value& part : p.at("part").as_array()) {
        if (part.at("name").as_string() == "event-number")
          events += " " + std::string(part.at("valueString").as_string());
        if (part.at("name").as_string() == "focus") {
          const std::string reference(part.at("valueReference").at("reference").as_string());
          events += ":" + reference.substr(reference.find("/fhir/") + 6);
        }
      }
    }
    return type + events;
  }
  std::string state() {
    const auto found = record->read_now(access, "Subscription", "s");
    return found ? std::string(*json::find_string(*found->parsed(), "status")) : "none";
  }

  Subscriptions::Options options;
  std::mutex mutex;  // guards answer_with and got
  int answer_with = 200;
  std::deque<std::string> got;
  std::string hook;
  http::Router router;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::Outbound> outbound;
  std::unique_ptr<Subscriptions> subscriptions;
};

TEST_F(SubscriptionTest, TellsInOrderAfterTheHandshake) {
  ASSERT_TRUE(subscribe("Observation?code=8867-4", channel("id-only")).ok());
  EXPECT_EQ(told(), "handshake");
  EXPECT_EQ(state(), "active");
  observe("o1");
  observe("o2", "9279-1");
  settle();
  observe("o3");
  EXPECT_EQ(told(), "handshake; event-notification 1:Observation/o1; event-notification 2:Observation/o3");
}

TEST_F(SubscriptionTest, WhatComesBeforeTheHandshakeIsNotLost) {
  journal->stop();
  journal = std::make_unique<journal::Journal>(*store, clock, metrics);
  record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
  subscriptions = std::make_unique<Subscriptions>(
      Subscriptions::Rooms{*store, clock, random, *audit, *journal, *record, *outbound}, options);
  record->watch(*subscriptions);
  ASSERT_TRUE(subscribe("Observation", channel("id-only")).ok());
  observe("o1");
  restart();
  EXPECT_EQ(told(), "handshake; event-notification 1:Observation/o1");
}

TEST_F(SubscriptionTest, TriesAgainUntilItIsTakenAndShowsWhy) {
  options.error_after = 2;
  restart();
  ASSERT_TRUE(subscribe("Observation", channel("id-only")).ok());
  settle();
  {
    const std::lock_guard lock(mutex);
    answer_with = 500;
  }
  observe("o1");
  for (int i = 0; i < 3; ++i) {
    settle();
    clock.advance(kMinuteUs);
    journal->wake();
  }
  settle();
  EXPECT_EQ(state(), "error");
  const auto shown = record->read_now(access, "Subscription", "s");
  EXPECT_EQ(json::find_string(*shown->parsed(), "error"), "the endpoint answered 500");
  {
    const std::lock_guard lock(mutex);
    answer_with = 200;
  }
  restart();  // the failure outlives the process
  clock.advance(kHourUs);
  journal->wake();
  EXPECT_EQ(told(), "handshake; event-notification 1:Observation/o1");
  EXPECT_EQ(state(), "active");
}

TEST_F(SubscriptionTest, FullResourcesAreThoseOfTheEvent) {
  ASSERT_TRUE(subscribe("Observation", channel("full-resource")).ok());
  settle();
  observe("o1");
  settle();
  const json::value bundle = *json::parse(got.back());
  EXPECT_EQ(json::at_path(bundle, "entry.1.resource.id")->as_string(), "o1");
  EXPECT_EQ(json::at_path(bundle, "entry.1.request.method")->as_string(), "POST");
}

TEST_F(SubscriptionTest, TopicsLookAtWhatChanged) {
  const auto stay = [&](const std::string& status) {
    put(R"({"resourceType":"Encounter","id":"e","status":")" + status + R"(","class":{"code":"IMP"}})");
  };
  ASSERT_TRUE(subscribe(std::string(kTopicBase) + "encounter-discharged", channel("id-only")).ok());
  settle();
  stay("in-progress");
  stay("finished");
  stay("finished");
  EXPECT_EQ(told(), "handshake; event-notification 1:Encounter/e");
}

TEST_F(SubscriptionTest, EventsCanBeAskedForAgain) {
  ASSERT_TRUE(subscribe("Observation", channel("id-only")).ok());
  for (int i = 1; i <= 4; ++i) observe("o" + std::to_string(i));
  settle();
  const auto again = subscriptions->events(access, "s", {.since = 2, .until = 3});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(summary(*again), "query-event 2:Observation/o2 3:Observation/o3");
  const auto empty = subscriptions->events(access, "s", {.since = 4, .content = "empty"});
  EXPECT_EQ(summary(*empty), "query-event 4");
  EXPECT_TRUE(subscriptions->events(trust::Access::system("other"), "s", {}).error().is(kNotYours));
  EXPECT_TRUE(subscriptions->status(access, {"s"}).ok());
}

TEST_F(SubscriptionTest, WhatWouldNeverFireIsRefused) {
  const auto refused = [&](const std::string& criteria, const std::string& channel_text) {
    const auto made = subscribe(criteria, channel_text, "r");
    return made.ok() ? std::string("accepted") : made.error().message();
  };
  EXPECT_NE(refused("Observation?nonsense=1", channel("id-only")).find("Subscription.criteria"),
            std::string::npos);
  EXPECT_NE(refused("Observation", R"({"type":"rest-hook","endpoint":"http://10.0.0.1/x"})").find("endpoint"),
            std::string::npos);
  EXPECT_FALSE(record->read_now(access, "Subscription", "r").ok());
  IssueSink issues;
  const auto active =
      record->update_now(access,
                         parse(R"({"resourceType":"Subscription","id":"r","status":"active","reason":"x",)"
                               R"("criteria":"Observation","channel":)" +
                               channel("empty") + "}"),
                         issues);
  EXPECT_FALSE(active.ok());
}

TEST_F(SubscriptionTest, SwitchedOffItIsSilent) {
  ASSERT_TRUE(subscribe("Observation", channel("id-only")).ok());
  settle();
  ASSERT_TRUE(record->remove_now(access, "Subscription", "s").ok());
  observe("o1");
  EXPECT_EQ(told(), "handshake");
}

TEST_F(SubscriptionTest, OpenConnectionsAreToldAndMayComeBack) {
  ASSERT_TRUE(subscribe("Observation", channel("id-only", "websocket")).ok());
  settle();
  const auto bound = subscriptions->bind(access, {"s"});
  ASSERT_TRUE(bound.ok()) << bound.error().message();
  auto live = subscriptions->redeem(bound->token);
  ASSERT_TRUE(live.ok());
  EXPECT_FALSE(subscriptions->redeem(bound->token).ok());  // good once
  const auto next = [&] {
    const auto message = (*live)->next(10);
    return message.ok() && *message ? summary((*message)->bundle) : std::string("nothing");
  };
  EXPECT_EQ(next(), "handshake");
  EXPECT_EQ(next(), "nothing");
  observe("o1");
  settle();
  EXPECT_EQ(next(), "event-notification 1:Observation/o1");
  subscriptions->close_all();
  EXPECT_FALSE((*live)->next(10).ok());
}

TEST_F(SubscriptionTest, AnEventStreamBeginsWhereTheClientWas) {
  ASSERT_TRUE(subscribe("Observation", channel("id-only", "server-sent-events")).ok());
  for (int i = 1; i <= 3; ++i) observe("o" + std::to_string(i));
  settle();
  auto live = subscriptions->open(access, "s", 1);
  ASSERT_TRUE(live.ok());
  EXPECT_EQ(summary((**(*live)->next(0)).bundle), "handshake");
  const auto message = (*live)->next(0);
  EXPECT_EQ(summary((**message).bundle), "event-notification 2:Observation/o2 3:Observation/o3");
  EXPECT_EQ((**message).number, 3);
}

}  // namespace
}  // namespace xinglin::subscription
