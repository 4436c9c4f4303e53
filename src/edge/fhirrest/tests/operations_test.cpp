#include "edge/fhirrest/operations.h"

#include "edge/fhirrest/tests/edge_fixture.h"

namespace xinglin::fhirrest {
namespace {

// Answers with what it was given: where, the parameter "a", and what kind of body there was.
Result<OperationAnswer> echo(const OperationCall& call, IssueSink& issues) {
  if (call.text("a") == "bad") {
    issues.error("value", "Parameters.parameter[0]", "no");
    return Error(errors::kInvalid);
  }
  OperationAnswer answer;
  answer.body = {{"resourceType", "Basic"}, {"id", call.type + "." + call.id + "."}};
  for (const std::string& text : call.texts("a")) answer.body["id"].as_string() += text;
  if (const json::object* resource = call.resource_parameter("resource"))
    answer.body["code"] = (*resource).at("resourceType");
  answer.headers = {{"X-Seen", "1"}};
  return answer;
}

class OperationsTest : public FhirRestTest {
protected:
  OperationsTest()
      : FhirRestTest({{.name = "echo",
                       .definition = "http://example.org/echo",
                       .prose = "answers",
                       .on_system = true,
                       .on_type = true,
                       .types = {"Patient"},
                       .handle = echo},
                      {.name = "change",
                       .definition = "http://example.org/change",
                       .prose = "changes",
                       .on_instance = true,
                       .changes = Changes::Something,
                       .body_bytes_max = 100,
                       .handle = echo}}) {}
};

TEST_F(OperationsTest, AreFoundByLevelAndType) {
  EXPECT_EQ(at(get("/fhir/$echo?a=1&a=2"), "id"), "..12");
  EXPECT_EQ(at(get("/fhir/Patient/$echo?a=1"), "id"), "Patient..1");
  EXPECT_EQ(get("/fhir/$echo").headers.at("x-seen"), "1");
  EXPECT_EQ(at(send(Method::Post, "/fhir/Patient/p1/$change", R"({"resourceType":"Patient"})"), "code"),
            "Patient");
  const std::string unknown = "404 OperationOutcome not-found fhirrest.unknown-operation";
  for (const char* path :
       {"/fhir/$nothing", "/fhir/Observation/$echo", "/fhir/Patient/p1/$echo", "/fhir/$change"})
    EXPECT_EQ(outcome(get(path)), unknown) << path;
  EXPECT_EQ(outcome(get("/fhir/Nothing/$echo")), "404 OperationOutcome not-supported record.unknown-type");
}

TEST_F(OperationsTest, TakeParametersFromQueryAndBody) {
  const char* parameters = R"({"resourceType":"Parameters","parameter":[{"name":"a","valueInteger":7},
      {"name":"resource","resource":{"resourceType":"Group"}}]})";
  const auto answer = send(Method::Post, "/fhir/$echo?a=6", parameters);
  EXPECT_EQ(at(answer, "id"), "..67");
  EXPECT_EQ(at(answer, "code"), "Group");
  EXPECT_EQ(outcome(get("/fhir/$echo?a=bad")), "400 OperationOutcome invalid base.invalid");
  EXPECT_EQ(at(get("/fhir/$echo?a=bad"), "issue.1.expression.0"), "Parameters.parameter[0]");
}

TEST_F(OperationsTest, RefuseWhatTheyDoNotTake) {
  EXPECT_EQ(outcome(get("/fhir/Patient/p1/$change")), "405 OperationOutcome not-supported fhirrest.method");
  EXPECT_EQ(send(Method::Post, "/fhir/Patient/p1/$change",
                 R"({"resourceType":"Basic","id":")" + std::string(100, 'x') + "\"}")
                .status,
            413);
  EXPECT_EQ(send(Method::Post, "/fhir/$echo", "a=1", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(outcome(send(Method::Post, "/fhir/Patient/p1/$", "{}")),
            "404 OperationOutcome not-found fhirrest.unknown-operation");
}

TEST_F(OperationsTest, AreStated) {
  const json::value root = body(get("/fhir/metadata"));
  const json::object& rest = root.at("rest").at(0).as_object();
  ASSERT_EQ(rest.at("operation").as_array().size(), 1u);
  EXPECT_EQ(rest.at("operation").at(0).at("definition").as_string(), "http://example.org/echo");
  for (const json::value& resource : rest.at("resource").as_array()) {
    const size_t expected = resource.at("type").as_string() == "Patient" ? 5 : 4;  // with those of meta
    EXPECT_EQ(resource.at("operation").as_array().size(), expected);
  }
}

TEST_F(FhirRestTest, MetaOperations) {
  put(R"({"resourceType":"Patient","id":"p1","meta":{"tag":[{"system":"s","code":"a"}]}})");
  const auto with = [](std::string_view meta) {
    return R"({"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":)" + std::string(meta) +
           "}]}";
  };
  const char* some =
      R"({"tag":[{"system":"s","code":"a"},{"system":"s","code":"b"}],"profile":["http://p"]})";
  const auto added = send(Method::Post, "/fhir/Patient/p1/$meta-add", with(some));
  ASSERT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(at(added, "parameter.0.valueMeta.versionId"), "2");
  EXPECT_EQ(at(added, "parameter.0.valueMeta.tag.1.code"), "b");
  EXPECT_EQ(at(added, "parameter.0.valueMeta.tag.2"), "<none>");
  ASSERT_EQ(send(Method::Post, "/fhir/Patient/p1/$meta-delete", with(some)).status, 200);
  const auto now = get("/fhir/Patient/p1/$meta");
  EXPECT_EQ(at(now, "parameter.0.valueMeta.versionId"), "3");
  EXPECT_EQ(at(now, "parameter.0.valueMeta.tag"), "<none>");
  EXPECT_EQ(at(now, "parameter.0.valueMeta.profile"), "<none>");
  EXPECT_EQ(send(Method::Post, "/fhir/Patient/p1/$meta-add", with("7")).status, 400);
  EXPECT_EQ(get("/fhir/Patient/nobody/$meta").status, 404);
}

}  // namespace
}  // namespace xinglin::fhirrest
