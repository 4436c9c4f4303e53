// Security headers and the host check, around every route of every HTTP edge. Pure functions over request and
// response. W3C CSP 3, WHATWG Fetch, OWASP secure headers; the host check stops DNS rebinding of a server
// bound to loopback.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"

namespace xinglin::web {

inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

// `host` is the Host header. Loopback: localhost, 127.0.0.1 and [::1] with any port. Else one of `allowed`,
// compared without port and case; an empty list allows any.
bool is_host_allowed(std::string_view host, bool loopback_only, const std::vector<std::string>& allowed);
// Adds what the handler has not set itself.
void add_security_headers(http::Response& response, std::string_view path, bool https);
// Paths of APIs and other edges: never answered with a page.
bool is_reserved_path(std::string_view path);

}  // namespace xinglin::web
