// Profiles with slices, on top of the types. Known answers: FHIR R4 5.1.0.14 and the profiles of the package.
#include <gtest/gtest.h>

#include "codec/fhir/definition_compiler.h"
#include "codec/validation/validator.h"

namespace xinglin::validation {
namespace {

const SystemClock kClock;

std::string errors_of(const json::value& resource, const std::string& profile = {}) {
  static const Validator validator(kClock);
  IssueSink issues;
  std::vector<std::string> profiles;
  if (!profile.empty()) profiles.push_back(profile);
  validator.validate(resource, issues, profiles);
  std::string out;
  for (const Issue& issue : issues.issues())
    if (issue.severity >= Severity::Error) out += (out.empty() ? "" : "; ") + issue.code + " " + issue.path;
  return out;
}

json::value parsed(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value.ok());
  return std::move(*value);
}

constexpr std::string_view kBodyHeight = R"({"resourceType":"Observation","status":"final",
  "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",
                          "code":"vital-signs"}]}],
  "code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},"subject":{"reference":"Patient/1"},
  "effectiveDateTime":"2020-01-01",
  "valueQuantity":{"value":170,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"}})";

TEST(Profiles, AVitalSignMustHaveItsCategoryAndTime) {
  const std::string vital = "http://hl7.org/fhir/StructureDefinition/vitalsigns";
  json::value height = parsed(kBodyHeight);
  EXPECT_EQ(errors_of(height, vital), "");
  height.as_object().erase("effectiveDateTime");
  EXPECT_EQ(errors_of(height, vital), "required Observation.effective");
  height = parsed(kBodyHeight);
  height.at("category").at(0).at("coding").at(0).as_object()["code"] = "laboratory";
  EXPECT_EQ(errors_of(height, vital), "required Observation.category");
}

TEST(Profiles, FixedCodesTypesAndMissingProfiles) {
  const std::string body_height = "http://hl7.org/fhir/StructureDefinition/bodyheight";
  json::value height = parsed(kBodyHeight);
  EXPECT_EQ(errors_of(height, body_height), "");
  height.at("valueQuantity").as_object()["system"] = "urn:x";
  EXPECT_NE(errors_of(height, body_height), "");
  height.as_object().erase("valueQuantity");
  height.as_object()["valueString"] = "tall";
  EXPECT_NE(errors_of(height, body_height), "");
  EXPECT_EQ(errors_of(parsed(kBodyHeight), "urn:unknown"), "not-found Observation");
}

TEST(Profiles, AnExtensionKeepsItsDefinition) {
  json::value patient = parsed(R"({"resourceType":"Patient","extension":[
    {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"X"}}]})");
  EXPECT_EQ(errors_of(patient), "");
  patient.at("extension").at(0).as_object().erase("valueAddress");
  patient.at("extension").at(0).as_object()["valueString"] = "X";
  EXPECT_EQ(errors_of(patient), "structure Patient.extension[0].value");
  // patient-citizenship: parts "code" and "period".
  json::value citizen = parsed(R"({"resourceType":"Patient","extension":[
    {"url":"http://hl7.org/fhir/StructureDefinition/patient-citizenship","extension":[
      {"url":"code","valueCodeableConcept":{"text":"X"}},
      {"url":"period","valuePeriod":{"start":"2000"}}]}]})");
  EXPECT_EQ(errors_of(citizen), "");
  citizen.at("extension").at(0).at("extension").at(1).as_object()["url"] = "code";
  EXPECT_NE(errors_of(citizen), "");
}

// A warning: examples of the standard itself do not keep all contexts.
TEST(Profiles, AnExtensionStandsWhereItIsDefined) {
  const Validator validator(kClock);
  const auto warnings = [&](std::string_view text) {
    IssueSink issues;
    EXPECT_TRUE(validator.validate(parsed(text), issues));
    std::string out;
    for (const Issue& issue : issues.issues())
      if (issue.severity == Severity::Warning) out += issue.code + " " + issue.path;
    return out;
  };
  // patient-birthPlace is one of Patient, humanname-own-prefix one of HumanName.family.
  EXPECT_EQ(warnings(R"({"resourceType":"Practitioner","extension":[
    {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"X"}}]})"),
            "extension Practitioner.extension[0]");
  EXPECT_EQ(warnings(R"({"resourceType":"Patient","name":[{"family":"van X","_family":{"extension":[
    {"url":"http://hl7.org/fhir/StructureDefinition/humanname-own-prefix","valueString":"van"}]}}]})"),
            "");
  EXPECT_EQ(warnings(R"({"resourceType":"Patient","gender":"male","_gender":{"extension":[
    {"url":"http://hl7.org/fhir/StructureDefinition/humanname-own-prefix","valueString":"van"}]}})"),
            "extension Patient.gender.extension[0]");
}

// A profile of a site: one name of at most 20, exactly one identifier of the site's system among others, a
// reference to an Organization alone, slices in their order and closed.
constexpr std::string_view kSitePatient = R"({"resourceType":"StructureDefinition","id":"site-patient",
 "url":"urn:site:patient","kind":"resource","type":"Patient","derivation":"constraint","abstract":false,
 "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","snapshot":{"element":[
 {"id":"Patient","path":"Patient","min":0,"max":"*"},
 {"id":"Patient.identifier","path":"Patient.identifier","min":1,"max":"*",
  "base":{"path":"Patient.identifier","min":0,"max":"*"},"type":[{"code":"Identifier"}],
  "slicing":{"discriminator":[{"type":"value","path":"system"}],"ordered":true,"rules":"closed"}},
 {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn","min":1,"max":"1",
  "base":{"path":"Patient.identifier","min":0,"max":"*"},"type":[{"code":"Identifier"}]},
 {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","min":1,"max":"1",
  "base":{"path":"Identifier.system","min":0,"max":"1"},"type":[{"code":"uri"}],"fixedUri":"urn:mrn"},
 {"id":"Patient.identifier:mrn.value","path":"Patient.identifier.value","min":1,"max":"1",
  "base":{"path":"Identifier.value","min":0,"max":"1"},"type":[{"code":"string"}],"maxLength":5},
 {"id":"Patient.identifier:card","path":"Patient.identifier","sliceName":"card","min":0,"max":"1",
  "base":{"path":"Patient.identifier","min":0,"max":"*"},"type":[{"code":"Identifier"}],
  "patternIdentifier":{"system":"urn:card"}},
 {"id":"Patient.identifier:card.system","path":"Patient.identifier.system","min":1,"max":"1",
  "base":{"path":"Identifier.system","min":0,"max":"1"},"type":[{"code":"uri"}],"patternUri":"urn:card"},
 {"id":"Patient.deceased[x]","path":"Patient.deceased[x]","min":0,"max":"1",
  "base":{"path":"Patient.deceased[x]","min":0,"max":"1"},"type":[{"code":"boolean"}]},
 {"id":"Patient.managingOrganization","path":"Patient.managingOrganization","min":0,"max":"0",
  "base":{"path":"Patient.managingOrganization","min":0,"max":"1"},"type":[{"code":"Reference"}]}]}})";

TEST(Profiles, OfASiteAreCheckedAsThoseOfR4) {
  fhir::DefinitionCompiler compiler;
  ASSERT_TRUE(compiler.add(parsed(kSitePatient).as_object()).ok());
  const fhir::Definitions site(compiler.finish());
  const Validator validator(kClock, {.site = &site});
  const auto errors = [&](std::string_view rest) {
    const json::value patient = parsed(
        R"({"resourceType":"Patient","meta":{"profile":["urn:site:patient"]},)" + std::string(rest) + "}");
    IssueSink issues;
    validator.validate(patient, issues);
    std::string out;
    for (const Issue& issue : issues.issues())
      out += (out.empty() ? "" : "; ") + issue.code + " " + issue.path;
    return out;
  };
  const std::string dom6 = "invariant Patient";
  const auto without = [&](std::string text) {
    if (text.ends_with(dom6)) text.erase(text.size() - dom6.size());
    return text.ends_with("; ") ? text.substr(0, text.size() - 2) : text;
  };
  const std::string mrn = R"({"system":"urn:mrn","value":"1"})", card = R"({"system":"urn:card"})";
  EXPECT_EQ(without(errors(R"("identifier":[)" + mrn + "," + card + "]")), "");
  EXPECT_NE(errors(R"("identifier":[)" + card + "," + mrn + "]").find("structure Patient.identifier[1]"),
            std::string::npos);
  EXPECT_NE(
      errors(R"("identifier":[)" + mrn + R"(,{"system":"urn:x"}])").find("structure Patient.identifier[1]"),
      std::string::npos);
  EXPECT_NE(errors(R"("identifier":[)" + card + "]").find("required Patient.identifier"), std::string::npos);
  EXPECT_NE(errors(R"("active":true)").find("required Patient.identifier"), std::string::npos);
  EXPECT_NE(errors(R"("identifier":[{"system":"urn:mrn","value":"123456"}])")
                .find("too-long Patient.identifier[0].value"),
            std::string::npos);
  EXPECT_NE(
      errors(R"("deceasedDateTime":"2020","identifier":[)" + mrn + "]").find("structure Patient.deceased"),
      std::string::npos);
  EXPECT_NE(errors(R"("managingOrganization":{"display":"x"},"identifier":[)" + mrn + "]")
                .find("structure Patient.managingOrganization"),
            std::string::npos);
}

}  // namespace
}  // namespace xinglin::validation
