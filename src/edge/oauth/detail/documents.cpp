#include "edge/oauth/detail/documents.h"

#include <initializer_list>
#include <string_view>

namespace xinglin::oauth::detail {
namespace {

json::array list(std::initializer_list<std::string_view> texts) {
  json::array out;
  for (const std::string_view text : texts) out.push_back(json::value(text));
  return out;
}

json::object common(const std::string& base_url) {
  return {{"issuer", base_url},
          {"jwks_uri", base_url + "/oauth/jwks"},
          {"authorization_endpoint", base_url + "/oauth/authorize"},
          {"token_endpoint", base_url + "/oauth/token"},
          {"introspection_endpoint", base_url + "/oauth/introspect"},
          {"revocation_endpoint", base_url + "/oauth/revoke"},
          {"token_endpoint_auth_methods_supported",
           list({"none", "client_secret_basic", "client_secret_post", "private_key_jwt"})},
          {"token_endpoint_auth_signing_alg_values_supported", list({"RS384", "ES384"})},
          {"grant_types_supported", list({"authorization_code", "refresh_token", "client_credentials"})},
          {"response_types_supported", list({"code"})},
          {"code_challenge_methods_supported", list({"S256"})},
          {"authorization_response_iss_parameter_supported", true},
          {"scopes_supported", list({"openid", "fhirUser", "launch", "launch/patient", "offline_access",
                                     "online_access", "patient/*.cruds", "user/*.cruds", "system/*.cruds"})}};
}

}  // namespace

json::object smart_configuration(const std::string& base_url) {
  json::object out = common(base_url);
  out["capabilities"] =
      list({"launch-ehr", "launch-standalone", "authorize-post", "client-public",
            "client-confidential-symmetric", "client-confidential-asymmetric", "sso-openid-connect",
            "context-ehr-patient", "context-standalone-patient", "permission-offline", "permission-online",
            "permission-patient", "permission-user", "permission-v1", "permission-v2"});
  return out;
}

json::object openid_configuration(const std::string& base_url) {
  json::object out = common(base_url);
  out["subject_types_supported"] = list({"public"});
  out["id_token_signing_alg_values_supported"] = list({"RS256"});
  out["claims_supported"] = list({"iss", "sub", "aud", "exp", "iat", "nonce", "name", "fhirUser"});
  out["response_modes_supported"] = list({"query"});
  return out;
}

}  // namespace xinglin::oauth::detail
