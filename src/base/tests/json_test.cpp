#include <gtest/gtest.h>

#include <string>

#include "base/json_text.h"

namespace xinglin::json {
namespace {

std::string again(std::string_view text) {
  const Result<value> parsed = parse_exact(text);
  return parsed.ok() ? json::serialize(*parsed) : "refused";
}

// FHIR R4 2.24.0.1: the precision of a decimal is kept.
TEST(Json, KeepsDecimalsAsTheyWereWritten) {
  for (const char* number : {"2.50",
                             "2.5",
                             "2.0",
                             "0",
                             "-0",
                             "0.0",
                             "-0.00",
                             "100",
                             "100.00",
                             "1e2",
                             "1.0E+3",
                             "5.4E0",
                             "-1.20e-7",
                             "0.000000001",
                             "0.0000000010",
                             "3.14159265358979323846",
                             "12345678901234567890",
                             "9007199254740993.0",
                             "70000000000000.10",
                             "1e-300"}) {
    const std::string text = std::string("{\"value\":") + number + "}";
    EXPECT_EQ(again(text), text);
    const std::string deep =
        "{\"a\":[{\"b\":1.50},{\"b\":" + std::string(number) + ",\"c\":\"x,1.0]\"}],\"d\":7.0}";
    EXPECT_EQ(again(deep), deep);
  }
}

TEST(Json, WritesNumbersInPlainNotation) {
  EXPECT_EQ(json::serialize(value(5.4)), "5.4");
  EXPECT_EQ(json::serialize(value(8.0)), "8");
  EXPECT_EQ(json::serialize(value(0.1 + 0.2)), "0.3");
  EXPECT_EQ(json::serialize(value(1e-12)), "1e-12");
  EXPECT_EQ(json::serialize(parse("{\"v\":2.50}").value()), "{\"v\":2.5}") << "only parse_exact keeps";
}

TEST(Json, AChangedNumberIsWrittenAsItIsNow) {
  value v = parse_exact(R"({"value":2.50,"unit":"mg"})").value();
  object copy = v.as_object();
  EXPECT_EQ(json::serialize(copy), R"({"value":2.50,"unit":"mg"})") << "copies carry it along";
  copy["value"] = 3;
  EXPECT_EQ(json::serialize(copy), R"({"value":3,"unit":"mg"})");
  copy.erase("value");
  EXPECT_EQ(json::serialize(copy), R"({"unit":"mg"})");
  EXPECT_EQ(find_number(v.as_object(), "value"), 2.5);
  EXPECT_EQ(serialize_pretty(v), "{\n  \"value\": 2.50,\n  \"unit\": \"mg\"\n}");
}

TEST(Json, PutsDecimalsFromText) {
  object o;
  for (const char* text : {"2.50", "-0.10", "7", "1e3"}) {
    put_decimal(o, "value", text);
    EXPECT_EQ(json::serialize(o), "{\"value\":" + std::string(text) + "}");
  }
  put_decimal(o, "value", "7.5");
  EXPECT_EQ(o.size(), 1u);
  put_decimal(o, "value", "1,5");
  EXPECT_EQ(json::serialize(o), R"({"value":null})");
}

TEST(Json, NobodyElseUsesTheMark) {
  EXPECT_EQ(again(R"({"value":2.5,"\u0001value":"<b>"})"), "refused");
  EXPECT_EQ(again("{\"value\":2.5,\"\x01value\":\"1\"}"), "refused");
  EXPECT_EQ(again(R"({"a":1,"a":2})"), "refused");
}

}  // namespace
}  // namespace xinglin::json
