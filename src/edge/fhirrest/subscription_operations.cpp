#include "edge/fhirrest/subscription_operations.h"

#include <charconv>
#include <chrono>
#include <thread>

#include "base/http/websocket.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest {
namespace {

using subscription::Subscriptions;

constexpr std::string_view kBackport = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/";
constexpr std::string_view kBind = "bind-with-token ";

Result<int64_t> number_of(const OperationCall& call, std::string_view name, int64_t fallback) {
  const auto text = call.text(name);
  if (!text) return fallback;
  int64_t out = 0;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (ec != std::errc() || end != text->data() + text->size() || out < 0)
    return Error(detail::kBadRequest, std::string(name) + " is not a number of an event");
  return out;
}

std::vector<std::string> ids_of(const OperationCall& call, std::string_view name) {
  if (!call.id.empty()) return {call.id};
  std::vector<std::string> out;
  for (const std::string& value : call.texts(name)) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(','), rest.size());
      std::string_view one = rest.substr(0, end);
      if (one.starts_with("Subscription/")) one.remove_prefix(13);
      if (!one.empty()) out.emplace_back(one);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return out;
}

Result<OperationAnswer> status(Subscriptions& subscriptions, const OperationCall& call) {
  const std::vector<std::string> ids = ids_of(call, "id");
  if (ids.empty()) return Error(detail::kBadRequest, "$status names subscriptions with the parameter id");
  OperationAnswer out;
  XL_TRY(out.body, subscriptions.status(call.access, ids));
  return out;
}

Result<OperationAnswer> events(Subscriptions& subscriptions, const OperationCall& call) {
  subscription::EventsRequest request;
  XL_TRY(request.since, number_of(call, "eventsSinceNumber", 1));
  XL_TRY(request.until, number_of(call, "eventsUntilNumber", INT64_MAX));
  request.content = call.text("content").value_or("");
  OperationAnswer out;
  XL_TRY(out.text, subscriptions.events(call.access, call.id, request));
  return out;
}

// http://host/fhir -> ws://host/fhir-ws
std::string socket_url(const std::string& base_url) {
  return "ws" + base_url.substr(4) + "-ws";
}

Result<OperationAnswer> binding(Subscriptions& subscriptions, const OperationCall& call) {
  const std::vector<std::string> ids = ids_of(call, "ids");
  XL_TRY(const Subscriptions::Binding bound, subscriptions.bind(call.access, ids));
  json::array parameters{
      json::object{{"name", "token"}, {"valueString", bound.token}},
      json::object{{"name", "expiration"}, {"valueDateTime", format_rfc3339(bound.expires_at)}},
      json::object{{"name", "websocket-url"}, {"valueUrl", socket_url(call.base_url)}}};
  for (const std::string& id : ids)
    parameters.push_back(json::object{{"name", "subscription"}, {"valueString", id}});
  OperationAnswer out;
  out.body = {{"resourceType", "Parameters"}, {"parameter", std::move(parameters)}};
  return out;
}

// One bundle an event, its last number as the id that a client comes back with.
Result<OperationAnswer> event_stream(Subscriptions& subscriptions, const OperationCall& call) {
  int64_t after = -1;
  const std::string_view last = call.request.header("last-event-id");
  if (!last.empty()) std::from_chars(last.data(), last.data() + last.size(), after);
  if (call.text("eventsSinceNumber")) {
    XL_TRY(after, number_of(call, "eventsSinceNumber", 0));
    after = std::max<int64_t>(after - 1, 0);
  }
  XL_TRY(std::unique_ptr<Subscriptions::Live> opened, subscriptions.open(call.access, call.id, after));
  // Shared, as std::function copies what it holds.
  const std::shared_ptr<Subscriptions::Live> live = std::move(opened);
  OperationAnswer out;
  out.raw.emplace();
  out.raw->events = [live](int wait_ms) -> std::optional<std::string> {
    const auto message = live->next(wait_ms);
    if (!message) return std::nullopt;
    if (!*message) return "";
    std::string text = (*message)->number > 0 ? "id: " + std::to_string((*message)->number) + "\n" : "";
    return text + "data: " + (*message)->bundle + "\n\n";
  };
  return out;
}

class Socket final : public http::WebSocketHandler {
public:
  explicit Socket(Subscriptions& subscriptions) : subscriptions_(subscriptions) {}
  std::optional<std::string> next(int wait_ms) override {
    if (refused_) return std::nullopt;
    // Until it is bound there is nothing to wait for but the client.
    if (!live_) return ++idle_ > kIdleMax ? std::nullopt : std::optional<std::string>(wait(wait_ms));
    const auto message = live_->next(wait_ms);
    if (!message) return std::nullopt;
    return *message ? (*message)->bundle : std::string();
  }
  void received(std::string_view text) override {
    if (live_ || !text.starts_with(kBind)) return;
    auto opened = subscriptions_.redeem(std::string(text.substr(kBind.size())));
    if (opened)
      live_ = std::move(*opened);
    else
      refused_ = true;
  }

private:
  static std::string wait(int ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    return {};
  }
  static constexpr int kIdleMax = 300;  // turns of a tenth of a second
  Subscriptions& subscriptions_;
  std::unique_ptr<Subscriptions::Live> live_;
  bool refused_ = false;
  int idle_ = 0;
};

Operation row(std::string name, std::string prose) {
  Operation out;
  out.name = std::move(name);
  out.definition = std::string(kBackport) + "backport-subscription-" + out.name;
  out.prose = std::move(prose);
  out.types = {"Subscription"};
  out.on_instance = true;
  return out;
}

}  // namespace

std::vector<Operation> subscription_operations(Subscriptions& subscriptions) {
  std::vector<Operation> out;
  out.push_back(row("status", "State of subscriptions and the number of their last event"));
  out.back().on_type = true;
  out.back().handle = [&subscriptions](const OperationCall& call, IssueSink&) {
    return status(subscriptions, call);
  };
  out.push_back(row("events", "Events of a subscription again, by their numbers"));
  out.back().handle = [&subscriptions](const OperationCall& call, IssueSink&) {
    return events(subscriptions, call);
  };
  out.push_back(row("get-ws-binding-token", "A token that binds a WebSocket to subscriptions"));
  out.back().on_type = true;
  out.back().handle = [&subscriptions](const OperationCall& call, IssueSink&) {
    return binding(subscriptions, call);
  };
  out.push_back(row("event-stream", "Notifications as server-sent events"));
  out.back().definition = "http://xinglin.dev/fhir/OperationDefinition/subscription-event-stream";
  out.back().handle = [&subscriptions](const OperationCall& call, IssueSink&) {
    return event_stream(subscriptions, call);
  };
  return out;
}

void add_subscription_routes(http::Router& router, Subscriptions& subscriptions) {
  http::RouteInfo info;
  info.summary = "notifications of subscriptions by WebSocket";
  info.tag = "fhir";
  info.in_openapi = false;
  router.add(http::Method::Get, "/fhir-ws", std::move(info), [&subscriptions](const http::Request& request) {
    return http::websocket(request, std::make_shared<Socket>(subscriptions));
  });
}

}  // namespace xinglin::fhirrest
