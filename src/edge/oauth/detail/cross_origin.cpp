#include "edge/oauth/detail/cross_origin.h"

namespace xinglin::oauth::detail {
namespace {

bool is_for_applications(std::string_view path) {
  for (const std::string_view root : {"/fhir", "/oauth", "/.well-known"})
    if (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/'))
      return path != "/oauth/authorize";  // people go there, scripts do not
  return false;
}

}  // namespace

http::Response with_cross_origin(trust::Clients& clients, const http::Request& request,
                                 const http::Handler& next) {
  const std::string_view origin = request.header("origin");
  if (origin.empty() || !is_for_applications(request.path)) return next(request);
  const auto known = clients.is_origin(origin);
  if (!known || !*known) return next(request);
  const bool preflight =
      request.method == http::Method::Options && !request.header("access-control-request-method").empty();
  http::Response out;
  if (preflight) {
    out.status = 204;
    out.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
        .set("Access-Control-Allow-Headers",
             "Authorization, Content-Type, Accept, If-Match, If-None-Match, If-None-Exist, "
             "If-Modified-Since, Prefer")
        .set("Access-Control-Max-Age", "600");
  } else {
    out = next(request);
    out.set("Access-Control-Expose-Headers", "ETag, Location, Content-Location, Last-Modified, X-Request-Id");
  }
  return out.set("Access-Control-Allow-Origin", std::string(origin)).set("Vary", "Origin");
}

}  // namespace xinglin::oauth::detail
