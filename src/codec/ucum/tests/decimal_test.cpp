#include "codec/ucum/decimal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xinglin::ucum {
namespace {

Decimal number(std::string_view text) {
  return Decimal::parse(text).value();
}

TEST(Decimal, ReadsAndWritesPlainNotation) {
  for (const char* text : {"0", "1", "-6.3", "0.0063", "12345678901234567890.5", "100000"})
    EXPECT_EQ(number(text).text(), text);
  EXPECT_EQ(number("6.300").text(), "6.3");
  EXPECT_EQ(number("+1e-7").text(), "0.0000001");
  EXPECT_EQ(number("-0").text(), "0");
  EXPECT_EQ(number("1.5e60").text(), "1.5e60");
  EXPECT_EQ(number("123456789012345678901234567890123456789").text(),
            "123456789012345678901234567890123456000");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", ".", "1e", "1.2.3", "abc", "1 ", "1e999999999", "--1", "0x10"})
    EXPECT_FALSE(Decimal::parse(text)) << text;
}

TEST(Decimal, ComputesExactly) {
  EXPECT_EQ((number("6.3") * number("0.001")).text(), "0.0063");
  EXPECT_EQ((number("0.1") + number("0.2")).text(), "0.3");
  EXPECT_EQ((number("0.1") - number("0.3")).text(), "-0.2");
  EXPECT_EQ((number("1e30") + number("1e-30")).text(), "1" + std::string(30, '0'));
  EXPECT_EQ((number("1") / number("3")).text(), "0." + std::string(36, '3'));
  EXPECT_EQ((number("2") / number("3")).rounded(3).text(), "0.667");
  EXPECT_EQ((number("1") / number("8")).text(), "0.125");
  EXPECT_EQ((number("99999999999999999999999999") * number("99999999999999999999999999")).rounded(5).text(),
            "1e52");
  EXPECT_EQ(number("2").power(10).text(), "1024");
  EXPECT_EQ(number("10").power(-3).text(), "0.001");
  EXPECT_EQ(number("6.30"), number("6.3"));
  EXPECT_FALSE(number("6.3") == number("-6.3"));
}

TEST(Decimal, TurnsIntoDoublesThatMeanTheSame) {
  EXPECT_EQ(number("0.0054").to_double(), 0.0054);
  EXPECT_EQ((number("5.4") * number("0.001")).to_double(), 0.0054);
  EXPECT_EQ(Decimal::from_double(37.5).text(), "37.5");
  EXPECT_EQ(number("1e400").to_double(), HUGE_VAL);
  EXPECT_EQ(number("-1e-400").to_double(), 0.0);
}

}  // namespace
}  // namespace xinglin::ucum
