#include "edge/web/static_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/sql/tests/temp_dir.h"

namespace xinglin::web {
namespace {

class StaticFilesTest : public testing::Test {
protected:
  void SetUp() override {
    write("index.html", "<!doctype html>");
    write("favicon.svg", "<svg/>");
    write("assets/app-1a2b.js", "let a;");
    write("assets/app-1a2b.js.gz", "zipped");
    write(".secret", "no");
  }
  void write(const std::string& name, std::string_view text) {
    const std::filesystem::path path = directory_.path(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  http::Response get(std::string path, std::map<std::string, std::string, std::less<>> headers = {}) const {
    http::Request request;
    request.path = std::move(path);
    request.headers = std::move(headers);
    return StaticFiles(directory_.path()).answer(request);
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }
  sql::testing::TempDir directory_;
};

TEST_F(StaticFilesTest, EveryAddressOfTheApplicationGivesItsPage) {
  for (const char* path : {"/", "/patients/4f", "/worklist", "/patients/a.b/results",
                           "/studies/1.2.840.113619.2.55", "/ecg/2.25.1/", "/patients/a.b", "/index.html"}) {
    const http::Response response = get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, "<!doctype html>") << path;
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
  }
}

TEST_F(StaticFilesTest, AMissingFileIsNeverThePage) {
  for (const char* path : {"/missing.js", "/assets/old-9f.js", "/api/unknown", "/fhir", "/viewer/x",
                           "/.secret", "/assets/../.secret", "/a%2e.js", "/assets//app-1a2b.js", "/x\\y.js"})
    EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(StaticFilesTest, HashedNamesAreKeptForeverAndZippedWhenAsked) {
  const http::Response plain = get("/assets/app-1a2b.js");
  EXPECT_EQ(plain.body, "let a;");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_EQ(header(plain, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(plain, "Cache-Control"), "public, max-age=31536000, immutable");
  const http::Response zipped = get("/assets/app-1a2b.js", {{"accept-encoding", "br, gzip;q=0.8"}});
  EXPECT_EQ(zipped.body, "zipped");
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(zipped, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_NE(header(zipped, "ETag"), header(plain, "ETag"));
  EXPECT_EQ(header(zipped, "Vary"), "Accept-Encoding");
}

TEST_F(StaticFilesTest, AnUnchangedFileIsNotSentAgain) {
  const std::string etag = header(get("/favicon.svg"), "ETag");
  ASSERT_FALSE(etag.empty());
  const http::Response again = get("/favicon.svg", {{"if-none-match", "\"other\", W/" + etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  write("favicon.svg", "<svg>longer</svg>");
  EXPECT_EQ(get("/favicon.svg", {{"if-none-match", etag}}).status, 200);
}

TEST_F(StaticFilesTest, SaysSoWhenThePagesWereNotBuilt) {
  http::Request request;
  request.path = "/";
  for (const std::string& directory : {std::string(), directory_.path("absent")}) {
    const http::Response response = StaticFiles(directory).answer(request);
    EXPECT_EQ(response.status, 200);
    EXPECT_NE(response.body.find("not built"), std::string::npos);
  }
  request.path = "/assets/a.js";
  EXPECT_EQ(StaticFiles("").answer(request).status, 404);
}

TEST(AcceptEncoding, FollowsRfc9110) {
  for (const char* yes : {"gzip", "deflate, gzip", "*", "gzip;q=0.001", "br;q=1, gzip;q=0.5"})
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  for (const char* no : {"", "br", "identity", "gzip;q=0", "gzip;q=0.0"})
    EXPECT_FALSE(accepts_gzip(no)) << no;
}

class ViewerFilesTest : public StaticFilesTest {
protected:
  void SetUp() override {
    StaticFilesTest::SetUp();
    write("8097.bundle.8ae6404ba94890a0.eval.js", "worker");
    write("781.bundle.54774b486e83a5e1.js", "chunk");
    write("app-config.js", "config");
    write("0ddf166f7a343eda.wasm", "wasm");
  }
  http::Response show(std::string path) const {
    http::Request request;
    request.path = std::move(path);
    return ViewerFiles(directory_.path()).answer(request);
  }
};

TEST_F(ViewerFilesTest, EveryAddressBelowViewerGivesItsPageAndNoMissingFileDoes) {
  for (const char* path :
       {"/viewer", "/viewer/", "/viewer/viewer", "/viewer/segmentation", "/viewer/viewer/dicomweb"}) {
    const http::Response response = show(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, "<!doctype html>") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
  }
  for (const char* path :
       {"/viewer/1.bundle.00.js", "/viewer/x.wasm", "/viewer/.inputs", "/viewer/../secret.js"})
    EXPECT_EQ(show(path).status, 404) << path;
  http::Request request;
  request.path = "/viewer/";
  EXPECT_EQ(ViewerFiles("").answer(request).status, 404);
}

TEST_F(ViewerFilesTest, NamesWithADigestAreKeptForever) {
  for (const char* path : {"/viewer/781.bundle.54774b486e83a5e1.js", "/viewer/0ddf166f7a343eda.wasm"})
    EXPECT_EQ(header(show(path), "Cache-Control"), "public, max-age=31536000, immutable") << path;
  EXPECT_EQ(header(show("/viewer/app-config.js"), "Cache-Control"), "no-cache");
  EXPECT_EQ(header(show("/viewer/0ddf166f7a343eda.wasm"), "Content-Type"), "application/wasm");
}

TEST_F(ViewerFilesTest, OnlyTheDecodingWorkerMayMakeFunctionsFromText) {
  const auto policy = [&](const char* path) { return header(show(path), "Content-Security-Policy"); };
  EXPECT_NE(policy("/viewer/8097.bundle.8ae6404ba94890a0.eval.js").find(" 'unsafe-eval'"), std::string::npos);
  for (const char* path : {"/viewer/", "/viewer/781.bundle.54774b486e83a5e1.js", "/viewer/app-config.js"}) {
    EXPECT_EQ(policy(path).find(" 'unsafe-eval'"), std::string::npos) << path;
    EXPECT_EQ(policy(path).find("script-src 'self' 'unsafe-inline'"), std::string::npos) << path;
    EXPECT_NE(policy(path).find("frame-ancestors 'none'"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace xinglin::web
