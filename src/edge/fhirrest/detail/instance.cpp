// What is done to one resource: create, read, vread, update, patch, delete, and their conditional forms.
#include "base/json_text.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest::detail {
namespace {

using http::Request;
using http::Response;
using record::Effect;
using record::Written;

Result<void> known(const std::string& type) {
  if (record::Record::is_known_type(type)) return {};
  return Error(record::kUnknownType, "'" + type.substr(0, 100) + "' is not a resource type offered here");
}

// The resource of a create or update: of the type that the address says.
Result<json::object> read_body(const Context& context, const Request& request, const std::string& type) {
  XL_CHECK(check_body_type(request));
  const size_t bytes_max = context.options.resource_bytes_max;
  if (request.body.size() > bytes_max)
    return Error(errors::kTooLarge, "a resource may have at most " + std::to_string(bytes_max) + " bytes");
  XL_CHECK(known(type));
  XL_TRY(json::object body, parse_body(request));
  if (json::find_string(body, "resourceType") != type)
    return Error(kBadRequest, "resourceType must be " + type + ", as the address says");
  return body;
}

// One durable write; what it may answer with.
template <class F>
Result<Written> write(const Context& context, F function) {
  return context.record.store().write_for<Written>(std::move(function));
}

Response answer(const Context& context, const Request& request, const Result<Written>& done,
                const IssueSink& issues) {
  if (!done) return fail(request, done.error(), issues);
  const int status = done->effect == Effect::Created ? 201 : 200;
  Response out = respond_written(request, status, done->resource, issues, context.base_url);
  if (done->effect == Effect::Existing) out.set("Location", location_of(context.base_url, done->resource));
  return out;
}

bool unchanged(const Request& request, const record::Resource& resource, const std::string& etag) {
  if (const std::string_view tags = request.header("if-none-match"); !tags.empty())
    return names_etag(tags, etag);
  const std::optional<Instant> since = parse_http_date(request.header("if-modified-since"));
  return since && resource.last_updated.us / kSecondUs <= since->us / kSecondUs;
}

}  // namespace

Response create(const Context& context, const Request& request, const trust::Access& access,
                const std::string& type) {
  Result<json::object> body = read_body(context, request, type);
  if (!body) return fail(request, body.error());
  body->stable_erase("id");  // a create gives a new id, whatever the resource says
  IssueSink issues;
  const Result<record::Prepared> prepared = context.record.prepare(std::move(*body), issues);
  if (!prepared) return fail(request, prepared.error(), issues);
  const std::string_view condition = request.header("if-none-exist");
  if (condition.empty()) {
    const auto done = write(context, [&](sql::Tx& tx) -> Result<Written> {
      XL_TRY(record::Resource created, context.record.create(tx, access, *prepared));
      return Written{Effect::Created, std::move(created)};
    });
    return answer(context, request, done, issues);
  }
  const auto criteria = criteria_of(context, type, condition);
  if (!criteria) return fail(request, criteria.error());
  const auto done = write(context, [&](sql::Tx& tx) {
    return record::create_unless(context.record, tx, access, *criteria, *prepared);
  });
  return answer(context, request, done, issues);
}

Response read(const Context& context, const Request& request, const trust::Access& access,
              const std::string& type, const std::string& id) {
  const auto found =
      context.read([&](sql::Session& session) { return context.record.read(session, access, type, id); });
  if (!found) return fail(request, found.error());
  const std::string etag = etag_of(*found);
  if (unchanged(request, *found, etag))
    return Response{
        .status = 304,
        .headers = {{"ETag", etag}, {"Last-Modified", http::format_http_date(found->last_updated)}}};
  return respond_resource(request, 200, *found);
}

Response vread(const Context& context, const Request& request, const trust::Access& access,
               const std::string& type, const std::string& id, std::string_view text) {
  const bool number =
      !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
  const int64_t version = number ? std::stoll(std::string(text)) : 0;
  const auto found = context.read(
      [&](sql::Session& session) { return context.record.vread(session, access, type, id, version); });
  if (!found) return fail(request, found.error());
  return respond_resource(request, 200, *found);
}

Response update(const Context& context, const Request& request, const trust::Access& access,
                const std::string& type, const std::string& id) {
  Result<json::object> body = read_body(context, request, type);
  if (!body) return fail(request, body.error());
  const std::string given(json::find_string(*body, "id").value_or(""));
  if (!id.empty() && given != id)
    return fail(request, Error(kBadRequest, "the id of the resource must be the id in the address"));
  const auto expected = if_match(request);
  if (!expected) return fail(request, expected.error());
  IssueSink issues;
  Result<record::Prepared> prepared =
      context.record.prepare(std::move(*body), issues, {.if_match = *expected});
  if (!prepared) return fail(request, prepared.error(), issues);
  if (!id.empty())
    return answer(
        context, request,
        write(context, [&](sql::Tx& tx) { return record::put(context.record, tx, access, *prepared); }),
        issues);
  const auto criteria = criteria_of(context, type, request.query);
  if (!criteria) return fail(request, criteria.error());
  return answer(context, request,
                write(context,
                      [&](sql::Tx& tx) {
                        return record::update_where(context.record, tx, access, *criteria, *prepared, given);
                      }),
                issues);
}

Response patch(const Context& context, const Request& request, const trust::Access& access,
               const std::string& type, const std::string& id) {
  if (const auto ok = known(type); !ok) return fail(request, ok.error());
  const auto steps = parse_patch(request);
  if (!steps) return fail(request, steps.error());
  const auto expected = if_match(request);
  if (!expected) return fail(request, expected.error());
  Result<record::Criteria> criteria = record::Criteria{type, {}};
  if (id.empty()) criteria = criteria_of(context, type, request.query);
  if (!criteria) return fail(request, criteria.error());
  IssueSink issues;
  const record::WriteOptions options{.if_match = *expected};
  const auto done = write(context, [&](sql::Tx& tx) -> Result<Written> {
    issues = IssueSink();  // a write can be run again
    XL_TRY(record::Resource patched,
           id.empty() ? record::patch_where(context.record, tx, access, *criteria, *steps, issues, options)
                      : record::patch(context.record, tx, access, type, id, *steps, issues, options));
    return Written{Effect::Updated, std::move(patched)};
  });
  return answer(context, request, done, issues);
}

Response remove(const Context& context, const Request& request, const trust::Access& access,
                const std::string& type, const std::string& id) {
  const auto expected = if_match(request);
  if (!expected) return fail(request, expected.error());
  const record::WriteOptions options{.if_match = *expected};
  if (!id.empty()) {
    const auto removed = context.record.remove_now(access, type, id, options);
    // Deleting what is not there has reached its aim. FHIR R4 3.1.0.7.
    if (!removed && !removed.error().is(record::kNoResource)) return fail(request, removed.error());
    return Response{.status = 204};
  }
  const auto criteria = criteria_of(context, type, request.query);
  if (!criteria) return fail(request, criteria.error());
  const auto done = write(context, [&](sql::Tx& tx) {
    return record::remove_where(context.record, tx, access, *criteria, options);
  });
  if (!done) return fail(request, done.error());
  return Response{.status = 204};
}

}  // namespace xinglin::fhirrest::detail
