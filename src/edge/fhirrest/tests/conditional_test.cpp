#include <future>
#include <set>

#include "edge/fhirrest/tests/edge_fixture.h"

namespace xinglin::fhirrest {
namespace {

constexpr std::string_view kBySystem = "identifier=urn:s|1";
constexpr std::string_view kIdentified =
    R"({"resourceType":"Patient","identifier":[{"system":"urn:s","value":"1"}],"gender":"female"})";

class ConditionalTest : public FhirRestTest {
protected:
  http::ClientResponse create(std::string_view text = kIdentified) {
    return send(Method::Post, "/fhir/Patient", text, {{"If-None-Exist", std::string(kBySystem)}});
  }
  std::string total(const std::string& query) { return at(get("/fhir/Patient?" + query), "total"); }
};

TEST_F(ConditionalTest, CreateMakesNoSecondOne) {
  const auto first = create();
  ASSERT_EQ(first.status, 201) << first.body;
  const auto second = create();
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.headers.at("etag"), "W/\"1\"");
  EXPECT_EQ(at(second, "id"), at(first, "id"));
  EXPECT_EQ(second.headers.at("location"), first.headers.at("location"));
  ASSERT_EQ(send(Method::Post, "/fhir/Patient", kIdentified).status, 201);
  EXPECT_EQ(outcome(create()), "412 OperationOutcome conflict record.many-matches");
  EXPECT_EQ(outcome(send(Method::Post, "/fhir/Patient", kIdentified, {{"If-None-Exist", "idnetifier=1"}})),
            "400 OperationOutcome invalid record.unknown-parameter");
  EXPECT_EQ(
      outcome(send(Method::Post, "/fhir/Patient", kIdentified, {{"If-None-Exist", "Task?status=draft"}})),
      "400 OperationOutcome invalid record.bad-parameter");
  EXPECT_EQ(outcome(send(Method::Post, "/fhir/Patient", kIdentified, {{"If-None-Exist", "?_format=json"}})),
            "400 OperationOutcome invalid record.no-criteria");
}

TEST_F(ConditionalTest, UpdateFollowsTheTableOfTheStandard) {
  const std::string url = "/fhir/Patient?identifier=urn:s%7C1";
  const auto made = send(Method::Put, url, kIdentified);
  ASSERT_EQ(made.status, 201) << made.body;  // none matches, no id
  const std::string id = at(made, "id");
  const auto changed = send(Method::Put, url, kIdentified);
  EXPECT_EQ(changed.status, 200);  // one matches, no id
  EXPECT_EQ(changed.headers.at("etag"), "W/\"2\"");
  EXPECT_EQ(at(changed, "id"), id);
  const auto with_id = [](std::string_view given) {
    return R"({"resourceType":"Patient","id":")" + std::string(given) +
           R"(","identifier":[{"system":"urn:s","value":"1"}]})";
  };
  EXPECT_EQ(send(Method::Put, url, with_id(id)).status, 200);
  EXPECT_EQ(outcome(send(Method::Put, url, with_id("other"))),
            "400 OperationOutcome invalid record.wrong-match");
  EXPECT_EQ(send(Method::Put, url, with_id(id), {{"If-Match", "W/\"1\""}}).status, 412);
  // None matches: the id of the body is used where it is free.
  EXPECT_EQ(send(Method::Put, "/fhir/Patient?identifier=urn:s%7C2", with_id("mine")).status, 201);
  EXPECT_EQ(get("/fhir/Patient/mine").status, 200);
  EXPECT_EQ(outcome(send(Method::Put, "/fhir/Patient?identifier=urn:s%7C3", with_id("mine"))),
            "409 OperationOutcome conflict record.id-taken");
  EXPECT_EQ(outcome(send(Method::Put, url, kIdentified)),
            "412 OperationOutcome conflict record.many-matches");
  EXPECT_EQ(outcome(send(Method::Put, "/fhir/Patient", kIdentified)),
            "400 OperationOutcome invalid record.no-criteria");
}

TEST_F(ConditionalTest, PatchAndDelete) {
  const Headers patch{{"Content-Type", "application/json-patch+json"}};
  const std::string url = "/fhir/Patient?identifier=urn:s%7C1";
  const char* to_other = R"([{"op":"replace","path":"/gender","value":"other"}])";
  EXPECT_EQ(outcome(send(Method::Patch, url, to_other, patch)),
            "404 OperationOutcome not-found record.not-found");
  EXPECT_EQ(send(Method::Delete, url).status, 204);
  const std::string id = at(create(), "id");
  const auto patched = send(Method::Patch, url, to_other, patch);
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(at(patched, "gender"), "other");
  EXPECT_EQ(patched.headers.at("etag"), "W/\"2\"");
  const std::string one = "/fhir/Patient/" + id;
  EXPECT_EQ(outcome(send(Method::Patch, one, R"([{"op":"add","path":"/gender","value":"f"}])", patch)),
            "422 OperationOutcome invalid record.invalid-resource");
  EXPECT_EQ(outcome(send(Method::Patch, one, R"([{"op":"remove","path":"/birthDate"}])", patch)),
            "422 OperationOutcome invalid record.patch-failed");
  EXPECT_EQ(outcome(send(Method::Patch, one, R"([{"op":"replace","path":"/id","value":"x"}])", patch)),
            "422 OperationOutcome invalid record.patch-failed");
  EXPECT_EQ(outcome(send(Method::Patch, one, "{}", patch)), "400 OperationOutcome invalid record.bad-patch");
  const Headers stale{{"Content-Type", "application/json-patch+json"}, {"If-Match", "W/\"1\""}};
  EXPECT_EQ(send(Method::Patch, one, to_other, stale).status, 412);
  EXPECT_EQ(send(Method::Delete, url, {}, {{"If-Match", "W/\"1\""}}).status, 412);
  EXPECT_EQ(send(Method::Delete, url).status, 204);
  EXPECT_EQ(total(std::string("identifier=urn:s%7C1")), "0");
  EXPECT_EQ(outcome(send(Method::Delete, "/fhir/Patient")),
            "400 OperationOutcome invalid record.no-criteria");
}

TEST_F(ConditionalTest, ReadOnlyWhatHasChanged) {
  put(kPatient);  // at 06:10:00
  const auto since = [&](const char* date) {
    return get("/fhir/Patient/p1", {{"If-Modified-Since", date}}).status;
  };
  EXPECT_EQ(since("Sun, 22 Nov 2026 06:10:00 GMT"), 304);
  EXPECT_EQ(since("Sun, 22 Nov 2026 06:09:59 GMT"), 200);
  EXPECT_EQ(since("yesterday"), 200);
  EXPECT_EQ(get("/fhir/Patient/p1",
                {{"If-None-Match", "W/\"7\""}, {"If-Modified-Since", "Sun, 22 Nov 2026 06:10:00 GMT"}})
                .status,
            200);
}

// 64 clients that all mean the same resource: one is made, every change is kept.
TEST_F(ConditionalTest, ManyClientsLoseAndDoubleNothing) {
  constexpr int kClients = 64;
  const std::string url = "/fhir/Patient?identifier=urn:s%7C1";
  std::vector<std::future<std::vector<int>>> clients;
  for (int i = 0; i < kClients; ++i)
    clients.push_back(std::async(std::launch::async, [this, i, url] {
      std::vector<int> seen;
      seen.push_back(create().status);
      const std::string mine =
          R"([{"op":"add","path":"/name/-","value":{"family":"f)" + std::to_string(i) + R"("}}])";
      seen.push_back(send(Method::Put, "/fhir/Patient?identifier=urn:s%7Cx", R"({"resourceType":"Patient",
          "identifier":[{"system":"urn:s","value":"x"}]})")
                         .status);
      seen.push_back(send(Method::Patch, url, R"([{"op":"test","path":"/gender","value":"female"}])",
                          {{"Content-Type", "application/json-patch+json"}})
                         .status);
      seen.push_back(
          send(Method::Patch, "/fhir/Patient/names", mine, {{"Content-Type", "application/json-patch+json"}})
              .status);
      return seen;
    }));
  put(R"({"resourceType":"Patient","id":"names","name":[{"family":"first"}]})");
  int created = 0, made = 0;
  std::set<int> statuses;
  int named = 1;
  for (auto& client : clients) {
    const std::vector<int> seen = client.get();
    created += seen[0] == 201;
    made += seen[1] == 201;
    named += seen[3] == 200;
    statuses.insert(seen.begin(), seen.end());
  }
  EXPECT_EQ(created, 1);
  EXPECT_EQ(made, 1);
  for (const int status : statuses) EXPECT_LT(status, 500);
  EXPECT_EQ(total("identifier=urn:s%7C1"), "1");
  EXPECT_EQ(total("identifier=urn:s%7Cx"), "1");
  const auto names = get("/fhir/Patient/names");
  EXPECT_EQ(static_cast<int>(body(names).at("name").as_array().size()), named);
}

TEST_F(ConditionalTest, HistoryOfTypeAndSystem) {
  put(kPatient);
  clock.advance(kSecondUs);
  put(R"({"resourceType":"Task","id":"t1","status":"draft","intent":"order"})");
  clock.advance(kSecondUs);
  ASSERT_EQ(send(Method::Delete, "/fhir/Patient/p1").status, 204);
  auto page = get("/fhir/_history?_count=2");
  EXPECT_EQ(at(page, "type"), "history");
  EXPECT_EQ(at(page, "total"), "3");
  EXPECT_EQ(at(page, "entry.0.request.method"), "DELETE");
  EXPECT_EQ(at(page, "entry.0.request.url"), "Patient/p1");
  EXPECT_EQ(at(page, "entry.1.fullUrl"), base + "/Task/t1");
  ASSERT_EQ(at(page, "link.1.relation"), "next");
  page = get(at(page, "link.1.url"));
  EXPECT_EQ(at(page, "entry.0.resource.id"), "p1");
  EXPECT_EQ(at(page, "link.1.relation"), "<none>");
  EXPECT_EQ(at(get("/fhir/Patient/_history?_since=2026-11-22T06:10:01Z"), "total"), "1");
  EXPECT_EQ(at(get("/fhir/Patient/p1/_history?_at=2026-11-22T06:10:01Z"), "total"), "1");
  EXPECT_EQ(outcome(get("/fhir/_history?_since=x")), "400 OperationOutcome invalid record.bad-parameter");
  EXPECT_EQ(outcome(get("/fhir/_history?name=x")), "400 OperationOutcome invalid record.unknown-parameter");
}

}  // namespace
}  // namespace xinglin::fhirrest
