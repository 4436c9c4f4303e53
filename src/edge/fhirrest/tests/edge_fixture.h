// The FHIR edge over loopback HTTP on a record of its own, and short words for what a client looks at.
#pragma once

#include "core/record/tests/record_fixture.h"
#include "edge/fhirrest/fhirrest.h"

namespace xinglin::fhirrest {
using http::Method;

class FhirRestTest : public record::RecordFixture {
protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit FhirRestTest(std::vector<Operation> rows = {})
      : edge(*record, clock,
             [this](const http::Request& request) -> Result<trust::Access> {
               if (request.header("authorization") == "Bearer good") return access;
               return Error(kWho);
             },
             {.software_version = "1.2", .resource_bytes_max = 100'000}) {
    for (Operation& row : rows) edge.add(std::move(row));
    edge.add_routes(router);
    auto started = http::Server::start({.endpoint = {"127.0.0.1", 0}}, router);
    EXPECT_TRUE(started.ok());
    server = std::move(*started);
    base = "http://" + server->endpoint().str() + "/fhir";
  }

  http::ClientResponse send(Method method, std::string target, std::string_view body = {},
                            Headers headers = {}) {
    headers.emplace_back("Authorization", "Bearer good");
    bool typed = false;
    for (const auto& [name, value] : headers) typed = typed || name == "Content-Type";
    if (!body.empty() && !typed) headers.emplace_back("Content-Type", "application/fhir+json");
    auto answer = http::Client(server->endpoint()).send(method, target, body, headers);
    EXPECT_TRUE(answer.ok()) << answer.error().message();
    return answer ? *answer : http::ClientResponse{};
  }
  http::ClientResponse get(std::string target, Headers headers = {}) {
    return send(Method::Get, std::move(target), {}, std::move(headers));
  }
  static json::value body(const http::ClientResponse& response) {
    auto value = json::parse(response.body);
    EXPECT_TRUE(value.ok()) << response.body;
    return value ? *value : json::value();
  }
  static std::string at(const http::ClientResponse& response, std::string_view path) {
    const json::value root = body(response);
    const json::value* found = json::at_path(root, path);
    if (!found) return "<none>";
    return found->is_string() ? std::string(std::string_view(found->get_string())) : json::serialize(*found);
  }
  // Status, FHIR issue type and our code, which is what a caller can rely on.
  static std::string outcome(const http::ClientResponse& response) {
    return std::to_string(response.status) + " " + at(response, "resourceType") + " " +
           at(response, "issue.0.code") + " " + at(response, "issue.0.details.coding.0.code");
  }

  static constexpr ErrorCode kWho{"test.who", ErrorKind::Unauthenticated, "sign in first"};
  FhirRest edge;
  http::Router router;
  std::unique_ptr<http::Server> server;
  std::string base;
};

inline constexpr std::string_view kPatient =
    R"({"resourceType":"Patient","id":"p1","gender":"female","name":[{"family":"Wang"}]})";

}  // namespace xinglin::fhirrest
