// Sign-in, who is signed in, sign-out.
#include <array>

#include "base/digest.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

struct PermissionName {
  Permission permission;
  std::string_view name;
};
constexpr PermissionName kPermissions[] = {
    {Permission::ReadClinical, "read_clinical"},
    {Permission::WriteClinical, "write_clinical"},
    {Permission::Ingest, "ingest"},
    {Permission::GiveFeedback, "give_feedback"},
    {Permission::ReadSystem, "read_system"},
    {Permission::OperateSystem, "operate_system"},
    {Permission::ReadReceived, "read_received"},
    {Permission::ReadAudit, "read_audit"},
    {Permission::ManageUsers, "manage_users"},
    {Permission::DeleteImages, "delete_images"},
};

json::object session_document(const trust::Session& session, const trust::Access& access) {
  json::array permissions;
  for (const auto& [permission, name] : kPermissions)
    if (access.may(permission)) permissions.push_back(json::value(name));
  const json::object user{{"id", session.user.id.str()},     {"name", session.user.name},
                          {"display", session.user.display}, {"role", trust::to_string(session.user.role)},
                          {"demo", session.user.demo},       {"permissions", std::move(permissions)}};
  return {{"user", user}, {"csrf", session.csrf}, {"expires_at", format_rfc3339(session.expires_at)}};
}

std::string cookie(std::string_view value, const WebOptions& options) {
  std::string out =
      std::string(kSessionCookie) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Strict";
  if (options.https) out += "; Secure";
  if (value.empty()) out += "; Max-Age=0";
  return out;
}

Result<http::Response> sign_in(const Context& context, const http::Request& request) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string name, body_text(body, "username", 200));
  XL_TRY(const std::string password, body_text(body, "password", 1000));
  trust::Authenticator& authenticator = context.services.authenticator;
  XL_TRY(const trust::Session session, authenticator.sign_in(name, password, request.remote));
  XL_TRY(const auto found, authenticator.from_session(session.token));
  return ok(session_document(session, found.access))
      .set("Set-Cookie", cookie(session.token, context.options));
}

Result<http::Response> sign_out(Context& context, const http::Request& request) {
  const std::string token = request.cookie(kSessionCookie).value_or("");
  XL_TRY(const auto found, context.auth.session(request));
  XL_CHECK(context.services.authenticator.sign_out(token));
  context.hub.close(to_hex(sha256(token)));
  return no_content().set("Set-Cookie", cookie("", context.options));
}

}  // namespace

void add_session_routes(Context& context, http::Router& router) {
  const auto answer = [&context](auto function) {
    return [&context, function](const http::Request& request) {
      const Result<http::Response> response = function(request);
      return response ? *response : problem_of(request, response.error(), context.options);
    };
  };
  router.add(http::Method::Post, "/api/session",
             {.summary = "Sign in; sets the session cookie",
              .tag = "session",
              .request_schema = shape("{ username: string; password: string }"),
              .response_schema = shape("Session"),
              .body_bytes_max = 8 << 10},
             answer([&context](const http::Request& request) { return sign_in(context, request); }));
  router.add(http::Method::Get, "/api/session",
             {.summary = "Who is signed in, and the CSRF token",
              .tag = "session",
              .response_schema = shape("Session")},
             answer([&context](const http::Request& request) -> Result<http::Response> {
               XL_TRY(const auto found, context.auth.session(request));
               return ok(session_document(found.session, found.access));
             }));
  router.add(http::Method::Delete, "/api/session", {.summary = "Sign out", .tag = "session"},
             answer([&context](const http::Request& request) { return sign_out(context, request); }));
}

}  // namespace xinglin::web::detail
