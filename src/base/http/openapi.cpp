#include <cctype>
#include <set>

#include "base/http/detail/route.h"
#include "base/http/http.h"

namespace xinglin::http {
namespace {

using detail::Segment;
using detail::SegmentKind;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// "GET /api/patients/{id}" gives "getApiPatientsById".
std::string operation_id(Method method, const std::vector<Segment>& segments) {
  std::string out = lower(to_string(method));
  for (const Segment& segment : segments) {
    if (segment.kind != SegmentKind::Literal) out += "By";
    bool start = true;
    for (const char c : segment.text) {
      const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
      if (plain) out.push_back(start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c);
      start = !plain;
    }
  }
  return out;
}

std::string path_template(const std::vector<Segment>& segments) {
  std::string out;
  for (const Segment& segment : segments)
    out += segment.kind == SegmentKind::Literal ? "/" + segment.text : "/{" + segment.text + "}";
  return out;
}

json::object parameter(std::string_view name, std::string_view in, bool required, std::string_view prose) {
  json::object out{{"name", name}, {"in", in}, {"required", required}, {"schema", {{"type", "string"}}}};
  if (!prose.empty()) out["description"] = prose;
  return out;
}

json::object content(const char* type, json::value schema) {
  return {{type, json::object{{"schema", std::move(schema)}}}};
}

json::object operation(Method method, const std::vector<Segment>& segments, const RouteInfo& info) {
  json::object out{{"operationId", operation_id(method, segments)}, {"summary", info.summary}};
  if (!info.tag.empty()) out["tags"] = json::array{json::value(info.tag)};
  json::array parameters;
  for (const Segment& segment : segments)
    if (segment.kind != SegmentKind::Literal) parameters.push_back(parameter(segment.text, "path", true, ""));
  for (const RouteInfo::Query& query : info.query)
    parameters.push_back(parameter(query.name, "query", query.required, query.prose));
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  if (!info.request_schema.is_null())
    out["requestBody"] =
        json::object{{"required", true}, {"content", content("application/json", info.request_schema)}};
  json::object ok{{"description", "Success"}};
  if (!info.response_schema.is_null()) ok["content"] = content("application/json", info.response_schema);
  json::object failed{{"description", "A problem document (RFC 9457)"},
                      {"content", content("application/problem+json",
                                          json::object{{"$ref", "#/components/schemas/Problem"}})}};
  out["responses"] = json::object{{"200", std::move(ok)}, {"default", std::move(failed)}};
  return out;
}

json::object components() {
  const json::object text{{"type", "string"}};
  json::object problem_schema{{"type", "object"},
                              {"required", json::array{"title", "status"}},
                              {"properties", json::object{{"type", text},
                                                          {"title", text},
                                                          {"status", json::object{{"type", "integer"}}},
                                                          {"detail", text},
                                                          {"code", text},
                                                          {"request_id", text}}}};
  json::object cookie{{"type", "apiKey"}, {"in", "cookie"}, {"name", "xinglin_session"}};
  json::object bearer{{"type", "http"}, {"scheme", "bearer"}};
  return {{"schemas", json::object{{"Problem", std::move(problem_schema)}}},
          {"securitySchemes", json::object{{"cookie", std::move(cookie)}, {"bearer", std::move(bearer)}}}};
}

}  // namespace

json::object Router::openapi(std::string_view title, std::string_view version,
                             std::string_view prefix) const {
  json::object paths;
  std::set<std::string> tags;
  for (const auto& route : routes_) {
    if (!route->info.in_openapi || !route->pattern.starts_with(prefix)) continue;
    json::value& item = paths[path_template(route->segments)];
    if (!item.is_object()) item = json::object{};
    item.as_object()[lower(to_string(route->method))] =
        operation(route->method, route->segments, route->info);
    if (!route->info.tag.empty()) tags.insert(route->info.tag);
  }
  json::array tag_list;
  for (const std::string& tag : tags) tag_list.push_back(json::object{{"name", tag}});
  json::object out{{"openapi", "3.1.0"}, {"info", json::object{{"title", title}, {"version", version}}}};
  out["tags"] = std::move(tag_list);
  out["security"] =
      json::array{json::object{{"cookie", json::array{}}}, json::object{{"bearer", json::array{}}}};
  out["paths"] = std::move(paths);
  out["components"] = components();
  return out;
}

}  // namespace xinglin::http
