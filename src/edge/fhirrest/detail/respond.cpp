#include "edge/fhirrest/detail/respond.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/json_text.h"
#include "base/percent.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "codec/fhir/xml.h"
#include "edge/fhirrest/detail/shape.h"

namespace xinglin::fhirrest::detail {
namespace {

// Codes whose status is not that of their kind (http::status_of).
constexpr std::array<std::pair<std::string_view, int>, 12> kStatus{{{"record.invalid-resource", 422},
                                                                    {"record.patch-failed", 422},
                                                                    {"record.unknown-type", 404},
                                                                    {"bulk.too-many", 429},
                                                                    {"bulk.bad-request", 400},
                                                                    {"bulk.not-offered", 400},
                                                                    {"fhirrest.not-acceptable", 406},
                                                                    {"fhirrest.media-type", 415},
                                                                    {"fhirrest.not-offered", 400},
                                                                    {"fhirrest.method", 405},
                                                                    {"fhir.no-xml", 406},
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

std::optional<Format> format_of(std::string_view type) {
  if (type == "application/fhir+json" || type == "application/json" || type == "text/json" || type == "json")
    return Format::Json;
  if (type == "application/fhir+xml" || type == "application/xml" || type == "text/xml" || type == "xml")
    return Format::Xml;
  return std::nullopt;
}

// "application/fhir+json; fhirVersion=4.0; charset=utf-8; q=0.8", one of an Accept header or a Content-Type.
struct Media {
  std::optional<Format> format;
  bool any = false;   // */*
  double weight = 1;  // 0 where its parameters do not suit us
};

Media read_media(std::string_view text) {
  Media out;
  const std::string_view type = take(text, ';');
  out.format = format_of(type);
  out.any = type == "*/*" || type == "application/*";
  while (!text.empty()) {
    const std::string_view parameter = take(text, ';');
    if (parameter.starts_with("q=")) {
      const auto weight = json::parse(parameter.substr(2));
      out.weight = weight && weight->is_number() ? std::min(out.weight, weight->to_number<double>()) : 0;
    }
    if (parameter.starts_with("fhirVersion=") && parameter.substr(12) != "4.0") out.weight = 0;
    if (parameter.starts_with("charset=") && parameter != "charset=utf-8" && parameter != "charset=UTF-8")
      out.weight = 0;
  }
  return out;
}

// Who says nothing is answered as he wrote.
Format format_of_body(const http::Request& request) {
  return read_media(request.header("content-type")).format.value_or(Format::Json);
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
      out.is_said = out.is_said || one.starts_with("return=");
      if (one == "return=minimal") out.return_ = Return::Minimal;
      if (one == "return=OperationOutcome") out.return_ = Return::Outcome;
      if (one == "handling=lenient") out.handling = record::Handling::Lenient;
    }
  }
  return out;
}

Result<Format> wanted_format(const http::Request& request) {
  if (const auto given = request.query_value("_format")) {
    std::string text(*given);  // an unescaped plus in a query string is a space
    std::replace(text.begin(), text.end(), ' ', '+');
    const Media media = read_media(text);
    if (media.format && media.weight > 0) return *media.format;
    return Error(kNotAcceptable, "_format: json, xml, application/fhir+json or application/fhir+xml");
  }
  std::string_view accept = request.header("accept");
  if (trim(accept).empty()) return format_of_body(request);
  std::optional<Format> best;
  double weight = 0;
  while (!accept.empty()) {
    const Media media = read_media(take(accept, ','));
    if (!media.format && !media.any) continue;
    if (media.weight <= weight) continue;
    weight = media.weight;
    best = media.format.value_or(format_of_body(request));
  }
  if (best) return *best;
  return Error(kNotAcceptable,
               "Accept: FHIR 4.0 is offered as application/fhir+json and application/fhir+xml");
}

Result<void> check_accept(const http::Request& request) {
  XL_CHECK(wanted_format(request));
  return {};
}

Result<void> check_body_type(const http::Request& request) {
  const Media media = read_media(request.header("content-type"));
  if (media.format && media.weight > 0) return {};
  return Error(kMediaType,
               "Content-Type must be application/fhir+json or application/fhir+xml (UTF-8, FHIR 4.0)");
}

Result<record::Patch> parse_patch(const http::Request& request) {
  std::string_view type = request.header("content-type");
  if (take(type, ';') != "application/json-patch+json")
    return Error(kMediaType, "PATCH takes application/json-patch+json (RFC 6902)");
  XL_TRY(json::value body, json::parse_exact(request.body));
  return record::Patch::of_json_patch(std::move(body));
}

Result<json::object> parse_body(const http::Request& request) {
  XL_CHECK(check_body_type(request));
  if (format_of_body(request) == Format::Xml) return fhir::from_xml(request.body);
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

std::string page_link(std::string url, const std::vector<http::Parameter>& parameters,
                      const std::string* cursor) {
  constexpr std::string_view kReadable = ":,/";  // may stand in a query as they are (RFC 3986 3.4)
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    url += separator + percent_encoded(name, kReadable) + "=" + percent_encoded(value, kReadable);
    separator = '&';
  };
  for (const http::Parameter& p : parameters)
    if (!cursor || p.name != "_cursor") add(p.name, p.value);
  if (cursor) add("_cursor", *cursor);
  return url;
}

std::string location_of(std::string_view base_url, const record::Resource& resource) {
  return std::string(base_url) + "/" + resource.type + "/" + resource.id + "/_history/" +
         std::to_string(resource.version);
}

std::string etag_of(const record::Resource& resource) {
  return "W/\"" + std::to_string(resource.version) + "\"";
}

std::optional<Instant> parse_http_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  const auto number = [&](size_t at, size_t size) {
    int out = -1;
    const auto [end, ec] = std::from_chars(text.data() + at, text.data() + at + size, out);
    return ec == std::errc() && end == text.data() + at + size ? out : -1;
  };
  const size_t month = kMonths.find(text.substr(8, 3));
  const CivilTime time{number(12, 4), static_cast<int>(month / 3) + 1,
                       number(5, 2),  number(17, 2),
                       number(20, 2), number(23, 2)};
  if (month % 3 != 0 || !is_valid_date(time.year, time.month, time.day)) return std::nullopt;
  if (time.hour < 0 || time.hour > 23 || time.minute < 0 || time.minute > 59 || time.second < 0 ||
      time.second > 60)
    return std::nullopt;
  return from_civil(time);
}

namespace {

constexpr const char* kJsonType = "application/fhir+json; charset=utf-8";
constexpr const char* kXmlType = "application/fhir+xml; charset=utf-8";

http::Response respond_xml(const http::Request& request, int status, const json::value& body) {
  const auto layout = wants_pretty(request) ? fhir::XmlLayout::Pretty : fhir::XmlLayout::Compact;
  Result<std::string> text = fhir::to_xml(body.get_object(), layout);
  if (!text) {
    const json::value outcome = fhir::operation_outcome(text.error());
    return http::Response::text(status_of(text.error()), fhir::to_text(outcome), kJsonType);
  }
  return http::Response::text(status, std::move(*text), kXmlType);
}

bool wants_xml(const http::Request& request) {
  const auto format = wanted_format(request);
  return format && *format == Format::Xml;
}

}  // namespace

http::Response respond_text(const http::Request& request, int status, std::string json_text) {
  const bool xml = wants_xml(request);
  if (xml || wants_pretty(request)) {
    const auto value = json::parse_exact(json_text);
    if (value && value->is_object() && xml) return respond_xml(request, status, *value);
    if (value) json_text = fhir::to_pretty_text(*value) + "\n";
  }
  return http::Response::text(status, std::move(json_text), kJsonType);
}

http::Response respond(const http::Request& request, int status, const json::value& body) {
  if (body.is_object() && wants_xml(request)) return respond_xml(request, status, body);
  std::string text = wants_pretty(request) ? fhir::to_pretty_text(body) + "\n" : fhir::to_text(body);
  return http::Response::text(status, std::move(text), kJsonType);
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
  response.set("ETag", etag_of(resource));
  response.set("Last-Modified", http::format_http_date(resource.last_updated));
  return response;
}

}  // namespace

http::Response respond_resource(const http::Request& request, int status, const record::Resource& resource) {
  const auto shape = read_shape(request.query);
  if (!shape) return fail(request, shape.error());
  return with_version(respond_text(request, status, shaped(*shape, resource.text)), resource);
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
  if (status == 201) response.set("Location", location_of(base_url, resource));
  return with_version(std::move(response), resource);
}

}  // namespace xinglin::fhirrest::detail
