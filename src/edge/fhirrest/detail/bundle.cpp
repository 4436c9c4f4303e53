#include "core/record/bundle.h"

#include "base/json_text.h"
#include "codec/fhir/outcome.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest::detail {
namespace {

using Outcome = record::BundleEntry::Outcome;

json::object entry_response(const Context& context, const record::BundleEntry& entry) {
  json::object response;
  if (entry.error) {
    response["status"] = std::to_string(status_of(*entry.error));
    response["outcome"] = fhir::operation_outcome(*entry.error, entry.issues);
  } else if (entry.outcome == Outcome::Deleted) {
    response["status"] = "204 No Content";
  } else {
    response["status"] = entry.outcome == Outcome::Created ? "201 Created" : "200 OK";
    response["location"] =
        context.base_url + "/" + entry.type + "/" + entry.id + "/_history/" + std::to_string(entry.version);
    response["etag"] = "W/\"" + std::to_string(entry.version) + "\"";
    response["lastModified"] = format_rfc3339(entry.last_updated);
  }
  return {{"response", std::move(response)}};
}

}  // namespace

http::Response bundle(const Context& context, const http::Request& request, const trust::Access& access) {
  Result<json::object> body = parse_body(request);
  if (!body) return fail(request, body.error());
  json::object given = std::move(*body);
  const std::string type(json::find_string(given, "type").value_or(""));
  if (type != "transaction" && type != "batch")
    return fail(request, Error(kBadRequest, "only a Bundle of type transaction or batch can be posted here"));
  IssueSink issues;
  const auto done = type == "transaction"
                        ? record::process_transaction(context.record, access, std::move(given), issues)
                        : record::process_batch(context.record, access, std::move(given));
  if (!done) return fail(request, done.error(), issues);
  json::object answer = fhir::bundle(type + "-response", context.clock.now());
  json::array entries;
  for (const record::BundleEntry& entry : *done) entries.push_back(entry_response(context, entry));
  if (!entries.empty()) answer["entry"] = std::move(entries);
  return respond(request, 200, answer);
}

}  // namespace xinglin::fhirrest::detail
