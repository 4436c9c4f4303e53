#include "core/record/bundle.h"

#include "base/json_text.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest::detail {
namespace {

using Outcome = record::BundleEntry::Outcome;

// The request of an entry that writes nothing, as if it had come by itself; answered in JSON.
Result<http::Request> sub_request(const http::Request& outer, const std::string& base_url,
                                  const json::object& entry) {
  const json::object* asked = json::find_object(entry, "request");
  if (!asked) return Error(kBadRequest, "an entry needs a request");
  http::Request out;
  out.id = outer.id;
  out.remote = outer.remote;
  const std::string_view method = json::find_string(*asked, "method").value_or("");
  out.method = method == "POST"   ? http::Method::Post
               : method == "HEAD" ? http::Method::Head
                                  : http::Method::Get;
  std::string_view url = json::find_string(*asked, "url").value_or("");
  if (url.starts_with(base_url)) url.remove_prefix(base_url.size());
  while (url.starts_with('/')) url.remove_prefix(1);
  const size_t mark = std::min(url.find('?'), url.size());
  out.path = url.substr(0, mark);
  out.raw_query = url.substr(std::min(mark + 1, url.size()));
  XL_TRY(out.query, http::parse_query(out.raw_query));
  if (const auto tag = json::find_string(*asked, "ifNoneMatch")) out.headers["if-none-match"] = *tag;
  if (const auto since = json::find_string(*asked, "ifModifiedSince"))
    if (const auto time = parse_fhir_time(*since))
      out.headers["if-modified-since"] = http::format_http_date(time->first);
  if (const json::object* resource = json::find_object(entry, "resource")) {
    out.body = fhir::to_text(*resource);
    out.headers["content-type"] = "application/fhir+json";
  }
  return out;
}

record::BundleEntry fetch(Context context, const http::Request& outer, const trust::Access& access,
                          sql::Session* session, const json::object& entry) {
  record::BundleEntry out;
  out.outcome = Outcome::Fetched;
  context.session = session;
  const Result<http::Request> request = sub_request(outer, context.base_url, entry);
  if (!request) {
    out.error = request.error();
    return out;
  }
  http::Response response = dispatch(context, *request, access);
  out.status = response.status;
  out.text = request->method == http::Method::Head ? "" : std::move(response.body);
  // An entry that fails is the end of a transaction.
  if (session && response.status >= 400)
    out.error = Error(kFetchFailed,
                      "the answer to " + request->path + " would be " + std::to_string(response.status));
  return out;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  fhir::append_quoted(out, value);
}

std::string status_text(const record::BundleEntry& entry) {
  if (entry.error) return std::to_string(status_of(*entry.error));
  if (entry.outcome == Outcome::Fetched) return std::to_string(entry.status);
  if (entry.outcome == Outcome::Deleted) return "204 No Content";
  return entry.outcome == Outcome::Created ? "201 Created" : "200 OK";
}

void append_entry(std::string& out, const Context& context, const record::BundleEntry& entry,
                  Return preferred) {
  out += out.back() == '[' ? "{" : ",{";
  const bool fetched = entry.outcome == Outcome::Fetched;
  if (!entry.error && !entry.text.empty() && (!fetched || entry.status < 400))
    out += "\"resource\":" + entry.text + ",";
  out += "\"response\":{";
  append_member(out, "status", status_text(entry));
  if (entry.version > 0) {
    append_member(
        out, "location",
        context.base_url + "/" + entry.type + "/" + entry.id + "/_history/" + std::to_string(entry.version));
    append_member(out, "etag", "W/\"" + std::to_string(entry.version) + "\"");
    append_member(out, "lastModified", format_rfc3339(entry.last_updated));
  }
  if (entry.error)
    out += ",\"outcome\":" + fhir::to_text(fhir::operation_outcome(*entry.error, entry.issues));
  else if (fetched && entry.status >= 400)
    out += ",\"outcome\":" + entry.text;
  else if (preferred == Return::Outcome && !fetched)
    out += ",\"outcome\":" + fhir::to_text(fhir::operation_outcome(entry.issues));
  out += "}}";
}

}  // namespace

http::Response bundle(const Context& context, const http::Request& request, const trust::Access& access) {
  Result<json::object> body = parse_body(request);
  if (!body) return fail(request, body.error());
  const std::string type(json::find_string(*body, "type").value_or(""));
  if (json::find_string(*body, "resourceType") != "Bundle" || (type != "transaction" && type != "batch"))
    return fail(request, Error(kBadRequest, "only a Bundle of type transaction or batch can be posted here"));
  const Preferences preferred = preferences(request);
  const record::BundleOptions options{
      .keep_text = preferred.return_ == Return::Representation && preferred.is_said,
      .base_url = context.base_url,
      .fetch = [&](sql::Session* session, const json::object& entry) {
        return fetch(context, request, access, session, entry);
      }};
  IssueSink issues;
  const auto done =
      type == "transaction"
          ? record::process_transaction(context.record, access, std::move(*body), issues, options)
          : record::process_batch(context.record, access, std::move(*body), options);
  if (!done) return fail(request, done.error(), issues);
  std::string text = fhir::to_text(fhir::bundle(type + "-response", context.clock.now()));
  if (!done->empty()) {
    text.pop_back();
    text += ",\"entry\":[";
    for (const record::BundleEntry& entry : *done) append_entry(text, context, entry, preferred.return_);
    text += "]}";
  }
  return respond_text(request, 200, std::move(text));
}

}  // namespace xinglin::fhirrest::detail
