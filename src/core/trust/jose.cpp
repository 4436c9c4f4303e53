#include "core/trust/jose.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "base/digest.h"
#include "core/trust/detail/signing_key.h"

namespace xinglin::trust {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using BuilderPointer = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using ParamsPointer = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContextPointer = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using SignaturePointer = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using BioPointer = std::unique_ptr<BIO, Freed<BIO_free>>;

constexpr size_t kKeysMax = 20, kRsaBitsMin = 2048, kRsaBitsMax = 8192;

struct Algorithm {
  std::string_view name, family;  // "RSA", "P-256", "P-384"
  const EVP_MD* (*digest)();
};
constexpr Algorithm kAlgorithms[] = {{"RS256", "RSA", EVP_sha256},
                                     {"RS384", "RSA", EVP_sha384},
                                     {"ES256", "P-256", EVP_sha256},
                                     {"ES384", "P-384", EVP_sha384}};

const Algorithm* find_algorithm(std::string_view name) {
  const auto* found = std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                                   [name](const Algorithm& one) { return one.name == name; });
  return found == std::end(kAlgorithms) ? nullptr : found;
}

std::string member(const json::object& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

std::optional<std::vector<uint8_t>> bytes_of(const json::object& object, std::string_view key) {
  const auto text = json::find_string(object, key);
  return text ? from_base64(*text) : std::nullopt;
}

KeyPointer from_params(const char* kind, OSSL_PARAM_BLD* builder) {
  const ParamsPointer params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPointer context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return KeyPointer(key);
}

KeyPointer rsa_key(const json::object& jwk) {
  const auto n = bytes_of(jwk, "n"), e = bytes_of(jwk, "e");
  if (!n || !e || n->size() * 8 < kRsaBitsMin || n->size() * 8 > kRsaBitsMax || e->size() > 8) return nullptr;
  const NumberPointer modulus(BN_bin2bn(n->data(), static_cast<int>(n->size()), nullptr)),
      exponent(BN_bin2bn(e->data(), static_cast<int>(e->size()), nullptr));
  const BuilderPointer builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  return from_params("RSA", builder.get());
}

KeyPointer curve_key(const json::object& jwk, std::string_view curve) {
  const size_t size = curve == "P-256" ? 32 : 48;
  const auto x = bytes_of(jwk, "x"), y = bytes_of(jwk, "y");
  if (!x || !y || x->size() != size || y->size() != size) return nullptr;
  std::vector<uint8_t> point{4};  // uncompressed, SEC 1 2.3.3
  point.insert(point.end(), x->begin(), x->end());
  point.insert(point.end(), y->begin(), y->end());
  const BuilderPointer builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                      size == 32 ? "P-256" : "P-384", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return nullptr;
  KeyPointer key = from_params("EC", builder.get());
  const KeyContextPointer check(key ? EVP_PKEY_CTX_new(key.get(), nullptr) : nullptr);
  return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(key) : nullptr;
}

// r and s of the same length, as JWA writes them, to the form OpenSSL reads. RFC 7518 3.4.
std::vector<uint8_t> der_of(std::span<const uint8_t> raw) {
  const size_t half = raw.size() / 2;
  const SignaturePointer pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(raw.data(), static_cast<int>(half), nullptr);
  BIGNUM* s = BN_bin2bn(raw.data() + half, static_cast<int>(half), nullptr);
  if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {  // takes both
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &out);
  if (size <= 0) return {};
  std::vector<uint8_t> der(out, out + size);
  OPENSSL_free(out);
  return der;
}

Result<json::object> decoded_object(std::string_view part) {
  const auto bytes = from_base64(part);
  if (!bytes) return Error(kBadJwt);
  const auto value = json::parse(as_text(*bytes));
  if (!value || !value->is_object()) return Error(kBadJwt);
  return value->get_object();
}

}  // namespace

struct KeySet::Key {
  KeyPointer key;
  std::string id, family, algorithm;  // algorithm: "" when the key does not say
};

std::optional<std::string> Jwt::text(std::string_view claim) const {
  const auto value = json::find_string(claims, claim);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

std::optional<int64_t> Jwt::seconds(std::string_view claim) const {
  const auto value = json::find_number(claims, claim);
  if (!value || !std::isfinite(*value) || std::abs(*value) > 1e12) return std::nullopt;
  return static_cast<int64_t>(*value);
}

bool Jwt::is_for(std::string_view audience) const {
  const json::value* aud = json::find(claims, "aud");
  if (!aud) return false;
  if (aud->is_string()) return std::string_view(aud->get_string()) == audience;
  const json::array* list = aud->if_array();
  return list && std::any_of(list->begin(), list->end(), [&](const json::value& one) {
           return one.is_string() && std::string_view(one.get_string()) == audience;
         });
}

Result<Jwt> parse_jwt(std::string_view text) {
  if (text.size() > kJwtBytesMax) return Error(kBadJwt, "the signed token is longer than 16 KiB");
  const size_t first = text.find('.'), second = text.rfind('.');
  if (first == std::string_view::npos || second == first || text.find('.', first + 1) != second)
    return Error(kBadJwt, "a signed token has three parts");
  XL_TRY(const json::object header, decoded_object(text.substr(0, first)));
  if (header.contains("crit")) return Error(kBadJwt, "the signed token asks for extensions (crit)");
  Jwt out{member(header, "alg"), member(header, "kid"), member(header, "typ"), {}, {}, {}};
  if (!find_algorithm(out.algorithm)) return Error(kBadJwt, "alg must be RS256, RS384, ES256 or ES384");
  XL_TRY(out.claims, decoded_object(text.substr(first + 1, second - first - 1)));
  const auto signature = from_base64(text.substr(second + 1));
  if (!signature || signature->empty()) return Error(kBadJwt);
  out.signature = *signature;
  out.signed_part = text.substr(0, second);
  return out;
}

Result<KeySet> KeySet::parse(std::string_view text) {
  if (text.size() > kJwksBytesMax) return Error(kBadJwk, "a key set has at most 64 KiB");
  const auto value = json::parse(text);
  const json::array* keys =
      value && value->is_object() ? json::find_array(value->get_object(), "keys") : nullptr;
  if (!keys || keys->size() > kKeysMax)
    return Error(kBadJwk, "a key set is {\"keys\": [...]} with at most 20 keys");
  KeySet out;
  for (const json::value& one : *keys) {
    const json::object* jwk = one.if_object();
    if (!jwk || (jwk->contains("use") && member(*jwk, "use") != "sig")) continue;
    if (jwk->contains("d"))
      return Error(kBadJwk, "this key set holds a private key: give the public half only");
    const std::string kind = member(*jwk, "kty"), curve = member(*jwk, "crv");
    Key key{nullptr, member(*jwk, "kid"), kind == "EC" ? curve : kind, member(*jwk, "alg")};
    if (kind == "RSA") key.key = rsa_key(*jwk);
    if (kind == "EC" && (curve == "P-256" || curve == "P-384")) key.key = curve_key(*jwk, curve);
    if (key.key) out.keys_.push_back(std::make_shared<const Key>(std::move(key)));
  }
  if (out.keys_.empty())
    return Error(kBadJwk, "no key of the set can be used: RSA of 2048 bits, P-256 or P-384");
  return out;
}

bool KeySet::has(std::string_view key_id) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const auto& key) { return key->id == key_id; });
}

Result<void> KeySet::verify(const Jwt& jwt) const {
  const Algorithm* algorithm = find_algorithm(jwt.algorithm);
  if (!algorithm) return Error(kBadJwt);
  for (const auto& key : keys_) {
    if (key->family != algorithm->family || (!jwt.key_id.empty() && key->id != jwt.key_id)) continue;
    if (!key->algorithm.empty() && key->algorithm != jwt.algorithm) continue;
    const bool curve = algorithm->family != "RSA";
    if (curve && jwt.signature.size() != (algorithm->family == "P-256" ? 64u : 96u)) continue;
    const std::vector<uint8_t> signature = curve ? der_of(jwt.signature) : jwt.signature;
    const ContextPointer context(EVP_MD_CTX_new());
    const bool good =
        context &&
        EVP_DigestVerifyInit(context.get(), nullptr, algorithm->digest(), nullptr, key->key.get()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), as_bytes(jwt.signed_part).data(),
                         jwt.signed_part.size()) == 1;
    if (good) return {};
  }
  return Error(kBadJwt, "no key of the issuer has signed this token");
}

struct TokenSigner::Impl {
  KeyPointer key;
  std::string key_id;
};

TokenSigner::TokenSigner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TokenSigner::~TokenSigner() = default;

namespace {

std::string number_text(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const NumberPointer number(raw);
  std::vector<uint8_t> bytes(static_cast<size_t>(BN_num_bytes(raw)));
  BN_bn2bin(raw, bytes.data());
  return to_base64url(bytes);
}

Result<std::string> new_key_text() {
  const KeyPointer key(EVP_RSA_gen(2048));
  const BioPointer memory(BIO_new(BIO_s_mem()));
  if (!key || !memory ||
      PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return Error(errors::kInternal, "no key could be made");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

Result<std::unique_ptr<TokenSigner>> TokenSigner::load_or_create(const std::string& file) {
  std::string text;
  if (std::ifstream in(file); in) {
    std::ostringstream all;
    all << in.rdbuf();
    text = all.str();
  } else {
    XL_TRY(text, new_key_text());
    XL_CHECK(replace_file(file, text, 0600));
  }
  const BioPointer memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  auto impl = std::make_unique<Impl>();
  impl->key.reset(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
  if (!impl->key || EVP_PKEY_get_base_id(impl->key.get()) != EVP_PKEY_RSA) return Error(kBadKeyFile, file);
  const std::string n = number_text(impl->key.get(), OSSL_PKEY_PARAM_RSA_N),
                    e = number_text(impl->key.get(), OSSL_PKEY_PARAM_RSA_E);
  // RFC 7638: the thumbprint names the key.
  impl->key_id = to_base64url(sha256(R"({"e":")" + e + R"(","kty":"RSA","n":")" + n + R"("})"));
  const std::string id = impl->key_id;
  auto out = std::make_unique<TokenSigner>(std::move(impl));
  const json::object jwk{{"kty", "RSA"}, {"use", "sig"}, {"alg", "RS256"}, {"kid", id}, {"n", n}, {"e", e}};
  out->public_keys_ = {{"keys", json::array{jwk}}};
  return out;
}

Result<std::string> TokenSigner::sign(const json::object& claims) const {
  const json::object header{{"alg", "RS256"}, {"kid", impl_->key_id}, {"typ", "JWT"}};
  const std::string text =
      to_base64url(as_bytes(json::serialize(header))) + "." + to_base64url(as_bytes(json::serialize(claims)));
  const ContextPointer context(EVP_MD_CTX_new());
  size_t size = 0;
  const auto input = as_bytes(text);
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, input.data(), input.size()) != 1)
    return Error(errors::kInternal, "a token could not be signed");
  std::vector<uint8_t> signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, input.data(), input.size()) != 1)
    return Error(errors::kInternal, "a token could not be signed");
  signature.resize(size);
  return text + "." + to_base64url(signature);
}

}  // namespace xinglin::trust
