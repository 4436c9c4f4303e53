#include <algorithm>
#include <charconv>

#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/respond.h"
#include "edge/fhirrest/detail/shape.h"

namespace xinglin::fhirrest::detail {
namespace {

Result<TimeSpan> parse_time(const http::Parameter& given) {
  std::string text = given.value;  // an unescaped plus in a query string is a space
  std::replace(text.begin(), text.end(), ' ', '+');
  const auto span = parse_fhir_time(text);
  if (!span) return Error(record::kBadParameter, given.name + " must be a date or time");
  return *span;
}

Result<void> take(const http::Parameter& given, record::HistoryRequest& out) {
  for (const char* of_answers : {"_format", "_pretty", "_summary", "_elements"})
    if (given.name == of_answers) return {};
  if (given.name == "_count") {
    const char* end = given.value.data() + given.value.size();
    const auto [stop, ec] = std::from_chars(given.value.data(), end, out.count);
    if (ec != std::errc() || stop != end || out.count < 0)
      return Error(record::kBadParameter, "_count: must be a whole number, 0 or more");
    return {};
  }
  if (given.name == "_since") {
    XL_TRY(const TimeSpan span, parse_time(given));
    out.since = span.first;
    return {};
  }
  if (given.name == "_at") {
    XL_TRY(out.at, parse_time(given));
    return {};
  }
  if (given.name == "_cursor") {
    out.cursor = given.value;
    return {};
  }
  return Error(record::kUnknownParameter, given.name + " is not offered for history");
}

// Entries are spliced in as the text they are stored as.
void append_entry(std::string& out, const std::string& base_url, const Shape& shape,
                  const record::Resource& resource) {
  const bool first = resource.version == 1;
  const std::string place = resource.type + "/" + resource.id;
  out += out.back() == '[' ? "{\"fullUrl\":" : ",{\"fullUrl\":";
  fhir::append_quoted(out, base_url + "/" + place);
  if (!resource.text.empty()) out += ",\"resource\":" + shaped(shape, resource.text);
  const char* method = resource.deleted ? "DELETE" : first ? "POST" : "PUT";
  const char* status = resource.deleted ? "204" : first ? "201" : "200";
  out += std::string(",\"request\":{\"method\":\"") + method + "\",\"url\":";
  fhir::append_quoted(out, first ? resource.type : place);
  out += std::string("},\"response\":{\"status\":\"") + status + "\",\"etag\":";
  fhir::append_quoted(out, etag_of(resource));
  out += ",\"lastModified\":\"" + format_rfc3339(resource.last_updated) + "\"}}";
}

}  // namespace

http::Response history(const Context& context, const http::Request& request, const trust::Access& access,
                       const std::string& type, const std::string& id) {
  record::HistoryRequest asked{.type = type, .id = id};
  for (const http::Parameter& parameter : request.query)
    if (const Result<void> taken = take(parameter, asked); !taken) return fail(request, taken.error());
  const auto shape = read_shape(request.query);
  if (!shape) return fail(request, shape.error());
  if (shape->summary == Shape::Summary::Count) asked.count = 0;
  const auto page =
      context.read([&](sql::Session& session) { return context.record.history(session, access, asked); });
  if (!page) return fail(request, page.error());
  std::string url = context.base_url;
  if (!type.empty()) url += "/" + type;
  if (!id.empty()) url += "/" + id;
  url += "/_history";
  std::vector<fhir::BundleLink> links{{"self", page_link(url, request.query, nullptr)}};
  if (!page->next_cursor.empty())
    links.push_back({"next", page_link(url, request.query, &page->next_cursor)});
  json::object bundle = fhir::bundle("history", context.clock.now(), links);
  if (page->total >= 0) bundle["total"] = page->total;
  std::string text = fhir::to_text(bundle);
  if (!page->versions.empty()) {
    text.pop_back();
    text += ",\"entry\":[";
    for (const record::Resource& version : page->versions)
      append_entry(text, context.base_url, *shape, version);
    text += "]}";
  }
  return respond_text(request, 200, std::move(text));
}

}  // namespace xinglin::fhirrest::detail
