// An application's own key (P-384) and what it signs with it.
#pragma once

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/digest.h"
#include "base/json.h"

namespace xinglin::trust {

class StatementKey {
public:
  explicit StatementKey(std::string id = "k1")
      : id_(std::move(id)), key_(EVP_EC_gen("P-384"), EVP_PKEY_free) {}

  std::string jwks() const {
    uint8_t point[97];
    size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size);
    const json::object jwk{{"kty", "EC"},
                           {"crv", "P-384"},
                           {"kid", id_},
                           {"x", to_base64url(std::span(point + 1, 48))},
                           {"y", to_base64url(std::span(point + 49, 48))}};
    return json::serialize(json::object{{"keys", json::array{jwk}}});
  }
  std::string sign(const json::object& claims, std::string_view algorithm = "ES384") const {
    const std::string text = part({{"alg", algorithm}, {"kid", id_}, {"typ", "JWT"}}) + "." + part(claims);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    uint8_t der[160];
    size_t size = sizeof der;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key_.get());
    EVP_DigestSign(context.get(), der, &size, as_bytes(text).data(), text.size());
    const unsigned char* at = der;
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
    uint8_t raw[96];
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 48);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 48, 48);
    ECDSA_SIG_free(pair);
    return text + "." + to_base64url(raw);
  }

private:
  static std::string part(const json::object& object) {
    return to_base64url(as_bytes(json::serialize(object)));
  }
  std::string id_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace xinglin::trust
