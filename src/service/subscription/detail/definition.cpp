#include "service/subscription/detail/definition.h"

#include <algorithm>

#include "base/http/http.h"

namespace xinglin::subscription::detail {
namespace {

const std::string kBackport = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
constexpr size_t kFiltersMax = 20, kHeadersMax = 20;
constexpr int64_t kHeartbeatMinS = 5, kTimeoutMaxS = 60, kMaxCountMax = 500;

// The values of the extension `name` on the element beside `key` ("_criteria"), or on the object itself.
std::vector<const json::value*> extensions(const json::object* owner, std::string_view name) {
  std::vector<const json::value*> out;
  const json::array* list = owner ? json::find_array(*owner, "extension") : nullptr;
  if (!list) return out;
  for (const json::value& item : *list) {
    if (!item.is_object()) continue;
    const auto url = json::find_string(item.get_object(), "url");
    if (!url || *url != kBackport + std::string(name)) continue;
    for (const auto& member : item.get_object())
      if (member.key().starts_with("value")) out.push_back(&member.value());
  }
  return out;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(std::string_view(value.get_string())) : std::string();
}

class Reader {
public:
  Reader(const json::object& subscription, IssueSink& issues) : in_(subscription), issues_(issues) {}

  std::optional<Definition> read() {
    out_.id = json::find_string(in_, "id").value_or("");
    read_trigger();
    if (const json::object* channel = json::find_object(in_, "channel"))
      read_channel(*channel);
    else
      refuse("required", "Subscription.channel", "a channel is needed");
    if (const auto end = json::find_string(in_, "end")) {
      const auto time = parse_fhir_time(*end);
      if (time)
        out_.ends_at = time->first;
      else
        refuse("value", "Subscription.end", "is not an instant");
    }
    if (refused_) return std::nullopt;
    return std::move(out_);
  }

private:
  void refuse(std::string code, std::string path, std::string message) {
    issues_.error(std::move(code), std::move(path), std::move(message));
    refused_ = true;
  }

  void read_trigger() {
    std::string criteria(json::find_string(in_, "criteria").value_or(""));
    for (const json::value* value : extensions(&in_, "backport-topic-canonical")) criteria = text_of(*value);
    if (criteria.starts_with("http://") || criteria.starts_with("https://") || criteria.starts_with("urn:")) {
      read_topic(criteria);
      return;
    }
    const size_t mark = std::min(criteria.find('?'), criteria.size());
    out_.type = criteria.substr(0, mark);
    if (!record::Record::is_known_type(out_.type)) {
      refuse("value", "Subscription.criteria",
             "is neither the canonical URL of a topic nor a search of a type offered here, as "
             "Observation?code=...");
      return;
    }
    if (mark < criteria.size()) add_filter(criteria.substr(mark + 1), "Subscription.criteria");
  }

  void read_topic(const std::string& canonical) {
    const auto topic = find_topic(canonical);
    if (!topic) {
      refuse("not-found", "Subscription.criteria", "there is no topic " + canonical.substr(0, 200));
      return;
    }
    out_.topic = canonical;
    out_.type = topic->type;
    out_.created = topic->created;
    out_.updated = topic->updated;
    out_.deleted = topic->deleted;
    out_.element = topic->element;
    out_.values = topic->values;
    for (const json::value* value :
         extensions(json::find_object(in_, "_criteria"), "backport-filter-criteria")) {
      const std::string text = text_of(*value);
      const size_t mark = std::min(text.find('?'), text.size());
      if (text.substr(0, mark) != out_.type || mark == text.size())
        refuse("value", "Subscription.criteria.extension",
               "a filter of this topic is of the form " + out_.type + "?parameter=value");
      else
        add_filter(text.substr(mark + 1), "Subscription.criteria.extension");
    }
  }

  void add_filter(std::string_view text, const std::string& path) {
    const auto query = http::parse_query(text);
    if (!query || query->empty()) {
      refuse("value", path, "the search cannot be read");
      return;
    }
    std::vector<record::SearchParameter> parameters;
    for (const http::Parameter& p : *query) {
      const size_t colon = std::min(p.name.find(':'), p.name.size());
      record::SearchParameter parameter{p.name.substr(0, colon), "", p.value};
      if (colon < p.name.size()) parameter.modifier = p.name.substr(colon + 1);
      for (const char* control :
           {"_include", "_revinclude", "_sort", "_count", "_summary", "_elements", "_total"})
        if (parameter.name == control) refuse("not-supported", path, parameter.name + " means nothing here");
      parameters.push_back(std::move(parameter));
    }
    if (out_.filters.size() >= kFiltersMax) refuse("too-costly", path, "at most 20 filters");
    out_.filters.push_back(std::move(parameters));
  }

  void read_channel(const json::object& channel) {
    const auto type = json::find_string(channel, "type");
    std::string name(type.value_or(""));
    for (const json::value* value : extensions(json::find_object(channel, "_type"), "backport-channel-type"))
      if (const json::object* coding = value->if_object())
        name = json::find_string(*coding, "code").value_or("");
    if (name == "rest-hook")
      out_.channel = Channel::RestHook;
    else if (name == "websocket")
      out_.channel = Channel::WebSocket;
    else if (name == "server-sent-events")
      out_.channel = Channel::EventStream;
    else
      refuse("not-supported", "Subscription.channel.type",
             "rest-hook, websocket and server-sent-events are offered, not '" + name.substr(0, 50) + "'");
    out_.endpoint = json::find_string(channel, "endpoint").value_or("");
    if (out_.channel == Channel::RestHook && out_.endpoint.empty())
      refuse("required", "Subscription.channel.endpoint", "a rest-hook needs an endpoint");
    read_payload(channel);
    read_headers(channel);
    out_.heartbeat_s = number(channel, "backport-heartbeat-period", kHeartbeatMinS, 30 * 24 * 3600, 0);
    out_.timeout_s = number(channel, "backport-timeout", 1, kTimeoutMaxS, 0);
    out_.max_count = number(channel, "backport-max-count", 1, kMaxCountMax, out_.max_count);
  }

  void read_payload(const json::object& channel) {
    const auto payload = json::find_string(channel, "payload");
    if (payload && *payload != "application/fhir+json" && *payload != "application/json" && !payload->empty())
      refuse("not-supported", "Subscription.channel.payload", "only application/fhir+json is offered");
    // Without the extension: R4's own meaning, in which a payload is the resource and none is a bare hint.
    out_.content = payload && !payload->empty() ? Content::FullResource : Content::Empty;
    for (const json::value* value :
         extensions(json::find_object(channel, "_payload"), "backport-payload-content")) {
      const auto content = parse_content(text_of(*value));
      if (content)
        out_.content = *content;
      else
        refuse("value", "Subscription.channel.payload.extension", "is one of empty, id-only, full-resource");
    }
  }

  void read_headers(const json::object& channel) {
    const json::array* list = json::find_array(channel, "header");
    if (!list) return;
    if (list->size() > kHeadersMax) refuse("too-costly", "Subscription.channel.header", "at most 20 headers");
    for (const json::value& item : *list) {
      const std::string line = text_of(item);
      const size_t colon = line.find(':');
      const bool good =
          colon != std::string::npos && colon > 0 && line.size() <= 4096 &&
          std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }) &&
          std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                   c == '_';
          });
      std::string name = line.substr(0, good ? colon : 0);
      std::string lower = name;
      for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      const char* const ours[] = {"host", "content-length", "content-type", "connection",
                                  "transfer-encoding"};
      if (!good || std::find(std::begin(ours), std::end(ours), lower) != std::end(ours)) {
        refuse("value", "Subscription.channel.header",
               "is not of the form Name: value, or is set by the server");
        continue;
      }
      out_.headers.emplace_back(std::move(name),
                                line.substr(std::min(line.find_first_not_of(' ', colon + 1), line.size())));
    }
  }

  int64_t number(const json::object& channel, std::string_view name, int64_t min, int64_t max,
                 int64_t fallback) {
    int64_t out = fallback;
    for (const json::value* value : extensions(&channel, name)) {
      out = value->is_int64() ? value->get_int64() : -1;
      if (out < min || out > max)
        refuse("value", "Subscription.channel.extension",
               std::string(name) + " is from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return out;
  }

  const json::object& in_;
  IssueSink& issues_;
  Definition out_;
  bool refused_ = false;
};

}  // namespace

std::optional<Definition> read_definition(const json::object& subscription, IssueSink& issues) {
  return Reader(subscription, issues).read();
}

std::string_view to_string(Content content) {
  switch (content) {
    case Content::Empty:
      return "empty";
    case Content::IdOnly:
      return "id-only";
    case Content::FullResource:
      return "full-resource";
  }
  return "empty";
}

std::optional<Content> parse_content(std::string_view text) {
  for (const Content content : {Content::Empty, Content::IdOnly, Content::FullResource})
    if (to_string(content) == text) return content;
  return std::nullopt;
}

json::object to_json(const Definition& d) {
  json::array filters, headers;
  for (const auto& filter : d.filters) {
    json::array parameters;
    for (const record::SearchParameter& p : filter)
      parameters.push_back(json::array{json::value(p.name), json::value(p.modifier), json::value(p.value)});
    filters.push_back(std::move(parameters));
  }
  for (const auto& [name, value] : d.headers)
    headers.push_back(json::array{json::value(name), json::value(value)});
  json::object out{{"id", d.id},
                   {"topic", d.topic},
                   {"type", d.type},
                   {"created", d.created},
                   {"updated", d.updated},
                   {"deleted", d.deleted},
                   {"element", d.element},
                   {"values", d.values},
                   {"filters", std::move(filters)},
                   {"channel", static_cast<int64_t>(d.channel)},
                   {"content", to_string(d.content)},
                   {"endpoint", d.endpoint},
                   {"headers", std::move(headers)},
                   {"heartbeat_s", d.heartbeat_s},
                   {"timeout_s", d.timeout_s},
                   {"max_count", d.max_count}};
  if (d.ends_at) out["ends_at"] = d.ends_at->us;
  return out;
}

namespace {

int64_t integer(const json::object& o, std::string_view key) {
  const json::value* value = json::find(o, key);
  return value && value->is_int64() ? value->get_int64() : 0;
}

std::string item(const json::value& array, size_t index) {
  const json::array* list = array.if_array();
  return list && index < list->size() ? text_of((*list)[index]) : std::string();
}

}  // namespace

Definition definition_from(const json::object& o) {
  Definition d;
  const auto text = [&](std::string_view key) { return std::string(json::find_string(o, key).value_or("")); };
  d.id = text("id");
  d.topic = text("topic");
  d.type = text("type");
  d.created = json::find_bool(o, "created").value_or(true);
  d.updated = json::find_bool(o, "updated").value_or(true);
  d.deleted = json::find_bool(o, "deleted").value_or(false);
  d.element = text("element");
  d.values = text("values");
  if (const json::array* filters = json::find_array(o, "filters"))
    for (const json::value& filter : *filters) {
      auto& parameters = d.filters.emplace_back();
      if (const json::array* list = filter.if_array())
        for (const json::value& p : *list) parameters.push_back({item(p, 0), item(p, 1), item(p, 2)});
    }
  d.channel = static_cast<Channel>(std::clamp<int64_t>(integer(o, "channel"), 0, 2));
  d.content = parse_content(text("content")).value_or(Content::Empty);
  d.endpoint = text("endpoint");
  if (const json::array* headers = json::find_array(o, "headers"))
    for (const json::value& header : *headers) d.headers.emplace_back(item(header, 0), item(header, 1));
  d.heartbeat_s = integer(o, "heartbeat_s");
  d.timeout_s = integer(o, "timeout_s");
  d.max_count = std::max<int64_t>(1, integer(o, "max_count"));
  if (o.contains("ends_at")) d.ends_at = Instant{integer(o, "ends_at")};
  return d;
}

}  // namespace xinglin::subscription::detail
