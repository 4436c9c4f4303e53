#include "core/trust/issuer.h"

#include <gtest/gtest.h>

#include "core/trust/tests/fixture.h"
#include "core/trust/tests/statement.h"

namespace xinglin::trust {
namespace {

constexpr std::string_view kBase = "http://127.0.0.1/fhir", kTokenUrl = "http://127.0.0.1/oauth/token",
                           kIssuer = "http://127.0.0.1", kBack = "https://app.example/back?x=1",
                           kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636 B
constexpr std::string_view kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

class IssuerTest : public TrustFixture {
protected:
  void SetUp() override {
    TrustFixture::SetUp();
    clients_ = std::make_unique<Clients>(*store_, clock_, random_, *audit_);
    issuer_ = std::make_unique<Issuer>(
        *store_, clock_, random_, *audit_, *clients_,
        [this](const std::string&) -> Result<std::string> {
          ++fetched_;
          return key_.jwks();
        },
        Issuer::Options{});
    const User user{.id = {}, .name = "alice", .display = "Alice", .role = Role::Clinician, .demo = true};
    ASSERT_TRUE(people_->bootstrap());  // somebody must stay who manages users
    const auto made = people_->add_user(admin_, user, "pass");
    ASSERT_TRUE(made);
    user_ = made->id;
    const auto session = people_->sign_in("alice", "pass", "here");
    ASSERT_TRUE(session);
    person_ = *people_->from_session(session->token);
    add({.id = "app",
         .name = "App",
         .redirect_uris = {std::string(kBack)},
         .launch_uri = "https://app.example/launch",
         .scopes = "launch launch/patient openid fhirUser offline_access patient/*.rs user/Observation.rs"});
    add({.id = "lab",
         .name = "Lab",
         .redirect_uris = {},
         .scopes = "system/Observation.rs system/Patient.r",
         .jwks = key_.jwks()});
  }
  void add(const Client& client) {
    const auto added = clients_->add(admin_, client, Clients::Secret::None);
    ASSERT_TRUE(added) << added.error().message();
  }
  static AuthorizationRequest request() {
    return {.client_id = "app",
            .redirect_uri = std::string(kBack),
            .response_type = "code",
            .scope =
                "launch/patient openid fhirUser offline_access patient/Observation.rs system/*.rs "
                "user/Patient.rs",
            .state = "s & t",
            .challenge = std::string(kChallenge),
            .challenge_method = "S256",
            .nonce = "n",
            .launch = "",
            .audience = std::string(kBase)};
  }
  static ClientProof app() { return {.client_id = "app", .audience = std::string(kTokenUrl)}; }
  static std::string parameter(const std::string& url, const std::string& name) {
    const size_t at = url.find(name + "=");
    return at == std::string::npos
               ? ""
               : url.substr(at + name.size() + 1, url.find('&', at) - at - name.size() - 1);
  }
  std::string code() {
    const auto begun = issuer_->begin(request(), kBase);
    EXPECT_FALSE(begun.refused) << begun.refused->message();
    const auto asked = issuer_->asked(*person_, begun.request);
    EXPECT_TRUE(asked);
    const auto url = issuer_->approve(*person_, begun.request, "p1", asked->scopes, kIssuer);
    EXPECT_TRUE(url) << url.error().message();
    return url ? parameter(*url, "code") : "";
  }
  TokenAnswer tokens() {
    const auto answer = issuer_->exchange(app(), code(), kBack, kVerifier);
    EXPECT_TRUE(answer) << answer.error().message();
    return answer ? *answer : TokenAnswer{};
  }
  std::string exchange(const ClientProof& proof, std::string_view given, std::string_view uri,
                       std::string_view verifier) {
    const auto answer = issuer_->exchange(proof, given, uri, verifier);
    return answer ? "ok" : std::string(answer.error().code().name);
  }
  json::object statement(std::string_view jti) const {
    return {{"iss", "lab"},
            {"sub", "lab"},
            {"aud", kTokenUrl},
            {"jti", jti},
            {"exp", clock_.now().us / kSecondUs + 240}};
  }
  ClientProof lab(const json::object& claims) const {
    return {.client_id = "",
            .secret = "",
            .assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            .assertion = key_.sign(claims),
            .audience = std::string(kTokenUrl)};
  }
  std::string credentials(const ClientProof& proof, std::string_view scope = "system/Observation.rs") {
    const auto answer = issuer_->client_credentials(proof, scope);
    return answer ? "ok" : std::string(answer.error().code().name);
  }

  Access admin_ = Access::system("test");
  StatementKey key_;
  int fetched_ = 0;
  std::unique_ptr<Clients> clients_;
  std::unique_ptr<Issuer> issuer_;
  UserId user_;
  std::optional<Authenticator::SessionAccess> person_;
};

TEST_F(IssuerTest, FromConsentToAccess) {
  const auto begun = issuer_->begin(request(), kBase);
  ASSERT_FALSE(begun.refused);
  const auto asked = issuer_->asked(*person_, begun.request);
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->needs_patient);
  EXPECT_EQ(asked->scopes, (std::vector<std::string>{"launch/patient", "openid", "fhirUser", "offline_access",
                                                     "patient/Observation.rs"}))
      << "no system scope for people, and nothing the application is not registered for";
  EXPECT_TRUE(issuer_->approve(*person_, begun.request, "", asked->scopes, kIssuer)
                  .error()
                  .is(oauth::kInvalidRequest));
  const auto url = issuer_->approve(*person_, begun.request, "p1", asked->scopes, kIssuer);
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->starts_with("https://app.example/back?x=1&code=xc_")) << *url;
  EXPECT_EQ(parameter(*url, "state"), "s%20%26%20t");
  EXPECT_EQ(parameter(*url, "iss"), "http%3A%2F%2F127.0.0.1");
  EXPECT_TRUE(issuer_->approve(*person_, begun.request, "p1", asked->scopes, kIssuer).error().is(kNoRequest));

  const auto answer = issuer_->exchange(app(), parameter(*url, "code"), kBack, kVerifier);
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->patient, "p1");
  EXPECT_EQ(answer->user, user_.str());
  EXPECT_EQ(answer->nonce, "n");
  EXPECT_FALSE(answer->refresh_token.empty());
  const auto access = issuer_->from_token(answer->access_token);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->who(), "user:alice via app:app");
  EXPECT_EQ(access->role(), Role::Clinician);
  ASSERT_TRUE(access->restriction());
  EXPECT_TRUE(access->restriction()->allows("Observation", Interaction::Search));
  EXPECT_FALSE(access->restriction()->allows("Patient", Interaction::Read));
  EXPECT_FALSE(access->may(Permission::ReadClinical));
  EXPECT_FALSE(issuer_->from_token(answer->refresh_token)) << "a refresh token opens nothing";
  clock_.advance(10 * kMinuteUs);
  EXPECT_TRUE(issuer_->from_token(answer->access_token).error().is(kNoSession));
}

TEST_F(IssuerTest, BadRequestsAreRefusedAndOnlySafeOnesGoBack) {
  const auto refused = [&](const std::function<void(AuthorizationRequest&)>& change, bool may_redirect) {
    AuthorizationRequest asked = request();
    change(asked);
    const auto begun = issuer_->begin(asked, kBase);
    EXPECT_EQ(begun.may_redirect, may_redirect);
    return begun.refused ? std::string(begun.refused->code().name) : "accepted";
  };
  EXPECT_EQ(refused([](auto& r) { r.client_id = "other"; }, false), "oauth.invalid_client");
  for (const char* uri : {"https://app.example/back", "https://app.example/back?x=1&y=2",
                          "https://app.example.evil/back?x=1", ""})
    EXPECT_EQ(refused([&](auto& r) { r.redirect_uri = uri; }, false), "oauth.invalid_request") << uri;
  EXPECT_EQ(refused([](auto& r) { r.response_type = "token"; }, true), "oauth.unsupported_response_type");
  EXPECT_EQ(refused([](auto& r) { r.state.clear(); }, true), "oauth.invalid_request");
  EXPECT_EQ(refused([](auto& r) { r.challenge_method = "plain"; }, true), "oauth.invalid_request");
  EXPECT_EQ(refused([](auto& r) { r.challenge.clear(); }, true), "oauth.invalid_request");
  EXPECT_EQ(refused([](auto& r) { r.audience = "https://other/fhir"; }, true), "oauth.invalid_request");
  EXPECT_EQ(refused([](auto& r) { r.scope = "patient/Observation.sr"; }, true), "oauth.invalid_scope");
  EXPECT_EQ(refused([](auto& r) { r.scope = "user/*.cruds"; }, true), "oauth.invalid_scope");
  EXPECT_EQ(refused(
                [](auto& r) {
                  r.launch = "never";
                  r.scope = "launch patient/*.rs";
                },
                true),
            "oauth.invalid_request");
  EXPECT_EQ(refused([](auto& r) { r.audience += "/"; }, true), "accepted");
}

TEST_F(IssuerTest, ACodeIsForItsApplicationItsAddressAndItsVerifierOnce) {
  const std::string one = code();
  EXPECT_EQ(exchange({.client_id = "lab"}, one, kBack, kVerifier), "oauth.invalid_client");
  EXPECT_EQ(exchange(app(), one, "https://app.example/back", kVerifier), "oauth.invalid_grant");
  EXPECT_EQ(exchange(app(), one, kBack, std::string(43, 'a')), "oauth.invalid_grant");
  EXPECT_EQ(exchange(app(), one, kBack, ""), "oauth.invalid_grant");
  const auto answer = issuer_->exchange(app(), one, kBack, kVerifier);
  ASSERT_TRUE(answer);
  ASSERT_TRUE(issuer_->from_token(answer->access_token));
  EXPECT_EQ(exchange(app(), one, kBack, kVerifier), "oauth.invalid_grant");
  EXPECT_FALSE(issuer_->from_token(answer->access_token)) << "used twice: what came of it ends";
  const std::string late = code();
  clock_.advance(kMinuteUs);
  EXPECT_EQ(exchange(app(), late, kBack, kVerifier), "oauth.invalid_grant");
}

TEST_F(IssuerTest, RefreshTokensRotateAndAStolenOneEndsAll) {
  const TokenAnswer first = tokens();
  const auto second = issuer_->refresh(app(), first.refresh_token, "");
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_NE(second->refresh_token, first.refresh_token);
  EXPECT_EQ(second->scope, first.scope);
  const auto narrow =
      issuer_->refresh(app(), second->refresh_token, "patient/Observation.r openid system/*.rs");
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->scope, "openid patient/Observation.r");
  const auto wide = issuer_->refresh(app(), narrow->refresh_token, "");
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->scope, first.scope) << "the grant itself was not narrowed";
  ASSERT_TRUE(issuer_->from_token(wide->access_token));
  EXPECT_TRUE(issuer_->refresh(app(), first.refresh_token, "").error().is(oauth::kInvalidGrant));
  EXPECT_FALSE(issuer_->from_token(wide->access_token));
  EXPECT_FALSE(issuer_->refresh(app(), wide->refresh_token, ""));
}

TEST_F(IssuerTest, TokensEndWithTheirPersonTheirApplicationAndByRevocation) {
  TokenAnswer answer = tokens();
  ASSERT_TRUE(issuer_->revoke(app(), answer.access_token));
  EXPECT_FALSE(issuer_->from_token(answer.access_token));
  const auto next = issuer_->refresh(app(), answer.refresh_token, "");
  ASSERT_TRUE(next);
  ASSERT_TRUE(issuer_->revoke(app(), next->refresh_token));
  EXPECT_FALSE(issuer_->from_token(next->access_token)) << "and what came of the same consent";
  answer = tokens();
  ASSERT_TRUE(people_->set_disabled(admin_, user_, true));
  EXPECT_FALSE(issuer_->from_token(answer.access_token));
  EXPECT_FALSE(issuer_->refresh(app(), answer.refresh_token, ""));
  ASSERT_TRUE(people_->set_disabled(admin_, user_, false));
  EXPECT_TRUE(issuer_->from_token(answer.access_token));
  ASSERT_TRUE(clients_->remove(admin_, "app"));
  EXPECT_FALSE(issuer_->from_token(answer.access_token));
}

TEST_F(IssuerTest, ALaunchFromAPatientsPage) {
  const auto launch = issuer_->launch(*person_, "app", "p7");
  ASSERT_TRUE(launch);
  AuthorizationRequest asked = request();
  asked.scope = "launch patient/*.rs";
  asked.launch = *launch;
  const auto begun = issuer_->begin(asked, kBase);
  ASSERT_FALSE(begun.refused) << begun.refused->message();
  EXPECT_TRUE(issuer_->begin(asked, kBase).refused) << "a launch is taken up once";
  EXPECT_EQ(issuer_->asked(*person_, begun.request)->patient, "p7");
  const auto url = issuer_->approve(*person_, begun.request, "p1", {"launch", "patient/*.rs"}, kIssuer);
  ASSERT_TRUE(url);
  const auto answer = issuer_->exchange(app(), parameter(*url, "code"), kBack, kVerifier);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->patient, "p7") << "the launch decides, not the page";
  EXPECT_TRUE(answer->refresh_token.empty());
}

TEST_F(IssuerTest, AnApplicationByItselfProvesItselfByASignedStatement) {
  const auto answer =
      issuer_->client_credentials(lab(statement("1")), "system/Observation.rs system/*.cruds openid");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->scope, "system/Observation.rs");
  EXPECT_TRUE(answer->refresh_token.empty());
  EXPECT_EQ(answer->expires_in_s, 300);
  EXPECT_EQ(issuer_->from_token(answer->access_token)->who(), "app:lab");
  EXPECT_EQ(credentials(lab(statement("1"))), "oauth.invalid_client") << "replayed";
  EXPECT_EQ(credentials(lab(statement("2"))), "ok");
  const auto with = [&](std::string_view key, const json::value& value) {
    json::object claims = statement(std::string("x") + std::string(key));
    claims[key] = value;
    return credentials(lab(claims));
  };
  const int64_t now_s = clock_.now().us / kSecondUs;
  EXPECT_EQ(with("aud", "https://other/token"), "oauth.invalid_client");
  EXPECT_EQ(with("iss", "app"), "oauth.invalid_client");
  EXPECT_EQ(with("sub", "app"), "oauth.invalid_client");
  EXPECT_EQ(with("exp", now_s - 60), "oauth.invalid_client");
  EXPECT_EQ(with("exp", now_s + 3600), "oauth.invalid_client");
  EXPECT_EQ(with("nbf", now_s + 3600), "oauth.invalid_client");
  EXPECT_EQ(with("jti", ""), "oauth.invalid_client");
  EXPECT_EQ(credentials(lab(statement("3")), "user/Observation.rs"), "oauth.invalid_scope");
  EXPECT_EQ(credentials(app()), "oauth.unauthorized_client") << "it cannot prove itself";
  ClientProof stranger = lab({});
  stranger.assertion = StatementKey("k1").sign(statement("4"));
  EXPECT_EQ(credentials(stranger), "oauth.invalid_client");
  for (int i = 0; i < 20; ++i) EXPECT_NE(credentials(stranger), "ok");
  EXPECT_EQ(credentials(lab(statement("5"))), "trust.too-many-tries");
}

TEST_F(IssuerTest, KeysAtAnAddressAreFetchedAndKept) {
  add({.id = "far",
       .name = "Far",
       .redirect_uris = {},
       .scopes = "system/Patient.r",
       .jwks_uri = "https://far/keys"});
  const auto far = [&](std::string_view jti) {
    json::object claims = statement(jti);
    claims["iss"] = "far", claims["sub"] = "far";
    return lab(claims);
  };
  EXPECT_EQ(credentials(far("1"), "system/Patient.r"), "ok");
  EXPECT_EQ(credentials(far("2"), "system/Patient.r"), "ok");
  EXPECT_EQ(fetched_, 1);
  key_ = StatementKey("new");
  EXPECT_EQ(credentials(far("3"), "system/Patient.r"), "oauth.invalid_client")
      << "not asked for again so soon";
  clock_.advance(kMinuteUs);
  EXPECT_EQ(credentials(far("4"), "system/Patient.r"), "ok") << "a key that is new is looked for";
  EXPECT_EQ(fetched_, 2);
}

TEST_F(IssuerTest, IntrospectionIsForTheApplicationItself) {
  const auto answer = issuer_->client_credentials(lab(statement("1")), "system/Observation.rs");
  ASSERT_TRUE(answer);
  const auto own = issuer_->introspect(lab(statement("2")), answer->access_token);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->at("active"), true);
  EXPECT_EQ(own->at("scope"), "system/Observation.rs");
  const auto other = issuer_->introspect(lab(statement("3")), tokens().access_token);
  ASSERT_TRUE(other);
  EXPECT_EQ(json::serialize(*other), R"({"active":false})");
  EXPECT_FALSE(issuer_->introspect(app(), answer->access_token));
}

TEST_F(IssuerTest, WhatCannotBeRegistered) {
  const auto add = [&](Client client) {
    const auto added = clients_->add(admin_, std::move(client), Clients::Secret::None);
    return added ? "ok" : std::string(added.error().code().name);
  };
  EXPECT_EQ(add({.id = "app", .name = "x", .redirect_uris = {}, .scopes = "openid"}), "trust.client-exists");
  EXPECT_EQ(add({.id = "a b", .name = "x", .redirect_uris = {}, .scopes = "openid"}), "base.invalid");
  EXPECT_EQ(add({.id = "y", .name = "x", .redirect_uris = {}, .scopes = "system/*.rs"}), "base.invalid");
  EXPECT_EQ(add({.id = "y", .name = "x", .redirect_uris = {}, .scopes = "nonsense"}), "trust.bad-scope");
  for (const char* uri :
       {"http://app.example/", "https://a/#x", "javascript:alert(1)", "https://u@a/", "data:x", "https://"})
    EXPECT_FALSE(is_redirect_uri(uri)) << uri;
  for (const char* uri :
       {"https://a.example/x?y", "http://127.0.0.1:3000/", "http://localhost/x", "com.example.app:/x"})
    EXPECT_TRUE(is_redirect_uri(uri)) << uri;
  EXPECT_FALSE(clients_->add(access_of(Role::Clinician), {.id = "z", .name = "x"}, Clients::Secret::None));
  const auto secret = clients_->add(
      admin_, {.id = "s", .name = "S", .redirect_uris = {}, .scopes = "system/*.r"}, Clients::Secret::Make);
  ASSERT_TRUE(secret);
  EXPECT_EQ(credentials({.client_id = "s", .secret = *secret}, "system/Patient.r"), "ok");
  EXPECT_EQ(credentials({.client_id = "s", .secret = "wrong"}, "system/Patient.r"), "oauth.invalid_client");
  EXPECT_EQ(credentials({.client_id = "s"}, "system/Patient.r"), "oauth.invalid_client");
  EXPECT_TRUE(*clients_->is_origin("https://app.example"));
  EXPECT_FALSE(*clients_->is_origin("https://app.example.evil"));
  EXPECT_FALSE(*clients_->is_origin("null"));
}

}  // namespace
}  // namespace xinglin::trust
