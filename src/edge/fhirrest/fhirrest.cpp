#include "edge/fhirrest/fhirrest.h"

#include "base/json_text.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/reference.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/operate.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest {

using detail::check_accept;
using detail::check_body_type;
using detail::Context;
using detail::fail;
using detail::if_match;
using detail::kBadRequest;
using detail::kMediaType;
using detail::kMethod;
using detail::kNoPath;
using detail::kNotOffered;
using detail::names_operation;
using detail::respond;
using detail::respond_resource;
using detail::respond_written;
using http::Method;
using http::Request;
using http::Response;

struct FhirRest::Impl {
  record::Record& record;
  const Clock& clock;
  Authenticate authenticate;
  Options options;
  std::vector<Operation> operations = {};

  Context context(const Request& request) const {
    std::string base = options.base_url;
    if (base.empty()) base = options.scheme + "://" + std::string(request.header("host")) + "/fhir";
    return {record, clock, options, operations, std::move(base)};
  }

  // Who asks, then in which form the answer is wanted; then the interaction itself.
  template <class F>
  http::Handler guarded(F interaction) const {
    return [this, interaction](const Request& request) -> Response {
      Result<trust::Access> access = authenticate(request);
      if (!access) return fail(request, access.error());
      if (const Result<void> acceptable = check_accept(request); !acceptable)
        return fail(request, acceptable.error());
      return (this->*interaction)(request, access->with_request(request.id));
    };
  }

  Result<json::object> read_body(const Request& request) const;
  Response create(const Request& request, const trust::Access& access) const;
  Response read(const Request& request, const trust::Access& access) const;
  Response vread(const Request& request, const trust::Access& access) const;
  Response update(const Request& request, const trust::Access& access) const;
  Response remove(const Request& request, const trust::Access& access) const;
  Response search_by_get(const Request& request, const trust::Access& access) const;
  Response search_by_post(const Request& request, const trust::Access& access) const;
  Response history_of_one(const Request& request, const trust::Access& access) const;
  Response post_bundle(const Request& request, const trust::Access& access) const;
  Response operate(const Request& request, const trust::Access& access, std::string_view name) const;
  Response post_to_type(const Request& request, const trust::Access& access) const;
  Response get_type(const Request& request, const trust::Access& access) const;
  Response get_instance(const Request& request, const trust::Access& access) const;
  Response post_to_instance(const Request& request, const trust::Access& access) const;
  Response operate_on_instance(const Request& request, const trust::Access& access) const;
  Response not_offered(const Request& request, const trust::Access& access) const;
};

namespace {

const std::string& type_of(const Request& request) {
  return request.path_parameters.at("type");
}
const std::string& id_of(const Request& request) {
  return request.path_parameters.at("id");
}

}  // namespace

// The resource of a create or update: JSON of the type that the address says.
Result<json::object> FhirRest::Impl::read_body(const Request& request) const {
  XL_CHECK(check_body_type(request));
  if (request.body.size() > options.resource_bytes_max)
    return Error(errors::kTooLarge,
                 "a resource may have at most " + std::to_string(options.resource_bytes_max) + " bytes");
  if (!record::Record::is_known_type(type_of(request)))
    return Error(record::kUnknownType, "'" + type_of(request) + "' is not a resource type offered here");
  XL_TRY(json::value body, json::parse_exact(request.body));
  if (!body.is_object()) return Error(kBadRequest, "the body must be a resource");
  if (json::find_string(body.get_object(), "resourceType") != type_of(request))
    return Error(kBadRequest, "resourceType must be " + type_of(request) + ", as the address says");
  return std::move(body.get_object());
}

Response FhirRest::Impl::create(const Request& request, const trust::Access& access) const {
  if (!request.header("if-none-exist").empty())
    return fail(request, Error(kNotOffered, "conditional create (If-None-Exist) is not offered"));
  Result<json::object> body = read_body(request);
  if (!body) return fail(request, body.error());
  IssueSink issues;
  const auto created = record.create_now(access, std::move(*body), issues);
  if (!created) return fail(request, created.error(), issues);
  return respond_written(request, 201, *created, issues, context(request).base_url);
}

Response FhirRest::Impl::read(const Request& request, const trust::Access& access) const {
  const auto found = record.read_now(access, type_of(request), id_of(request));
  if (!found) return fail(request, found.error());
  const std::string etag = "W/\"" + std::to_string(found->version) + "\"";
  if (detail::names_etag(request.header("if-none-match"), etag))
    return Response{.status = 304, .headers = {{"ETag", etag}}};
  return respond_resource(request, 200, *found);
}

Response FhirRest::Impl::vread(const Request& request, const trust::Access& access) const {
  const std::string& text = request.path_parameters.at("version");
  const bool number = text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  const int64_t version = number ? std::stoll(text) : 0;
  const auto found = record.store().read([&](sql::Session& session) {
    return record.vread(session, access, type_of(request), id_of(request), version);
  });
  if (!found) return fail(request, found.error());
  return respond_resource(request, 200, *found);
}

Response FhirRest::Impl::update(const Request& request, const trust::Access& access) const {
  Result<json::object> body = read_body(request);
  if (!body) return fail(request, body.error());
  if (json::find_string(*body, "id") != id_of(request))
    return fail(request, Error(kBadRequest, "the id of the resource must be the id in the address"));
  const auto expected = if_match(request);
  if (!expected) return fail(request, expected.error());
  IssueSink issues;
  const auto updated = record.update_now(access, std::move(*body), issues, {.if_match = *expected});
  if (!updated) return fail(request, updated.error(), issues);
  return respond_written(request, updated->version == 1 ? 201 : 200, *updated, issues,
                         context(request).base_url);
}

Response FhirRest::Impl::remove(const Request& request, const trust::Access& access) const {
  const auto expected = if_match(request);
  if (!expected) return fail(request, expected.error());
  const auto removed = record.remove_now(access, type_of(request), id_of(request), {.if_match = *expected});
  // Deleting what is not there has reached its aim. FHIR R4 3.1.0.7.
  if (!removed && !removed.error().is(record::kNoResource)) return fail(request, removed.error());
  return Response{.status = 204};
}

Response FhirRest::Impl::search_by_get(const Request& request, const trust::Access& access) const {
  return detail::search(context(request), request, access, type_of(request), request.query);
}

Response FhirRest::Impl::search_by_post(const Request& request, const trust::Access& access) const {
  if (!request.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return fail(request, Error(kMediaType, "_search takes application/x-www-form-urlencoded"));
  const auto form = http::parse_query(request.body);
  if (!form) return fail(request, form.error());
  std::vector<http::Parameter> parameters = request.query;
  parameters.insert(parameters.end(), form->begin(), form->end());
  return detail::search(context(request), request, access, type_of(request), parameters);
}

Response FhirRest::Impl::history_of_one(const Request& request, const trust::Access& access) const {
  return detail::history(context(request), request, access, type_of(request), id_of(request));
}

Response FhirRest::Impl::post_bundle(const Request& request, const trust::Access& access) const {
  if (const Result<void> type = check_body_type(request); !type) return fail(request, type.error());
  return detail::bundle(context(request), request, access);
}

Response FhirRest::Impl::not_offered(const Request& request, const trust::Access&) const {
  if (request.method == Method::Get || request.method == Method::Head)
    return fail(request,
                Error(kNoPath, "there is nothing at this path; /fhir/metadata says what is offered"));
  return fail(request, Error(kMethod, "this interaction is not offered; /fhir/metadata says what is"));
}

// /$name, /Type/$name and /Type/id/$name have the shapes of a type, of a resource and of what hangs on one.
Response FhirRest::Impl::operate(const Request& request, const trust::Access& access,
                                 std::string_view name) const {
  detail::Place place;
  const auto& segments = request.path_parameters;
  if (const auto type = segments.find("type"); type != segments.end() && type->second != name)
    place.type = type->second;
  if (const auto id = segments.find("id"); id != segments.end() && id->second != name) place.id = id->second;
  return detail::operate(context(request), operations, name, place, request, access);
}

Response FhirRest::Impl::get_type(const Request& request, const trust::Access& access) const {
  if (names_operation(type_of(request))) return operate(request, access, type_of(request));
  return search_by_get(request, access);
}

Response FhirRest::Impl::post_to_type(const Request& request, const trust::Access& access) const {
  if (names_operation(type_of(request))) return operate(request, access, type_of(request));
  return create(request, access);
}

Response FhirRest::Impl::get_instance(const Request& request, const trust::Access& access) const {
  if (names_operation(id_of(request))) return operate(request, access, id_of(request));
  return read(request, access);
}

Response FhirRest::Impl::post_to_instance(const Request& request, const trust::Access& access) const {
  if (names_operation(id_of(request))) return operate(request, access, id_of(request));
  return not_offered(request, access);
}

Response FhirRest::Impl::operate_on_instance(const Request& request, const trust::Access& access) const {
  const std::string& name = request.path_parameters.at("name");
  if (names_operation(name)) return operate(request, access, name);
  return not_offered(request, access);
}

FhirRest::FhirRest(record::Record& record, const Clock& clock, Authenticate authenticate, Options options)
    : impl_(std::make_unique<Impl>(record, clock, std::move(authenticate), std::move(options))) {}
FhirRest::~FhirRest() = default;

void FhirRest::add(Operation operation) {
  impl_->operations.push_back(std::move(operation));
}

void FhirRest::add_routes(http::Router& router) const {
  const Impl* impl = impl_.get();
  const auto info = [&](std::string summary, size_t bytes) {
    http::RouteInfo out;
    out.summary = std::move(summary);
    out.tag = "fhir";
    out.body_bytes_max = bytes;
    out.in_openapi = false;  // the CapabilityStatement describes these
    if (bytes > http::kOpenBodyBytes)
      out.admit = [impl](const Request& request) -> std::optional<Response> {
        const Result<trust::Access> access = impl->authenticate(request);
        return access ? std::nullopt : std::optional(fail(request, access.error()));
      };
    return out;
  };
  // Larger than a resource may be, so that most oversize bodies are answered with an OperationOutcome.
  const size_t large = impl->options.bundle_bytes_max;
  router.add(Method::Get, "/fhir/metadata", info("CapabilityStatement", 0), [impl](const Request& request) {
    if (const Result<void> ok = check_accept(request); !ok) return fail(request, ok.error());
    return respond(request, 200, detail::capability_statement(impl->context(request)));
  });
  router.add(Method::Get, "/fhir/{type}", info("search", 0), impl->guarded(&Impl::get_type));
  router.add(Method::Post, "/fhir/{type}/_search", info("search", 1 << 20),
             impl->guarded(&Impl::search_by_post));
  router.add(Method::Post, "/fhir/{type}", info("create", large), impl->guarded(&Impl::post_to_type));
  router.add(Method::Get, "/fhir/{type}/{id}", info("read", 0), impl->guarded(&Impl::get_instance));
  router.add(Method::Post, "/fhir/{type}/{id}", info("operation", large),
             impl->guarded(&Impl::post_to_instance));
  for (const Method method : {Method::Get, Method::Post})
    router.add(method, "/fhir/{type}/{id}/{name}", info("operation", large),
               impl->guarded(&Impl::operate_on_instance));
  router.add(Method::Put, "/fhir/{type}/{id}", info("update", large), impl->guarded(&Impl::update));
  router.add(Method::Delete, "/fhir/{type}/{id}", info("delete", 0), impl->guarded(&Impl::remove));
  router.add(Method::Get, "/fhir/{type}/{id}/_history", info("history", 0),
             impl->guarded(&Impl::history_of_one));
  router.add(Method::Get, "/fhir/{type}/{id}/_history/{version}", info("vread", 0),
             impl->guarded(&Impl::vread));
  for (const char* root : {"/fhir", "/fhir/"})
    router.add(Method::Post, root, info("batch or transaction", large), impl->guarded(&Impl::post_bundle));
  for (const Method method : {Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete})
    router.add(method, "/fhir/{path...}", info("not offered", large), impl->guarded(&Impl::not_offered));
}

}  // namespace xinglin::fhirrest
