// Every file of testdata is one resource: NAME.valid.json must pass; NAME.invalid.json has, in its first line
// after "//", the issue that must be found ("code path"), and no other.
#include "codec/fhir/validate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace xinglin::fhir {
namespace {

std::string first_issues(const IssueSink& issues) {
  std::string out;
  for (const Issue& issue : issues.issues()) out += (out.empty() ? "" : "; ") + issue.code + " " + issue.path;
  return out;
}

TEST(Validate, TestData) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(XL_TEST_DIR "/tests/testdata")) {
    std::ifstream in(entry.path());
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()), expected;
    if (text.starts_with("// ")) {
      expected = text.substr(3, text.find('\n') - 3);
      text.erase(0, text.find('\n'));
    }
    const auto value = json::parse(text);
    ASSERT_TRUE(value.ok()) << entry.path() << value.error().message();
    IssueSink issues;
    const bool valid = validate(value->as_object(), issues);
    EXPECT_EQ(valid, entry.path().string().ends_with(".valid.json")) << entry.path() << first_issues(issues);
    EXPECT_EQ(first_issues(issues), expected) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 20);
}

TEST(Validate, DepthAndCountAreLimited) {
  json::value extension = json::object{{"url", "http://x"}, {"valueString", "v"}};
  for (int i = 0; i < 50; ++i)
    extension = json::object{{"url", "http://x"}, {"extension", json::array({extension})}};
  json::object patient{{"resourceType", "Patient"}, {"extension", json::array({extension})}};
  IssueSink deep;
  EXPECT_FALSE(validate(patient, deep));
  EXPECT_EQ(deep.issues().front().code, "too-long");

  json::array many;
  for (int i = 0; i < 1000; ++i) many.push_back(json::object{{"family", "x"}});
  IssueSink wide;
  EXPECT_FALSE(validate({{"resourceType", "Patient"}, {"name", many}}, wide, {.values_max = 500}));
  EXPECT_EQ(wide.issues().size(), 1u);

  json::array wrong;
  for (int i = 0; i < 1000; ++i) wrong.push_back(json::object{{"famly", "x"}});
  IssueSink capped;
  EXPECT_FALSE(validate({{"resourceType", "Patient"}, {"name", wrong}}, capped));
  EXPECT_EQ(capped.issues().size(), 50u);
}

TEST(Validate, KnownTypes) {
  EXPECT_EQ(known_types().size(), 8u);
  for (const std::string_view type : known_types()) {
    IssueSink issues;
    validate({{"resourceType", type}, {"id", "a"}}, issues);
    for (const Issue& issue : issues.issues()) EXPECT_EQ(issue.code, "required") << issue.path;
  }
}

}  // namespace
}  // namespace xinglin::fhir
