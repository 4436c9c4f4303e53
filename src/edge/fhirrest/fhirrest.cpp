#include "edge/fhirrest/fhirrest.h"

#include <functional>

#include "base/json_text.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/reference.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/operate.h"
#include "edge/fhirrest/detail/respond.h"
#include "edge/fhirrest/meta_operations.h"

namespace xinglin::fhirrest {

using detail::check_accept;
using detail::check_body_type;
using detail::Context;
using detail::fail;
using detail::kBadRequest;
using detail::kMediaType;
using detail::kMethod;
using detail::kNoPath;
using detail::names_operation;
using detail::respond;
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
    return {record, clock, options, operations, std::move(base), nullptr};
  }

  // Who asks, then in which form the answer is wanted; then the interaction itself.
  template <class F>
  http::Handler guarded(F interaction) const {
    return [this, interaction](const Request& request) -> Response {
      Result<trust::Access> access = authenticate(request);
      if (!access) return fail(request, access.error());
      if (const Result<void> acceptable = check_accept(request); !acceptable)
        return fail(request, acceptable.error());
      return std::invoke(interaction, request, access->with_request(request.id));
    };
  }

  Response search_by_get(const Request& request, const trust::Access& access) const;
  Response search_by_post(const Request& request, const trust::Access& access) const;
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
// "" where the route has none.
std::string segment(const Request& request, std::string_view name) {
  const auto found = request.path_parameters.find(name);
  return found == request.path_parameters.end() ? std::string() : found->second;
}

}  // namespace

Response FhirRest::Impl::search_by_get(const Request& request, const trust::Access& access) const {
  return detail::search(context(request), request, access, segment(request, "type"), request.query);
}

Response FhirRest::Impl::search_by_post(const Request& request, const trust::Access& access) const {
  if (!request.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return fail(request, Error(kMediaType, "_search takes application/x-www-form-urlencoded"));
  const auto form = http::parse_query(request.body);
  if (!form) return fail(request, form.error());
  std::vector<http::Parameter> parameters = request.query;
  parameters.insert(parameters.end(), form->begin(), form->end());
  return detail::search(context(request), request, access, segment(request, "type"), parameters);
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
  detail::Place place{segment(request, "type"), segment(request, "id")};
  if (place.type == name) place.type.clear();
  if (place.id == name) place.id.clear();
  return detail::operate(context(request), operations, name, place, request, access);
}

Response FhirRest::Impl::get_type(const Request& request, const trust::Access& access) const {
  if (names_operation(type_of(request))) return operate(request, access, type_of(request));
  return search_by_get(request, access);
}

Response FhirRest::Impl::post_to_type(const Request& request, const trust::Access& access) const {
  if (names_operation(type_of(request))) return operate(request, access, type_of(request));
  return detail::create(context(request), request, access, type_of(request));
}

Response FhirRest::Impl::get_instance(const Request& request, const trust::Access& access) const {
  if (names_operation(id_of(request))) return operate(request, access, id_of(request));
  return detail::read(context(request), request, access, type_of(request), id_of(request));
}

Response FhirRest::Impl::post_to_instance(const Request& request, const trust::Access& access) const {
  if (names_operation(id_of(request))) return operate(request, access, id_of(request));
  return not_offered(request, access);
}

Response FhirRest::Impl::operate_on_instance(const Request& request, const trust::Access& access) const {
  const std::string& name = request.path_parameters.at("name");
  if (names_operation(name)) return operate(request, access, name);
  const bool reads = request.method == Method::Get || request.method == Method::Head;
  if (!reads || !detail::is_compartment(type_of(request))) return not_offered(request, access);
  return detail::search(context(request), request, access, name, request.query,
                        type_of(request) + "/" + id_of(request));
}

FhirRest::FhirRest(record::Record& record, const Clock& clock, Authenticate authenticate, Options options)
    : impl_(std::make_unique<Impl>(record, clock, std::move(authenticate), std::move(options))) {
  for (Operation& operation : meta_operations(record)) add(std::move(operation));
}
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
  const auto by = [&](Response (Impl::*member)(const Request&, const trust::Access&) const) {
    return impl->guarded(std::bind_front(member, impl));
  };
  // Larger than a resource may be, so that most oversize bodies are answered with an OperationOutcome.
  const size_t large = impl->options.bundle_bytes_max;
  router.add(Method::Get, "/fhir/metadata", info("CapabilityStatement", 0), [impl](const Request& request) {
    if (const Result<void> ok = check_accept(request); !ok) return fail(request, ok.error());
    return respond(request, 200, detail::capability_statement(impl->context(request)));
  });
  router.add(Method::Get, "/fhir/{type}", info("search", 0), by(&Impl::get_type));
  for (const char* root : {"/fhir", "/fhir/"})
    router.add(Method::Get, root, info("search over several types", 0), by(&Impl::search_by_get));
  router.add(Method::Post, "/fhir/_search", info("search over several types", 1 << 20),
             by(&Impl::search_by_post));
  router.add(Method::Post, "/fhir/{type}/_search", info("search", 1 << 20), by(&Impl::search_by_post));
  router.add(Method::Post, "/fhir/{type}", info("create", large), by(&Impl::post_to_type));
  router.add(Method::Get, "/fhir/{type}/{id}", info("read", 0), by(&Impl::get_instance));
  router.add(Method::Post, "/fhir/{type}/{id}", info("operation", large), by(&Impl::post_to_instance));
  for (const Method method : {Method::Get, Method::Post})
    router.add(method, "/fhir/{type}/{id}/{name}", info("operation", large), by(&Impl::operate_on_instance));
  using Interaction = Response (*)(const Context&, const Request&, const trust::Access&, const std::string&,
                                   const std::string&);
  const auto run = [&](Interaction interaction) {
    return impl->guarded([impl, interaction](const Request& request, const trust::Access& access) {
      return interaction(impl->context(request), request, access, segment(request, "type"),
                         segment(request, "id"));
    });
  };
  for (const char* one : {"/fhir/{type}/{id}", "/fhir/{type}"}) {
    router.add(Method::Put, one, info("update", large), run(detail::update));
    router.add(Method::Patch, one, info("patch", large), run(detail::patch));
    router.add(Method::Delete, one, info("delete", 0), run(detail::remove));
  }
  for (const char* of : {"/fhir/_history", "/fhir/{type}/_history", "/fhir/{type}/{id}/_history"})
    router.add(Method::Get, of, info("history", 0), run(detail::history));
  router.add(Method::Get, "/fhir/{type}/{id}/_history/{version}", info("vread", 0),
             impl->guarded([impl](const Request& request, const trust::Access& access) {
               return detail::vread(impl->context(request), request, access, type_of(request), id_of(request),
                                    request.path_parameters.at("version"));
             }));
  for (const char* root : {"/fhir", "/fhir/"})
    router.add(Method::Post, root, info("batch or transaction", large), by(&Impl::post_bundle));
  for (const Method method : {Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete})
    router.add(method, "/fhir/{path...}", info("not offered", large), by(&Impl::not_offered));
}

}  // namespace xinglin::fhirrest
