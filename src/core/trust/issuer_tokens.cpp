// Codes, access tokens and refresh tokens: given, exchanged, looked at and ended.
#include "core/trust/detail/issuer_impl.h"

namespace xinglin::trust {
namespace {

constexpr std::string_view kAccessPrefix = "xo_", kRefreshPrefix = "xr_", kCodePrefix = "xc_";
constexpr size_t kTokenBytesMax = 100;

std::string_view prefix_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::Code:
      return kCodePrefix;
    case TokenKind::Access:
      return kAccessPrefix;
    case TokenKind::Refresh:
      return kRefreshPrefix;
  }
  return kCodePrefix;
}

// RFC 7636 4.1.
bool is_verifier(std::string_view text) {
  return text.size() >= 43 && text.size() <= 128 &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") ==
             std::string_view::npos;
}

}  // namespace

Result<std::optional<Issuer::Impl::StoredToken>> Issuer::Impl::find(sql::Session& session,
                                                                    std::string_view token) {
  std::optional<StoredToken> out;
  if (token.size() > kTokenBytesMax) return out;
  const Digest hash = sha256(token);
  sql::Query q = session.query(
      "SELECT t.kind, t.scopes, t.redirect_uri, t.challenge, t.nonce, t.issued_at, t.expires_at, t.used_at, "
      "g.id, g.client_id, g.user_id, g.scopes, g.patient, g.ended_at, u.name, u.role, u.disabled, c.role "
      "FROM oauth_token t JOIN oauth_grant g ON g.id = t.grant_id JOIN oauth_client c ON c.id = g.client_id "
      "LEFT JOIN trust_user u ON u.id = g.user_id WHERE t.token_hash = ?1",
      std::span<const uint8_t>(hash));
  if (q.next()) {
    const auto text = [&q](int column) { return std::string(q.text(column)); };
    out.emplace();
    out->kind = static_cast<TokenKind>(q.integer(0));
    out->scopes = text(1), out->redirect_uri = text(2), out->challenge = text(3), out->nonce = text(4);
    out->issued_at = q.instant(5), out->expires_at = q.instant(6), out->used = !q.is_null(7);
    out->grant = {q.integer(8), text(9), text(10), text(11), text(12)};
    out->ended = !q.is_null(13);
    out->user_name = text(14), out->user_role = text(15), out->client_role = text(17);
    // A person who is not there any more has left: what was granted by them ends.
    out->user_disabled = !out->grant.user_id.empty() && (q.is_null(14) || q.integer(16) != 0);
  }
  XL_CHECK(q.status());
  return out;
}

Result<std::string> Issuer::Impl::insert(sql::Tx& tx, int64_t grant, TokenKind kind, std::string_view scopes,
                                         int64_t life_us, const StoredRequest* request) {
  const std::string token = std::string(prefix_of(kind)) + secret();
  const Digest hash = sha256(token);
  const Instant now = clock.now();
  XL_CHECK(tx.run(
      "INSERT INTO oauth_token (token_hash, grant_id, kind, scopes, issued_at, expires_at, redirect_uri, "
      "challenge, nonce) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      std::span<const uint8_t>(hash), grant, static_cast<int>(kind), scopes, now, now + life_us,
      request ? request->redirect_uri : "", request ? request->challenge : "",
      request ? request->nonce : ""));
  return token;
}

Result<void> Issuer::Impl::end(sql::Tx& tx, int64_t grant) {
  XL_CHECK(
      tx.run("UPDATE oauth_grant SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL", grant, clock.now()));
  return {};
}

Result<TokenAnswer> Issuer::Impl::give(sql::Tx& tx, const Grant& grant, const ScopeSet& scopes,
                                       const ScopeSet& granted) {
  const Instant now = clock.now();
  XL_CHECK(tx.run("DELETE FROM oauth_token WHERE expires_at < ?1", now));
  XL_CHECK(
      tx.run("DELETE FROM oauth_grant WHERE created_at < ?1 AND NOT EXISTS "
             "(SELECT 1 FROM oauth_token t WHERE t.grant_id = oauth_grant.id)",
             now + -kDayUs));
  const int64_t life = grant.user_id.empty() ? options.system_access_us : options.access_us;
  TokenAnswer out{.scope = to_string(scopes), .patient = grant.patient, .expires_in_s = life / kSecondUs};
  out.client_id = grant.client_id;
  out.openid = scopes.openid, out.fhir_user = scopes.fhir_user;
  XL_TRY(out.access_token, insert(tx, grant.id, TokenKind::Access, out.scope, life));
  if (granted.offline_access || granted.online_access) {
    const int64_t refresh_life = granted.offline_access ? options.offline_us : options.online_us;
    XL_TRY(out.refresh_token, insert(tx, grant.id, TokenKind::Refresh, to_string(granted), refresh_life));
  }
  return out;
}

Access Issuer::Impl::who(const StoredToken& token) const {
  const bool of_person = !token.grant.user_id.empty();
  const Role role = parse_role(of_person ? token.user_role : token.client_role).value_or(Role::Auditor);
  return {of_person ? "user:" + token.user_name + " via app:" + token.grant.client_id
                    : "app:" + token.grant.client_id,
          role, purpose_of(role)};
}

Result<TokenAnswer> Issuer::exchange(const ClientProof& proof, std::string_view code,
                                     std::string_view redirect_uri, std::string_view verifier) {
  XL_TRY(const Client client, impl_->proofs.check(proof));
  const Digest hash = sha256(code);
  bool reused = false;
  const auto answer = impl_->store.write_for<TokenAnswer>([&](sql::Tx& tx) -> Result<TokenAnswer> {
    XL_TRY(const auto token, impl_->find(tx, code));
    if (!token || token->kind != TokenKind::Code || token->grant.client_id != client.id || token->ended ||
        token->user_disabled || impl_->clock.now() >= token->expires_at)
      return Error(oauth::kInvalidGrant);
    reused = token->used;
    if (token->redirect_uri != redirect_uri)
      return Error(oauth::kInvalidGrant, "redirect_uri is not the one asked with");
    if (!is_verifier(verifier) || to_base64url(sha256(verifier)) != token->challenge)
      return Error(oauth::kInvalidGrant, "code_verifier does not fit the challenge (PKCE)");
    if (reused) return Error(oauth::kInvalidGrant, "this code was used before");
    XL_CHECK(tx.run("UPDATE oauth_token SET used_at = ?2, expires_at = ?3 WHERE token_hash = ?1",
                    std::span<const uint8_t>(hash), impl_->clock.now(),
                    impl_->clock.now() + kHourUs));  // kept, so that a second use is noticed
    XL_TRY(const ScopeSet scopes, parse_scopes(token->scopes));
    XL_TRY(TokenAnswer out, impl_->give(tx, token->grant, scopes, scopes));
    out.user = token->grant.user_id, out.user_name = token->user_name, out.nonce = token->nonce;
    XL_CHECK(impl_->audit.append(tx, impl_->who(*token),
                                 {.action = Action::SignIn,
                                  .object = "Client/" + client.id,
                                  .patient = token->grant.patient,
                                  .detail = "token issued"}));
    return out;
  });
  if (reused) XL_CHECK(impl_->end_reused(code, client.id, "a code was used twice"));
  return answer;
}

// In a transaction of its own: the exchange was refused and has left nothing behind.
Result<void> Issuer::Impl::end_reused(std::string_view token, const std::string& client,
                                      std::string_view why) {
  return store.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const auto found, find(tx, token));
    if (!found) return {};
    XL_CHECK(end(tx, found->grant.id));
    XL_CHECK(audit.append(tx, who(*found),
                          {.action = Action::SignIn,
                           .object = "Client/" + client,
                           .success = false,
                           .detail = std::string(why) + ": grant ended"}));
    return {};
  });
}

Result<TokenAnswer> Issuer::refresh(const ClientProof& proof, std::string_view given,
                                    std::string_view scope) {
  XL_TRY(const Client client, impl_->proofs.check(proof));
  const auto wanted = parse_scopes(scope);
  if (!wanted) return Error(oauth::kInvalidScope, wanted.error().message());
  const Digest hash = sha256(given);
  bool reused = false;
  const auto answer = impl_->store.write_for<TokenAnswer>([&](sql::Tx& tx) -> Result<TokenAnswer> {
    XL_TRY(const auto token, impl_->find(tx, given));
    if (!token || token->kind != TokenKind::Refresh || token->grant.client_id != client.id || token->ended ||
        token->user_disabled || impl_->clock.now() >= token->expires_at)
      return Error(oauth::kInvalidGrant);
    reused = token->used;
    if (reused) return Error(oauth::kInvalidGrant, "this refresh token was used before");
    XL_CHECK(tx.run("UPDATE oauth_token SET used_at = ?2 WHERE token_hash = ?1",
                    std::span<const uint8_t>(hash), impl_->clock.now()));
    // What the application may be given can have shrunk since.
    XL_TRY(const ScopeSet allowed, parse_scopes(client.scopes));
    XL_TRY(const ScopeSet stored, parse_scopes(token->scopes));
    const ScopeSet granted = intersect(stored, allowed);
    const ScopeSet scopes = scope.empty() ? granted : intersect(*wanted, granted);
    if (scopes.resources.empty() && !scopes.openid) return Error(oauth::kInvalidScope);
    XL_TRY(TokenAnswer out, impl_->give(tx, token->grant, scopes, granted));
    out.user = token->grant.user_id, out.user_name = token->user_name;
    XL_CHECK(impl_->audit.append(tx, impl_->who(*token),
                                 {.action = Action::SignIn,
                                  .object = "Client/" + client.id,
                                  .patient = token->grant.patient,
                                  .detail = "token refreshed"}));
    return out;
  });
  if (reused) XL_CHECK(impl_->end_reused(given, client.id, "a refresh token was used twice"));
  return answer;
}

Result<TokenAnswer> Issuer::client_credentials(const ClientProof& proof, std::string_view scope) {
  XL_TRY(const Client client, impl_->proofs.check(proof));
  if (client.is_public())
    return Error(oauth::kUnauthorizedClient, "an application without keys has no tokens of its own");
  const auto asked = parse_scopes(scope);
  if (!asked) return Error(oauth::kInvalidScope, asked.error().message());
  XL_TRY(const ScopeSet allowed, parse_scopes(client.scopes));
  ScopeSet scopes;
  scopes.resources = intersect(*asked, allowed).resources;
  std::erase_if(scopes.resources,
                [](const ResourceScope& one) { return one.level != ResourceScope::Level::System; });
  if (scopes.resources.empty())
    return Error(oauth::kInvalidScope, "only system scopes that are allowed can be given");
  return impl_->store.write_for<TokenAnswer>([&](sql::Tx& tx) -> Result<TokenAnswer> {
    XL_CHECK(
        tx.run("INSERT INTO oauth_grant (client_id, user_id, scopes, patient, created_at) "
               "VALUES (?1, NULL, ?2, '', ?3)",
               client.id, to_string(scopes), impl_->clock.now()));
    const Impl::Grant grant{tx.last_insert_id(), client.id, "", to_string(scopes), ""};
    XL_TRY(TokenAnswer out, impl_->give(tx, grant, scopes, scopes));
    const Access who("app:" + client.id, client.role, purpose_of(client.role));
    XL_CHECK(impl_->audit.append(tx, who,
                                 {.action = Action::SignIn,
                                  .object = "Client/" + client.id,
                                  .detail = ("token issued: " + out.scope).substr(0, 300)}));
    return out;
  });
}

bool Issuer::is_ours(std::string_view bearer) {
  return bearer.starts_with(kAccessPrefix);
}

Result<Access> Issuer::from_token(std::string_view bearer) {
  XL_TRY(const auto token,
         impl_->store.read([&](sql::Session& session) { return impl_->find(session, bearer); }));
  if (!token || token->kind != TokenKind::Access || token->ended || token->user_disabled)
    return Error(kNoSession, "the token is not known or was revoked");
  if (impl_->clock.now() >= token->expires_at) return Error(kNoSession, "the token has expired");
  XL_TRY(ScopeSet scopes, parse_scopes(token->scopes));
  return impl_->who(*token).narrowed(
      std::make_shared<const Restriction>(std::move(scopes.resources), token->grant.patient));
}

Result<json::object> Issuer::introspect(const ClientProof& proof, std::string_view given) {
  XL_TRY(const Client client, impl_->proofs.check(proof));
  if (client.is_public())
    return Error(oauth::kInvalidClient, "only an application with keys or a secret may ask");
  XL_TRY(const auto token,
         impl_->store.read([&](sql::Session& session) { return impl_->find(session, given); }));
  const bool active = token && token->kind != TokenKind::Code && token->grant.client_id == client.id &&
                      !token->ended && !token->used && !token->user_disabled &&
                      impl_->clock.now() < token->expires_at;
  json::object out{{"active", active}};
  if (!active) return out;
  out["scope"] = token->scopes;
  out["client_id"] = client.id;
  out["exp"] = token->expires_at.us / kSecondUs;
  out["iat"] = token->issued_at.us / kSecondUs;
  out["token_type"] = token->kind == TokenKind::Access ? "Bearer" : "refresh_token";
  if (!token->grant.user_id.empty()) out["sub"] = token->grant.user_id, out["username"] = token->user_name;
  if (!token->grant.patient.empty()) out["patient"] = token->grant.patient;
  return out;
}

Result<void> Issuer::revoke(const ClientProof& proof, std::string_view given) {
  XL_TRY(const Client client, impl_->proofs.check(proof));
  const Digest hash = sha256(given);
  return impl_->store.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const auto token, impl_->find(tx, given));
    if (!token || token->grant.client_id != client.id)
      return {};  // RFC 7009 2.2: unknown is as good as revoked
    if (token->kind == TokenKind::Access) {
      XL_CHECK(tx.run("DELETE FROM oauth_token WHERE token_hash = ?1", std::span<const uint8_t>(hash)));
    } else {
      XL_CHECK(impl_->end(tx, token->grant.id));
    }
    XL_CHECK(impl_->audit.append(
        tx, impl_->who(*token),
        {.action = Action::SignOut, .object = "Client/" + client.id, .detail = "token revoked"}));
    return {};
  });
}

}  // namespace xinglin::trust
