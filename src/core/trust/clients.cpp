#include "core/trust/clients.h"

#include <algorithm>

#include "base/json.h"
#include "core/trust/jose.h"
#include "core/trust/scope.h"

namespace xinglin::trust {
namespace {

constexpr size_t kIdLengthMax = 64, kNameBytesMax = 200, kUriBytesMax = 2048, kUrisMax = 20;
constexpr std::string_view kColumns =
    "id, name, redirect_uris, launch_uri, scopes, role, secret_hash, jwks, jwks_uri";

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kIdLengthMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool is_uri_text(std::string_view uri) {
  return !uri.empty() && uri.size() <= kUriBytesMax && std::all_of(uri.begin(), uri.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '<' && c != '>' && c != '\\' && c != '#';
  });
}

// "https://host:port" of an address; "" when it has none.
std::string_view origin_of(std::string_view uri) {
  const size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos) return {};
  return uri.substr(0, uri.find_first_of("/?", scheme + 3));
}

bool is_this_machine(std::string_view origin) {
  const std::string_view host = origin.substr(origin.find("://") + 3);
  for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"})
    if (host == name || (host.starts_with(name) && host[name.size()] == ':')) return true;
  return false;
}

bool is_web_uri(std::string_view uri) {
  const std::string_view origin = origin_of(uri);
  if (!is_uri_text(uri) || origin.empty() || origin.ends_with('/') ||
      origin.find('@') != std::string_view::npos)
    return false;
  return uri.starts_with("https://") || (uri.starts_with("http://") && is_this_machine(origin));
}

Client client_of(const sql::Query& q) {
  Client out{.id = std::string(q.text(0)),
             .name = std::string(q.text(1)),
             .redirect_uris = {},
             .launch_uri = std::string(q.text(3)),
             .scopes = std::string(q.text(4)),
             .role = parse_role(q.text(5)).value_or(Role::Auditor),
             .jwks = std::string(q.text(7)),
             .jwks_uri = std::string(q.text(8))};
  if (const auto uris = json::parse(q.text(2)); uris && uris->is_array())
    for (const json::value& uri : uris->get_array())
      if (uri.is_string()) out.redirect_uris.emplace_back(std::string_view(uri.get_string()));
  if (!q.is_null(6)) {
    const auto bytes = q.blob(6);
    Digest hash{};
    if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), hash.begin());
    out.secret_hash = hash;
  }
  return out;
}

Result<void> check(const Client& client) {
  const auto wrong = [](std::string text) { return Error(errors::kInvalid, std::move(text)); };
  if (!is_id(client.id)) return wrong("an id has 1 to 64 of a-z, A-Z, 0-9, '.', '_' and '-'");
  if (client.name.empty() || client.name.size() > kNameBytesMax) return wrong("a name has 1 to 200 bytes");
  if (client.redirect_uris.size() > kUrisMax) return wrong("more than 20 redirect URIs");
  for (const std::string& uri : client.redirect_uris)
    if (!is_redirect_uri(uri))
      return wrong("'" + uri + "' cannot be a redirect URI: https, or http to this machine");
  if (!client.launch_uri.empty() && !is_web_uri(client.launch_uri))
    return wrong("the launch URI needs https");
  if (!client.jwks_uri.empty() && !is_web_uri(client.jwks_uri))
    return wrong("the address of the keys needs https");
  if (!client.jwks.empty()) XL_CHECK(KeySet::parse(client.jwks));
  if (client.role != Role::Clinician && client.role != Role::Nurse && client.role != Role::Sender)
    return wrong("an application has the role clinician, nurse or sender");
  XL_TRY(const ScopeSet scopes, parse_scopes(client.scopes));
  if (scopes.has_level(ResourceScope::Level::System) && client.is_public())
    return wrong("system scopes need an application with keys or a secret");
  return {};
}

}  // namespace

bool is_redirect_uri(std::string_view uri) {
  if (is_web_uri(uri)) return true;
  // A private-use scheme holds a dot (RFC 8252 7.1), so it is none of the browser's own.
  const size_t colon = uri.find(':');
  if (!is_uri_text(uri) || colon == std::string_view::npos) return false;
  const std::string_view scheme = uri.substr(0, colon);
  return scheme.find('.') != std::string_view::npos && std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

Result<std::string> Clients::add(const Access& access, Client client, Secret secret) {
  XL_CHECK(access.require(Permission::ManageUsers));
  std::string told;
  if (secret == Secret::Make) {
    told = new_token(random_);
    client.secret_hash = sha256(told);
  }
  XL_CHECK(check(client));
  json::array uris;
  for (const std::string& uri : client.redirect_uris) uris.push_back(json::value(uri));
  const std::string uri_text = json::serialize(json::value(std::move(uris)));
  std::optional<std::span<const uint8_t>> hash;
  if (client.secret_hash) hash = *client.secret_hash;
  const Result<void> kept = store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(
        const int64_t made,
        tx.run(
            "INSERT INTO oauth_client (id, name, redirect_uris, launch_uri, scopes, role, secret_hash, jwks, "
            "jwks_uri, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
            "ON CONFLICT DO NOTHING",
            client.id, client.name, uri_text, client.launch_uri, client.scopes, to_string(client.role),
            hash ? sql::Parameter(*hash) : sql::Parameter(nullptr), client.jwks, client.jwks_uri,
            access.who(), clock_.now()));
    if (made == 0) return Error(kClientExists);
    XL_CHECK(audit_.append(
        tx, access,
        {.action = Action::Create, .object = "Client/" + client.id, .detail = client.scopes.substr(0, 300)}));
    return {};
  });
  if (!kept) return kept.error();
  return told;
}

Result<std::vector<Client>> Clients::list(const Access& access) {
  XL_CHECK(access.require(Permission::ManageUsers));
  return store_.read([](sql::Session& session) -> Result<std::vector<Client>> {
    std::vector<Client> out;
    sql::Query q = session.query("SELECT " + std::string(kColumns) + " FROM oauth_client ORDER BY id");
    while (q.next()) out.push_back(client_of(q));
    XL_CHECK(q.status());
    return out;
  });
}

Result<void> Clients::remove(const Access& access, std::string_view id) {
  XL_CHECK(access.require(Permission::ManageUsers));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const int64_t gone, tx.run("DELETE FROM oauth_client WHERE id = ?1", id));
    if (gone == 0) return Error(kNoClient);
    XL_CHECK(tx.run(
        "DELETE FROM oauth_token WHERE grant_id IN (SELECT id FROM oauth_grant WHERE client_id = ?1)", id));
    for (const char* table : {"oauth_grant", "oauth_request", "oauth_launch"})
      XL_CHECK(tx.run("DELETE FROM " + std::string(table) + " WHERE client_id = ?1", id));
    XL_CHECK(audit_.append(tx, access, {.action = Action::Delete, .object = "Client/" + std::string(id)}));
    return {};
  });
}

Result<Client> Clients::find(std::string_view id) {
  return store_.read([&](sql::Session& session) -> Result<Client> {
    sql::Query q = session.query("SELECT " + std::string(kColumns) + " FROM oauth_client WHERE id = ?1", id);
    if (q.next()) return client_of(q);
    XL_CHECK(q.status());
    return Error(kNoClient);
  });
}

Result<std::vector<Client>> Clients::launched_from_pages() {
  return store_.read([](sql::Session& session) -> Result<std::vector<Client>> {
    std::vector<Client> out;
    sql::Query q = session.query("SELECT " + std::string(kColumns) +
                                 " FROM oauth_client WHERE launch_uri <> '' ORDER BY name");
    while (q.next()) out.push_back(client_of(q));
    XL_CHECK(q.status());
    return out;
  });
}

Result<bool> Clients::is_origin(std::string_view origin) {
  if (!is_web_uri(origin) || origin_of(origin) != origin) return false;
  return store_.read([&](sql::Session& session) -> Result<bool> {
    sql::Query q = session.query("SELECT " + std::string(kColumns) + " FROM oauth_client");
    while (q.next()) {
      const Client client = client_of(q);
      for (const std::string& uri : client.redirect_uris)
        if (origin_of(uri) == origin) return true;
    }
    XL_CHECK(q.status());
    return false;
  });
}

}  // namespace xinglin::trust
