// Pages of registered applications may read what /fhir and /oauth answer them: a page is known by the origin
// of a redirect URI. Cookies are never part of it: such requests carry a token or nothing. WHATWG Fetch 3.2
// (CORS).
#pragma once

#include "base/http/http.h"
#include "core/trust/clients.h"

namespace xinglin::oauth::detail {

http::Response with_cross_origin(trust::Clients& clients, const http::Request& request,
                                 const http::Handler& next);

}  // namespace xinglin::oauth::detail
