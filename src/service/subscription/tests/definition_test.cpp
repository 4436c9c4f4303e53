#include "service/subscription/detail/definition.h"

#include <gtest/gtest.h>

namespace xinglin::subscription::detail {
namespace {

const std::string kExtension = R"("http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/)";

json::object parse(const std::string& text) {
  return json::parse(text)->as_object();
}

// The path of the first error, or "accepted".
std::string told(const std::string& text) {
  IssueSink issues;
  if (read_definition(parse(text), issues)) return "accepted";
  return issues.issues().empty() ? "?" : issues.issues().front().path;
}

std::string subscription(const std::string& criteria, const std::string& channel) {
  return R"({"resourceType":"Subscription","id":"s","status":"requested","criteria":")" + criteria +
         R"(","channel":)" + channel + "}";
}
const std::string kHook = R"({"type":"rest-hook","endpoint":"https://hooks.example.org/x"})";

TEST(DefinitionTest, ReadsTheShapesOfTheBackport) {
  IssueSink issues;
  const auto read = read_definition(
      parse(R"({"resourceType":"Subscription","id":"s","status":"requested","criteria":
              "http://xinglin.dev/fhir/SubscriptionTopic/encounter-admitted|1",
              "_criteria":{"extension":[{"url":)" +
            kExtension +
            R"(backport-filter-criteria","valueString":"Encounter?patient=Patient/1&class=IMP"}]},
              "channel":{"type":"rest-hook","endpoint":"https://h/x","payload":"application/fhir+json",
              "_payload":{"extension":[{"url":)" +
            kExtension + R"(backport-payload-content","valueCode":"full-resource"}]},"header":["X-Key: a: b"],
              "extension":[{"url":)" +
            kExtension + R"(backport-heartbeat-period","valueUnsignedInt":60},{"url":)" + kExtension +
            R"(backport-max-count","valuePositiveInt":20}]}})"),
      issues);
  ASSERT_TRUE(read) << (issues.issues().empty() ? "" : issues.issues().front().message);
  EXPECT_EQ(read->type, "Encounter");
  EXPECT_EQ(read->element, "status");
  ASSERT_EQ(read->filters.size(), 1u);
  EXPECT_EQ(read->filters[0].size(), 2u);
  EXPECT_EQ(read->content, Content::FullResource);
  EXPECT_EQ(read->heartbeat_s, 60);
  EXPECT_EQ(read->max_count, 20);
  EXPECT_EQ(read->headers.front().second, "a: b");
  const Definition again = definition_from(to_json(*read));
  EXPECT_EQ(json::serialize(to_json(again)), json::serialize(to_json(*read)));
}

TEST(DefinitionTest, ReadsPlainCriteriaWithTheMeaningOfR4) {
  IssueSink issues;
  const auto bare = read_definition(parse(subscription("Observation?code=8867-4", kHook)), issues);
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->content, Content::Empty);
  EXPECT_EQ(bare->type, "Observation");
  EXPECT_FALSE(bare->deleted);
}

TEST(DefinitionTest, WhatWouldNeverFireIsRefusedByItsElement) {
  EXPECT_EQ(told(subscription("Observation?code=x", kHook)), "accepted");
  EXPECT_EQ(told(subscription("Nonsense?code=x", kHook)), "Subscription.criteria");
  EXPECT_EQ(told(subscription("http://example.org/topic", kHook)), "Subscription.criteria");
  EXPECT_EQ(told(subscription("Observation?", kHook)), "Subscription.criteria");
  EXPECT_EQ(told(subscription("Observation?_include=x", kHook)), "Subscription.criteria");
  EXPECT_EQ(told(subscription("Observation", R"({"type":"sms"})")), "Subscription.channel.type");
  EXPECT_EQ(told(subscription("Observation", R"({"type":"rest-hook"})")), "Subscription.channel.endpoint");
  EXPECT_EQ(told(subscription("Observation", R"({"type":"websocket","payload":"text/plain"})")),
            "Subscription.channel.payload");
  EXPECT_EQ(told(subscription("Observation", R"({"type":"websocket","header":["Host: x"]})")),
            "Subscription.channel.header");
  EXPECT_EQ(told(subscription("Observation", R"({"type":"websocket","header":["A: b\r\nC: d"]})")),
            "Subscription.channel.header");
  EXPECT_EQ(told(R"({"resourceType":"Subscription","criteria":"Observation"})"), "Subscription.channel");
}

TEST(TopicsTest, EveryTopicIsFoundByItsUrl) {
  for (const Topic& topic : topics()) {
    const auto found = find_topic(canonical_of(topic));
    ASSERT_TRUE(found) << topic.name;
    EXPECT_EQ(found->type, topic.type);
  }
  EXPECT_EQ(find_topic(std::string(kTopicBase) + "diagnostic-report-changed")->type, "DiagnosticReport");
  EXPECT_FALSE(find_topic(std::string(kTopicBase) + "nonsense-changed"));
}

}  // namespace
}  // namespace xinglin::subscription::detail
