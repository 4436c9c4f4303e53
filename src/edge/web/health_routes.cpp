// Health, readiness, metrics and the OpenAPI document.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

bool from_loopback(const http::Request& request) {
  return request.remote == "127.0.0.1" || request.remote == "::1" || request.remote == "::ffff:127.0.0.1";
}

http::Response readiness(Context& context, const http::Request& request) {
  const State state = context.state;
  if (state != State::Ready)
    return http::problem(request, 503, kNotReady.name, "the server is " + std::string(to_string(state)));
  // An empty write goes through the one writer: it answers only when the store can commit.
  const Result<void> writable = context.services.store.write([](sql::Tx&) { return Result<void>(); });
  if (!writable)
    return http::problem(request, 503, writable.error().code().name, "the store cannot be written");
  return ok({{"state", to_string(state)}});
}

Result<http::Response> metrics(Context& context, const http::Request& request) {
  if (!from_loopback(request)) {
    XL_TRY(const trust::Access access, context.auth.access(request));
    XL_CHECK(access.require(trust::Permission::ReadSystem));
  }
  return http::Response::text(200, context.services.metrics.text(),
                              "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

void add_health_routes(Context& context, http::Router& router) {
  router.add(http::Method::Get, "/healthz", {.summary = "The process is up", .tag = "health"},
             [](const http::Request&) { return http::Response::text(200, "ok\n"); });
  router.add(http::Method::Get, "/readyz", {.summary = "Work can be taken", .tag = "health"},
             [&context](const http::Request& request) { return readiness(context, request); });
  router.add(http::Method::Get, "/metrics", {.summary = "Prometheus metrics", .tag = "health"},
             [&context](const http::Request& request) {
               const Result<http::Response> response = metrics(context, request);
               return response ? *response : problem_of(request, response.error(), context.options);
             });
  router.add(http::Method::Get, "/api/openapi.json",
             {.summary = "This document", .tag = "health", .in_openapi = false},
             [&context, &router](const http::Request&) {
               json::object document = router.openapi("Xinglin", context.options.version, "/api");
               return http::Response::of_json(200, std::move(document));
             });
}

}  // namespace xinglin::web::detail
