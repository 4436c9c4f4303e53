#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/fhir/build.h"
#include "codec/fhir/outcome.h"
#include "codec/fhir/primitive.h"
#include "codec/fhir/reference.h"
#include "codec/fhir/text.h"

namespace xinglin::fhir {
namespace {

TEST(Build, LeavesEmptyTextsOut) {
  EXPECT_EQ(to_text(concept_of(kLoinc, "8867-4", "Heart rate")),
            R"({"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}],)"
            R"("text":"Heart rate"})");
  EXPECT_EQ(to_text(reference("Patient", "p1")), R"({"reference":"Patient/p1"})");
  EXPECT_EQ(to_text(quantity(37.5, "Cel", "Cel")),
            R"({"value":37.5,"unit":"Cel","system":"http://unitsofmeasure.org","code":"Cel"})");
  EXPECT_EQ(to_text(human_name("Wang", {"Xiao", ""})), R"({"family":"Wang","given":["Xiao"]})");
}

TEST(Text, WritesPlainDecimalsThatReadBack) {
  for (const double number : {0.1, 37.5, -0.0000012, 98.60000000000001, 1e-7, 123456789.25, 1e300, 5e-324}) {
    const auto again = json::parse(to_text(json::value(number)));
    ASSERT_TRUE(again.ok());
    EXPECT_DOUBLE_EQ(again->to_number<double>(), number);
  }
  EXPECT_EQ(to_text(json::value(37.5)), "37.5");
  EXPECT_EQ(to_text(json::value(25.9 - 5)), "20.9");  // 20.899999999999999
  EXPECT_EQ(to_text(json::value(110.0 / 3)), "36.6666666666667");
  SeededRandom random(7);
  for (int i = 0; i < 2000; ++i) {
    const double number = random.normal() * 1000;
    EXPECT_EQ(json::parse(to_text(json::value(number)))->to_number<double>(), round_decimal(number));
    EXPECT_EQ(round_decimal(round_decimal(number)), round_decimal(number));
  }
  EXPECT_EQ(to_text(json::value("a\"\\\n\x01")), "\"a\\\"\\\\\\n\\u0001\"");
  EXPECT_EQ(to_pretty_text(json::object{{"a", json::array{1}}}), "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST(Reference, FourForms) {
  const auto relative = parse_reference("Patient/p1");
  ASSERT_TRUE(relative);
  EXPECT_EQ(relative->type, "Patient");
  EXPECT_EQ(relative->id, "p1");
  EXPECT_EQ(parse_reference("Patient/p1/_history/3")->version, "3");
  EXPECT_EQ(parse_reference("http://h/fhir/Patient/p1")->id, "p1");
  EXPECT_EQ(parse_reference("#x")->kind, Reference::Kind::Contained);
  EXPECT_EQ(parse_reference("urn:uuid:0")->kind, Reference::Kind::Urn);
  for (const char* bad : {"", "Patient", "patient/1", "Patient/", "Patient/a b", "Patient/1/2", "/Patient/1"})
    EXPECT_FALSE(parse_reference(bad)) << bad;
}

TEST(Primitive, TimesNeedTheirZone) {
  EXPECT_TRUE(is_date_time("2026"));
  EXPECT_TRUE(is_date_time("2026-11-22T06:10:00Z"));
  EXPECT_TRUE(is_date_time("2026-11-22T06:10:00.5+08:00"));
  EXPECT_FALSE(is_date_time("2026-11-22T06:10:00"));
  EXPECT_FALSE(is_date_time("2026-11-22T06:10Z"));
  EXPECT_FALSE(is_date_time("2026-13"));
  EXPECT_FALSE(is_date("2026-11-22T06:10:00Z"));
  EXPECT_FALSE(is_date("2026-02-30"));
}

TEST(Primitive, EachTypeHasItsRule) {
  const auto ok = [](const char* type, json::value v) {
    return check_primitive(*parse_primitive(type), v).empty();
  };
  EXPECT_TRUE(ok("code", "final"));
  EXPECT_FALSE(ok("code", " final"));
  EXPECT_FALSE(ok("code", "a  b"));
  EXPECT_TRUE(ok("base64Binary", "aGk="));
  EXPECT_FALSE(ok("base64Binary", "aGk"));
  EXPECT_FALSE(ok("positiveInt", 0));
  EXPECT_FALSE(ok("integer", 1.5));
  EXPECT_FALSE(ok("boolean", "true"));
  EXPECT_FALSE(ok("string", ""));
  EXPECT_FALSE(ok("string", "  "));
  EXPECT_TRUE(ok("time", "23:59:59"));
  EXPECT_FALSE(ok("time", "24:61:00"));
  EXPECT_FALSE(ok("id", std::string(65, 'a').c_str()));
  EXPECT_FALSE(parse_primitive("Quantity"));
}

TEST(Outcome, OursAreNotToldAndIssuesFollow) {
  IssueSink issues;
  issues.error("required", "Patient.name", "missing");
  const std::string text = to_text(operation_outcome(Error(errors::kIo, "/secret"), issues));
  EXPECT_EQ(text.find("secret"), std::string::npos);
  EXPECT_NE(text.find("\"exception\""), std::string::npos);
  EXPECT_NE(text.find("Patient.name"), std::string::npos);
  EXPECT_NE(to_text(operation_outcome(IssueSink{})).find("informational"), std::string::npos);
}

}  // namespace
}  // namespace xinglin::fhir
