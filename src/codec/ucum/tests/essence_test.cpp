// Every unit of ucum-essence.xml (UCUM organisation, version 2.2), an independent statement of the tables:
// the same magnitude, dimension, name and use of prefixes as ours.
#include <gtest/gtest.h>

#include "codec/ucum/tests/xml_cases.h"
#include "codec/ucum/unit.h"

namespace xinglin::ucum {
namespace {

std::string plain_spaces(std::string text) {
  for (size_t at = 0; (at = text.find("\xC2\xA0", at)) != std::string::npos;) text.replace(at, 2, " ");
  return text;
}

struct Row {
  std::string code, name, unit, value;
  bool metric = false, special = false, arbitrary = false;
};

std::vector<Row> rows_of(const std::vector<Element>& elements) {
  std::vector<Row> rows;
  bool inside = false;
  for (const Element& element : elements) {
    if (element.name == "unit" || element.name == "base-unit") {
      inside = true;
      rows.push_back({.code = element["Code"],
                      .metric = element["isMetric"] == "yes" || element.name == "base-unit",
                      .special = element["isSpecial"] == "yes",
                      .arbitrary = element["isArbitrary"] == "yes"});
    }
    if (element.name == "/unit" || element.name == "/base-unit") inside = false;
    if (!inside) continue;
    Row& row = rows.back();
    if (element.name == "name" && row.name.empty()) row.name = element.text;
    if (element.name == "value" || element.name == "function")
      row.unit = element["Unit"], row.value = element["value"];
  }
  return rows;
}

TEST(UcumEssence, TablesAgree) {
  const auto path = shared_data() / "fhir/ucum/ucum-essence.xml";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: " << path << " is not there";
  const std::vector<Row> rows = rows_of(elements_of(file_text(path)));
  EXPECT_GT(rows.size(), 300u);
  for (const Row& row : rows) {
    const auto unit = parse(row.code);
    ASSERT_TRUE(unit) << row.code;
    EXPECT_EQ(plain_spaces(display_name(row.code).value()), "(" + plain_spaces(row.name) + ")");
    EXPECT_EQ(validate("k" + row.code).has_value() || row.code == "10*" || row.code == "10^",
              row.metric || row.code == "10*" || row.code == "10^")
        << row.code;
    EXPECT_EQ(unit->special != Special::None, row.special) << row.code;
    if (row.unit.empty() || row.special || (row.arbitrary && row.unit == "1")) continue;
    const auto defined = parse(row.unit);
    ASSERT_TRUE(defined) << row.code;
    EXPECT_TRUE(comparable(*unit, *defined)) << row.code;
    const auto value = Decimal::parse(row.value);
    ASSERT_TRUE(value) << row.code;
    EXPECT_EQ(unit->magnitude.rounded(30), (*value * defined->magnitude).rounded(30)) << row.code;
  }
}

}  // namespace
}  // namespace xinglin::ucum
