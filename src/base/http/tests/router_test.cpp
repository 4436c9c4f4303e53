#include <gtest/gtest.h>

#include <stdexcept>

#include "base/http/http.h"

namespace xinglin::http {
namespace {

Handler says(std::string text) {
  return [text](const Request& request) {
    std::string out = text;
    for (const auto& [name, value] : request.path_parameters) out += " " + name + "=" + value;
    return Response::text(200, out);
  };
}

Request get(std::string path, Method method = Method::Get) {
  Request request;
  request.method = method;
  request.path = std::move(path);
  request.id = "r1";
  return request;
}

class RouterTest : public testing::Test {
protected:
  RouterTest() {
    router.add(Method::Get, "/{path...}", {}, says("rest"));
    router.add(Method::Get, "/fhir/{type}/{id}", {}, says("read"));
    router.add(Method::Get, "/fhir/{type}", {}, says("search"));
    router.add(Method::Post, "/fhir/{type}/_search", {.body_bytes_max = 99}, says("form"));
    router.add(Method::Get, "/fhir/metadata", {}, says("metadata"));
    router.add(Method::Get, "/throws", {},
               [](const Request&) -> Response { throw std::runtime_error("boom"); });
  }
  Router router;
};

TEST_F(RouterTest, MoreLiteralRoutesWin) {
  EXPECT_EQ(router.dispatch(get("/fhir/metadata")).body, "metadata");
  EXPECT_EQ(router.dispatch(get("/fhir/Patient")).body, "search type=Patient");
  EXPECT_EQ(router.dispatch(get("/fhir/Patient/7")).body, "read id=7 type=Patient");
  EXPECT_EQ(router.dispatch(get("/fhir/Patient/_search", Method::Post)).body, "form type=Patient");
  EXPECT_EQ(router.dispatch(get("/")).body, "rest path=");
  EXPECT_EQ(router.dispatch(get("/a/b.js")).body, "rest path=a/b.js");
  EXPECT_EQ(router.dispatch(get("/fhir/")).body, "rest path=fhir/");
  router.add(Method::Get, "/fhir", {}, says("root"));
  router.add(Method::Get, "/fhir/{rest...}", {}, says("fhir rest"));
  EXPECT_EQ(router.dispatch(get("/fhir")).body, "root");
  EXPECT_EQ(router.dispatch(get("/fhir/")).body, "fhir rest rest=");
  EXPECT_EQ(router.body_bytes_max(Method::Post, "/fhir/Patient/_search"), 99u);
  EXPECT_EQ(router.body_bytes_max(Method::Post, "/nowhere"), 0u);
}

TEST_F(RouterTest, HeadIsServedByGetAndOthersAreRefused) {
  EXPECT_EQ(router.dispatch(get("/fhir/Patient", Method::Head)).status, 200);
  const Response refused = router.dispatch(get("/fhir/Patient", Method::Delete));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.back().first, "Allow");
  EXPECT_EQ(refused.headers.back().second, "GET");
  Router empty;
  EXPECT_EQ(empty.dispatch(get("/x")).status, 404);
}

TEST_F(RouterTest, AnExceptionBecomesAProblemWithTheRequestId) {
  const Response response = router.dispatch(get("/throws"));
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find("\"r1\""), std::string::npos);
  EXPECT_EQ(response.body.find("boom"), std::string::npos);
}

TEST_F(RouterTest, MiddlewaresSeeTheAnswerToAnExceptionToo) {
  int seen = 0;
  router.wrap([&](const Request& r, const Handler& next) {
    Response response = next(r);
    seen = response.status;
    return response.set("X-Content-Type-Options", "nosniff");
  });
  const Response response = router.dispatch(get("/throws"));
  EXPECT_EQ(seen, 500);
  EXPECT_EQ(response.headers.back().first, "X-Content-Type-Options");
  router.wrap([](const Request&, const Handler&) -> Response { throw std::runtime_error("boom"); });
  EXPECT_EQ(router.dispatch(get("/throws")).status, 500) << "one that throws itself ends nothing either";
}

TEST_F(RouterTest, TheLastMiddlewareIsOutermost) {
  std::string order;
  router.wrap([&](const Request& r, const Handler& next) {
    order += "a";
    return next(r);
  });
  router.wrap([&](const Request& r, const Handler& next) {
    order += "b";
    return next(r);
  });
  router.dispatch(get("/x"));
  EXPECT_EQ(order, "ba");
}

TEST_F(RouterTest, OpenApiDescribesEachRouteOnce) {
  router.add(Method::Put, "/fhir/{type}/{id}",
             {.summary = "update",
              .tag = "record",
              .query = {{"_pretty", "indent", false}},
              .request_schema = json::object{{"type", "object"}}},
             says("update"));
  const json::object document = router.openapi("T", "1", "/fhir");
  const json::value root = document;
  EXPECT_EQ(*json::at_path(root, "openapi"), "3.1.0");
  const json::object& paths = *json::find_object(document, "paths");
  EXPECT_EQ(paths.size(), 4u);
  const json::object& item = paths.at("/fhir/{type}/{id}").as_object();
  EXPECT_TRUE(item.contains("get"));
  const json::object& put = item.at("put").as_object();
  EXPECT_EQ(put.at("operationId"), "putFhirByTypeById");
  EXPECT_EQ(put.at("parameters").as_array().size(), 3u);
  EXPECT_TRUE(put.contains("requestBody"));
  EXPECT_TRUE(put.at("responses").as_object().contains("default"));
}

TEST(Message, CookiesAndHeaders) {
  Request request;
  request.headers["cookie"] = "a=1; session=x=y; b=2";
  EXPECT_EQ(request.cookie("session"), "x=y");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_EQ(request.cookie("sess"), std::nullopt);
}

// The example of RFC 9110 5.6.7.
TEST(Message, HttpDate) {
  EXPECT_EQ(format_http_date(parse_fhir_time("1994-11-06T08:49:37Z")->first),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Message, DefectsOfOursAreNotToldToTheCaller) {
  const Response response = problem(get("/"), Error(errors::kIo, "/secret/path"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  EXPECT_EQ(problem(get("/"), Error(errors::kBusy)).headers.back().first, "Retry-After");
}

}  // namespace
}  // namespace xinglin::http
