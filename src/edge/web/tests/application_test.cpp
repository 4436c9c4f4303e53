// What a person is asked and decides, over HTTP; the registry of applications.
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

constexpr const char* kBack = "https://app.example/back";

struct ApplicationTest : testing::Test {
  ApplicationTest() {
    patient = world.house.admit("Wang", "Fang", "1", "M1", "w", "1");
    EXPECT_TRUE(world.clients.add(trust::Access::system("test"),
                                  {.id = "app",
                                   .name = "An App",
                                   .redirect_uris = {kBack},
                                   .launch_uri = "https://app.example/launch",
                                   .scopes = "launch launch/patient openid patient/*.rs"},
                                  trust::Clients::Secret::None));
  }
  std::string begin(const std::string& scope = "launch/patient openid patient/*.rs",
                    const std::string& launch = "") {
    const auto begun = world.issuer.begin({.client_id = "app",
                                           .redirect_uri = kBack,
                                           .response_type = "code",
                                           .scope = scope,
                                           .state = "s",
                                           .challenge = std::string(43, 'a'),
                                           .challenge_method = "S256",
                                           .nonce = "",
                                           .launch = launch,
                                           .audience = "http://h/fhir"},
                                          "http://h/fhir");
    EXPECT_FALSE(begun.refused) << begun.refused->message();
    return begun.request;
  }
  json::object decision(bool approve) const {
    return {{"approve", approve},
            {"patient", patient},
            {"scopes", json::array{"launch/patient", "openid", "patient/*.rs"}}};
  }
  World world;
  std::string patient;
};

TEST_F(ApplicationTest, APersonIsAskedAndAgrees) {
  const std::string request = begin();
  Browser nurse = world.signed_in(Role::Nurse);
  const json::object asked = document(nurse.get("/api/authorizations/" + request));
  EXPECT_EQ(at(asked, "client.name"), "An App");
  EXPECT_EQ(at(asked, "goes_to"), "https://app.example");
  EXPECT_EQ(at(asked, "needs_patient"), "true");
  json::object unknown = decision(true);
  unknown["patient"] = "nobody";
  EXPECT_EQ(nurse.post("/api/authorizations/" + request, unknown).status, 404);
  const http::ClientResponse agreed = nurse.post("/api/authorizations/" + request, decision(true));
  ASSERT_EQ(agreed.status, 200) << agreed.body;
  EXPECT_TRUE(at(document(agreed), "address").starts_with(std::string(kBack) + "?code=xc_")) << agreed.body;
  EXPECT_EQ(nurse.get("/api/authorizations/" + request).status, 404) << "decided once";
}

TEST_F(ApplicationTest, RefusalGoesBackToo) {
  const std::string request = begin();
  Browser nurse = world.signed_in(Role::Nurse);
  const http::ClientResponse refused = nurse.post("/api/authorizations/" + request, decision(false));
  EXPECT_TRUE(
      at(document(refused), "address").starts_with(std::string(kBack) + "?error=access_denied&state=s"));
}

TEST_F(ApplicationTest, OnlyAPersonWhoSeesPatientsDecidesAndOnlyFromThePage) {
  const std::string request = begin();
  EXPECT_EQ(world.browser().get("/api/authorizations/" + request).status, 401);
  EXPECT_EQ(world.signed_in(Role::Administrator).get("/api/authorizations/" + request).status, 403);
  Browser nurse = world.signed_in(Role::Nurse);
  nurse.csrf.clear();
  EXPECT_EQ(nurse.post("/api/authorizations/" + request, decision(true)).status, 403);
  Browser machine = world.browser();
  machine.headers["Authorization"] = "Bearer " + world.token(Role::Clinician);
  EXPECT_EQ(machine.post("/api/authorizations/" + request, decision(true)).status, 401)
      << "a token is nobody";
}

TEST_F(ApplicationTest, ItsTokenDoesNotOpenTheApiOfThePages) {
  Browser nurse = world.signed_in(Role::Nurse);
  const auto added =
      world.clients.add(trust::Access::system("test"),
                        {.id = "own", .name = "Own", .redirect_uris = {}, .scopes = "system/*.cruds"},
                        trust::Clients::Secret::Make);
  const auto tokens =
      world.issuer.client_credentials({.client_id = "own", .secret = *added}, "system/*.cruds");
  ASSERT_TRUE(tokens) << tokens.error().message();
  Browser machine = world.browser();
  machine.headers["Authorization"] = "Bearer " + tokens->access_token;
  for (const char* path :
       {"/api/worklist", "/api/patients", "/api/events", "/api/studies", "/api/users", "/api/session"}) {
    const int status = machine.get(path).status;
    EXPECT_TRUE(status == 403 || status == 401) << path << " " << status;
  }
}

TEST_F(ApplicationTest, LaunchedFromAPatientsPage) {
  Browser nurse = world.signed_in(Role::Nurse);
  EXPECT_EQ(at(document(nurse.get("/api/launches")), "items"), R"([{"id":"app","name":"An App"}])");
  const http::ClientResponse launched =
      nurse.post("/api/launches", json::object{{"application", "app"}, {"patient", patient}});
  ASSERT_EQ(launched.status, 200) << launched.body;
  const std::string address = at(document(launched), "address");
  EXPECT_TRUE(address.starts_with("https://app.example/launch?iss=http%3A%2F%2F127.0.0.1%3A")) << address;
  const std::string request = begin("launch patient/*.rs", address.substr(address.find("launch=") + 7));
  EXPECT_EQ(at(document(nurse.get("/api/authorizations/" + request)), "patient"), patient);
}

TEST_F(ApplicationTest, AdministratorsKeepTheRegistry) {
  Browser boss = world.signed_in(Role::Administrator);
  const json::object fresh{{"id", "new"},
                           {"name", "New"},
                           {"redirect_uris", json::array{kBack}},
                           {"launch_uri", ""},
                           {"scopes", "patient/*.rs"},
                           {"jwks", ""},
                           {"jwks_uri", ""},
                           {"secret", true}};
  const http::ClientResponse added = boss.post("/api/clients", fresh);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_GT(at(document(added), "secret").size(), 30u);
  EXPECT_EQ(boss.post("/api/clients", fresh).status, 409);
  const std::string all = boss.get("/api/clients").body;
  EXPECT_NE(all.find(R"("proof":"secret")"), std::string::npos) << all;
  EXPECT_EQ(boss.send(http::Method::Delete, "/api/clients/new").status, 204);
  EXPECT_EQ(boss.send(http::Method::Delete, "/api/clients/new").status, 404);
  EXPECT_EQ(world.signed_in(Role::Nurse).get("/api/clients").status, 403);
}

}  // namespace
}  // namespace xinglin::web
