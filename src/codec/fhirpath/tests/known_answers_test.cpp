// Expressions with their answers, written from the specification: tests/known_answers.json holds groups of
// [expression, answer]; an answer is the list of texts, or "error". Evaluated on the patient of the same
// file.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json_text.h"
#include "codec/fhirpath/errors.h"
#include "codec/fhirpath/evaluator.h"

namespace xinglin::fhirpath {
namespace {

json::value read_cases() {
  std::ifstream in(std::string(XL_TEST_DIR) + "/tests/known_answers.json");
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = json::parse_exact(text.str());
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message());
  return parsed.value_or(json::value());
}

std::string answer(const json::value& resource, std::string_view expression, Checking checking) {
  const ManualClock clock(parse_fhir_time("2026-11-22T10:11:12.345Z")->first);
  const auto compiled = compile(expression, {resource.at("resourceType").as_string(), checking});
  if (!compiled.ok()) return "error";
  Evaluator evaluator(clock);
  const auto result = evaluator.evaluate(*compiled, resource);
  if (!result.ok()) return "error";
  std::string out;
  for (const Value& v : *result) out += (out.empty() ? "" : " ; ") + v.text();
  return out;
}

TEST(KnownAnswers, Hold) {
  const json::value cases = read_cases();
  ASSERT_TRUE(cases.is_object());
  for (const auto& group : cases.at("groups").as_object()) {
    for (const json::value& one : group.value().as_array()) {
      const std::string expression(one.at(0).as_string());
      EXPECT_EQ(answer(cases.at("resource"), expression, Checking::Strict), one.at(1).as_string())
          << std::string(group.key()) << ": " << expression;
    }
  }
}

// Search parameters of R4 are written for lenient checking.
TEST(KnownAnswers, LenientPathsAreEmptyAndAsFilters) {
  const json::value cases = read_cases();
  const json::value& patient = cases.at("resource");
  EXPECT_EQ(answer(patient, "Observation.value | Patient.id", Checking::Lenient), "p1");
  EXPECT_EQ(answer(patient, "Patient.nothing", Checking::Lenient), "");
  EXPECT_EQ(answer(patient, "(Patient.name as HumanName).family", Checking::Lenient), "Chalmers ; Windsor");
  EXPECT_EQ(answer(patient, "1 | ('a' | 2 | 'b').as(String) | 3", Checking::Lenient), "1 ; a ; b ; 3");
  EXPECT_EQ(answer(patient, "(Patient.deceased as dateTime)", Checking::Lenient), "");
  EXPECT_EQ(answer(patient, "(Patient.deceased as boolean)", Checking::Lenient), "false");
  EXPECT_EQ(answer(patient, "Patient.deceased.exists() and Patient.deceased != false", Checking::Lenient),
            "false");
}

class People : public Host {
public:
  const json::value* resolve(std::string_view reference) override {
    return reference == "Organization/1" ? &organization_ : nullptr;
  }
  Unresolved unresolved() const override { return Unresolved::KeepByType; }
  std::optional<bool> member_of(const Value& coded, std::string_view) override {
    return coded.as_string() == "male";
  }

private:
  json::value organization_ = {{"resourceType", "Organization"}, {"id", "1"}, {"name", "Acme"}};
};

TEST(Host, ResolvesAndKnowsTerms) {
  const json::value cases = read_cases();
  const json::value& patient = cases.at("resource");
  const ManualClock clock({0});
  People people;
  Evaluator evaluator(clock, &people);
  const auto text_of = [&](std::string_view expression) {
    const auto compiled = compile(expression, {"Patient"});
    EXPECT_TRUE(compiled.ok()) << expression;
    const auto result = evaluator.evaluate(*compiled, patient);
    return result.ok() && result->size() == 1 ? (*result)[0].text() : "none";
  };
  EXPECT_EQ(text_of("managingOrganization.resolve().name"), "Acme");
  EXPECT_EQ(text_of("generalPractitioner.where(resolve() is Practitioner).reference"), "Practitioner/7");
  EXPECT_EQ(text_of("generalPractitioner.where(resolve() is Organization).reference"), "#o");
  EXPECT_EQ(text_of("gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')"), "true");
}

TEST(Evaluator, SaysWhereAnItemStands) {
  const json::value cases = read_cases();
  const json::value& patient = cases.at("resource");
  const ManualClock clock({0});
  Evaluator evaluator(clock);
  const auto result = evaluator.evaluate(*compile("name.where(use = 'usual').given", {"Patient"}), patient);
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->size(), 1U);
  EXPECT_EQ(locate(patient, result->front()), "Patient.name[1].given[0]");
}

TEST(Evaluator, StopsAtItsLimits) {
  const json::value cases = read_cases();
  const ManualClock clock({0});
  const auto code_of = [&](std::string_view expression) {
    const auto compiled = compile(expression);
    if (!compiled.ok()) return compiled.error().code().name;
    Evaluator evaluator(clock, nullptr, {.steps = 20'000, .items = 5'000, .text_bytes = 100'000});
    const auto result = evaluator.evaluate(*compiled, cases.at("resource"));
    return result.ok() ? std::string_view("none") : result.error().code().name;
  };
  EXPECT_EQ(code_of("repeat($this & 'x')"), "fhirpath.execution");
  EXPECT_EQ(code_of("'x'.repeat($this & 'x')"), errors::kLimit.name);
  EXPECT_EQ(code_of("(1).repeat($this + 1)"), errors::kLimit.name);
  EXPECT_EQ(code_of(std::string(300, '(') + "1" + std::string(300, ')')), errors::kLimit.name);
  EXPECT_EQ(code_of("'" + std::string(40, 'a') + "'.matches('(a+)+b')"), errors::kLimit.name);
  EXPECT_EQ(code_of(std::string(70'000, ' ')), errors::kLimit.name);
}

}  // namespace
}  // namespace xinglin::fhirpath
