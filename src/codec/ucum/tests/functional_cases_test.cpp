// UcumFunctionalTests.xml (Grahame Grieve and others, Eclipse Public License): validation, names, conversion,
// multiplication and division. A number is equal when it is the stated one at the digits that the case
// states.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "codec/ucum/tests/xml_cases.h"
#include "codec/ucum/unit.h"

namespace xinglin::ucum {
namespace {

// Cases that state something other than the specification, each with its reason.
const std::map<std::string, std::string> kExceptions{};

int digits_of(std::string_view number) {
  int digits = 0;
  bool point = number.find('.') != std::string_view::npos, leading = true;
  int trailing_zeros = 0;
  for (const char c : number) {
    if (c == 'e' || c == 'E') break;
    if (c < '0' || c > '9') continue;
    if (leading && c == '0') continue;
    leading = false;
    ++digits;
    trailing_zeros = c == '0' ? trailing_zeros + 1 : 0;
  }
  return std::max(1, point ? digits : digits - trailing_zeros);
}

std::string compared(const Result<Decimal>& result, const std::string& wanted) {
  if (!result) return result.error().message();
  const Decimal stated = Decimal::parse(wanted).value();
  if (result->rounded(digits_of(wanted)) == stated.rounded(digits_of(wanted)) || *result == stated) return {};
  return fmt::format("{} instead of {}", result->text(), wanted);
}

Result<Decimal> product(const Element& c, bool divided) {
  XL_TRY(const Decimal first, Decimal::parse(c["v1"]));
  XL_TRY(const Decimal second, Decimal::parse(c["v2"]));
  XL_TRY(const Unit a, parse(c["u1"]));
  XL_TRY(const Unit b, parse(c["u2"]));
  XL_TRY(const Unit unit, divided ? divide(a, b) : multiply(a, b));
  XL_TRY(const Unit target, parse(c["uRes"]));
  return convert(divided ? first / second : first * second, unit, target);
}

Result<Decimal> conversion(const Element& c) {
  XL_TRY(const Decimal value, Decimal::parse(c["value"]));
  XL_TRY(const Unit from, parse(c["srcUnit"]));
  XL_TRY(const Unit to, parse(c["dstUnit"]));
  return convert(value, from, to);
}

// Empty when the case passes.
std::string run(const std::string& group, const Element& c) {
  if (group == "validation") {
    const auto valid = validate(c["unit"]);
    if (valid.has_value() == (c["valid"] == "true")) return {};
    return valid ? "accepted" : valid.error().message();
  }
  if (group == "displayNameGeneration") {
    const auto name = display_name(c["unit"]);
    if (!name) return name.error().message();
    return *name == c["display"] ? std::string() : *name;
  }
  if (group == "conversion") return compared(conversion(c), c["outcome"]);
  return compared(product(c, group == "division"), c["vRes"]);
}

TEST(UcumFunctionalCases, Pass) {
  const auto path = shared_data() / "fhir/ucum/UcumFunctionalTests.xml";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: " << path << " is not there";
  std::string group;
  int passed = 0, all = 0;
  for (const Element& element : elements_of(file_text(path))) {
    if (element.name != "case") {
      if (element.name[0] != '/') group = element.name;
      continue;
    }
    ++all;
    const std::string problem = run(group, element);
    const auto exception = kExceptions.find(element["id"]);
    if (problem.empty()) {
      ++passed;
    } else if (exception != kExceptions.end()) {
      std::cout << "exception " << element["id"] << ": " << exception->second << '\n';
    } else {
      ADD_FAILURE() << group << ' ' << element["id"] << " \"" << element["unit"] << "\": " << problem;
    }
  }
  std::cout << "ucum: passed " << passed << " of " << all << '\n';
  EXPECT_GT(all, 0);
}

}  // namespace
}  // namespace xinglin::ucum
