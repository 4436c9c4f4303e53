// Who asks: turns a request into trust::Access, by the session cookie or by a bearer token. A cookie is sent
// by the browser without the page's doing, so an unsafe method with a cookie also needs the header
// X-CSRF-Token (a store by the viewer: its origin); a bearer token needs none. Used by all HTTP edges.
// Thread-safe; keeps a reference to the Authenticator. RFC 6265 (cookies), RFC 6750 (bearer tokens).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http/http.h"
#include "base/result.h"
#include "core/trust/access.h"
#include "core/trust/authenticator.h"
#include "core/trust/issuer.h"

namespace xinglin::web {

inline constexpr std::string_view kSessionCookie = "xinglin_session";
// Sent by a page nobody has touched for a while with what it asks by itself; such requests and the event
// stream do not keep a session alive.
inline constexpr std::string_view kUnattendedHeader = "x-unattended";

class RequestAuth {
public:
  // `issuer`: of tokens that applications hold; nullptr where there are none.
  explicit RequestAuth(trust::Authenticator& authenticator, trust::Issuer* issuer = nullptr)
      : authenticator_(authenticator), issuer_(issuer) {}

  // kNoSession, kBadCsrf, kBadAuthorization and what the Authenticator says of a token. The request id
  // travels along.
  Result<trust::Access> access(const http::Request& request) const;
  // The same for routes about the session itself; a bearer token is not a session.
  Result<trust::Authenticator::SessionAccess> session(const http::Request& request) const;

private:
  trust::Authenticator& authenticator_;
  trust::Issuer* issuer_;
};

bool is_safe(http::Method method);  // RFC 9110 9.2.1
trust::Activity activity_of(const http::Request& request);

}  // namespace xinglin::web
