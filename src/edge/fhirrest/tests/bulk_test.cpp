#include "edge/fhirrest/bulk_operations.h"
#include "edge/fhirrest/tests/edge_fixture.h"

namespace xinglin::fhirrest {
namespace {

// The FHIR edge of a record with bulk data, over loopback.
class BulkEdgeTest : public record::RecordFixture {
protected:
  BulkEdgeTest()
      : blobs(std::move(*blob::BlobStore::open(dir.path("blobs")))),
        bulk({*store, *blobs, clock, *audit, *journal, *record}, {}),
        edge(*record, clock, authenticate) {
    bulk.register_jobs();
    for (Operation& row : bulk_operations(bulk)) edge.add(std::move(row));
    edge.add_routes(router);
    add_bulk_routes(router, bulk, authenticate);
    server = std::move(*http::Server::start({.endpoint = {"127.0.0.1", 0}}, router));
    journal->start();
    put(R"({"resourceType":"Patient","id":"p1","gender":"female"})");
    put(R"({"resourceType":"Patient","id":"p2","gender":"male"})");
  }
  ~BulkEdgeTest() override { journal->stop(); }

  http::ClientResponse send(Method method, const std::string& target, std::string_view body = {},
                            std::vector<std::pair<std::string, std::string>> headers = {}) {
    headers.emplace_back("Authorization", "Bearer good");
    auto answer = http::Client(server->endpoint()).send(method, path_of(target), body, headers);
    EXPECT_TRUE(answer.ok()) << answer.error().message();
    return answer ? *answer : http::ClientResponse{};
  }
  // Addresses in answers are absolute.
  static std::string path_of(const std::string& url) {
    const size_t at = url.find("//");
    return at == std::string::npos ? url : url.substr(url.find('/', at + 2));
  }
  // The manifest, once the job is done.
  json::object manifest_of(const http::ClientResponse& kick_off) {
    EXPECT_EQ(kick_off.status, 202) << kick_off.body;
    EXPECT_TRUE(journal->wait_idle(10'000));
    const auto status = send(Method::Get, kick_off.headers.at("content-location"));
    EXPECT_EQ(status.status, 200) << status.body;
    EXPECT_TRUE(status.headers.contains("expires"));
    return json::parse(status.body)->as_object();
  }

  const Authenticate authenticate = [this](const http::Request& request) -> Result<trust::Access> {
    if (request.header("authorization") == "Bearer good") return access;
    return Error(who_code());
  };
  static const ErrorCode& who_code() {
    static constexpr ErrorCode kWho{"test.who", ErrorKind::Unauthenticated, "sign in first"};
    return kWho;
  }
  std::unique_ptr<blob::BlobStore> blobs;
  bulk::Bulk bulk;
  FhirRest edge;
  http::Router router;
  std::unique_ptr<http::Server> server;
};

TEST_F(BulkEdgeTest, ExportsFromKickOffToFile) {
  const auto started = send(Method::Get, "/fhir/$export?_type=Patient&_outputFormat=application/fhir+ndjson",
                            {}, {{"Prefer", "respond-async"}});
  const json::object manifest = manifest_of(started);
  EXPECT_TRUE(json::find_bool(manifest, "requiresAccessToken").value());
  EXPECT_EQ(json::find_array(manifest, "error")->size(), 0u);
  const json::value output = *json::find(manifest, "output");
  ASSERT_EQ(output.as_array().size(), 1u);
  EXPECT_EQ(*json::at_path(output, "0.type"), "Patient");
  EXPECT_EQ(*json::at_path(output, "0.count"), 2);
  const std::string url(json::at_path(output, "0.url")->as_string());
  const auto file = send(Method::Get, url);
  EXPECT_EQ(file.headers.at("content-type"), "application/fhir+ndjson");
  EXPECT_EQ(std::count(file.body.begin(), file.body.end(), '\n'), 2);
  const auto packed = send(Method::Get, url, {}, {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(packed.body.substr(0, 2), "\x1f\x8b");
}

TEST_F(BulkEdgeTest, PatientLevelAndDelete) {
  const auto started = send(Method::Get, "/fhir/Patient/$export");
  const json::object manifest = manifest_of(started);
  EXPECT_EQ(json::find_array(manifest, "output")->size(), 1u);
  const std::string job = started.headers.at("content-location");
  EXPECT_EQ(send(Method::Delete, job).status, 202);
  EXPECT_EQ(send(Method::Get, job).status, 404);
}

TEST_F(BulkEdgeTest, WhatIsNotUnderstoodIsRefused) {
  EXPECT_EQ(send(Method::Get, "/fhir/$export?_type=Nonsense").status, 400);
  EXPECT_EQ(send(Method::Get, "/fhir/$export?_outputFormat=csv").status, 400);
  EXPECT_EQ(send(Method::Get, "/fhir/$export?_since=yesterday").status, 400);
  EXPECT_EQ(send(Method::Get, "/fhir/$export?_elements=id").status, 400);
  EXPECT_EQ(send(Method::Get, "/fhir/$export?_elements=id", {}, {{"Prefer", "handling=lenient"}}).status,
            202);
  EXPECT_EQ(send(Method::Get, "/fhir-bulk/jobs/none").status, 404);
}

TEST_F(BulkEdgeTest, TakesAFileAndTellsWhatItRefused) {
  const std::string body = "{\"resourceType\":\"Patient\",\"id\":\"p3\"}\n{\n";
  const auto started = send(Method::Post, "/fhir-bulk/import?_type=Patient", body,
                            {{"Content-Type", "application/fhir+ndjson"}});
  const json::object manifest = manifest_of(started);
  EXPECT_TRUE(record->read_now(access, "Patient", "p3").ok());
  const json::array* errors = json::find_array(manifest, "error");
  ASSERT_EQ(errors->size(), 1u);
  const auto told = send(Method::Get, std::string(json::at_path((*errors)[0], "url")->as_string()));
  EXPECT_NE(told.body.find("line 2"), std::string::npos) << told.body;
  EXPECT_EQ(send(Method::Post, "/fhir-bulk/import", body, {{"Content-Type", "text/plain"}}).status, 415);
}

TEST_F(BulkEdgeTest, ImportByUrlNeedsAnAllowedAddress) {
  const auto refused = send(Method::Post, "/fhir/$import",
                            R"({"resourceType":"Parameters","parameter":[{"name":"input","part":)"
                            R"([{"name":"type","valueCode":"Patient"},)"
                            R"({"name":"url","valueUri":"https://elsewhere/1"}]}]})",
                            {{"Content-Type", "application/fhir+json"}});
  EXPECT_EQ(refused.status, 400) << refused.body;
}

TEST_F(BulkEdgeTest, StrangersGetNothing) {
  for (const char* path : {"/fhir-bulk/jobs/x", "/fhir-bulk/files/x/1", "/fhir-bulk/errors/x"})
    EXPECT_EQ(http::Client(server->endpoint()).send(Method::Get, path)->status, 401) << path;
}

}  // namespace
}  // namespace xinglin::fhirrest
