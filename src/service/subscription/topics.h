// The topics that can be subscribed to: what must happen to a resource of which type, and by which search
// parameters a subscriber may narrow it. A topic is data; criteria are searches of FHIR, and `from` and `to`
// look at one element before and after the change. FHIR R5 SubscriptionTopic, R5 Subscription Backport 1.1.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace xinglin::subscription {

struct Topic {
  std::string_view name;  // last part of its canonical URL
  std::string_view type;  // of the resource
  std::string_view title, prose;
  bool created = false, updated = false, deleted = false;
  // Fires only when the element at `element` has one of the values now, and had none of them before.
  std::string_view element = {}, values = {};  // "status", "finished,cancelled"
};

inline constexpr std::string_view kTopicBase = "http://xinglin.dev/fhir/SubscriptionTopic/";

std::span<const Topic> topics();
// By its canonical URL, a version after '|' aside. Besides the named topics there is one for each resource
// type:
// "...SubscriptionTopic/observation-changed" is every create, update and delete.
std::optional<Topic> find_topic(std::string_view canonical);
std::string canonical_of(const Topic& topic);

}  // namespace xinglin::subscription
