// From what an application asks for to what a person decides.
#include "core/trust/issuer.h"

#include <algorithm>

#include "base/percent.h"
#include "core/trust/detail/issuer_impl.h"

namespace xinglin::trust {
namespace {

constexpr size_t kStateBytesMax = 2048;
constexpr int64_t kRequestsMax = 1000;  // of one application, that wait for a person: anybody can make one
constexpr std::string_view kRequestColumns =
    "client_id, redirect_uri, state, scopes, challenge, nonce, patient, launch_user, expires_at";

Error invalid(std::string_view what) {
  return {oauth::kInvalidRequest, std::string(what)};
}

bool is_base64url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_printable(std::string_view text) {
  return text.size() <= kStateBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string with_parameters(const std::string& uri,
                            std::initializer_list<std::pair<std::string_view, std::string_view>> parameters) {
  std::string out = uri;
  char mark = uri.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    out.append({mark}).append(name).append("=").append(percent_encoded(value));
    mark = '&';
  }
  return out;
}

// Everything of a code flow; the rest belongs to applications by themselves.
ScopeSet for_people(ScopeSet scopes) {
  std::erase_if(scopes.resources,
                [](const ResourceScope& one) { return one.level == ResourceScope::Level::System; });
  return scopes;
}

bool needs_patient(const ScopeSet& scopes) {
  return scopes.launch_patient || scopes.launch || scopes.has_level(ResourceScope::Level::Patient);
}

Result<ScopeSet> check_request(const AuthorizationRequest& request, const Client& client,
                               std::string_view fhir_base) {
  if (request.response_type != "code") return Error(oauth::kUnsupportedResponse);
  if (request.state.empty() || !is_printable(request.state))
    return invalid("state is missing or not printable");
  if (!is_printable(request.nonce)) return invalid("nonce is not printable");
  if (request.challenge_method != "S256") return invalid("code_challenge_method must be S256 (PKCE)");
  if (request.challenge.size() != 43 || !is_base64url(request.challenge))
    return invalid("code_challenge must be the base64url of a SHA-256");
  std::string_view audience = request.audience;
  while (audience.ends_with('/')) audience.remove_suffix(1);
  if (audience != fhir_base) return invalid("aud must be " + std::string(fhir_base));
  const auto asked = parse_scopes(request.scope);
  if (!asked) return Error(oauth::kInvalidScope, asked.error().message());
  XL_TRY(const ScopeSet allowed, parse_scopes(client.scopes));
  const ScopeSet left = for_people(intersect(*asked, allowed));
  if (left.resources.empty() && !left.openid) return Error(oauth::kInvalidScope);
  if (left.launch && request.launch.empty()) return invalid("the scope launch needs the parameter launch");
  return left;
}

}  // namespace

Issuer::Issuer(sql::Store& store, const Clock& clock, Random& random, AuditLog& audit, Clients& clients,
               Fetch fetch, Options options)
    : impl_(std::make_unique<Impl>(store, clock, random, audit, clients, std::move(fetch), options)) {}
Issuer::~Issuer() = default;

Issuer::Begun Issuer::begin(const AuthorizationRequest& request, std::string_view fhir_base) {
  const auto client = impl_->clients.find(request.client_id);
  if (!client) return {{}, Error(oauth::kInvalidClient, "this application is not known here")};
  if (std::find(client->redirect_uris.begin(), client->redirect_uris.end(), request.redirect_uri) ==
      client->redirect_uris.end())
    return {{}, invalid("redirect_uri is not one that is registered for this application")};
  const auto scopes = check_request(request, *client, fhir_base);
  if (!scopes) return {{}, scopes.error(), true};
  const std::string id = impl_->secret();
  const Digest id_hash = sha256(id), launch_hash = sha256(request.launch);
  const Instant now = impl_->clock.now();
  const auto kept = impl_->store.write([&](sql::Tx& tx) -> Result<void> {
    std::string patient, user;
    if (!request.launch.empty()) {
      {
        sql::Query q = tx.query(
            "SELECT patient, user_id FROM oauth_launch WHERE token_hash = ?1 AND client_id = ?2 AND "
            "expires_at > ?3",
            std::span<const uint8_t>(launch_hash), client->id, now);
        if (q.next()) patient = q.text(0), user = q.text(1);
        XL_CHECK(q.status());
      }
      if (user.empty()) return invalid("this launch is not known or has ended; launch again");
      XL_CHECK(
          tx.run("DELETE FROM oauth_launch WHERE token_hash = ?1", std::span<const uint8_t>(launch_hash)));
    }
    XL_CHECK(tx.run("DELETE FROM oauth_request WHERE expires_at < ?1", now));
    {
      sql::Query q = tx.query("SELECT COUNT(*) FROM oauth_request WHERE client_id = ?1", client->id);
      const bool full = q.next() && q.integer(0) >= kRequestsMax;
      XL_CHECK(q.status());
      if (full) return Error(errors::kBusy, "too many requests wait for an answer");
    }
    XL_CHECK(tx.run(
        "INSERT INTO oauth_request (id_hash, client_id, redirect_uri, state, scopes, challenge, nonce, "
        "patient, launch_user, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        std::span<const uint8_t>(id_hash), client->id, request.redirect_uri, request.state,
        to_string(*scopes), request.challenge, request.nonce, patient, user,
        now + impl_->options.request_us));
    return {};
  });
  if (!kept) return {{}, kept.error(), true};
  return {id, std::nullopt, true};
}

Result<Issuer::Impl::StoredRequest> Issuer::Impl::request(sql::Session& session, std::string_view id) {
  const Digest hash = sha256(id);
  sql::Query q =
      session.query("SELECT " + std::string(kRequestColumns) + " FROM oauth_request WHERE id_hash = ?1",
                    std::span<const uint8_t>(hash));
  const bool found = q.next();
  XL_CHECK(q.status());
  if (!found || clock.now() >= q.instant(8)) return Error(kNoRequest);
  const auto text = [&q](int column) { return std::string(q.text(column)); };
  return StoredRequest{text(0), text(1), text(2), text(3), text(4), text(5), text(6), text(7)};
}

Result<Asked> Issuer::asked(const Authenticator::SessionAccess& person, std::string_view request) {
  XL_CHECK(person.access.require(Permission::ReadClinical));
  XL_TRY(const auto found,
         impl_->store.read([&](sql::Session& session) { return impl_->request(session, request); }));
  if (!found.launch_user.empty() && found.launch_user != person.session.user.id.str())
    return Error(kNotAllowed, "somebody else has launched this application");
  XL_TRY(const Client client, impl_->clients.find(found.client_id));
  XL_TRY(const ScopeSet scopes, parse_scopes(found.scopes));
  Asked out{client.id, client.name, found.redirect_uri, {}, needs_patient(scopes), found.patient};
  std::string_view rest = found.scopes;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    out.scopes.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Result<std::string> Issuer::approve(const Authenticator::SessionAccess& person, std::string_view request,
                                    const std::string& patient, const std::vector<std::string>& scopes,
                                    std::string_view issuer) {
  const Access& access = person.access;
  XL_CHECK(access.require(Permission::ReadClinical));
  std::string agreed_text;
  for (const std::string& scope : scopes) agreed_text.append(scope).append(" ");
  const std::string user = person.session.user.id.str();
  const Digest hash = sha256(request);
  return impl_->store.write_for<std::string>([&](sql::Tx& tx) -> Result<std::string> {
    XL_TRY(const auto found, impl_->request(tx, request));
    if (!found.launch_user.empty() && found.launch_user != user)
      return Error(kNotAllowed, "somebody else has launched this application");
    XL_TRY(const ScopeSet asked, parse_scopes(found.scopes));
    XL_TRY(const ScopeSet agreed, parse_scopes(agreed_text));
    const ScopeSet given = intersect(asked, agreed);
    const std::string about = !needs_patient(given)   ? std::string()
                              : found.patient.empty() ? patient
                                                      : found.patient;
    if (needs_patient(given) && about.empty()) return Error(oauth::kInvalidRequest, "choose a patient first");
    if (given.resources.empty() && !given.openid) return Error(oauth::kInvalidScope);
    XL_CHECK(tx.run("DELETE FROM oauth_request WHERE id_hash = ?1", std::span<const uint8_t>(hash)));
    XL_CHECK(
        tx.run("INSERT INTO oauth_grant (client_id, user_id, scopes, patient, created_at) "
               "VALUES (?1, ?2, ?3, ?4, ?5)",
               found.client_id, user, to_string(given), about, impl_->clock.now()));
    const int64_t grant = tx.last_insert_id();
    XL_TRY(const std::string code,
           impl_->insert(tx, grant, TokenKind::Code, to_string(given), impl_->options.code_us, &found));
    XL_CHECK(impl_->audit.append(tx, access,
                                 {.action = Action::Execute,
                                  .object = "Client/" + found.client_id,
                                  .patient = about,
                                  .detail = ("consent: " + to_string(given)).substr(0, 300)}));
    return with_parameters(found.redirect_uri, {{"code", code}, {"state", found.state}, {"iss", issuer}});
  });
}

Result<std::string> Issuer::deny(const Access& person, std::string_view request, std::string_view issuer) {
  XL_CHECK(person.require(Permission::ReadClinical));
  const Digest hash = sha256(request);
  return impl_->store.write_for<std::string>([&](sql::Tx& tx) -> Result<std::string> {
    XL_TRY(const auto found, impl_->request(tx, request));
    XL_CHECK(tx.run("DELETE FROM oauth_request WHERE id_hash = ?1", std::span<const uint8_t>(hash)));
    XL_CHECK(impl_->audit.append(tx, person,
                                 {.action = Action::Execute,
                                  .object = "Client/" + found.client_id,
                                  .success = false,
                                  .detail = "consent refused"}));
    return with_parameters(found.redirect_uri,
                           {{"error", "access_denied"}, {"state", found.state}, {"iss", issuer}});
  });
}

Result<std::string> Issuer::launch(const Authenticator::SessionAccess& person, std::string_view client_id,
                                   const std::string& patient) {
  XL_CHECK(person.access.require(Permission::ReadClinical));
  XL_TRY(const Client client, impl_->clients.find(client_id));
  if (client.launch_uri.empty())
    return Error(oauth::kUnauthorizedClient, "this application is not launched from here");
  const std::string token = impl_->secret();
  const Digest hash = sha256(token);
  const Instant now = impl_->clock.now();
  const Result<void> kept = impl_->store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("DELETE FROM oauth_launch WHERE expires_at < ?1", now));
    XL_CHECK(
        tx.run("INSERT INTO oauth_launch (token_hash, client_id, user_id, patient, expires_at) "
               "VALUES (?1, ?2, ?3, ?4, ?5)",
               std::span<const uint8_t>(hash), client.id, person.session.user.id.str(), patient,
               now + impl_->options.launch_us));
    XL_CHECK(impl_->audit.append(tx, person.access,
                                 {.action = Action::Execute,
                                  .object = "Client/" + client.id,
                                  .patient = patient,
                                  .detail = "launch"}));
    return {};
  });
  if (!kept) return kept.error();
  return token;
}

}  // namespace xinglin::trust
