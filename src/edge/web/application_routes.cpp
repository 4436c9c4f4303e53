// Applications with tokens of their own: what they ask a person for, launches from a patient's page, the
// registry.
#include "base/percent.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

// "https://host" as an application knows this server.
std::string issuer_of(const Context& context, const http::Request& request) {
  if (!context.options.public_url.empty()) return context.options.public_url;
  return (context.options.https ? "https://" : "http://") + std::string(request.header("host"));
}

std::string origin_of(const std::string& uri) {
  const size_t scheme = uri.find("://");
  return scheme == std::string::npos ? uri.substr(0, uri.find(':') + 1)
                                     : uri.substr(0, uri.find_first_of("/?", scheme + 3));
}

json::object asked_document(const trust::Asked& asked) {
  json::array scopes;
  for (const std::string& scope : asked.scopes) scopes.push_back(json::value(scope));
  return {{"client", {{"id", asked.client_id}, {"name", asked.client_name}}},
          {"goes_to", origin_of(asked.redirect_uri)},
          {"scopes", std::move(scopes)},
          {"needs_patient", asked.needs_patient},
          {"patient", text_or_null(asked.patient)}};
}

json::object client_document(const trust::Client& client) {
  json::array uris;
  for (const std::string& uri : client.redirect_uris) uris.push_back(json::value(uri));
  const std::string_view proof = client.is_public() ? "none" : client.secret_hash ? "secret" : "keys";
  return {{"id", client.id},         {"name", client.name},
          {"redirect_uris", uris},   {"launch_uri", client.launch_uri},
          {"scopes", client.scopes}, {"role", trust::to_string(client.role)},
          {"proof", proof}};
}

Result<std::vector<std::string>> texts(const json::object& body, std::string_view key) {
  std::vector<std::string> out;
  const json::array* list = json::find_array(body, key);
  if (!list || list->size() > 100) return Error(kBadBody, std::string(key) + " must be a list of texts");
  for (const json::value& one : *list) {
    if (!one.is_string()) return Error(kBadBody, std::string(key) + " must be a list of texts");
    out.emplace_back(std::string_view(one.get_string()));
  }
  return out;
}

Result<http::Response> decide(Context& context, const http::Request& request) {
  XL_TRY(const auto person, context.auth.session(request));
  XL_TRY(const json::object body, body_object(request));
  const std::string& id = path_text(request, "id");
  const std::optional<bool> approve = json::find_bool(body, "approve");
  if (!approve) return Error(kBadBody, "approve must be true or false");
  trust::Issuer& issuer = *context.services.issuer;
  if (!*approve) {
    XL_TRY(const std::string address, issuer.deny(person.access, id, issuer_of(context, request)));
    return ok({{"address", address}});
  }
  XL_TRY(const std::string patient, body_text(body, "patient", 64, false));
  XL_TRY(const std::vector<std::string> scopes, texts(body, "scopes"));
  // Only a patient that the person can see: the token will show no other.
  if (!patient.empty()) XL_CHECK(context.services.record.read_now(person.access, "Patient", patient));
  XL_TRY(const std::string address, issuer.approve(person, id, patient, scopes, issuer_of(context, request)));
  return ok({{"address", address}});
}

Result<http::Response> launch(Context& context, const http::Request& request) {
  XL_TRY(const auto person, context.auth.session(request));
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string id, body_text(body, "application", 64));
  XL_TRY(const std::string patient, body_text(body, "patient", 64));
  XL_CHECK(context.services.record.read_now(person.access, "Patient", patient));
  XL_TRY(const std::string token, context.services.issuer->launch(person, id, patient));
  XL_TRY(const trust::Client client, context.services.clients->find(id));
  std::string address = client.launch_uri;
  address += address.find('?') == std::string::npos ? '?' : '&';
  address += "iss=" + percent_encoded(issuer_of(context, request) + "/fhir") + "&launch=" + token;
  return ok({{"address", address}});
}

Result<http::Response> list(Context& context, const trust::Access& access) {
  XL_TRY(const std::vector<trust::Client> clients, context.services.clients->list(access));
  json::array items;
  for (const trust::Client& client : clients) items.push_back(client_document(client));
  return ok({{"items", std::move(items)}});
}

Result<http::Response> add(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  trust::Client client;
  XL_TRY(client.id, body_text(body, "id", 64));
  XL_TRY(client.name, body_text(body, "name", 200));
  XL_TRY(client.launch_uri, body_text(body, "launch_uri", 2048, false));
  XL_TRY(client.scopes, body_text(body, "scopes", 8192));
  XL_TRY(client.redirect_uris, texts(body, "redirect_uris"));
  XL_TRY(client.jwks, body_text(body, "jwks", 64 << 10, false));
  XL_TRY(client.jwks_uri, body_text(body, "jwks_uri", 2048, false));
  const bool secret = json::find_bool(body, "secret").value_or(false);
  XL_TRY(const std::string told,
         context.services.clients->add(access, client,
                                       secret ? trust::Clients::Secret::Make : trust::Clients::Secret::None));
  return http::Response::of_json(201, json::object{{"id", client.id}, {"secret", text_or_null(told)}});
}

Result<http::Response> launchable(Context& context) {
  XL_TRY(const std::vector<trust::Client> clients, context.services.clients->launched_from_pages());
  json::array items;
  for (const trust::Client& client : clients)
    items.push_back(json::object{{"id", client.id}, {"name", client.name}});
  return ok({{"items", std::move(items)}});
}

void add_consent_routes(Context& context, http::Router& router) {
  router.add(
      http::Method::Get, "/api/authorizations/{id}",
      {.summary = "What an application asks for", .tag = "applications", .response_schema = shape("Asked")},
      guarded(context, Permission::ReadClinical,
              [&context](const http::Request& request, const trust::Access&) -> Result<http::Response> {
                XL_TRY(const auto person, context.auth.session(request));
                XL_TRY(const trust::Asked asked,
                       context.services.issuer->asked(person, path_text(request, "id")));
                return ok(asked_document(asked));
              }));
  router.add(http::Method::Post, "/api/authorizations/{id}",
             {.summary = "Agree or refuse; tells where to go",
              .tag = "applications",
              .request_schema = shape("{ approve: boolean; patient: string|null; scopes: string[] }"),
              .response_schema = shape("{ address: string }"),
              .body_bytes_max = 32 << 10},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request& request, const trust::Access&) {
                       return decide(context, request);
                     }));
  router.add(http::Method::Post, "/api/launches",
             {.summary = "Launch an application for a patient; tells where to go",
              .tag = "applications",
              .request_schema = shape("{ application: string; patient: string }"),
              .response_schema = shape("{ address: string }"),
              .body_bytes_max = 8 << 10},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request& request, const trust::Access&) {
                       return launch(context, request);
                     }));
  router.add(http::Method::Get, "/api/launches",
             {.summary = "Applications that are launched from a patient's page",
              .tag = "applications",
              .response_schema = shape("{ items: { id: string; name: string }[] }")},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request&, const trust::Access&) { return launchable(context); }));
}

void add_registry_routes(Context& context, http::Router& router) {
  router.add(http::Method::Get, "/api/clients",
             {.summary = "Applications that may ask for tokens",
              .tag = "applications",
              .response_schema = shape("{ items: Client[] }")},
             guarded(context, Permission::ManageUsers,
                     [&context](const http::Request&, const trust::Access& access) {
                       return list(context, access);
                     }));
  router.add(
      http::Method::Post, "/api/clients",
      {.summary = "Register an application; its secret is told this once",
       .tag = "applications",
       .request_schema = shape("{ id: string; name: string; redirect_uris: string[]; launch_uri: string; "
                               "scopes: string; jwks: string; jwks_uri: string; secret: boolean }"),
       .response_schema = shape("{ id: string; secret: string|null }"),
       .body_bytes_max = 64 << 10},
      guarded(context, Permission::ManageUsers,
              [&context](const http::Request& request, const trust::Access& access) {
                return add(context, request, access);
              }));
  router.add(http::Method::Delete, "/api/clients/{id}",
             {.summary = "Take an application out; its tokens end", .tag = "applications"},
             guarded(context, Permission::ManageUsers,
                     [&context](const http::Request& request,
                                const trust::Access& access) -> Result<http::Response> {
                       XL_CHECK(context.services.clients->remove(access, path_text(request, "id")));
                       return no_content();
                     }));
}

}  // namespace

void add_application_routes(Context& context, http::Router& router) {
  if (!context.services.issuer || !context.services.clients) return;
  add_consent_routes(context, router);
  add_registry_routes(context, router);
}

}  // namespace xinglin::web::detail
