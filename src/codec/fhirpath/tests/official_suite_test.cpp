// The official FHIRPath suite for R4 (FHIR/fhir-test-cases, r4/fhirpath), outside the repository: every test
// is run, and the line `fhirpath-r4: passed P of N` says how many hold. A test fails here unless kExceptions
// names it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "codec/fhirpath/errors.h"
#include "codec/fhirpath/evaluator.h"
#include "codec/fhirpath/tests/xml_reader.h"

namespace xinglin::fhirpath {
namespace {

namespace fs = std::filesystem;
using tests::XmlElement;

// Tests that do not hold, each with its reason.
const std::map<std::string, std::string>& exceptions() {
  static const std::map<std::string, std::string> kExceptions{};
  return kExceptions;
}

fs::path suite_folder() {
  const char* given = std::getenv("XL_SHARED_DATA");
  return (given != nullptr ? fs::path(given) : fs::path(XL_SOURCE_DIR) / "../shared/data") / "fhir/fhirpath";
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

json::value read_input(const std::string& name) {
  const fs::path path = suite_folder() / "input" / name;
  const std::string text = read_file(path);
  if (path.extension() == ".json") return json::parse(text).value_or(json::value());
  return tests::resource_from_xml(tests::read_xml(text));
}

// "name of the type" the suite gives its outputs, and the value as it writes it.
std::string type_shown(const Value& v) {
  std::string name(v.type_name());
  if (!v.is_element() && !name.empty() && name != "Quantity")
    name[0] = static_cast<char>(std::tolower(name[0]));
  return name;
}
std::string text_shown(const Value& v) {
  const std::string type = type_shown(v);
  const bool is_moment = type == "date" || type == "dateTime" || type == "instant";
  return is_moment ? "@" + v.text() : type == "time" ? "@T" + v.text() : v.text();
}

bool same_output(const XmlElement& wanted, const Value& got) {
  const std::string type = wanted.attribute("type"), text = text_shown(got);
  if (!type.empty() && type != type_shown(got)) return false;
  if (wanted.text == text) return true;
  const auto a = Decimal::parse(wanted.text), b = got.as_decimal();
  return type == "decimal" && a && b && *a == *b;
}

std::string shown(std::span<const Value> items) {
  std::string out;
  for (const Value& v : items) out += type_shown(v) + "=" + text_shown(v) + " ";
  return out;
}

// "" when the test holds, else what is wrong.
std::string run_case(const XmlElement& test, const json::value& input) {
  const XmlElement& expression = *test.child("expression");
  const std::string invalid = expression.attribute("invalid");
  CompileOptions options;
  const Value focus = input.is_object() ? Value::resource(input) : Value();
  options.context_type = focus.type_name();
  options.checking = test.attribute("checkOrderedFunctions") == "true" ? Checking::Ordered : Checking::Strict;
  const auto compiled = compile(expression.text, options);
  if (!compiled.ok()) return invalid.empty() ? compiled.error().message() : "";
  if (invalid == "syntax") return "a syntax error was not seen";
  const ManualClock clock(parse_fhir_time("2026-11-22T10:00:00Z")->first);
  Evaluator evaluator(clock);
  const auto result = evaluator.evaluate(*compiled, Context{focus});
  if (!result.ok()) return invalid.empty() ? result.error().message() : "";
  if (!invalid.empty()) return "no error: " + shown(*result);

  std::vector<const XmlElement*> wanted;
  for (const XmlElement& child : test.children)
    if (child.name == "output") wanted.push_back(&child);
  if (test.attribute("predicate") == "true") return result->empty() ? "the predicate is false" : "";
  bool same = wanted.size() == result->size();
  for (size_t i = 0; same && i < wanted.size(); ++i) same = same_output(*wanted[i], (*result)[i]);
  return same ? "" : "got " + shown(*result);
}

TEST(OfficialSuite, HoldsForR4) {
  const fs::path file = suite_folder() / "tests-fhir-r4.xml";
  if (!fs::exists(file)) GTEST_SKIP() << "skipped: " << file << " is not there";
  const XmlElement suite = tests::read_xml(read_file(file));
  std::map<std::string, json::value> inputs;
  int passed = 0, total = 0;
  for (const XmlElement& group : suite.children) {
    for (const XmlElement& test : group.children) {
      if (test.name != "test" || test.child("expression") == nullptr) continue;
      const std::string name = test.attribute("name"), input = test.attribute("inputfile");
      if (!input.empty() && !inputs.contains(input)) inputs[input] = read_input(input);
      const std::string problem = run_case(test, inputs[input]);
      ++total;
      passed += problem.empty() ? 1 : 0;
      const auto excepted = exceptions().find(name);
      if (excepted != exceptions().end()) {
        std::cout << "fhirpath-r4: exception " << name << ": " << excepted->second << "\n";
        EXPECT_FALSE(problem.empty()) << name << " holds now: take it off the list";
      } else {
        EXPECT_EQ(problem, "") << group.attribute("name") << "/" << name << ": "
                               << test.child("expression")->text;
      }
    }
  }
  std::cout << "fhirpath-r4: passed " << passed << " of " << total << "\n";
  EXPECT_GT(total, 0);
}

}  // namespace
}  // namespace xinglin::fhirpath
