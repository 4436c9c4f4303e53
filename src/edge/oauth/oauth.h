// OAuth 2.0 and OpenID Connect over HTTP: /oauth/authorize, token, introspect, revoke and jwks, and the
// documents by which applications find them (/fhir/.well-known/smart-configuration,
// /.well-known/openid-configuration). What is decided is decided by core/trust; the page on which people
// consent is /authorize of the web pages. Pages of registered applications may read answers of /fhir and of
// these routes from their own origin (CORS). Built by main; must outlive the router it adds routes to.
// Thread-safe. RFC 6749, 7009, 7662, 8414; SMART App Launch 2.2.0.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http/http.h"
#include "base/metrics.h"
#include "base/time.h"
#include "core/trust/issuer.h"

namespace xinglin::oauth {

struct Options {
  std::string scheme = "http";  // of the addresses made from the host as asked; "https" behind TLS
  std::string base_url =
      "";                // "https://host" where it is one and the same for everybody; "": the host as asked
  std::string key_file;  // of the key that signs id_tokens, made at first use
};

class OAuth {
public:
  // Called before an id_token names a person as fhirUser, so that the Practitioner it names can be read; may
  // be empty.
  using Introduce = std::function<void(const std::string& user, const std::string& name)>;
  OAuth(trust::Issuer& issuer, trust::Clients& clients, Metrics& metrics, const Clock& clock,
        Introduce introduce, Options options);
  ~OAuth();
  void add_routes(http::Router& router);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::oauth
