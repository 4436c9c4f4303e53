#include "core/trust/detail/client_proof.h"

namespace xinglin::trust {
namespace {

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr int64_t kAssertionLifeS = 300, kSkewS = 30;
constexpr size_t kJtiBytesMax = 256;

Error invalid(std::string_view what) {
  return {oauth::kInvalidClient, std::string(what)};
}

}  // namespace

Result<Client> ClientProofs::check(const ClientProof& proof) {
  // Counted by the name that is said, before it is known to be one.
  std::string name = proof.client_id.substr(0, 64);
  if (name.empty()) {
    if (const auto jwt = parse_jwt(proof.assertion)) name = jwt->text("sub").value_or("").substr(0, 64);
  }
  if (!failures_.take(name, clock_.now())) return Error(kTooManyTries, "too many wrong proofs; wait");
  Result<Client> client = check_once(proof);
  if (client) {
    failures_.forgive(name);
  } else {
    audit_.record(Access::system("oauth"), {.action = Action::SignIn,
                                            .object = "Client",
                                            .success = false,
                                            .detail = "an application has not proven itself"});
  }
  return client;
}

Result<Client> ClientProofs::check_once(const ClientProof& proof) {
  if (!proof.assertion.empty() || !proof.assertion_type.empty()) {
    if (proof.assertion_type != kAssertionType) return invalid("client_assertion_type is not jwt-bearer");
    const auto jwt = parse_jwt(proof.assertion);
    if (!jwt) return invalid(jwt.error().message());
    const std::string id = jwt->text("sub").value_or("");
    if (!proof.client_id.empty() && proof.client_id != id)
      return invalid("client_id is not the sub of the statement");
    const auto client = clients_.find(id);
    if (!client) return client.error().is(kNoClient) ? Error(oauth::kInvalidClient) : client.error();
    XL_CHECK(check_assertion(*client, proof, *jwt));
    return *client;
  }
  const auto client = clients_.find(proof.client_id);
  if (!client) return client.error().is(kNoClient) ? Error(oauth::kInvalidClient) : client.error();
  if (client->is_public()) {
    if (!proof.secret.empty()) return invalid("this application has no secret");
    return *client;
  }
  if (!client->secret_hash) return invalid("this application proves itself by a signed statement");
  if (!equal_constant_time(*client->secret_hash, sha256(proof.secret))) return Error(oauth::kInvalidClient);
  return *client;
}

Result<void> ClientProofs::check_assertion(const Client& client, const ClientProof& proof, const Jwt& jwt) {
  const int64_t now_s = clock_.now().us / kSecondUs;
  const auto expires = jwt.seconds("exp");
  const std::string jti = jwt.text("jti").value_or("");
  if (jwt.text("iss") != client.id) return invalid("iss and sub must both be the client id");
  if (!jwt.is_for(proof.audience)) return invalid("aud must be " + proof.audience);
  if (!expires || *expires + kSkewS <= now_s) return invalid("the statement has expired");
  if (*expires > now_s + kAssertionLifeS + kSkewS) return invalid("exp is more than five minutes away");
  if (const auto from = jwt.seconds("nbf"); from && *from > now_s + kSkewS)
    return invalid("nbf is in the future");
  if (jti.empty() || jti.size() > kJtiBytesMax) return invalid("the statement needs a jti");
  if (jwt.algorithm != "RS384" && jwt.algorithm != "ES384") return invalid("alg must be RS384 or ES384");
  XL_TRY(const KeySet keys, keys_of(client, jwt.key_id));
  if (const auto signed_by = keys.verify(jwt); !signed_by) return invalid(signed_by.error().message());
  const Digest hash = sha256(jti);
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("DELETE FROM oauth_assertion WHERE expires_at < ?1", clock_.now()));
    XL_TRY(const int64_t fresh,
           tx.run("INSERT INTO oauth_assertion (client_id, jti_hash, expires_at) VALUES (?1, ?2, ?3) "
                  "ON CONFLICT DO NOTHING",
                  client.id, std::span<const uint8_t>(hash), Instant{(*expires + kSkewS) * kSecondUs}));
    if (fresh == 0) return invalid("this statement was used before (jti)");
    return {};
  });
}

// Keys at an address are kept for a while; a key that is not among them may be a new one, and is looked for
// once.
Result<KeySet> ClientProofs::keys_of(const Client& client, const std::string& key_id) {
  if (client.jwks_uri.empty()) {
    auto keys = KeySet::parse(client.jwks);
    if (!keys) return invalid("this application has no keys");
    return keys;
  }
  const Instant now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto found = fetched_.find(client.jwks_uri);
    if (found != fetched_.end()) {
      const int64_t age = now - found->second.at;
      if (age < kRefetchUs || (age < kKeysAgeUs && found->second.keys.has(key_id))) return found->second.keys;
    }
  }
  if (!fetch_) return invalid("keys are not fetched here");
  const auto text = fetch_(client.jwks_uri);
  if (!text) return invalid("the keys of the application cannot be fetched: " + text.error().message());
  auto keys = KeySet::parse(*text);
  if (!keys) return invalid(keys.error().message());
  const std::lock_guard lock(mutex_);
  fetched_.insert_or_assign(client.jwks_uri, Fetched{*keys, now});
  return keys;
}

}  // namespace xinglin::trust
