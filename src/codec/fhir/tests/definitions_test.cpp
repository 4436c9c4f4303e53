// Known answers: FHIR R4 (4.0.1), the pages of the named types, parameters and operations.
#include "codec/fhir/definitions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "codec/fhir/definition_compiler.h"
#include "codec/fhir/search_definitions.h"

namespace xinglin::fhir {
namespace {

TEST(Definitions, AllTypesOfR4AreThere) {
  EXPECT_EQ(resource_types().size(), 146U);
  EXPECT_EQ(resource_types()[0], "Account");
  EXPECT_TRUE(is_resource_type("VisionPrescription"));
  EXPECT_FALSE(is_resource_type("DomainResource"));
  EXPECT_FALSE(is_resource_type("HumanName"));
  EXPECT_FALSE(is_resource_type(""));
  EXPECT_EQ(find_type("dateTime").kind(), StructureKind::Primitive);
  EXPECT_EQ(find_type("Quantity").kind(), StructureKind::Complex);
  EXPECT_FALSE(find_type("SimpleQuantity"));
  EXPECT_TRUE(find_type("Age").is_a("Quantity"));
  EXPECT_TRUE(find_type("Patient").is_a("Resource"));
  EXPECT_FALSE(find_type("Bundle").is_a("DomainResource"));
}

TEST(Definitions, AnElementSaysWhatItMayHold) {
  const Element patient = find_type("Patient").root();
  const Member gender = patient.find("gender");
  ASSERT_TRUE(gender);
  EXPECT_EQ(gender.type.code(), "code");
  EXPECT_EQ(gender.element.max(), 1);
  EXPECT_FALSE(gender.element.is_array());
  EXPECT_EQ(gender.element.binding().strength, BindingStrength::Required);
  EXPECT_EQ(gender.element.binding().value_set, "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1");
  const Member link = patient.find("link");
  EXPECT_TRUE(link.element.is_modifier());
  EXPECT_EQ(link.element.max(), kUnbounded);
  EXPECT_EQ(link.element.find("other").element.min(), 1);
  EXPECT_TRUE(link.element.find("other").type.target_profiles().contains(
      "http://hl7.org/fhir/StructureDefinition/RelatedPerson"));
  EXPECT_EQ(link.element.find("id").type.code(), "string");
  EXPECT_FALSE(patient.find("nickname"));
  EXPECT_EQ(gender.element.allows_code("female"), true);
  EXPECT_EQ(gender.element.allows_code("F"), false);
  EXPECT_EQ(patient.find("language").element.allows_code("en"), std::nullopt);
  EXPECT_EQ(patient.find("id").type.code(), "id");
  std::vector<std::string_view> keys;
  for (const Constraint constraint : patient.find("contact").element.constraints())
    keys.push_back(constraint.key());
  EXPECT_EQ(keys, (std::vector<std::string_view>{"ele-1", "pat-1"}));
}

TEST(Definitions, NamesLeadThroughTypesAndChoices) {
  const Element observation = find_type("Observation").root();
  const Member value = observation.find("valueQuantity");
  ASSERT_TRUE(value);
  EXPECT_EQ(value.element.path(), "Observation.value[x]");
  EXPECT_EQ(value.type.code(), "Quantity");
  EXPECT_EQ(value.content().find("code").element.path(), "Quantity.code");
  EXPECT_TRUE(observation.find("value").element.is_choice());
  EXPECT_FALSE(observation.find("value").type);
  EXPECT_FALSE(observation.find("valueAddress"));
  // A content reference: components have reference ranges of the same form (Observation.component).
  const Member range = observation.find("component").element.find("referenceRange");
  EXPECT_TRUE(range.element.is_content_reference());
  EXPECT_EQ(range.element.find("low").element.path(), "Observation.referenceRange.low");
  // Bundle.entry.link is Bundle.link.
  EXPECT_EQ(find_type("Bundle").root().find("entry").element.find("link").element.find("url").element.path(),
            "Bundle.link.url");
  EXPECT_FALSE(find_type("Bundle").root().find("entry").element.find("resource").content());
  EXPECT_TRUE(find_type("Extension").root().find("url").element.is_xml_attribute());
}

TEST(Definitions, ProfilesKeepTheirSlices) {
  const Structure vital = find_structure("http://hl7.org/fhir/StructureDefinition/vitalsigns|4.0.1");
  ASSERT_TRUE(vital);
  EXPECT_TRUE(vital.is_profile());
  EXPECT_EQ(vital.type(), "Observation");
  EXPECT_EQ(vital.base().name(), "Observation");
  const Element category = vital.root().find("category").element;
  ASSERT_TRUE(category.slicing());
  EXPECT_EQ(category.slicing()->discriminators[0].path(), "coding.code");
  ASSERT_EQ(category.slices().size(), 1U);
  const Element slice = category.slices()[0];
  EXPECT_EQ(slice.slice_name(), "VSCat");
  EXPECT_EQ(slice.min(), 1);
  EXPECT_TRUE(slice.is_array());
  EXPECT_EQ(slice.find("coding").element.find("code").element.fixed(), "\"vital-signs\"");
  const Structure extension = find_structure("http://hl7.org/fhir/StructureDefinition/patient-birthPlace");
  ASSERT_TRUE(extension);
  EXPECT_TRUE(extension.contexts().contains("element:Patient"));
  EXPECT_EQ(extension.root().find("valueAddress").type.code(), "Address");
  EXPECT_FALSE(extension.root().find("valueString"));
}

TEST(Definitions, SearchParametersOfATypeHoldTheInheritedOnes) {
  const auto all = search_parameters("Patient");
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const SearchParameter& a, const SearchParameter& b) {
    return a.code() < b.code();
  }));
  const SearchParameter birthdate = find_search_parameter("Patient", "birthdate");
  ASSERT_TRUE(birthdate);
  EXPECT_EQ(birthdate.type(), SearchType::Date);
  EXPECT_TRUE(birthdate.comparators().contains("sa"));
  EXPECT_TRUE(find_search_parameter("Patient", "_lastUpdated"));
  EXPECT_TRUE(find_search_parameter("Patient", "_text"));
  EXPECT_FALSE(find_search_parameter("Bundle", "_text"));
  EXPECT_FALSE(find_search_parameter("Patient", "nickname"));
  const SearchParameter composite = find_search_parameter("Observation", "code-value-quantity");
  ASSERT_EQ(composite.component_count(), 2U);
  EXPECT_EQ(composite.component(1).expression, "value.as(Quantity)");
  EXPECT_EQ(find_search_parameter(composite.component(0).definition).code(), "code");
  EXPECT_FALSE(search_parameters("Observation").empty());
  EXPECT_EQ(find_search_parameter("Condition", "subject").url(),
            "http://hl7.org/fhir/SearchParameter/Condition-subject");
}

TEST(Definitions, CompartmentsAndOperations) {
  EXPECT_EQ(compartments().size(), 5U);
  const Compartment patient = find_compartment("Patient");
  ASSERT_TRUE(patient);
  EXPECT_TRUE(patient.find("Observation").parameters().contains("subject"));
  EXPECT_TRUE(patient.find("Observation").parameters().contains("performer"));
  EXPECT_FALSE(patient.find("Medication"));
  size_t found = 0;
  for (const Operation operation : operations()) {
    if (operation.url() != "http://hl7.org/fhir/OperationDefinition/Resource-validate") continue;
    ++found;
    EXPECT_EQ(operation.code(), "validate");
    EXPECT_TRUE(operation.on_type() && operation.on_instance() && !operation.on_system());
    EXPECT_EQ(operation.parameters()[0].name(), "resource");
    EXPECT_EQ(operation.parameters().size(), 4U);
  }
  EXPECT_EQ(found, 1U);
}

TEST(Definitions, AProfileReadAtRunTimeIsWalkedTheSameWay) {
  DefinitionCompiler compiler;
  const auto definition = json::parse(R"({"resourceType":"StructureDefinition","id":"named",
    "url":"urn:named","kind":"resource","type":"Patient","derivation":"constraint",
    "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","snapshot":{"element":[
    {"id":"Patient","path":"Patient","min":0,"max":"*"},
    {"id":"Patient.name","path":"Patient.name","min":1,"max":"1",
     "base":{"path":"Patient.name","min":0,"max":"*"},"type":[{"code":"HumanName"}]}]}})");
  ASSERT_TRUE(definition.ok());
  ASSERT_TRUE(compiler.add(definition->get_object()).ok());
  const Definitions site(compiler.finish());
  const Structure named = site.find_structure("urn:named");
  ASSERT_TRUE(named);
  EXPECT_EQ(named.base().name(), "Patient");
  const Member name = named.root().find("name");
  EXPECT_EQ(name.element.min(), 1);
  EXPECT_TRUE(name.element.is_array());
  EXPECT_EQ(name.element.find("family").element.path(), "HumanName.family");
  DefinitionCompiler other;
  EXPECT_TRUE(
      other.add({{"resourceType", "StructureDefinition"}, {"url", "urn:bare"}}).error().is(kBadDefinition));
}

}  // namespace
}  // namespace xinglin::fhir
