// What a Subscription resource asks for, read once: its topic or plain criteria, how and where to tell. Both
// shapes are taken: a topic with filters (R5 backport) and a search as criteria (R4 3.1.13). What would never
// fire is refused here, with the element it is about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/issue.h"
#include "base/json.h"
#include "core/record/record.h"
#include "service/subscription/topics.h"

namespace xinglin::subscription::detail {

enum class Channel { RestHook, WebSocket, EventStream };
enum class Content { Empty, IdOnly, FullResource };

struct Definition {
  std::string id, topic;  // canonical; "" for plain criteria
  std::string type;       // of the resources
  bool created = true, updated = true, deleted = false;
  std::string element, values;  // see Topic
  // All of one filter must match; several are alternatives; none: everything.
  std::vector<std::vector<record::SearchParameter>> filters;
  Channel channel = Channel::RestHook;
  Content content = Content::IdOnly;
  std::string endpoint;
  std::vector<std::pair<std::string, std::string>> headers;
  int64_t heartbeat_s = 0, timeout_s = 0, max_count = 50;
  std::optional<Instant> ends_at;
};

// nullopt with issues when it is refused.
std::optional<Definition> read_definition(const json::object& subscription, IssueSink& issues);

json::object to_json(const Definition& definition);
Definition definition_from(const json::object& o);
std::string_view to_string(Content content);
std::optional<Content> parse_content(std::string_view text);

}  // namespace xinglin::subscription::detail
