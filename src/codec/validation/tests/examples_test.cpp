// The example instances of the definitions package must validate as the standard says. Those of them that
// break its rules are listed with the place and the reason.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "codec/validation/tests/files.h"
#include "codec/validation/validator.h"

namespace xinglin::validation {
namespace {

// Conformance resources have their own tests; the rest are examples.
bool is_example(const std::string& name) {
  for (const char* kind : {"StructureDefinition-", "SearchParameter-", "CompartmentDefinition-",
                           "OperationDefinition-", "ValueSet-", "CodeSystem-", "ConceptMap-", "package", ".",
                           "Bundle-resources", "Bundle-dataelements", "Bundle-valueset"})
    if (name.starts_with(kind)) return false;
  return name.ends_with(".json");
}

// file -> path -> why it is wrong.
const std::map<std::string, std::map<std::string, std::string_view>> kWrong{
    {"Questionnaire-qs1.json", {{"linkId", "items without the linkId that is 1..1"}}},
    {"ig-r4.json", {{"ImplementationGuide.", "no name and status, and a reference '(missing)'"}}},
    {"ImplementationGuide-fhir.json",
     {{"ImplementationGuide.", "no name and status, and a reference '(missing)'"}}},
    {"Questionnaire-zika-virus-exposure-assessment.json", {{"text.div", "an empty div (txt-2)"}}},
    {"EventDefinition-example.json", {{"text.div", "an empty div (txt-2)"}}},
    {"ActivityDefinition-heart-valve-replacement.json", {{"text.div", "an empty div (txt-2)"}}},
    {"ActivityDefinition-blood-tubes-supply.json", {{"text.div", "an empty div (txt-2)"}}},
    {"Observation-clinical-gender.json", {{"performer", "an Encounter performs nothing"}}},
    {"MedicationRequest-medrx0301.json", {{"dispenseRequest.performer", "must be an Organization"}}},
    {"DeviceUseStatement-example.json", {{"reasonReference", "must not be a Procedure"}}},
    {"DeviceMetric-example.json", {{"parent", "must be a Device"}}},
};

bool is_known_wrong(const std::string& file, const std::string& path) {
  const auto found = kWrong.find(file);
  if (found == kWrong.end()) return false;
  for (const auto& [part, why] : found->second)
    if (path.find(part) != std::string::npos) return true;
  return false;
}

TEST(Examples, OfThePackage) {
  if (!std::filesystem::exists(definitions_folder())) GTEST_SKIP() << "skipped: no package";
  const SystemClock clock;
  const Validator validator(clock);
  size_t files = 0, wrong = 0;
  for (const auto& entry : std::filesystem::directory_iterator(definitions_folder())) {
    const std::string name = entry.path().filename().string();
    if (!is_example(name)) continue;
    const auto value = json::parse(text_of_file(entry.path()));
    ASSERT_TRUE(value.ok()) << name << " " << value.error().message();
    IssueSink issues;
    ++files;
    const bool valid = validator.validate(*value, issues);
    EXPECT_EQ(valid, !kWrong.contains(name)) << name;
    wrong += valid ? 0 : 1;
    for (const Issue& issue : issues.issues())
      if (issue.severity >= Severity::Error && !is_known_wrong(name, issue.path))
        ADD_FAILURE() << name << ": " << issue.code << " " << issue.path << " " << issue.message;
  }
  std::cout << "examples: " << files << ", wrong as listed: " << wrong << "\n";
  EXPECT_GT(files, 700U);
}

}  // namespace
}  // namespace xinglin::validation
