// Known answers: The Unified Code for Units of Measure, version 2.2 (grammar 2.1, special units 2.5, tables),
// and textbook conversions of clinical laboratories.
#include "codec/ucum/unit.h"

#include <gtest/gtest.h>

#include <thread>

#include "codec/ucum/errors.h"
#include "codec/ucum/unit_cache.h"

namespace xinglin::ucum {
namespace {

std::string converted(std::string_view value, std::string_view from, std::string_view to, int digits = 15) {
  const auto source = parse(from), target = parse(to);
  if (!source) return source.error().message();
  if (!target) return target.error().message();
  const auto result = convert(Decimal::parse(value).value(), *source, *target);
  return result ? result->rounded(digits).text() : std::string(result.error().code().name);
}

std::string_view refusal(std::string_view code) {
  const auto valid = validate(code);
  return valid ? std::string_view() : valid.error().code().name;
}

TEST(Ucum, AcceptsTheGrammar) {
  for (const char* code : {"/m",
                           "10*3/uL",
                           "10^-3",
                           "1",
                           "1{c}",
                           "{a}",
                           "kg.m/s2",
                           "(mmol/L)/(g/dL)",
                           "/{tot}",
                           "[IU]/mL",
                           "m[H2O]",
                           "dB[10.nV]",
                           "[m/s2/Hz^(1/2)]",
                           "%",
                           "''",
                           "10.L/min",
                           "mCel",
                           "KiBy",
                           "Cel/s",
                           "m0",
                           "B[SPL]"})
    EXPECT_EQ(refusal(code), "") << code;
}

TEST(Ucum, RefusesWithAReason) {
  EXPECT_EQ(refusal(""), kEmpty.name);
  for (const char* code : {"m/", "m..s", "a//b", "{a}m", "m{", "{a{b}}", "10+3", "12h", "(m", "m)", "m s",
                           "m{x y}", "ug(8.h)", "(/m)", "m-", "[iU", "0", "(m)2", "錠"})
    EXPECT_EQ(refusal(code), kSyntax.name) << code;
  for (const char* code : {"iU", "molv", "KG", "kmin", "cm[H20]", "k%", "foo", "[IIU]"})
    EXPECT_EQ(refusal(code), kUnknownUnit.name) << code;
  for (const char* code :
       {"m1000", "1234567890123456789", "m999.m999.m999.m999.m999.m999.m999.m999.m999.m999.m999"})
    EXPECT_EQ(refusal(code), kOverLimit.name) << code;
  EXPECT_EQ(refusal(std::string(300, 'm')), kOverLimit.name);
  EXPECT_EQ(refusal(std::string(40, '(') + "m" + std::string(40, ')')), kOverLimit.name);
  EXPECT_NE(validate("g/12h").error().message().find("character 5"), std::string::npos);
  EXPECT_NE(validate("iU").error().message().find("[iU]"), std::string::npos);
}

TEST(Ucum, Converts) {
  EXPECT_EQ(converted("180", "mg/dL", "g/L"), "1.8");
  EXPECT_EQ(converted("1", "[lb_av]", "g"), "453.59237");
  EXPECT_EQ(converted("760", "mm[Hg]", "kPa"), "101.32472");
  EXPECT_EQ(converted("1", "U", "nkat", 6), "16.6667");
  EXPECT_EQ(converted("1", "a", "d"), "365.25");
  EXPECT_EQ(converted("180", "deg", "[pi].rad"), "1");
  EXPECT_EQ(converted("50", "%", "1"), "0.5");
  EXPECT_EQ(converted("2", "[diop]", "/cm"), "0.02");
  EXPECT_EQ(converted("1", "L/min/m2", "cm/s", 4), "0.001667");
  EXPECT_EQ(converted("5", "10*9/L", "/uL"), "5000");
  EXPECT_EQ(converted("3", "[IU]/L", "m[iU]/mL"), "3");
}

TEST(Ucum, ConvertsSpecialUnitsBothWays) {
  EXPECT_EQ(converted("37", "Cel", "[degF]"), "98.6");
  EXPECT_EQ(converted("98.6", "[degF]", "Cel"), "37");
  EXPECT_EQ(converted("-40", "[degF]", "Cel"), "-40");
  EXPECT_EQ(converted("0", "Cel", "K"), "273.15");
  EXPECT_EQ(converted("80", "[degRe]", "Cel"), "100");
  EXPECT_EQ(converted("7.4", "[pH]", "nmol/L", 6), "39.8107");
  EXPECT_EQ(converted("100", "nmol/L", "[pH]"), "7");
  EXPECT_EQ(converted("20", "dB", "1"), "100");
  EXPECT_EQ(converted("20", "dB", "B"), "2");
  EXPECT_EQ(converted("0", "B[SPL]", "uPa"), "20");
  EXPECT_EQ(converted("94", "dB[SPL]", "Pa", 4), "1.002");
  EXPECT_EQ(converted("1", "V", "dB[mV]"), "60");
  EXPECT_EQ(converted("100", "%[slope]", "deg"), "45");
  EXPECT_EQ(converted("1", "Np", "dB", 6), "4.34294");
  EXPECT_EQ(converted("8", "bit_s", "1"), "256");
  EXPECT_EQ(converted("3", "[hp'_X]", "1"), "0.001");
  EXPECT_EQ(converted("4", "[m/s2/Hz^(1/2)]", "m2/s4/Hz"), "16");
  EXPECT_EQ(converted("1000", "mCel", "K"), "274.15");
}

TEST(Ucum, RefusesWhatHasNoMeaning) {
  EXPECT_EQ(converted("1", "mg/dL", "mmol/L"), kNotComparable.name);
  EXPECT_EQ(converted("1", "[IU]", "U"), kNotComparable.name);
  EXPECT_EQ(converted("1", "[IU]", "1"), kNotComparable.name);
  EXPECT_EQ(converted("1", "Cel/s", "K/s"), kSpecialInProduct.name);
  EXPECT_EQ(converted("1", "Cel2", "K2"), kSpecialInProduct.name);
  EXPECT_EQ(converted("-1", "mol/L", "[pH]"), kOutOfRange.name);
  EXPECT_EQ(multiply(parse("Cel").value(), parse("m").value()).error().code().name, kSpecialInProduct.name);
}

TEST(Ucum, EqualQuantitiesHaveOneCanonicalForm) {
  const auto same = [](double a, std::string_view first, double b, std::string_view second) {
    const auto x = canonical(a, first), y = canonical(b, second);
    ASSERT_TRUE(x && y) << first;
    EXPECT_EQ(x->value, y->value) << first << " " << second;
    EXPECT_EQ(x->key, y->key);
  };
  same(5.4, "mmol/L", 0.0054, "mol/L");
  same(37, "Cel", 98.6, "[degF]");
  same(70, "kg", 70000, "g");
  same(1, "h", 3600, "s");
  same(120, "mm[Hg]", 12, "cm[Hg]");
  same(7.1, "g/dL", 71, "g/L");
  same(1, "[in_i]", 2.54, "cm");
  EXPECT_EQ(canonical(1, "mg/dL")->key, "m-3.g");
  EXPECT_EQ(canonical(1, "[iU]/mL")->key, canonical(1, "[IU]/L")->key);
  EXPECT_EQ(canonical(1, "%")->key, "1");
  EXPECT_FALSE(canonical(1, "Ym999"));
}

TEST(Ucum, MultipliesAndDivides) {
  const Unit product = multiply(parse("N").value(), parse("m").value()).value();
  EXPECT_TRUE(comparable(product, parse("J").value()));
  EXPECT_EQ(convert(Decimal::of(2), product, parse("J").value())->text(), "2");
  EXPECT_EQ(divide(parse("[IU]").value(), parse("[iU]").value())->key, "1");
}

TEST(Ucum, NamesUnits) {
  EXPECT_EQ(display_name("mmol/L").value(), "(millimole) / (liter)");
  EXPECT_EQ(display_name("/min").value(), "/(minute)");
  EXPECT_EQ(display_name("mmol/(8.h)").value(), "(millimole) / (8 * (hour))");
}

TEST(Ucum, ManyThreadsShareACache) {
  UnitCache cache;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&cache] {
      for (int i = 1; i < 400; ++i) {
        EXPECT_TRUE(cache.parse("m" + std::to_string(i)));
        EXPECT_FALSE(cache.parse("no such unit"));
        EXPECT_EQ(cache.canonical(1, "mg/dL")->key, "m-3.g");
      }
    });
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace xinglin::ucum
