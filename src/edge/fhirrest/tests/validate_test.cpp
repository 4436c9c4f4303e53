// $validate over loopback HTTP. Known answers: FHIR R4 Resource-validate.
#include "edge/fhirrest/tests/edge_fixture.h"
#include "edge/fhirrest/validate_operation.h"

namespace xinglin::fhirrest {
namespace {

class ValidateTest : public FhirRestTest {
protected:
  ValidateTest() : FhirRestTest({row(this)}), validator(clock) {}

  // The record is made after the rows are handed in.
  static Operation row(ValidateTest* self) {
    Operation out = validate_operation(*self->record, self->validator);
    out.handle = [self](const OperationCall& call, IssueSink& issues) {
      return validate_operation(*self->record, self->validator).handle(call, issues);
    };
    return out;
  }

  validation::Validator validator;
};

TEST_F(ValidateTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(at(send(Method::Post, "/fhir/Patient/$validate", kPatient), "issue.0.severity"), "information");
  const auto wrong =
      send(Method::Post, "/fhir/Patient/$validate", "{\"resourceType\":\"Patient\",\n \"gender\":\"F\"}");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_EQ(at(wrong, "issue.0.code"), "code-invalid");
  EXPECT_EQ(at(wrong, "issue.0.expression.0"), "Patient.gender");
  EXPECT_EQ(at(wrong, "issue.0.location.0"), "line 2, column 2");
  EXPECT_EQ(at(send(Method::Post, "/fhir/Observation/$validate", kPatient), "issue.0.code"), "invalid");
}

TEST_F(ValidateTest, TakesProfileAndModeAsParameters) {
  const auto answer =
      send(Method::Post, "/fhir/Patient/$validate",
           "{\"resourceType\":\"Parameters\",\"parameter\":[\n"
           "{\"name\":\"profile\",\"valueUri\":\"http://hl7.org/fhir/StructureDefinition/vitalsigns\"},\n"
           "{\"name\":\"resource\",\"resource\":{\"resourceType\":\"Patient\",\n\"name\":{}}}]}");
  EXPECT_EQ(at(answer, "issue.0.expression.0"), "Patient.name");
  EXPECT_EQ(at(answer, "issue.0.location.0"), "line 4, column 1");
  EXPECT_EQ(at(send(Method::Post, "/fhir/Patient/$validate?mode=update", R"({"resourceType":"Patient"})"),
               "issue.0.expression.0"),
            "Patient.id");
  EXPECT_EQ(send(Method::Post, "/fhir/Patient/$validate?mode=other", kPatient).status, 400);
  EXPECT_EQ(send(Method::Post, "/fhir/Patient/$validate?mode=delete", kPatient).status, 400);
  EXPECT_EQ(send(Method::Post, "/fhir/Patient/$validate").status, 400);
  const auto unknown = send(Method::Post, "/fhir/Patient/$validate?profile=urn:none", kPatient);
  EXPECT_NE(unknown.body.find("\"not-found\""), std::string::npos) << unknown.body;
}

TEST_F(ValidateTest, OfWhatIsStored) {
  ASSERT_EQ(send(Method::Put, "/fhir/Patient/p1", kPatient).status, 201);
  EXPECT_EQ(at(get("/fhir/Patient/p1/$validate"), "issue.0.severity"), "information");
  EXPECT_EQ(get("/fhir/Patient/p1/$validate?mode=delete").status, 200);
  EXPECT_EQ(get("/fhir/Patient/p2/$validate").status, 404);
  EXPECT_EQ(at(send(Method::Post, "/fhir/Patient/p1/$validate?mode=update",
                    R"({"resourceType":"Patient","id":"p3","active":true})"),
               "issue.0.code"),
            "invalid");
}

}  // namespace
}  // namespace xinglin::fhirrest
