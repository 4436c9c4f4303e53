#include "edge/web/security.h"

#include <gtest/gtest.h>

#include <map>

namespace xinglin::web {
namespace {

std::map<std::string, std::string> headers_of(http::Response response, std::string_view path,
                                              bool https = false) {
  add_security_headers(response, path, https);
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : response.headers)
    EXPECT_TRUE(out.emplace(name, value).second) << name << " twice";
  return out;
}

TEST(HostCheck, LoopbackIsReachedByItsOwnNamesOnly) {
  for (const char* good : {"localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080", "[::1]"})
    EXPECT_TRUE(is_host_allowed(good, true, {})) << good;
  for (const char* bad : {"", "evil.example", "evil.example:8080", "localhost.evil.example",
                          "127.0.0.1.evil.example", "10.0.0.1", "localhost:x", "[::2]:80", "::1"})
    EXPECT_FALSE(is_host_allowed(bad, true, {})) << bad;
}

TEST(HostCheck, ANamedServerIsReachedByItsNames) {
  EXPECT_TRUE(is_host_allowed("anything.example:443", false, {}));
  EXPECT_TRUE(is_host_allowed("Ward.Hospital.example:443", false, {"ward.hospital.example"}));
  EXPECT_FALSE(is_host_allowed("ward.evil.example", false, {"ward.hospital.example"}));
  EXPECT_FALSE(is_host_allowed("", false, {}));
}

TEST(SecurityHeaders, AreOnEveryAnswerAndLeaveWhatTheHandlerSaid) {
  const auto page = headers_of(http::Response::text(200, ""), "/patients/1");
  EXPECT_EQ(page.at("Content-Security-Policy"), kContentSecurityPolicy);
  EXPECT_EQ(page.at("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.at("Referrer-Policy"), "no-referrer");
  EXPECT_FALSE(page.contains("Cache-Control"));
  EXPECT_FALSE(page.contains("Strict-Transport-Security"));

  http::Response own;
  own.set("content-security-policy", "default-src 'none'").set("cache-control", "no-cache");
  const auto kept = headers_of(own, "/api/worklist");
  EXPECT_EQ(kept.at("content-security-policy"), "default-src 'none'");
  EXPECT_FALSE(kept.contains("Cache-Control"));
}

TEST(SecurityHeaders, AnswersOfTheInterfacesAreNotStored) {
  for (const char* path : {"/api/worklist", "/fhir", "/fhir/Patient/1", "/metrics", "/dicom-web/studies"})
    EXPECT_EQ(headers_of({}, path).at("Cache-Control"), "no-store") << path;
  for (const char* path : {"/", "/apix", "/viewer/app.js", "/assets/a.js"})
    EXPECT_FALSE(headers_of({}, path).contains("Cache-Control")) << path;
  EXPECT_TRUE(headers_of({}, "/", true).contains("Strict-Transport-Security"));
}

TEST(ReservedPaths, AreNeverPages) {
  EXPECT_TRUE(is_reserved_path("/api"));
  EXPECT_TRUE(is_reserved_path("/viewer/study"));
  EXPECT_FALSE(is_reserved_path("/apiary"));
  EXPECT_FALSE(is_reserved_path("/patients/1"));
}

}  // namespace
}  // namespace xinglin::web
