#include "edge/web/auth.h"

#include "edge/web/errors.h"

namespace xinglin::web {
namespace {

// RFC 9110 11.1: the scheme is case-insensitive.
bool starts_with_bearer(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() < kScheme.size()) return false;
  for (size_t i = 0; i < kScheme.size(); ++i) {
    const char c = header[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return false;
  }
  return true;
}

}  // namespace

bool is_safe(http::Method method) {
  return method == http::Method::Get || method == http::Method::Head || method == http::Method::Options;
}

trust::Activity activity_of(const http::Request& request) {
  const bool by_itself = request.path == "/api/events" || !request.header(kUnattendedHeader).empty();
  return by_itself ? trust::Activity::OfPage : trust::Activity::OfPerson;
}

Result<trust::Access> RequestAuth::access(const http::Request& request) const {
  const std::string_view authorization = request.header("authorization");
  if (!authorization.empty()) {
    if (!starts_with_bearer(authorization)) return Error(kBadAuthorization);
    XL_TRY(const trust::Access access, authenticator_.from_token(authorization.substr(7)));
    return access.with_request(request.id);
  }
  XL_TRY(const trust::Authenticator::SessionAccess found, session(request));
  return found.access.with_request(request.id);
}

Result<trust::Authenticator::SessionAccess> RequestAuth::session(const http::Request& request) const {
  const std::optional<std::string> cookie = request.cookie(kSessionCookie);
  if (!cookie || cookie->empty()) return Error(trust::kNoSession);
  XL_TRY(trust::Authenticator::SessionAccess found,
         authenticator_.from_session(*cookie, activity_of(request)));
  if (!is_safe(request.method) && !authenticator_.csrf_matches(found.session, request.header("x-csrf-token")))
    return Error(trust::kBadCsrf);
  return found;
}

}  // namespace xinglin::web
