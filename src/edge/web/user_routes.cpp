// People: list, add, new password, disable.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

json::object user_document(const trust::User& user) {
  return {{"id", user.id.str()},     {"name", user.name},
          {"display", user.display}, {"role", trust::to_string(user.role)},
          {"demo", user.demo},       {"disabled", user.disabled}};
}

Result<http::Response> list_users(Context& context, const trust::Access& access) {
  XL_TRY(const std::vector<trust::User> users, context.services.authenticator.users(access));
  json::array items;
  for (const trust::User& user : users) items.push_back(user_document(user));
  return ok({{"items", std::move(items)}});
}

Result<http::Response> add_user(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  trust::User user;
  XL_TRY(user.name, body_text(body, "name", 200));
  XL_TRY(user.display, body_text(body, "display", 200));
  XL_TRY(const std::string role, body_text(body, "role", 40));
  XL_TRY(user.role, trust::parse_role(role));
  XL_TRY(const std::string password, body_text(body, "password", 1000));
  XL_TRY(const trust::User added, context.services.authenticator.add_user(access, user, password));
  return http::Response::of_json(201, user_document(added));
}

Result<http::Response> set_password(Context& context, const http::Request& request,
                                    const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string password, body_text(body, "password", 1000));
  XL_CHECK(context.services.authenticator.set_password(access, UserId(path_text(request, "id")), password));
  return no_content();
}

Result<http::Response> set_disabled(Context& context, const http::Request& request,
                                    const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  const std::optional<bool> disabled = json::find_bool(body, "disabled");
  if (!disabled) return Error(kBadBody, "disabled must be true or false");
  XL_CHECK(context.services.authenticator.set_disabled(access, UserId(path_text(request, "id")), *disabled));
  return no_content();
}

}  // namespace

void add_user_routes(Context& context, http::Router& router) {
  const auto administrator = [&context](auto function) {
    return guarded(context, Permission::ManageUsers,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/users",
             {.summary = "Users", .tag = "users", .response_schema = shape("{ items: User[] }")},
             guarded(context, Permission::ManageUsers,
                     [&context](const http::Request&, const trust::Access& access) {
                       return list_users(context, access);
                     }));
  router.add(http::Method::Post, "/api/users",
             {.summary = "Add a user",
              .tag = "users",
              .request_schema = shape("{ name: string; display: string; role: Role; password: string }"),
              .response_schema = shape("User"),
              .body_bytes_max = 8 << 10},
             administrator(add_user));
  router.add(http::Method::Post, "/api/users/{id}/password",
             {.summary = "Set a password; ends the user's sessions",
              .tag = "users",
              .request_schema = shape("{ password: string }"),
              .body_bytes_max = 8 << 10},
             administrator(set_password));
  router.add(http::Method::Post, "/api/users/{id}/disabled",
             {.summary = "Disable or enable a user",
              .tag = "users",
              .request_schema = shape("{ disabled: boolean }"),
              .body_bytes_max = 8 << 10},
             administrator(set_disabled));
}

}  // namespace xinglin::web::detail
