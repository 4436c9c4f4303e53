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

// The image viewer stores by POST and knows no token of ours. No page can set these headers (Fetch,
// "forbidden request-header"), so they tell that one of this server sent it. Fetch Metadata 2; RFC 6454 7.
// Behind a proxy that speaks TLS the scheme is not ours to know.
bool is_store_of_own_viewer(const http::Request& request) {
  constexpr std::string_view kStore = "/dicom-web/studies";
  if (request.method != http::Method::Post || !request.path.starts_with(kStore)) return false;
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty()) return site == "same-origin";
  const std::string_view origin = request.header("origin"), host = request.header("host");
  const size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && !host.empty() && origin.substr(scheme + 3) == host;
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
    const std::string_view bearer = authorization.substr(7);
    const bool of_application = issuer_ && trust::Issuer::is_ours(bearer);
    XL_TRY(const trust::Access access,
           of_application ? issuer_->from_token(bearer) : authenticator_.from_token(bearer));
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
  const bool proven = is_safe(request.method) ||
                      authenticator_.csrf_matches(found.session, request.header("x-csrf-token")) ||
                      is_store_of_own_viewer(request);
  if (!proven) return Error(trust::kBadCsrf);
  return found;
}

}  // namespace xinglin::web
