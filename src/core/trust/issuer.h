// The embedded issuer: an OAuth 2.0 authorization server for applications (SMART App Launch 2). Authorization
// code with PKCE, refresh tokens that change with every use, client credentials by a signed statement,
// introspection, revocation. Tokens are random and opaque; the store holds only their hashes, so each can be
// ended at once, and all that came of one consent end together when one is used a second time. HTTP is the
// business of edge/oauth. Thread-safe. RFC 6749, 6819, 7009, 7523, 7636, 7662, 9207; SMART App Launch 2.2.0.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/trust/authenticator.h"
#include "core/trust/clients.h"
#include "core/trust/scope.h"

namespace xinglin::trust {

// The error codes of RFC 6749 4.1.2.1 and 5.2; the edge sends what follows "oauth.".
namespace oauth {
inline constexpr ErrorCode kInvalidRequest{"oauth.invalid_request", ErrorKind::Invalid,
                                           "the request lacks a parameter or says it wrongly"};
inline constexpr ErrorCode kInvalidClient{"oauth.invalid_client", ErrorKind::Unauthenticated,
                                          "the application is not known or has not proven itself"};
inline constexpr ErrorCode kInvalidGrant{
    "oauth.invalid_grant", ErrorKind::Invalid,
    "the code or token is unknown, used, ended or of another application"};
inline constexpr ErrorCode kUnauthorizedClient{"oauth.unauthorized_client", ErrorKind::Invalid,
                                               "the application may not ask in this way"};
inline constexpr ErrorCode kInvalidScope{"oauth.invalid_scope", ErrorKind::Invalid,
                                         "nothing of what was asked for can be given"};
inline constexpr ErrorCode kUnsupportedGrant{"oauth.unsupported_grant_type", ErrorKind::Invalid,
                                             "authorization_code, refresh_token or client_credentials"};
inline constexpr ErrorCode kUnsupportedResponse{"oauth.unsupported_response_type", ErrorKind::Invalid,
                                                "the response type must be code"};
}  // namespace oauth
inline constexpr ErrorCode kNoRequest{
    "trust.no-request", ErrorKind::NotFound,
    "this request of an application has ended; begin again in the application"};

// As it came to the authorization endpoint.
struct AuthorizationRequest {
  std::string client_id, redirect_uri, response_type, scope, state, challenge, challenge_method, nonce,
      launch, audience;
};

// How an application proves itself at the token endpoint.
struct ClientProof {
  std::string client_id, secret;
  std::string assertion_type, assertion;  // private_key_jwt
  std::string audience;                   // our token endpoint, which an assertion must name
};

struct TokenAnswer {
  std::string access_token, refresh_token, scope, patient;
  int64_t expires_in_s = 0;
  // For an id_token: who, at which application; user "" when there is none to be told.
  std::string user, user_name, client_id, nonce;
  bool openid = false, fhir_user = false;
};

// What a person is asked to decide.
struct Asked {
  std::string client_id, client_name, redirect_uri;
  std::vector<std::string> scopes;
  bool needs_patient = false;
  std::string patient;  // chosen by the launch, or ""
};

class Issuer {
public:
  struct Options {
    int64_t access_us = 10 * kMinuteUs, system_access_us = 5 * kMinuteUs;
    int64_t code_us = kMinuteUs, request_us = 15 * kMinuteUs, launch_us = 5 * kMinuteUs;
    int64_t offline_us = 90 * kDayUs, online_us = 12 * kHourUs;
    int failures_max = 20;  // wrong proofs of one application in ten minutes
  };
  // Brings the text at an address: the keys an application keeps there. May be empty: then none are fetched.
  using Fetch = std::function<Result<std::string>(const std::string& url)>;
  Issuer(sql::Store& store, const Clock& clock, Random& random, AuditLog& audit, Clients& clients,
         Fetch fetch, Options options);
  ~Issuer();

  // Kept until a person decides. An error that is about the application or its address must be shown, never
  // sent back to the address; may_redirect tells.
  struct Begun {
    std::string request;  // opaque; "" when refused
    std::optional<Error> refused;
    bool may_redirect = false;
  };
  Begun begin(const AuthorizationRequest& request, std::string_view fhir_base);
  Result<Asked> asked(const Authenticator::SessionAccess& person, std::string_view request);
  // The address to go to, with the code, or with access_denied. `scopes`: those of the asked that are agreed
  // to.
  Result<std::string> approve(const Authenticator::SessionAccess& person, std::string_view request,
                              const std::string& patient, const std::vector<std::string>& scopes,
                              std::string_view issuer);
  Result<std::string> deny(const Access& person, std::string_view request, std::string_view issuer);
  // From a patient's page: the launch parameter for the application's launch address.
  Result<std::string> launch(const Authenticator::SessionAccess& person, std::string_view client_id,
                             const std::string& patient);

  Result<TokenAnswer> exchange(const ClientProof& proof, std::string_view code, std::string_view redirect_uri,
                               std::string_view verifier);
  Result<TokenAnswer> refresh(const ClientProof& proof, std::string_view token, std::string_view scope);
  Result<TokenAnswer> client_credentials(const ClientProof& proof, std::string_view scope);

  static bool is_ours(std::string_view bearer);
  Result<Access> from_token(std::string_view bearer);  // kNoSession
  // RFC 7662, for the application's own tokens: {"active": false} or what it is.
  Result<json::object> introspect(const ClientProof& proof, std::string_view token);
  Result<void> revoke(const ClientProof& proof, std::string_view token);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::trust
