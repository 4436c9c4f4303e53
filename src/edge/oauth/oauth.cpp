#include "edge/oauth/oauth.h"

#include <mutex>

#include "core/trust/jose.h"
#include "edge/oauth/detail/answers.h"
#include "edge/oauth/detail/cross_origin.h"
#include "edge/oauth/detail/documents.h"

namespace xinglin::oauth {

using detail::Form;
using http::Method;
using http::Request;
using http::Response;

struct OAuth::Impl {
  Impl(trust::Issuer& i, trust::Clients& c, Metrics& m, const Clock& time, Introduce in, Options o)
      : issuer(i), clients(c), metrics(m), clock(time), introduce(std::move(in)), options(std::move(o)) {}

  trust::Issuer& issuer;
  trust::Clients& clients;
  Metrics& metrics;
  const Clock& clock;
  Introduce introduce;
  Options options;
  std::mutex mutex = {};  // guards signer
  std::unique_ptr<trust::TokenSigner> signer = {};

  std::string base_url(const Request& request) const {
    if (!options.base_url.empty()) return options.base_url;
    return options.scheme + "://" + std::string(request.header("host"));
  }
  std::string token_url(const Request& request) const { return base_url(request) + "/oauth/token"; }
  // Made when the first application needs it: most houses start without one.
  Result<trust::TokenSigner*> key() {
    const std::lock_guard lock(mutex);
    if (!signer) {
      XL_TRY(signer, trust::TokenSigner::load_or_create(options.key_file));
    }
    return signer.get();
  }
  void count(std::string_view what, bool good) {
    metrics
        .counter("xinglin_oauth_requests_total", "Requests of applications for tokens",
                 "kind=\"" + std::string(what) + "\",outcome=\"" + (good ? "given" : "refused") + "\"")
        .add();
  }

  Response authorize(const Request& request, const Result<Form>& form);
  Result<trust::TokenAnswer> tokens(const Request& request, const Form& form);
  Result<std::string> id_token(const trust::TokenAnswer& tokens, const std::string& base);
  Result<json::object> token(const Request& request);
  Result<json::object> introspect(const Request& request);
  Result<json::object> revoke(const Request& request);
};

// Either on to the page that asks, or back with the reason; where "back" is not known to be safe, nowhere.
Response OAuth::Impl::authorize(const Request& request, const Result<Form>& form) {
  const std::string base = base_url(request);
  if (!form) return http::problem(request, form.error());
  const auto text = [&form](std::string_view name) { return form->text(name); };
  const trust::AuthorizationRequest asked{text("client_id"),
                                          text("redirect_uri"),
                                          text("response_type"),
                                          text("scope"),
                                          text("state"),
                                          text("code_challenge"),
                                          text("code_challenge_method"),
                                          text("nonce"),
                                          text("launch"),
                                          text("aud")};
  const trust::Issuer::Begun begun = issuer.begin(asked, base + "/fhir");
  count("authorize", !begun.refused);
  if (!begun.refused) return detail::redirect("/authorize?request=" + begun.request);
  if (begun.may_redirect)
    return detail::redirect(detail::with_error(asked.redirect_uri, *begun.refused, asked.state, base));
  return http::problem(request, 400, begun.refused->code().name, begun.refused->message());
}

Result<trust::TokenAnswer> OAuth::Impl::tokens(const Request& request, const Form& form) {
  XL_TRY(const trust::ClientProof proof, detail::proof_of(request, form, token_url(request)));
  const std::string type = form.text("grant_type");
  if (type == "authorization_code")
    return issuer.exchange(proof, form.text("code"), form.text("redirect_uri"), form.text("code_verifier"));
  if (type == "refresh_token") return issuer.refresh(proof, form.text("refresh_token"), form.text("scope"));
  if (type == "client_credentials") return issuer.client_credentials(proof, form.text("scope"));
  return Error(trust::oauth::kUnsupportedGrant);
}

// OpenID Connect Core 2.
Result<std::string> OAuth::Impl::id_token(const trust::TokenAnswer& tokens, const std::string& base) {
  const int64_t now_s = clock.now().us / kSecondUs;
  json::object claims{
      {"iss", base}, {"sub", tokens.user}, {"aud", tokens.client_id}, {"iat", now_s}, {"exp", now_s + 3600}};
  if (!tokens.nonce.empty()) claims["nonce"] = tokens.nonce;
  if (tokens.fhir_user) {
    if (introduce) introduce(tokens.user, tokens.user_name);
    claims["fhirUser"] = base + "/fhir/Practitioner/" + tokens.user;
    claims["name"] = tokens.user_name;
  }
  XL_TRY(trust::TokenSigner * signing, key());
  return signing->sign(claims);
}

Result<json::object> OAuth::Impl::token(const Request& request) {
  XL_TRY(const Form form, Form::of_body(request));
  const auto given = tokens(request, form);
  count("token", given.has_value());
  if (!given) return given.error();
  json::object out{{"access_token", given->access_token},
                   {"token_type", "Bearer"},
                   {"expires_in", given->expires_in_s},
                   {"scope", given->scope}};
  if (!given->refresh_token.empty()) out["refresh_token"] = given->refresh_token;
  if (!given->patient.empty()) {
    out["patient"] = given->patient;
    out["need_patient_banner"] = true;
  }
  if (given->openid && !given->user.empty()) {
    XL_TRY(const std::string identity, id_token(*given, base_url(request)));
    out["id_token"] = identity;
  }
  return out;
}

Result<json::object> OAuth::Impl::introspect(const Request& request) {
  XL_TRY(const Form form, Form::of_body(request));
  XL_TRY(const trust::ClientProof proof, detail::proof_of(request, form, token_url(request)));
  return issuer.introspect(proof, form.text("token"));
}

Result<json::object> OAuth::Impl::revoke(const Request& request) {
  XL_TRY(const Form form, Form::of_body(request));
  XL_TRY(const trust::ClientProof proof, detail::proof_of(request, form, token_url(request)));
  if (form.text("token").empty()) return Error(trust::oauth::kInvalidRequest, "token is missing");
  XL_CHECK(issuer.revoke(proof, form.text("token")));
  count("revoke", true);
  return json::object{};
}

OAuth::OAuth(trust::Issuer& issuer, trust::Clients& clients, Metrics& metrics, const Clock& clock,
             Introduce introduce, Options options)
    : impl_(std::make_unique<Impl>(issuer, clients, metrics, clock, std::move(introduce),
                                   std::move(options))) {}
OAuth::~OAuth() = default;

void OAuth::add_routes(http::Router& router) {
  Impl* impl = impl_.get();
  const auto info = [](std::string summary, size_t bytes = 0) {
    http::RouteInfo out;
    out.summary = std::move(summary), out.tag = "oauth", out.body_bytes_max = bytes;
    out.in_openapi = false;  // the documents below describe these
    return out;
  };
  router.add(Method::Get, "/oauth/authorize", info("Where an application sends a person"),
             [impl](const Request& request) { return impl->authorize(request, Form::of_query(request)); });
  router.add(Method::Post, "/oauth/authorize", info("The same by a form", 32 << 10),
             [impl](const Request& request) { return impl->authorize(request, Form::of_body(request)); });
  const auto post = [&](const char* path, const char* summary,
                        Result<json::object> (Impl::*work)(const Request&)) {
    router.add(Method::Post, path, info(summary, 32 << 10), [impl, work](const Request& request) {
      const Result<json::object> out = (impl->*work)(request);
      return out ? detail::answer(*out) : detail::refusal(out.error());
    });
  };
  post("/oauth/token", "Tokens for a code, a refresh token or an application itself", &Impl::token);
  post("/oauth/introspect", "What a token is", &Impl::introspect);
  post("/oauth/revoke", "Ends a token", &Impl::revoke);
  router.add(Method::Get, "/oauth/jwks", info("Keys that sign id_tokens"), [impl](const Request& request) {
    const auto signer = impl->key();
    return signer ? Response::of_json(200, (*signer)->public_keys()) : http::problem(request, signer.error());
  });
  router.add(Method::Get, "/fhir/.well-known/smart-configuration", info("What is offered"),
             [impl](const Request& request) {
               return Response::of_json(200, detail::smart_configuration(impl->base_url(request)));
             });
  router.add(Method::Get, "/.well-known/openid-configuration", info("What is offered"),
             [impl](const Request& request) {
               return Response::of_json(200, detail::openid_configuration(impl->base_url(request)));
             });
  router.wrap([impl](const Request& request, const http::Handler& next) {
    return detail::with_cross_origin(impl->clients, request, next);
  });
}

}  // namespace xinglin::oauth
