// JSON Web Tokens: taken apart, checked against the keys of their issuer, and signed with our own. RS256,
// RS384, ES256 and ES384 only; "none" and symmetric keys are never taken, and the key decides which
// algorithms it may be used with. Pure functions and values by OpenSSL; nothing here looks at the clock. RFC
// 7515 (JWS), 7517 (JWK), 7518 (JWA), 7519 (JWT).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace xinglin::trust {

inline constexpr ErrorCode kBadJwt{
    "trust.bad-jwt", ErrorKind::Unauthenticated,
    "the signed token is malformed, of an unknown kind or not signed by its issuer"};
inline constexpr ErrorCode kBadJwk{"trust.bad-jwk", ErrorKind::Invalid, "a key is not one that can be used"};
inline constexpr size_t kJwtBytesMax = 16 << 10, kJwksBytesMax = 64 << 10;

// Taken apart, nothing believed yet.
struct Jwt {
  std::string algorithm, key_id, type;
  json::object claims;
  std::string signed_part;  // header.payload as it came
  std::vector<uint8_t> signature;
  std::optional<std::string> text(std::string_view claim) const;
  std::optional<int64_t> seconds(std::string_view claim) const;  // NumericDate
  bool is_for(std::string_view audience) const;                  // aud: a string or a list
};
Result<Jwt> parse_jwt(std::string_view text);  // kBadJwt

class KeySet {
public:
  // A JWK Set: at most 20 keys; those of kinds and uses that are not offered here are left out. kBadJwk when
  // none is left.
  static Result<KeySet> parse(std::string_view text);
  // By kid, and by algorithm when the token names no key. kBadJwt.
  Result<void> verify(const Jwt& jwt) const;
  bool has(std::string_view key_id) const;

  struct Key;

private:
  std::vector<std::shared_ptr<const Key>> keys_;  // shared: a set is copied out of the cache it lives in
};

// Our own RSA key, made at first use as a file of mode 0600.
class TokenSigner {
public:
  static Result<std::unique_ptr<TokenSigner>> load_or_create(const std::string& file);
  ~TokenSigner();
  Result<std::string> sign(const json::object& claims) const;       // RS256
  const json::object& public_keys() const { return public_keys_; }  // a JWK Set
  struct Impl;
  explicit TokenSigner(std::unique_ptr<Impl> impl);

private:
  std::unique_ptr<Impl> impl_;
  json::object public_keys_;
};

}  // namespace xinglin::trust
