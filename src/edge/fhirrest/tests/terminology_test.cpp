// The operations of terminology over HTTP; known answers from FHIR R4 4.0.1 itself.
#include "edge/fhirrest/terminology_operations.h"
#include "edge/fhirrest/tests/edge_fixture.h"

namespace xinglin::fhirrest {
namespace {

struct Lexicon {
  SystemClock time;
  SystemRandom chance;
  terminology::Terminology terminology{nullptr, time};
};

class TerminologyOperationsTest : private Lexicon, public FhirRestTest {
protected:
  TerminologyOperationsTest() : FhirRestTest(terminology_operations(terminology, time, chance)) {}

  // The value of the first parameter of this name.
  std::string parameter(const http::ClientResponse& response, std::string_view name) {
    const json::value root = body(response);
    if (const json::array* list =
            root.is_object() ? json::find_array(root.get_object(), "parameter") : nullptr)
      for (const json::value& item : *list) {
        const json::object& part = item.get_object();
        if (json::find_string(part, "name") != name) continue;
        for (const auto& [key, value] : part)
          if (std::string_view(key).starts_with("value"))
            return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
      }
    return "<none>";
  }
  static std::string code(const char* name, const char* system, const char* value) {
    return std::string(R"({"name":")") + name + R"(","valueCoding":{"system":")" + system + R"(","code":")" +
           value + "\"}}";
  }
  static std::string parameters(const std::string& parts) {
    return R"({"resourceType":"Parameters","parameter":[)" + parts + "]}";
  }
};

constexpr const char* kGender = "http://hl7.org/fhir/administrative-gender";
constexpr const char* kRole = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

TEST_F(TerminologyOperationsTest, LooksUp) {
  EXPECT_EQ(
      parameter(get("/fhir/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male"),
                "display"),
      "Male");
  EXPECT_EQ(parameter(get("/fhir/CodeSystem/administrative-gender/$lookup?code=male"), "display"), "Male");
  const auto posted =
      send(Method::Post, "/fhir/CodeSystem/$lookup", parameters(code("coding", kRole, "MTH")));
  EXPECT_EQ(parameter(posted, "display"), "mother");
  EXPECT_NE(posted.body.find("\"valueCode\":\"PRN\""), std::string::npos) << posted.body;
  EXPECT_EQ(outcome(get("/fhir/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=m")),
            "404 OperationOutcome not-found terminology.unknown-code");
  EXPECT_EQ(outcome(get("/fhir/CodeSystem/$lookup?system=http://snomed.info/sct&code=73211009")),
            "404 OperationOutcome not-found terminology.unknown-system");
  EXPECT_EQ(outcome(get("/fhir/CodeSystem/$lookup?code=male")),
            "400 OperationOutcome invalid terminology.bad-request");
  EXPECT_EQ(outcome(get("/fhir/CodeSystem/nobody/$lookup?code=male")),
            "404 OperationOutcome not-found base.not-found");
}

TEST_F(TerminologyOperationsTest, ValidatesCodes) {
  EXPECT_EQ(
      parameter(
          get("/fhir/CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=male"),
          "result"),
      "true");
  EXPECT_EQ(
      parameter(get("/fhir/CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=m"),
                "result"),
      "false");
  const std::string set =
      "/fhir/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender";
  EXPECT_EQ(parameter(get(set + "&system=http://hl7.org/fhir/administrative-gender&code=male"), "display"),
            "Male");
  EXPECT_EQ(parameter(get(set + "&system=http://hl7.org/fhir/administrative-gender&code=male&display=Man"),
                      "result"),
            "false");
  EXPECT_EQ(parameter(get("/fhir/ValueSet/administrative-gender/$validate-code?code=male"), "result"),
            "true");
  const std::string concept_part =
      R"({"name":"codeableConcept",
      "valueCodeableConcept":{"coding":[{"system":"http://example.org","code":"1"},
      {"system":"http://hl7.org/fhir/administrative-gender","code":"other"}]}})";
  EXPECT_EQ(parameter(send(Method::Post, set, parameters(concept_part)), "result"), "true");
  const std::string given = R"({"name":"valueSet","resource":{"resourceType":"ValueSet","compose":{"include":[
      {"system":"http://hl7.org/fhir/administrative-gender","concept":[{"code":"male"}]}]}}},)";
  const std::string own = "/fhir/ValueSet/$validate-code";
  EXPECT_EQ(parameter(send(Method::Post, own, parameters(given + code("coding", kGender, "male"))), "result"),
            "true");
  EXPECT_EQ(
      parameter(send(Method::Post, own, parameters(given + code("coding", kGender, "female"))), "result"),
      "false");
  EXPECT_EQ(outcome(get("/fhir/ValueSet/condition-code/$validate-code?system=http://snomed.info/sct&code=1")),
            "404 OperationOutcome not-found terminology.unknown-system");
}

TEST_F(TerminologyOperationsTest, TellsSubsumption) {
  const std::string ask = std::string("/fhir/CodeSystem/$subsumes?system=") + kRole;
  EXPECT_EQ(parameter(get(ask + "&codeA=PRN&codeB=MTH"), "outcome"), "subsumes");
  EXPECT_EQ(parameter(get(ask + "&codeA=MTH&codeB=PRN"), "outcome"), "subsumed-by");
  EXPECT_EQ(parameter(get("/fhir/CodeSystem/v3-RoleCode/$subsumes?codeA=MTH&codeB=FTH"), "outcome"),
            "not-subsumed");
  EXPECT_EQ(parameter(send(Method::Post, "/fhir/CodeSystem/$subsumes",
                           parameters(code("codingA", kRole, "MTH") + "," + code("codingB", kRole, "MTH"))),
                      "outcome"),
            "equivalent");
}

TEST_F(TerminologyOperationsTest, Expands) {
  const auto whole = get("/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender");
  EXPECT_EQ(at(whole, "expansion.total"), "4");
  EXPECT_EQ(at(whole, "expansion.contains.0.code"), "male");
  EXPECT_EQ(at(get("/fhir/ValueSet/administrative-gender/$expand?filter=fem"), "expansion.total"), "1");
  const auto page = get("/fhir/ValueSet/v3-RoleCode/$expand?offset=10&count=2&includeDesignations=true");
  EXPECT_EQ(at(page, "expansion.offset"), "10");
  EXPECT_EQ(at(page, "expansion.contains.2.code"), "<none>");
  const char* given =
      R"({"resourceType":"ValueSet","compose":{
      "include":[{"system":"http://hl7.org/fhir/administrative-gender"}]}})";
  EXPECT_EQ(at(send(Method::Post, "/fhir/ValueSet/$expand", given), "expansion.total"), "4");
  EXPECT_EQ(outcome(get("/fhir/ValueSet/condition-code/$expand")),
            "404 OperationOutcome not-found terminology.unknown-system");
  EXPECT_EQ(at(get("/fhir/ValueSet/mimetypes/$expand"), "issue.0.code"), "too-costly");
  EXPECT_EQ(outcome(get("/fhir/ValueSet/administrative-gender/$expand?count=-1")),
            "400 OperationOutcome invalid terminology.bad-request");
}

TEST_F(TerminologyOperationsTest, Translates) {
  const std::string ask = "/fhir/ConceptMap/cm-administrative-gender-v3/$translate";
  const auto found = get(ask + "?system=http://hl7.org/fhir/administrative-gender&code=male");
  EXPECT_EQ(parameter(found, "result"), "true");
  EXPECT_NE(found.body.find("\"code\":\"M\""), std::string::npos) << found.body;
  EXPECT_EQ(parameter(get(ask + "?system=http://hl7.org/fhir/administrative-gender&code=none"), "result"),
            "false");
  EXPECT_EQ(outcome(get("/fhir/ConceptMap/$translate?system=http://example.org&code=1")),
            "404 OperationOutcome not-found terminology.unknown-map");
}

TEST_F(TerminologyOperationsTest, AreStated) {
  const std::string statement = get("/fhir/metadata").body;
  for (const char* name :
       {"CodeSystem-lookup", "ValueSet-expand", "ValueSet-validate-code", "ConceptMap-translate"})
    EXPECT_NE(statement.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace xinglin::fhirrest
