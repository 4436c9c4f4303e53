#include "base/digest.h"
#include "base/net/socket.h"
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

TEST(Session, SignsInTellsWhoAndSignsOut) {
  World world;
  Browser nurse = world.signed_in(Role::Nurse);
  const json::object who = document(nurse.get("/api/session"));
  EXPECT_EQ(at(who, "user.name"), "test-nurse");
  EXPECT_EQ(at(who, "user.role"), "nurse");
  EXPECT_EQ(at(who, "user.permissions"), R"(["read_clinical","give_feedback"])");
  EXPECT_EQ(at(who, "csrf"), nurse.csrf) << "a reloaded page gets its token again";
  const http::ClientResponse out = nurse.send(http::Method::Delete, "/api/session");
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.headers.at("set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(nurse.get("/api/session").status, 401);
  EXPECT_EQ(nurse.get("/api/worklist").status, 401);
}

TEST(Session, TheCookieCannotBeReadByScriptsNorSentByOtherSites) {
  World plain, behind_tls(WebOptions{.https = true});
  const auto cookie_of = [](World& world) {
    world.signed_in(Role::Nurse);
    return world.browser().sign_in("test-nurse", std::string(kPassword)).headers.at("set-cookie");
  };
  const std::string cookie = cookie_of(plain);
  EXPECT_NE(cookie.find("; Path=/; HttpOnly; SameSite=Strict"), std::string::npos) << cookie;
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  EXPECT_NE(cookie_of(behind_tls).find("; Secure"), std::string::npos);
}

TEST(Session, RefusesBadCredentialsAndThenTooManyTries) {
  World world;
  world.signed_in(Role::Nurse);
  Browser stranger = world.browser();
  http::ClientResponse response;
  for (int i = 0; i < 5; ++i) {
    response = stranger.sign_in("test-nurse", "wrong password");
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(at(document(response), "code"), "trust.bad-credentials");
  }
  response = stranger.sign_in("test-nurse", std::string(kPassword));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(at(document(response), "code"), "trust.too-many-tries");
  EXPECT_EQ(response.headers.at("retry-after"), "300");
  world.house.clock.advance(6 * kMinuteUs);
  EXPECT_EQ(stranger.sign_in("test-nurse", std::string(kPassword)).status, 200);
}

TEST(Session, TakesOnlyJsonSoThatNoFormOfAnotherSiteSignsIn) {
  World world;
  Browser browser = world.browser();
  browser.headers["Content-Type"] = "text/plain";
  EXPECT_EQ(browser.sign_in("a", "b").status, 400);
  browser.headers.clear();
  EXPECT_EQ(browser.send(http::Method::Post, "/api/session", "[]").status, 400);
  EXPECT_EQ(browser.send(http::Method::Post, "/api/session", "{").status, 400);
  EXPECT_EQ(browser.send(http::Method::Post, "/api/session", R"({"username": "x"})").status, 400);
  EXPECT_EQ(browser.send(http::Method::Post, "/api/session", std::string(20'000, ' ')).status, 413);
}

TEST(Session, EndsWhenIdle) {
  World world;
  Browser nurse = world.signed_in(Role::Nurse);
  world.house.clock.advance(29 * kMinuteUs);
  EXPECT_EQ(nurse.get("/api/session").status, 200);
  world.house.clock.advance(31 * kMinuteUs);
  EXPECT_EQ(nurse.get("/api/session").status, 401);
}

TEST(Csrf, AnUnsafeMethodWithTheCookieNeedsTheToken) {
  World world;
  Browser administrator = world.signed_in(Role::Administrator);
  const json::object user{
      {"name", "new"}, {"display", "New"}, {"role", "nurse"}, {"password", std::string(kPassword)}};
  const std::string csrf = std::exchange(administrator.csrf, "");
  http::ClientResponse response = administrator.post("/api/users", user);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(at(document(response), "code"), "trust.bad-csrf");
  administrator.csrf = "x" + csrf.substr(1) + "y";
  EXPECT_EQ(administrator.post("/api/users", user).status, 403);
  administrator.csrf = csrf;
  EXPECT_EQ(administrator.post("/api/users", user).status, 201);
}

// The image viewer knows no token. Fetch Metadata 2; RFC 6454 7.
TEST(Csrf, AStoreOfTheViewerIsProvenByItsOriginAndNothingElseIs) {
  World world;
  Browser doctor = world.signed_in(Role::Clinician);
  const auto may = [&](http::Method method, std::map<std::string, std::string, std::less<>> headers,
                       std::string path = "/dicom-web/studies") {
    http::Request request;
    request.method = method;
    request.path = std::move(path);
    request.headers = std::move(headers);
    request.headers["host"] = "archive.example:8080";
    request.headers["cookie"] = std::string(kSessionCookie) + "=" + doctor.cookie;
    return world.web->auth().access(request).ok();
  };
  using enum http::Method;
  EXPECT_TRUE(may(Post, {{"sec-fetch-site", "same-origin"}}));
  EXPECT_TRUE(may(Post, {{"origin", "https://archive.example:8080"}})) << "no Fetch Metadata over plain HTTP";
  EXPECT_TRUE(may(Post, {{"x-csrf-token", doctor.csrf}}));
  EXPECT_TRUE(may(Get, {}));
  EXPECT_FALSE(may(Post, {}));
  for (const char* site : {"same-site", "cross-site", "none"})
    EXPECT_FALSE(may(Post, {{"sec-fetch-site", site}, {"origin", "http://archive.example:8080"}})) << site;
  for (const char* origin :
       {"null", "", "archive.example:8080", "http://archive.example", "http://evil.example",
        "http://evil.example/archive.example:8080", "http://archive.example:8080.evil"})
    EXPECT_FALSE(may(Post, {{"origin", origin}})) << origin;
  EXPECT_FALSE(may(Put, {{"sec-fetch-site", "same-origin"}}));
  EXPECT_FALSE(may(Delete, {{"sec-fetch-site", "same-origin"}}));
  for (const char* elsewhere : {"/api/users", "/fhir/Patient", "/dicom-web"})
    EXPECT_FALSE(may(Post, {{"sec-fetch-site", "same-origin"}}, elsewhere)) << elsewhere;
}

TEST(Bearer, NeedsNoCsrfTokenAndMustBeOne) {
  World world;
  Browser machine = world.browser();
  machine.headers["Authorization"] = "bearer " + world.token(Role::Administrator);
  EXPECT_EQ(machine.get("/api/users").status, 200);
  const json::object user{
      {"name", "new"}, {"display", "New"}, {"role", "nurse"}, {"password", std::string(kPassword)}};
  EXPECT_EQ(machine.post("/api/users", user).status, 201);
  for (const char* bad : {"Bearer nonsense", "Basic YTpi", "Bearer "}) {
    machine.headers["Authorization"] = bad;
    const http::ClientResponse response = machine.get("/api/users");
    EXPECT_EQ(response.status, 401) << bad;
    EXPECT_TRUE(response.headers.contains("www-authenticate"));
  }
}

// By a raw socket, as the client writes a Host header of its own.
TEST(Host, AnotherNameInTheHostHeaderIsRefused) {
  World world;
  Result<net::Stream> stream = net::Stream::connect(world.server->endpoint(), 5000);
  ASSERT_TRUE(stream.ok());
  stream->set_timeouts(20'000, 5000);
  const std::string request = "GET /api/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  ASSERT_TRUE(stream->write_all(as_bytes(request)).ok());
  std::string answer;
  uint8_t buffer[4096];
  for (Result<size_t> n = stream->read_some(buffer); n.ok(); n = stream->read_some(buffer))
    answer.append(reinterpret_cast<const char*>(buffer), *n);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 421")) << answer;
  EXPECT_NE(answer.find("web.bad-host"), std::string::npos);
  EXPECT_NE(answer.find("Content-Security-Policy"), std::string::npos);
}

TEST(Session, IsNotKeptAliveByAPageNobodyTouches) {
  World world;
  Browser nurse = world.signed_in(Role::Nurse);
  const std::string expires = at(document(nurse.get("/api/session")), "expires_at");
  const auto settled = [&] {
    return world.house.store->write([](sql::Tx&) -> Result<void> { return {}; }).ok();
  };
  world.house.clock.advance(20 * kMinuteUs);
  nurse.headers["X-Unattended"] = "1";
  EXPECT_EQ(nurse.get("/api/worklist").status, 200);
  ASSERT_TRUE(settled());
  EXPECT_EQ(at(document(nurse.get("/api/session")), "expires_at"), expires);
  world.house.clock.advance(10 * kMinuteUs);
  EXPECT_EQ(nurse.get("/api/worklist").status, 401);
  EXPECT_EQ(nurse.get("/api/events").status, 401);
}

TEST(Session, EventStreamAndUnattendedRequestsAreNoActivityOfAPerson) {
  http::Request request;
  request.path = "/api/worklist";
  EXPECT_EQ(activity_of(request), trust::Activity::OfPerson);
  request.path = "/api/events";
  EXPECT_EQ(activity_of(request), trust::Activity::OfPage);
  request.path = "/api/worklist";
  request.headers["x-unattended"] = "1";
  EXPECT_EQ(activity_of(request), trust::Activity::OfPage);
}

}  // namespace
}  // namespace xinglin::web
