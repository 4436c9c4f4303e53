#include "edge/fhirrest/tests/edge_fixture.h"

namespace xinglin::fhirrest {
namespace {

TEST_F(FhirRestTest, MetadataNeedsNoSignIn) {
  const auto answer = http::Client(server->endpoint()).send(Method::Get, "/fhir/metadata");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(at(*answer, "fhirVersion"), "4.0.1");
  EXPECT_EQ(at(*answer, "implementation.url"), base);
  EXPECT_EQ(body(*answer).at("rest").at(0).at("resource").as_array().size(), 146u);
  EXPECT_EQ(answer->headers.at("content-type"), "application/fhir+json; charset=utf-8");
}

TEST_F(FhirRestTest, EverythingElseDoes) {
  for (const char* path :
       {"/fhir/Patient", "/fhir/Patient/1", "/fhir/nothing/here/at/all", "/fhir/Medication"}) {
    const auto answer = http::Client(server->endpoint()).send(Method::Get, path);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(outcome(*answer), "401 OperationOutcome login test.who") << path;
    EXPECT_TRUE(answer->headers.at("www-authenticate").starts_with("Bearer")) << path;
  }
}

TEST_F(FhirRestTest, ALifeOfAResource) {
  const auto created = send(Method::Post, "/fhir/Patient", kPatient);
  ASSERT_EQ(created.status, 201) << created.body;
  const std::string id = at(created, "id");
  EXPECT_NE(id, "p1");
  EXPECT_EQ(created.headers.at("location"), base + "/Patient/" + id + "/_history/1");
  EXPECT_EQ(created.headers.at("etag"), "W/\"1\"");
  EXPECT_EQ(created.headers.at("last-modified"), "Sun, 22 Nov 2026 06:10:00 GMT");

  const std::string url = "/fhir/Patient/" + id;
  EXPECT_EQ(at(get(url), "gender"), "female");
  for (const char* tags : {"W/\"1\"", "\"1\"", "W/\"7\", W/\"1\"", "*"})
    EXPECT_EQ(get(url, {{"If-None-Match", tags}}).status, 304) << tags;
  for (const char* tags : {"W/\"11\"", "\"\"", "1"})
    EXPECT_EQ(get(url, {{"If-None-Match", tags}}).status, 200) << tags;
  const std::string changed = R"({"resourceType":"Patient","id":")" + id + R"(","gender":"other"})";
  EXPECT_EQ(outcome(send(Method::Put, url, changed, {{"If-Match", "W/\"7\""}})),
            "412 OperationOutcome conflict record.version-conflict");
  const auto updated = send(Method::Put, url, changed, {{"If-Match", "W/\"1\""}});
  EXPECT_EQ(updated.status, 200);
  EXPECT_EQ(updated.headers.at("etag"), "W/\"2\"");
  EXPECT_EQ(at(get(url + "/_history/1"), "gender"), "female");
  EXPECT_EQ(send(Method::Delete, url).status, 204);
  EXPECT_EQ(send(Method::Delete, url).status, 204);
  EXPECT_EQ(outcome(get(url)), "410 OperationOutcome deleted record.deleted");
  const auto history = get(url + "/_history");
  EXPECT_EQ(at(history, "total"), "3");
  EXPECT_EQ(at(history, "entry.0.request.method"), "DELETE");
  EXPECT_EQ(at(history, "entry.2.resource.gender"), "female");
  EXPECT_EQ(outcome(get(url + "/_history/9")), "404 OperationOutcome not-found record.not-found");
}

TEST_F(FhirRestTest, HistoryIsGivenInPages) {
  for (int i = 0; i < 5; ++i) EXPECT_LT(send(Method::Put, "/fhir/Patient/p1", kPatient).status, 300);
  std::string target = "/fhir/Patient/p1/_history?_count=2";
  std::string versions;
  for (int pages = 0; !target.empty() && pages < 9; ++pages) {
    const auto page = get(target);
    ASSERT_EQ(page.status, 200) << page.body;
    EXPECT_EQ(at(page, "total"), "5");
    for (const char* entry : {"entry.0", "entry.1"})
      if (const auto version = at(page, std::string(entry) + ".resource.meta.versionId"); version != "<none>")
        versions += version;
    const std::string next = at(page, "link.1.url");
    target = next == "<none>" ? "" : next.substr(base.size() - std::string_view("/fhir").size());
  }
  EXPECT_EQ(versions, "54321");
  const auto count_only = get("/fhir/Patient/p1/_history?_count=0");
  EXPECT_EQ(at(count_only, "total"), "5");
  EXPECT_EQ(at(count_only, "entry"), "<none>");
  EXPECT_EQ(get("/fhir/Patient/p1/_history?_cursor=x").status, 400);
}

TEST_F(FhirRestTest, DecimalsAreReadAsTheyWereSent) {
  for (const char* number : {"2.50", "100.0", "0.00", "-1.20", "3.14159265358979323846"}) {
    const std::string value = "\"value\":" + std::string(number);
    const auto created =
        send(Method::Post, "/fhir/Observation",
             R"({"resourceType":"Observation","status":"final","code":{"text":"K"},"valueQuantity":{)" +
                 value + R"(,"unit":"mmol/L"}})");
    ASSERT_EQ(created.status, 201) << created.body;
    EXPECT_NE(created.body.find(value + ","), std::string::npos) << created.body;
    const std::string url = "/fhir/Observation/" + at(created, "id");
    const std::string body = get(url).body;
    EXPECT_NE(body.find(value + ","), std::string::npos) << body;
    EXPECT_NE(get(url + "?_pretty=true").body.find("\"value\": " + std::string(number) + ","),
              std::string::npos);
    EXPECT_NE(get("/fhir/Observation?_id=" + at(created, "id")).body.find(value + ","), std::string::npos);
    ASSERT_EQ(send(Method::Put, url, body).status, 200);
    EXPECT_NE(get(url).body.find(value + ","), std::string::npos) << "and again after an update";
  }
}

TEST_F(FhirRestTest, UpdateAsCreateAndPreferences) {
  EXPECT_EQ(send(Method::Put, "/fhir/Patient/p1", kPatient).status, 201);
  const auto minimal = send(Method::Put, "/fhir/Patient/p1", kPatient, {{"Prefer", "return=minimal"}});
  EXPECT_EQ(minimal.status, 200);
  EXPECT_EQ(minimal.body, "");
  const auto told = send(Method::Put, "/fhir/Patient/p1", kPatient, {{"Prefer", "return=OperationOutcome"}});
  EXPECT_EQ(at(told, "resourceType"), "OperationOutcome");
}

TEST_F(FhirRestTest, BadWritesAreRefusedClearly) {
  const auto post = [&](std::string_view text, Headers headers = {}) {
    return outcome(send(Method::Post, "/fhir/Patient", text, std::move(headers)));
  };
  EXPECT_EQ(post("{"), "400 OperationOutcome invalid json.malformed");
  EXPECT_EQ(post("[]"), "400 OperationOutcome invalid fhirrest.bad-request");
  EXPECT_EQ(post(R"({"resourceType":"Patient","id":"a","id":"b"})"),
            "400 OperationOutcome invalid json.malformed");
  EXPECT_EQ(post("{\"resourceType\":\"Patient\",\"id\":\"\xff\"}"),
            "400 OperationOutcome invalid json.malformed");
  EXPECT_EQ(post(std::string(5000, '[')), "400 OperationOutcome invalid json.malformed");
  EXPECT_EQ(post(R"({"resourceType":"Observation"})"), "400 OperationOutcome invalid fhirrest.bad-request");
  EXPECT_EQ(post(R"({"resourceType":"Patient","gender":"f"})"),
            "422 OperationOutcome invalid record.invalid-resource");
  EXPECT_EQ(post(kPatient, {{"Content-Type", "application/xhtml+xml"}}),
            "415 OperationOutcome not-supported fhirrest.media-type");
  EXPECT_EQ(post("{\"resourceType\":\"Patient\",\"language\":\"" + std::string(100'000, 'a') + "\"}"),
            "413 OperationOutcome too-costly base.too-large");
  const auto invalid = send(Method::Post, "/fhir/Patient", R"({"resourceType":"Patient","gender":"f"})");
  EXPECT_EQ(at(invalid, "issue.1.expression.0"), "Patient.gender");
  EXPECT_EQ(outcome(send(Method::Put, "/fhir/Patient/other", kPatient)),
            "400 OperationOutcome invalid fhirrest.bad-request");
  EXPECT_EQ(outcome(send(Method::Put, "/fhir/Patient/p1", kPatient, {{"If-Match", "1"}})),
            "400 OperationOutcome invalid fhirrest.bad-request");
  EXPECT_EQ(outcome(send(Method::Post, "/fhir/Medicament", R"({"resourceType":"Medicament"})")),
            "404 OperationOutcome not-supported record.unknown-type");
  EXPECT_EQ(outcome(send(Method::Patch, "/fhir/Patient/p1", "[]")),
            "415 OperationOutcome not-supported fhirrest.media-type");
  EXPECT_EQ(outcome(send(Method::Put, "/fhir", kPatient)),
            "405 OperationOutcome not-supported fhirrest.method");
  EXPECT_EQ(outcome(get("/fhir/Patient/p1/$everything")),
            "404 OperationOutcome not-found fhirrest.unknown-operation");
}

TEST_F(FhirRestTest, ContentNegotiation) {
  put(kPatient);
  EXPECT_EQ(get("/fhir/Patient/p1", {{"Accept", "text/html, */*;q=0.1"}}).status, 200);
  EXPECT_EQ(get("/fhir/Patient/p1", {{"Accept", "application/json;fhirVersion=4.0"}}).status, 200);
  EXPECT_EQ(outcome(get("/fhir/Patient/p1", {{"Accept", "text/turtle"}})),
            "406 OperationOutcome not-supported fhirrest.not-acceptable");
  EXPECT_EQ(get("/fhir/Patient/p1", {{"Accept", "application/fhir+json;fhirVersion=5.0"}}).status, 406);
  EXPECT_EQ(get("/fhir/Patient/p1?_format=ttl").status, 406);
  EXPECT_EQ(get("/fhir/Patient/p1?_format=application/fhir+json", {{"Accept", "text/xml"}}).status, 200);
  EXPECT_NE(get("/fhir/Patient/p1?_pretty=true").body.find("\n  \"gender\": \"female\""), std::string::npos);
}

TEST_F(FhirRestTest, SpeaksXml) {
  const Headers xml{{"Content-Type", "application/fhir+xml"}};
  const std::string text =
      R"(<Patient xmlns="http://hl7.org/fhir"><id value="x1"/><gender value="female"/></Patient>)";
  const auto made = send(Method::Put, "/fhir/Patient/x1", text, xml);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.headers.at("content-type"), "application/fhir+xml; charset=utf-8");  // as it was sent
  EXPECT_EQ(at(get("/fhir/Patient/x1"), "gender"), "female");
  const auto shown =
      get("/fhir/Patient/x1", {{"Accept", "application/fhir+json;q=0.5, application/fhir+xml"}});
  EXPECT_NE(shown.body.find("<gender value=\"female\"/></Patient>"), std::string::npos) << shown.body;
  for (const char* query :
       {"?_format=xml", "?_format=application/fhir+xml", "?_format=text/xml&_pretty=true"})
    EXPECT_TRUE(get(std::string("/fhir/Patient/x1") + query).body.starts_with("<?xml")) << query;
  EXPECT_NE(get("/fhir/Patient?_format=xml").body.find("<total value=\"1\"/>"), std::string::npos);
  EXPECT_TRUE(get("/fhir/metadata?_format=xml").body.starts_with("<?xml"));
  const auto refused = send(Method::Post, "/fhir/Patient", "<!DOCTYPE a><Patient/>", xml);
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("<code value=\"fhir.bad-xml\"/>"), std::string::npos) << refused.body;
  const auto missing = get("/fhir/Patient/none?_format=xml");
  EXPECT_EQ(missing.status, 404);
  EXPECT_NE(missing.body.find("<OperationOutcome"), std::string::npos);
}

class FhirSearchTest : public FhirRestTest {
protected:
  void SetUp() override {
    put(kPatient);
    for (int i = 1; i <= 5; ++i)
      put(R"({"resourceType":"Observation","id":"o)" + std::to_string(i) +
          R"(","status":"final","code":{"text":"x"},
          "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-0)" +
          std::to_string(i) + "\"}");
  }
  std::string ids(const http::ClientResponse& response) {
    std::string out;
    const json::value root = body(response);
    if (const json::array* entries = json::find_array(root.as_object(), "entry"))
      for (const json::value& entry : *entries)
        if (entry.at("search").at("mode") == "match")
          out += std::string(std::string_view(entry.at("resource").at("id").as_string())) + " ";
    return out;
  }
};

TEST_F(FhirSearchTest, PagesFollowLinks) {
  auto page = get("/fhir/Observation?patient=p1&_sort=-date&_count=2");
  EXPECT_EQ(at(page, "total"), "5");
  EXPECT_EQ(ids(page), "o5 o4 ");
  EXPECT_EQ(at(page, "link.0.url"), base + "/Observation?patient=p1&_sort=-date&_count=2");
  EXPECT_EQ(at(page, "entry.0.fullUrl"), base + "/Observation/o5");
  std::string all = ids(page);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(at(page, "link.1.relation"), "next");
    page = get(at(page, "link.1.url"));  // absolute form, as a client that follows it through a proxy would
    all += ids(page);
  }
  EXPECT_EQ(all, "o5 o4 o3 o2 o1 ");
  EXPECT_EQ(at(page, "link.1.url"), "<none>");
}

TEST_F(FhirSearchTest, PostAndSpecialForms) {
  const Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(ids(send(Method::Post, "/fhir/Observation/_search", "patient=p1&date=2026-01-03", form)), "o3 ");
  EXPECT_EQ(send(Method::Post, "/fhir/Observation/_search", "{}").status, 415);
  EXPECT_EQ(ids(get("/fhir/Observation?subject=" + base + "/Patient/p1&date=ge2026-01-04")), "o4 o5 ");
  const auto count = get("/fhir/Observation?_summary=count");
  EXPECT_EQ(at(count, "total"), "5");
  EXPECT_EQ(at(count, "entry"), "<none>");
  EXPECT_EQ(at(get("/fhir/Observation?_count=0"), "total"), "5");
  EXPECT_EQ(at(get("/fhir/Observation?_total=none&_count=1"), "total"), "<none>");
}

TEST_F(FhirSearchTest, LinksCompartmentsAndSeveralTypes) {
  put(R"({"resourceType":"Patient","id":"p1","gender":"male"})");
  const auto included = get("/fhir/Observation?date=2026-01-03&_include=Observation:patient");
  EXPECT_EQ(at(included, "total"), "1");
  EXPECT_EQ(at(included, "entry.1.resource.id"), "p1");
  EXPECT_EQ(at(included, "entry.1.search.mode"), "include");
  EXPECT_EQ(ids(get("/fhir/Observation?patient.gender=male&date=ge2026-01-04")), "o4 o5 ");
  EXPECT_EQ(at(get("/fhir/Patient?_has:Observation:patient:date=2026-01-03"), "total"), "1");
  const auto compartment = get("/fhir/Patient/p1/Observation?date=2026-01-03");
  EXPECT_EQ(ids(compartment), "o3 ");
  EXPECT_EQ(at(compartment, "link.0.url"), base + "/Patient/p1/Observation?date=2026-01-03");
  EXPECT_EQ(at(get("/fhir/Patient/p1/*"), "total"), "6");
  EXPECT_EQ(get("/fhir/Observation/o1/Patient").status, 404);
  EXPECT_EQ(at(get("/fhir?_type=Patient,Observation&_id=p1,o1"), "total"), "2");
  EXPECT_EQ(outcome(get("/fhir?_type=Nothing")), "404 OperationOutcome not-supported record.unknown-type");
  const auto explained = get("/fhir/Observation?date=2026-01-03&_explain=true");
  EXPECT_EQ(at(explained, "entry.1.search.mode"), "outcome");
  EXPECT_NE(at(explained, "entry.1.resource.issue.0.diagnostics").find("drives"), std::string::npos);
}

TEST_F(FhirSearchTest, UnknownParametersAreRefusedUnlessLenient) {
  EXPECT_EQ(outcome(get("/fhir/Observation?pateint=p1")),
            "400 OperationOutcome invalid record.unknown-parameter");
  const auto lenient = get("/fhir/Observation?pateint=p1&date=2026-01-01", {{"Prefer", "handling=lenient"}});
  EXPECT_EQ(ids(lenient), "o1 ");
  EXPECT_EQ(at(lenient, "entry.1.resource.resourceType"), "OperationOutcome");
  EXPECT_EQ(outcome(get("/fhir/Observation?_include=Observation:nothing")),
            "400 OperationOutcome invalid record.unknown-parameter");
  EXPECT_EQ(outcome(get("/fhir/Observation?patient.nothing=x")),
            "400 OperationOutcome invalid record.unknown-parameter");
  EXPECT_EQ(outcome(get("/fhir/Observation?_include:again=Observation:subject")),
            "400 OperationOutcome invalid record.bad-parameter");
  EXPECT_EQ(outcome(get("/fhir/Observation?_count=-1")), "400 OperationOutcome invalid record.bad-parameter");
  EXPECT_EQ(outcome(get("/fhir/Observation?_summary=some")),
            "400 OperationOutcome invalid record.bad-parameter");
  EXPECT_EQ(outcome(get("/fhir/Observation?_cursor=zzz")), "400 OperationOutcome invalid record.bad-cursor");
  EXPECT_EQ(outcome(get("/fhir/Medicament")), "404 OperationOutcome not-supported record.unknown-type");
}

TEST_F(FhirRestTest, TransactionsAndBatches) {
  const auto done = send(Method::Post, "/fhir", R"({"resourceType":"Bundle","type":"transaction","entry":[
      {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},"request":{"method":"POST",
        "url":"Patient"}},
      {"resource":{"resourceType":"Task","status":"requested","intent":"order",
        "for":{"reference":"urn:uuid:1"}},
       "request":{"method":"POST","url":"Task"}}]})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(at(done, "type"), "transaction-response");
  EXPECT_EQ(at(done, "entry.1.response.status"), "201 Created");
  const std::string location = at(done, "entry.0.response.location");
  const std::string id = location.substr(base.size() + 9, 36);
  EXPECT_EQ(at(get("/fhir/Task?patient=" + id), "total"), "1");
  const auto batch = send(Method::Post, "/fhir/", R"({"resourceType":"Bundle","type":"batch","entry":[
      {"request":{"method":"DELETE","url":"Patient/nobody"}},
      {"request":{"method":"GET","url":"Patient/nobody/_history/"}}]})");
  EXPECT_EQ(at(batch, "entry.0.response.status"), "204 No Content");
  EXPECT_TRUE(at(batch, "entry.1.response.status").starts_with("404")) << batch.body;
  EXPECT_EQ(outcome(send(Method::Post, "/fhir", R"({"resourceType":"Bundle","type":"searchset"})")),
            "400 OperationOutcome invalid fhirrest.bad-request");
}

TEST_F(FhirRestTest, BundlesReadToo) {
  put(kPatient);
  const std::string gets = R"({"request":{"method":"GET","url":"Patient/p1"}},
      {"request":{"method":"GET","url":"Patient?gender=female"}},
      {"request":{"method":"GET","url":"/Patient/p1/_history"}},
      {"request":{"method":"GET","url":")" +
                           base + R"(/Patient/p1/_history/1"}},
      {"request":{"method":"HEAD","url":"Patient/p1"}},
      {"request":{"method":"GET","url":"Patient/p1","ifNoneMatch":"W/\"1\""}})";
  const auto post = [&](const std::string& type, const std::string& entries) {
    return send(Method::Post, "/fhir",
                R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entries + "]}");
  };
  for (const char* type : {"batch", "transaction"}) {
    const auto done = post(type, gets);
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(at(done, "entry.0.resource.id"), "p1");
    EXPECT_EQ(at(done, "entry.1.resource.total"), "1");
    EXPECT_EQ(at(done, "entry.2.resource.type"), "history");
    EXPECT_EQ(at(done, "entry.3.resource.id"), "p1");
    EXPECT_EQ(at(done, "entry.4.resource"), "<none>");
    EXPECT_EQ(at(done, "entry.5.response.status"), "304");
  }
  const std::string bad = R"({"request":{"method":"GET","url":"Patient/nobody"}},{"request":{"method":"GET",
      "url":"Patient?nothing=1"}},{"request":{"method":"GET","url":"a/b/c/d/e"}})";
  const auto batch = post("batch", bad);
  EXPECT_EQ(at(batch, "entry.0.response.status"), "404");
  EXPECT_EQ(at(batch, "entry.0.response.outcome.resourceType"), "OperationOutcome");
  EXPECT_EQ(at(batch, "entry.1.response.status"), "400");
  EXPECT_EQ(at(batch, "entry.2.response.status"), "404");
  EXPECT_EQ(outcome(post("transaction", bad)), "400 OperationOutcome invalid fhirrest.entry-failed");
  const auto kept = send(Method::Post, "/fhir", R"({"resourceType":"Bundle","type":"transaction","entry":[
      {"resource":{"resourceType":"Patient","id":"p2"},"request":{"method":"PUT","url":"Patient/p2"}}]})",
                         {{"Prefer", "return=representation"}});
  EXPECT_EQ(at(kept, "entry.0.resource.id"), "p2");
}

}  // namespace
}  // namespace xinglin::fhirrest
