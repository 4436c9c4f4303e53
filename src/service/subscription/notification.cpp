// Notification bundles with the status as Parameters, as the backport has them for R4.
#include "base/json_text.h"
#include "codec/fhir/build.h"
#include "codec/fhir/outcome.h"
#include "service/subscription/detail/impl.h"

namespace xinglin::subscription {
namespace {

using detail::Content;

std::string_view to_string(Subscriptions::Impl::Kind kind) {
  using Kind = Subscriptions::Impl::Kind;
  switch (kind) {
    case Kind::Handshake:
      return "handshake";
    case Kind::Heartbeat:
      return "heartbeat";
    case Kind::Notification:
      return "event-notification";
    case Kind::QueryStatus:
      return "query-status";
    case Kind::QueryEvent:
      return "query-event";
  }
  return "query-status";
}

json::object part(std::string_view name, std::string_view kind, json::value value) {
  return {{"name", name}, {kind, std::move(value)}};
}

json::object request_of(const Event& event) {
  const bool created = event.action == "created";
  return {{"method", created                     ? "POST"
                     : event.action == "deleted" ? "DELETE"
                                                 : "PUT"},
          {"url", created ? event.type : event.type + "/" + event.resource}};
}

}  // namespace

json::object Subscriptions::Impl::status_parameters(const Row& row, Kind kind,
                                                    const std::vector<Event>& events, Content content) const {
  json::array parameters;
  parameters.push_back(
      part("subscription", "valueReference",
           json::object{{"reference", options.base_url + "/Subscription/" + row.definition.id}}));
  if (!row.definition.topic.empty())
    parameters.push_back(part("topic", "valueCanonical", json::value(row.definition.topic)));
  parameters.push_back(part("status", "valueCode", json::value(row.state)));
  parameters.push_back(part("type", "valueCode", json::value(to_string(kind))));
  parameters.push_back(part("events-since-subscription-start", "valueString",
                            json::value(std::to_string(row.next_number - 1))));
  for (const Event& event : events) {
    json::array parts;
    parts.push_back(part("event-number", "valueString", json::value(std::to_string(event.number))));
    parts.push_back(part("timestamp", "valueInstant", json::value(format_rfc3339(event.at))));
    if (content != Content::Empty)
      parts.push_back(
          part("focus", "valueReference",
               json::object{{"reference", options.base_url + "/" + event.type + "/" + event.resource}}));
    parameters.push_back(json::object{{"name", "notification-event"}, {"part", std::move(parts)}});
  }
  if (!row.error.empty())
    parameters.push_back(part("error", "valueCodeableConcept", json::object{{"text", row.error}}));
  json::object out = fhir::resource("Parameters");
  out["meta"] = json::object{
      {"profile", json::array{"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
                              "backport-subscription-status-r4"}}};
  out["parameter"] = std::move(parameters);
  return out;
}

Result<std::string> Subscriptions::Impl::bundle(sql::Session& session, const trust::Access& owner,
                                                const Row& row, Kind kind, const std::vector<Event>& events,
                                                Content content) {
  json::object status_entry{
      {"fullUrl", options.base_url + "/Subscription/" + row.definition.id + "/$status"},
      {"resource", status_parameters(row, kind, events, content)},
      {"request", json::object{{"method", "GET"}, {"url", "Subscription/" + row.definition.id + "/$status"}}},
      {"response", json::object{{"status", "200"}}}};
  std::string out = json::serialize(fhir::bundle("history", rooms.clock.now()));
  out.pop_back();
  out += ",\"entry\":[" + json::serialize(status_entry);
  for (const Event& event : events) {
    if (content == Content::Empty) break;
    out += ",{\"fullUrl\":";
    json::append_quoted(out, options.base_url + "/" + event.type + "/" + event.resource);
    if (content == Content::FullResource && event.action != "deleted") {
      // As it was at the event; nothing when the owner may not see it any more.
      const auto seen = rooms.record.vread(session, owner, event.type, event.resource, event.version);
      if (seen) out += ",\"resource\":" + seen->text;
    }
    const std::string_view status = event.action == "created"   ? "201"
                                    : event.action == "deleted" ? "204"
                                                                : "200";
    out += ",\"request\":" + json::serialize(request_of(event)) + ",\"response\":{\"status\":\"" +
           std::string(status) + "\"}}";
  }
  return out + "]}";
}

}  // namespace xinglin::subscription
