// Known answers: the CodeSystems, ValueSets and ConceptMaps of FHIR R4 4.0.1 themselves.
#include "core/terminology/terminology.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace xinglin::terminology {
namespace {

constexpr std::string_view kGender = "http://hl7.org/fhir/ValueSet/administrative-gender";
constexpr std::string_view kGenderSystem = "http://hl7.org/fhir/administrative-gender";
constexpr std::string_view kRole = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

Coding coding(std::string_view system, std::string_view code, std::string_view display = {}) {
  return {.system = std::string(system),
          .version = {},
          .code = std::string(code),
          .display = std::string(display)};
}

class TerminologyTest : public ::testing::Test {
protected:
  SystemClock clock_;
  Terminology terminology_{nullptr, clock_};
};

TEST_F(TerminologyTest, TellsMembership) {
  EXPECT_EQ(terminology_.member(kGender, kGenderSystem, "female"), Membership::In);
  EXPECT_EQ(terminology_.member(std::string(kGender) + "|4.0.1", kGenderSystem, "female"), Membership::In);
  EXPECT_EQ(terminology_.member(std::string(kGender) + "|9.9", kGenderSystem, "female"),
            Membership::CannotTell);
  EXPECT_EQ(terminology_.member_code(kGender, "female"), Membership::In);
  EXPECT_EQ(terminology_.member_code(kGender, "Female"), Membership::NotIn);
  EXPECT_EQ(terminology_.member(kGender, "http://example.org/other", "female"), Membership::NotIn);
  EXPECT_EQ(terminology_.member("http://example.org/none", kGenderSystem, "female"), Membership::CannotTell);
  // SNOMED CT is not here: a listed code is in, a filter cannot be evaluated.
  EXPECT_EQ(terminology_.member("http://hl7.org/fhir/ValueSet/condition-severity", "http://snomed.info/sct",
                                "24484000"),
            Membership::In);
  EXPECT_EQ(
      terminology_.member("http://hl7.org/fhir/ValueSet/condition-severity", "http://snomed.info/sct", "1"),
      Membership::NotIn);
  EXPECT_EQ(terminology_.member("http://hl7.org/fhir/ValueSet/condition-code", "http://snomed.info/sct",
                                "44054006"),
            Membership::CannotTell);
  // What groups codes is not to be chosen.
  EXPECT_EQ(terminology_.member("http://hl7.org/fhir/ValueSet/item-type", "http://hl7.org/fhir/item-type",
                                "question"),
            Membership::NotIn);
}

TEST_F(TerminologyTest, KnowsSystemsThatAGrammarDefines) {
  const auto in = [&](std::string_view set, std::string_view code) {
    return terminology_.member_code(set, code);
  };
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/mimetypes", "application/fhir+json"), Membership::In);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/mimetypes", "text/plain; charset=utf-8"), Membership::In);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/mimetypes", "pdf"), Membership::NotIn);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/all-languages", "zh-CN"), Membership::In);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/all-languages", "english language"), Membership::NotIn);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/ucum-units", "mg/dL"), Membership::In);
  EXPECT_EQ(in("http://hl7.org/fhir/ValueSet/ucum-units", "mg//dL"), Membership::NotIn);
  EXPECT_EQ(terminology_.expand("http://hl7.org/fhir/ValueSet/mimetypes").error().code().name,
            kTooCostly.name);
  EXPECT_EQ(terminology_.lookup(coding("http://unitsofmeasure.org", "mm[Hg]"))->display, "mm[Hg]");
  EXPECT_FALSE(terminology_.lookup(coding("http://unitsofmeasure.org", "mmHg")));
}

TEST_F(TerminologyTest, LooksUp) {
  const auto found = terminology_.lookup(coding(kRole, "MTH"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->display, "mother");
  const auto is_parent = [](const ConceptProperty& p) { return p.code == "parent" && p.value == "PRN"; };
  EXPECT_TRUE(std::any_of(found->properties.begin(), found->properties.end(), is_parent));
  EXPECT_EQ(terminology_.lookup(coding("http://snomed.info/sct", "1")).error().code().name,
            kUnknownSystem.name);
  EXPECT_EQ(terminology_.lookup(coding("http://loinc.org", "718-7")).error().code().name,
            kUnknownSystem.name);
  EXPECT_EQ(terminology_.lookup(coding(kRole, "nobody")).error().code().name, kUnknownCode.name);
}

TEST_F(TerminologyTest, ValidatesDisplays) {
  EXPECT_TRUE(terminology_.validate_in_system(coding(kGenderSystem, "male"))->result);
  EXPECT_TRUE(terminology_.validate_in_system(coding(kGenderSystem, "male", "MALE"))->result);
  const auto wrong = terminology_.validate_in_value_set(kGender, coding(kGenderSystem, "male", "Female"));
  ASSERT_TRUE(wrong);
  EXPECT_FALSE(wrong->result);
  EXPECT_EQ(wrong->display, "Male");
  EXPECT_FALSE(terminology_.validate_in_system(coding(kGenderSystem, "m"))->result);
  EXPECT_EQ(terminology_.validate_in_system(coding("http://example.org/x", "m")).error().code().name,
            kUnknownSystem.name);
}

TEST_F(TerminologyTest, Subsumes) {
  EXPECT_EQ(terminology_.subsumes(kRole, "PRN", "MTH").value(), Subsumption::Subsumes);
  EXPECT_EQ(terminology_.subsumes(kRole, "NMTH", "FAMMEMB").value(), Subsumption::SubsumedBy);
  EXPECT_EQ(terminology_.subsumes(kRole, "MTH", "MTH").value(), Subsumption::Equivalent);
  EXPECT_EQ(terminology_.subsumes(kRole, "MTH", "FTH").value(), Subsumption::NotSubsumed);
  EXPECT_FALSE(terminology_.subsumes(kRole, "MTH", "none"));
  const auto below = terminology_.at_or_below(kRole, "PRN").value();
  EXPECT_NE(std::find(below.begin(), below.end(), "NMTH"), below.end());
  const auto above = terminology_.at_or_above(kRole, "NMTH").value();
  EXPECT_NE(std::find(above.begin(), above.end(), "PRN"), above.end());
  EXPECT_EQ(std::find(above.begin(), above.end(), "SIB"), above.end());
}

TEST_F(TerminologyTest, ExpandsInPagesAndTrees) {
  const auto tree = terminology_.expand("http://hl7.org/fhir/ValueSet/item-type").value();
  const auto question = std::find_if(tree.contains.begin(), tree.contains.end(),
                                     [](const Expanded& e) { return e.coding.code == "question"; });
  ASSERT_NE(question, tree.contains.end());
  EXPECT_TRUE(question->is_abstract);
  EXPECT_FALSE(question->contains.empty());
  const std::string role = "http://terminology.hl7.org/ValueSet/v3-RoleCode";
  const auto page = terminology_.expand(role, {.offset = 10, .count = 5}).value();
  const auto whole = terminology_.expand(role, {.exclude_nested = true}).value();
  EXPECT_EQ(page.contains.size(), 5u);
  EXPECT_EQ(page.total, whole.total);
  EXPECT_EQ(page.contains[0].coding.code, whole.contains[10].coding.code);
  EXPECT_TRUE(terminology_.expand(role, {.offset = 1'000'000, .count = 5})->contains.empty());
  EXPECT_EQ(terminology_.expand(role, {.count = 0})->total, whole.total);
  const auto filtered = terminology_.expand(role, {.filter = "MOTHER"}).value();
  EXPECT_GT(filtered.total, 3);
  EXPECT_LT(filtered.total, whole.total);
  EXPECT_EQ(terminology_.expand("http://hl7.org/fhir/ValueSet/condition-code").error().code().name,
            kUnknownSystem.name);
  EXPECT_EQ(terminology_.expand("http://example.org/none").error().code().name, kUnknownValueSet.name);
}

TEST_F(TerminologyTest, TranslatesBothWays) {
  const std::string map = "http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v3";
  TranslateRequest request{.coding = coding(kGenderSystem, "male"),
                           .map_url = {},
                           .source_value_set = {},
                           .target_value_set = {},
                           .target_system = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"};
  auto found = terminology_.translate(request);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->at(0).target.code, "M");
  EXPECT_EQ(found->at(0).map_url, map);
  request = {.coding = coding("http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender", "M"),
             .map_url = map,
             .source_value_set = {},
             .target_value_set = {},
             .target_system = {},
             .reverse = true};
  found = terminology_.translate(request);
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(found->at(0).target.code, "male");
  request.coding.system = "http://example.org/none";
  request.map_url.clear();
  EXPECT_EQ(terminology_.translate(request).error().code().name, kUnknownMap.name);
}

}  // namespace
}  // namespace xinglin::terminology
