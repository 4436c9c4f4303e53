#include "edge/fhirrest/match_operation.h"
#include "edge/fhirrest/tests/edge_fixture.h"

namespace xinglin::fhirrest {
namespace {

// The rooms of identity on the record of the fixture; the operation finds them when it is asked.
class MatchTest : public FhirRestTest {
protected:
  MatchTest()
      : FhirRestTest({{.name = "match",
                       .definition = "http://hl7.org/fhir/OperationDefinition/Patient-match",
                       .prose = "the rooms are not there yet when the routes are made",
                       .on_type = true,
                       .types = {"Patient"},
                       .handle =
                           [this](const OperationCall& call, IssueSink& issues) {
                             return match_operation(matches_, *store).handle(call, issues);
                           }}}),
        identity_(*record, clock, *audit, *journal),
        matches_(*record, identity_, clock, *audit, *journal) {}

  static constexpr std::string_view kWang =
      R"({"resourceType":"Patient","name":[{"family":"王","given":["小明"]}],"birthDate":"1959-03-14",
          "telecom":[{"system":"phone","value":"13800138000"}]})";
  identity::Identity identity_;
  identity::Matches matches_;
};

TEST_F(MatchTest, AnswersASearchsetWithScoreGradeAndEvidence) {
  const std::string id = create(kWang).id;
  const auto answer = send(Method::Post, "/fhir/Patient/$match",
                           R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":
        {"resourceType":"Patient","name":[{"text":"Wang Xiaoming"}],"birthDate":"1959-03-14",
         "telecom":[{"system":"phone","value":"+86 138 0013 8000"}]}},
        {"name":"onlyCertainMatches","valueBoolean":true},{"name":"count","valueInteger":3}]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "type"), "searchset");
  EXPECT_EQ(at(answer, "total"), "1");
  EXPECT_EQ(at(answer, "entry.0.resource.id"), id);
  EXPECT_EQ(at(answer, "entry.0.fullUrl"), base + "/Patient/" + id);
  EXPECT_EQ(at(answer, "entry.0.search.mode"), "match");
  EXPECT_EQ(at(answer, "entry.0.search.extension.0.valueCode"), "certain");
  EXPECT_EQ(at(answer, "entry.0.search.extension.1.url"), "urn:xinglin:match-evidence");
  EXPECT_EQ(at(answer, "entry.0.search.extension.1.extension.0.url"), "field");
  EXPECT_GT(std::stod(at(answer, "entry.0.search.score")), 0.99);
}

TEST_F(MatchTest, TakesThePatientAsTheBodyAndFindsNobody) {
  const auto answer = send(Method::Post, "/fhir/Patient/$match", kWang);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "total"), "0");
}

TEST_F(MatchTest, RefusesWhatIsNoDescription) {
  for (const char* body :
       {R"({"resourceType":"Parameters"})", R"({"resourceType":"Group"})", R"({"resourceType":"Patient"})",
        R"({"resourceType":"Parameters","parameter":[{"name":"count","valueInteger":0},
            {"name":"resource","resource":{"resourceType":"Patient","birthDate":"1959-03-14"}}]})"})
    EXPECT_EQ(send(Method::Post, "/fhir/Patient/$match", body).status, 400) << body;
  access = trust::Access::sender("mllp", "HIS");
  EXPECT_EQ(send(Method::Post, "/fhir/Patient/$match", kWang).status, 403);
}

}  // namespace
}  // namespace xinglin::fhirrest
