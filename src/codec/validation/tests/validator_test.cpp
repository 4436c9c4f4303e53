// Every file of testdata is one resource: NAME.valid.json must pass; NAME.invalid.json has, in its first line
// after "//", the errors that must be found ("code path"), and no others.
#include "codec/validation/validator.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "codec/validation/detail/invariants.h"
#include "codec/validation/detail/narrative.h"
#include "codec/validation/source_position.h"
#include "codec/validation/tests/files.h"

namespace xinglin::validation {
namespace {

const SystemClock kClock;

const Validator& validator() {
  static const Validator validator(kClock);
  return validator;
}

std::string errors_of(const IssueSink& issues) {
  std::string out;
  for (const Issue& issue : issues.issues())
    if (issue.severity >= Severity::Error) out += (out.empty() ? "" : "; ") + issue.code + " " + issue.path;
  return out;
}

std::string said(const IssueSink& issues) {
  std::string out;
  for (const Issue& issue : issues.issues()) out += issue.path + " " + issue.message + "\n";
  return out;
}

TEST(Validator, TestData) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(XL_TEST_DIR "/tests/testdata")) {
    std::string text = text_of_file(entry.path()), expected;
    if (text.starts_with("// ")) {
      expected = text.substr(3, text.find('\n') - 3);
      text.erase(0, text.find('\n'));
    }
    const auto value = json::parse(text);
    ASSERT_TRUE(value.ok()) << entry.path() << value.error().message();
    IssueSink issues;
    const bool valid = validator().validate(*value, issues);
    EXPECT_EQ(valid, entry.path().string().ends_with(".valid.json")) << entry.path() << said(issues);
    EXPECT_EQ(errors_of(issues), expected) << entry.path() << said(issues);
    ++files;
  }
  EXPECT_GE(files, 20);
}

TEST(Validator, DepthAndCountAreLimited) {
  const Validator strict(kClock, {}, {.depth_max = 32, .values_max = 500, .issues_max = 50});
  json::value extension = json::object{{"url", "http://x"}, {"valueString", "v"}};
  for (int i = 0; i < 50; ++i)
    extension = json::object{{"url", "http://x"}, {"extension", json::array({extension})}};
  IssueSink deep;
  EXPECT_FALSE(strict.validate(
      json::object{{"resourceType", "Patient"}, {"extension", json::array({extension})}}, deep));
  EXPECT_EQ(deep.issues().front().code, "too-long");

  json::array many;
  for (int i = 0; i < 1000; ++i) many.push_back(json::object{{"family", "x"}});
  IssueSink wide;
  EXPECT_FALSE(strict.validate(json::object{{"resourceType", "Patient"}, {"name", many}}, wide));
  EXPECT_EQ(wide.issues().size(), 1u);

  json::array wrong;
  for (int i = 0; i < 100; ++i) wrong.push_back(json::object{{"famly", "x"}});
  IssueSink capped;
  EXPECT_FALSE(strict.validate(json::object{{"resourceType", "Patient"}, {"name", wrong}}, capped));
  EXPECT_EQ(capped.issues().size(), 50u);
}

TEST(Validator, EveryTypeOfR4) {
  for (const std::string_view type : fhir::resource_types()) {
    IssueSink issues;
    validator().validate(json::object{{"resourceType", type}, {"id", "a"}}, issues);
    for (const Issue& issue : issues.issues()) {
      const bool is_error = issue.severity >= Severity::Error;
      EXPECT_TRUE(!is_error || issue.code == "required" || issue.code == "invariant") << issue.path;
    }
  }
}

TEST(Validator, WhatIsNoResourceIsRefused) {
  IssueSink issues;
  EXPECT_FALSE(validator().validate(json::value(1), issues));
  EXPECT_FALSE(validator().validate(json::object{{"resourceType", "Resource"}}, issues));
  EXPECT_FALSE(validator().validate(json::object{{"resourceType", "HumanName"}}, issues));
}

TEST(Invariants, AllOfR4Compile) {
  for (const std::string& trouble : detail::Invariants(nullptr).uncompiled()) ADD_FAILURE() << trouble;
}

// pat-1, obs-7, dom-3, qty-3 with tim-1, bdl-5 and con-3 of the pages of R4.
TEST(Invariants, AreFoundWhereTheyAreBroken) {
  const auto errors = [&](std::string_view text) {
    IssueSink issues;
    validator().validate(*json::parse(text), issues);
    return errors_of(issues);
  };
  EXPECT_EQ(errors(R"({"resourceType":"Patient","contact":[{"gender":"male"}]})"),
            "invariant Patient.contact[0]");
  EXPECT_EQ(errors(R"({"resourceType":"Observation","status":"final","valueString":"x",
    "code":{"coding":[{"system":"urn:s","code":"a"}]},
    "component":[{"code":{"coding":[{"system":"urn:s","code":"a"}]}}]})"),
            "invariant Observation");
  EXPECT_EQ(
      errors(
          R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"x"}]})"),
      "invariant Patient");
  EXPECT_EQ(errors(R"({"resourceType":"Patient","managingOrganization":{"reference":"#o"},
    "contained":[{"resourceType":"Organization","id":"o","name":"x"}]})"),
            "");
  EXPECT_EQ(errors(R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1"}]})"),
            "invariant Bundle.entry[0]");
  EXPECT_EQ(errors(R"({"resourceType":"Patient","managingOrganization":{"reference":"#none"}})"),
            "invariant Patient.managingOrganization.reference");
}

TEST(Narrative, OnlyPlainMarkup) {
  using detail::check_narrative;
  EXPECT_EQ(check_narrative("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a<br/>&amp; b</p></div>"), "");
  EXPECT_NE(check_narrative("<p>a</p>"), "");
  EXPECT_NE(check_narrative("<div>a</div><div>b</div>"), "");
  EXPECT_NE(check_narrative("<div><p>a</div></p>"), "");
  EXPECT_NE(check_narrative("<div><script>a</script></div>"), "");
  EXPECT_NE(check_narrative("<div onclick=\"x\">a</div>"), "");
  EXPECT_NE(check_narrative("<div><a href=\"javascript:x\">a</a></div>"), "");
  EXPECT_NE(check_narrative("<div> \n </div>"), "");
  EXPECT_NE(check_narrative("<div"), "");
}

TEST(SourcePosition, ElementsAreFoundInTheText) {
  const std::string_view text =
      "{\n \"resourceType\": \"Observation\",\n \"component\": [\n  {\"code\": {}},\n  {\"valueQuantity\": "
      "{\n"
      "    \"code\": \"x\\\"}\"}}],\n \"status\": 1}";
  const auto at = [&](std::string_view path) {
    const SourcePosition found = find_position(text, path);
    return std::to_string(found.line) + ":" + std::to_string(found.column);
  };
  EXPECT_EQ(at("Observation"), "1:1");
  EXPECT_EQ(at("Observation.component[1]"), "5:3");
  EXPECT_EQ(at("Observation.component[1].value"), "5:4");
  EXPECT_EQ(at("Observation.component[1].value.code"), "6:5");
  EXPECT_EQ(at("Observation.status"), "7:2");
  EXPECT_EQ(at("Observation.component[0].value.code"), "4:3");
}

}  // namespace
}  // namespace xinglin::validation
