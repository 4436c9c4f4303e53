#include "edge/fhirrest/detail/respond.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/json_text.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"

namespace xinglin::fhirrest::detail {
namespace {

// Codes whose status is not that of their kind (http::status_of).
constexpr std::array<std::pair<std::string_view, int>, 7> kStatus{{{"record.invalid-resource", 422},
                                                                   {"record.unknown-type", 404},
                                                                   {"fhirrest.not-acceptable", 406},
                                                                   {"fhirrest.media-type", 415},
                                                                   {"fhirrest.not-offered", 400},
                                                                   {"fhirrest.method", 405},
                                                                   {"json.malformed", 400}}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take(std::string_view& text, char until) {
  const size_t end = std::min(text.find(until), text.size());
  const std::string_view out = trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

bool is_json(std::string_view type) {
  return type == "application/fhir+json" || type == "application/json" || type == "text/json" ||
         type == "json";
}

// "application/fhir+json; fhirVersion=4.0; charset=utf-8": the type, and whether its parameters suit us.
bool suits(std::string_view media, bool wildcards) {
  const std::string_view type = take(media, ';');
  const bool any = wildcards && (type == "*/*" || type == "application/*");
  if (!is_json(type) && !any) return false;
  while (!media.empty()) {
    const std::string_view parameter = take(media, ';');
    if (parameter.starts_with("fhirVersion=") && parameter.substr(12) != "4.0") return false;
    if (wildcards && (parameter == "q=0" || parameter == "q=0.0")) return false;
    if (parameter.starts_with("charset=") && parameter != "charset=utf-8" && parameter != "charset=UTF-8")
      return false;
  }
  return true;
}

}  // namespace

int status_of(const Error& error) {
  for (const auto& [name, status] : kStatus)
    if (name == error.code().name) return status;
  return http::status_of(error.kind());
}

bool wants_pretty(const http::Request& request) {
  return request.query_value("_pretty") == "true";
}

Preferences preferences(const http::Request& request) {
  Preferences out;
  for (std::string_view rest = request.header("prefer"); !rest.empty();) {
    std::string_view part = take(rest, ',');
    while (!part.empty()) {
      const std::string_view one = take(part, ';');
      if (one == "return=minimal") out.return_ = Return::Minimal;
      if (one == "return=OperationOutcome") out.return_ = Return::Outcome;
      if (one == "handling=lenient") out.handling = record::Handling::Lenient;
    }
  }
  return out;
}

Result<void> check_accept(const http::Request& request) {
  if (const auto format = request.query_value("_format")) {
    std::string text(*format);  // an unescaped plus in a query string is a space
    std::replace(text.begin(), text.end(), ' ', '+');
    if (suits(text, false)) return {};
    return Error(kNotAcceptable, "_format: only JSON is offered (json, application/fhir+json)");
  }
  std::string_view accept = request.header("accept");
  if (trim(accept).empty()) return {};
  while (!accept.empty())
    if (suits(take(accept, ','), true)) return {};
  return Error(kNotAcceptable, "Accept: only JSON of FHIR 4.0 is offered (application/fhir+json)");
}

Result<void> check_body_type(const http::Request& request) {
  if (suits(request.header("content-type"), false)) return {};
  return Error(kMediaType,
               "Content-Type must be application/fhir+json (UTF-8, FHIR 4.0); XML is not offered");
}

Result<json::object> parse_body(const http::Request& request) {
  XL_CHECK(check_body_type(request));
  XL_TRY(json::value body, json::parse_exact(request.body));
  if (!body.is_object() || !json::find_string(body.get_object(), "resourceType"))
    return Error(kBadRequest, "the body must be a resource");
  return std::move(body.get_object());
}

Result<std::optional<int64_t>> if_match(const http::Request& request) {
  std::string_view text = trim(request.header("if-match"));
  if (text.empty()) return std::optional<int64_t>();
  if (text.starts_with("W/")) text.remove_prefix(2);
  int64_t version = 0;
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    const auto [end, ec] = std::from_chars(text.data() + 1, text.data() + text.size() - 1, version);
    if (ec == std::errc() && end == text.data() + text.size() - 1) return std::optional<int64_t>(version);
  }
  return Error(kBadRequest, "If-Match must be one version, as W/\"1\"");
}

bool names_etag(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  while (!list.empty())
    if (opaque(take(list, ',')) == opaque(etag)) return true;
  return false;
}

http::Response respond_text(const http::Request& request, int status, std::string json_text) {
  if (wants_pretty(request)) {
    const auto value = json::parse_exact(json_text);
    if (value) json_text = fhir::to_pretty_text(*value) + "\n";
  }
  return http::Response::text(status, std::move(json_text), "application/fhir+json; charset=utf-8");
}

http::Response respond(const http::Request& request, int status, const json::value& body) {
  std::string text = wants_pretty(request) ? fhir::to_pretty_text(body) + "\n" : fhir::to_text(body);
  return http::Response::text(status, std::move(text), "application/fhir+json; charset=utf-8");
}

http::Response fail(const http::Request& request, const Error& error, const IssueSink& issues) {
  const int status = status_of(error);
  http::Response response = respond(request, status, fhir::operation_outcome(error, issues));
  if (status == 401) response.set("WWW-Authenticate", "Bearer realm=\"xinglin\"");
  if (status == 503) response.set("Retry-After", "1");
  return response;
}

namespace {

http::Response with_version(http::Response response, const record::Resource& resource) {
  response.set("ETag", "W/\"" + std::to_string(resource.version) + "\"");
  response.set("Last-Modified", http::format_http_date(resource.last_updated));
  return response;
}

}  // namespace

http::Response respond_resource(const http::Request& request, int status, const record::Resource& resource) {
  return with_version(respond_text(request, status, resource.text), resource);
}

http::Response respond_written(const http::Request& request, int status, const record::Resource& resource,
                               const IssueSink& issues, std::string_view base_url) {
  http::Response response;
  switch (preferences(request).return_) {
    case Return::Representation:
      response = respond_text(request, status, resource.text);
      break;
    case Return::Outcome:
      response = respond(request, status, fhir::operation_outcome(issues));
      break;
    case Return::Minimal:
      response.status = status;
      break;
  }
  if (status == 201)
    response.set("Location", std::string(base_url) + "/" + resource.type + "/" + resource.id + "/_history/" +
                                 std::to_string(resource.version));
  return with_version(std::move(response), resource);
}

}  // namespace xinglin::fhirrest::detail
