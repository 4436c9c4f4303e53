// The endpoints over HTTP, as an application meets them.
#include "edge/oauth/oauth.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "core/trust/jose.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::oauth {
namespace {

using http::Method;

constexpr const char* kBack = "https://app.example/back";
constexpr std::string_view kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636 B
constexpr const char* kAsk =
    "/oauth/"
    "authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=openid%20"
    "fhirUser%20launch%2Fpatient%20patient%2F*.rs&state=x&nonce=n1&code_challenge="
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&aud=http%3A%2F%2Fhouse%2Ffhir";

class OAuthTest : public testing::Test {
protected:
  OAuthTest() {
    store = *sql::Store::open(dir.path("t.db"));
    audit = *trust::AuditLog::open(*store, clock, dir.path());
    people = std::make_unique<trust::Authenticator>(*store, clock, random, *audit,
                                                    trust::Authenticator::Options{});
    clients = std::make_unique<trust::Clients>(*store, clock, random, *audit);
    issuer = std::make_unique<trust::Issuer>(*store, clock, random, *audit, *clients, trust::Issuer::Fetch{},
                                             trust::Issuer::Options{});
    oauth = std::make_unique<OAuth>(
        *issuer, *clients, metrics, clock,
        [this](const std::string& user, const std::string&) { introduced = user; },
        Options{.key_file = dir.path("token.pem")});
    oauth->add_routes(router);
    EXPECT_TRUE(clients->add(admin,
                             {.id = "app",
                              .name = "App",
                              .redirect_uris = {kBack},
                              .scopes = "openid fhirUser launch/patient patient/*.rs offline_access"},
                             trust::Clients::Secret::None));
    const auto told =
        clients->add(admin, {.id = "lab", .name = "Lab", .redirect_uris = {}, .scopes = "system/*.rs"},
                     trust::Clients::Secret::Make);
    secret = told ? *told : "";
    const auto user = people->add_user(
        admin, {.id = {}, .name = "alice", .display = "Alice", .role = trust::Role::Clinician, .demo = true},
        "pass");
    user_id = user ? user->id.str() : "";
    person = *people->from_session(people->sign_in("alice", "pass", "here")->token);
  }
  http::Response send(Method method, const std::string& target, std::string body = {},
                      std::map<std::string, std::string, std::less<>> headers = {}) {
    http::Request request;
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    if (target.find('?') != std::string::npos)
      request.query = *http::parse_query(target.substr(target.find('?') + 1));
    request.headers = std::move(headers);
    request.headers["host"] = "house";
    if (!body.empty()) request.headers["content-type"] = "application/x-www-form-urlencoded";
    request.body = std::move(body);
    return router.dispatch(std::move(request));
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }
  static json::object object(const http::Response& response) {
    const auto value = json::parse(response.body);
    return value && value->is_object() ? value->get_object() : json::object{};
  }
  std::string code() {
    const std::string to = header(send(Method::Get, kAsk), "Location");
    EXPECT_TRUE(to.starts_with("/authorize?request=")) << to;
    const std::string id = to.substr(to.find('=') + 1);
    const auto address = issuer->approve(
        *person, id, "p1", {"openid", "fhirUser", "launch/patient", "patient/*.rs"}, "http://house");
    EXPECT_TRUE(address) << address.error().message();
    const size_t at = address->find("code=") + 5;
    return address->substr(at, address->find('&', at) - at);
  }
  http::Response token(const std::string& body) { return send(Method::Post, "/oauth/token", body); }

  sql::testing::TempDir dir;
  ManualClock clock{Instant{1'700'000'000'000'000}};
  SeededRandom random{1};
  Metrics metrics;
  trust::Access admin = trust::Access::system("test");
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<trust::Authenticator> people;
  std::unique_ptr<trust::Clients> clients;
  std::unique_ptr<trust::Issuer> issuer;
  std::unique_ptr<OAuth> oauth;
  http::Router router;
  std::string secret, user_id, introduced;
  std::optional<trust::Authenticator::SessionAccess> person;
};

TEST_F(OAuthTest, TheWholeWayOfACode) {
  const http::Response answer = token(
      "grant_type=authorization_code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fback&code=" +
      code() + "&code_verifier=" + std::string(kVerifier));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
  const json::object out = object(answer);
  EXPECT_EQ(out.at("token_type"), "Bearer");
  EXPECT_EQ(out.at("patient"), "p1");
  EXPECT_EQ(out.at("scope"), "launch/patient openid fhirUser patient/*.rs");
  EXPECT_FALSE(out.contains("refresh_token"));
  const auto keys = trust::KeySet::parse(send(Method::Get, "/oauth/jwks").body);
  ASSERT_TRUE(keys);
  const auto identity = trust::parse_jwt(std::string_view(out.at("id_token").get_string()));
  ASSERT_TRUE(identity && keys->verify(*identity));
  EXPECT_EQ(identity->text("iss"), "http://house");
  EXPECT_EQ(identity->text("sub"), user_id);
  EXPECT_EQ(identity->text("nonce"), "n1");
  EXPECT_EQ(identity->text("fhirUser"), "http://house/fhir/Practitioner/" + user_id);
  EXPECT_TRUE(identity->is_for("app"));
  EXPECT_EQ(introduced, user_id);
}

TEST_F(OAuthTest, ErrorsGoBackOnlyToAddressesThatAreKnown) {
  std::string asked(kAsk);
  const http::Response unknown =
      send(Method::Get, asked.replace(asked.find("app.example"), 11, "evil.exampl"));
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(header(unknown, "Location"), "");
  asked = kAsk;
  const http::Response plain = send(Method::Get, asked.replace(asked.find("S256"), 4, "plain"));
  EXPECT_EQ(plain.status, 302);
  EXPECT_TRUE(header(plain, "Location").starts_with("https://app.example/back?error=invalid_request&"))
      << header(plain, "Location");
  EXPECT_NE(header(plain, "Location").find("&state=x&iss=http%3A%2F%2Fhouse"), std::string::npos);
  EXPECT_EQ(send(Method::Get, std::string(kAsk) + "&state=y").status, 400) << "a parameter twice";
}

TEST_F(OAuthTest, ErrorsOfTheTokenEndpoint) {
  const auto error = [&](const std::string& body, int status) {
    const http::Response answer = token(body);
    EXPECT_EQ(answer.status, status) << body << answer.body;
    const json::object out = object(answer);
    return out.contains("error") ? std::string(std::string_view(out.at("error").get_string())) : "none";
  };
  EXPECT_EQ(error("grant_type=password&client_id=app", 400), "unsupported_grant_type");
  EXPECT_EQ(error("grant_type=authorization_code&client_id=app&code=x", 400), "invalid_grant");
  EXPECT_EQ(error("grant_type=client_credentials&client_id=lab&client_secret=x&scope=system%2F*.rs", 401),
            "invalid_client");
  EXPECT_EQ(
      error("grant_type=client_credentials&client_id=lab&client_secret=" + secret + "&scope=system%2F*.c",
            400),
      "invalid_scope");
  EXPECT_EQ(error("grant_type=refresh_token&client_id=app&refresh_token=a&refresh_token=b", 400),
            "invalid_request");
  http::Response json = send(Method::Post, "/oauth/token", "x", {});
  EXPECT_EQ(json.status, 400);
}

TEST_F(OAuthTest, AnApplicationByItselfItsTokenAndItsEnd) {
  const std::string basic = "Basic " + to_base64(as_bytes("lab:" + secret));
  const http::Response given =
      send(Method::Post, "/oauth/token", "grant_type=client_credentials&scope=system%2FPatient.rs",
           {{"authorization", basic}});
  ASSERT_EQ(given.status, 200) << given.body;
  const std::string access(std::string_view(object(given).at("access_token").get_string()));
  const auto introspect = [&] {
    return object(send(Method::Post, "/oauth/introspect", "token=" + access, {{"authorization", basic}}));
  };
  EXPECT_EQ(introspect().at("active"), true);
  EXPECT_EQ(introspect().at("scope"), "system/Patient.rs");
  EXPECT_EQ(send(Method::Post, "/oauth/introspect", "token=" + access).status, 401);
  EXPECT_EQ(send(Method::Post, "/oauth/revoke", "token=" + access, {{"authorization", basic}}).status, 200);
  EXPECT_EQ(introspect().at("active"), false);
}

TEST_F(OAuthTest, DocumentsNameWhatIsThere) {
  const json::object smart = object(send(Method::Get, "/fhir/.well-known/smart-configuration"));
  EXPECT_EQ(smart.at("token_endpoint"), "http://house/oauth/token");
  EXPECT_EQ(smart.at("code_challenge_methods_supported"), json::array{"S256"});
  const json::object openid = object(send(Method::Get, "/.well-known/openid-configuration"));
  EXPECT_EQ(openid.at("issuer"), "http://house");
}

TEST_F(OAuthTest, PagesOfKnownApplicationsMayRead) {
  const auto allowed = [&](const char* origin, Method method, const char* path) {
    return header(send(method, path, {}, {{"origin", origin}, {"access-control-request-method", "GET"}}),
                  "Access-Control-Allow-Origin");
  };
  EXPECT_EQ(allowed("https://app.example", Method::Get, "/fhir/.well-known/smart-configuration"),
            "https://app.example");
  EXPECT_EQ(allowed("https://app.example", Method::Options, "/fhir/Patient/1"), "https://app.example");
  EXPECT_EQ(allowed("https://evil.example", Method::Get, "/fhir/.well-known/smart-configuration"), "");
  EXPECT_EQ(allowed("https://app.example", Method::Get, "/api/session"), "");
  EXPECT_EQ(allowed("null", Method::Get, "/fhir/.well-known/smart-configuration"), "");
}

}  // namespace
}  // namespace xinglin::oauth
