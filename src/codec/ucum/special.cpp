// The functions of the special units (UCUM section 2.5 and tables): a value on such a scale <-> a value in
// base units.
#include <cmath>

#include "codec/ucum/errors.h"
#include "codec/ucum/unit.h"

namespace xinglin::ucum {

namespace {

constexpr Decimal kZeroCelsius(0, 27315, -2);     // K
constexpr Decimal kZeroFahrenheit(0, 45967, -2);  // in degrees of 5/9 K
constexpr Decimal kZeroReaumur(0, 21852, -2);     // in degrees of 5/4 K

Decimal from_long_double(long double number) {
  // A long double holds 18 decimal digits; the functions are exact to some 17 of them.
  const int exponent = number == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::fabs(number)))) - 16;
  const long double scaled = number / std::pow(10.0L, static_cast<long double>(exponent));
  return Decimal::of(static_cast<int64_t>(std::llroundl(scaled))) * Decimal(0, 1, exponent);
}

Result<Decimal> checked(long double number) {
  if (!std::isfinite(number)) return Error(kOutOfRange);
  return from_long_double(number);
}

// base^exponent; exact when the exponent is a whole number.
Result<Decimal> raise(int64_t base, const Decimal& exponent) {
  const long double number = exponent.to_long_double();
  if (std::fabs(number) > 400) return Error(kOutOfRange);
  if (const long double whole = std::round(number); Decimal::of(static_cast<int64_t>(whole)) == exponent)
    return Decimal::of(base).power(static_cast<int>(whole));
  return checked(std::pow(static_cast<long double>(base), number));
}

Result<Decimal> logarithm(int64_t base, const Decimal& number) {
  if (number.is_zero() || number.is_negative())
    return Error(kOutOfRange, "only a positive value has a logarithm");
  return checked(std::log(number.to_long_double()) / std::log(static_cast<long double>(base)));
}

Decimal negated(const Decimal& number) {
  return Decimal() - number;
}

// f^-1 of the specification: the scale's value to a multiple of the unit it is defined by.
Result<Decimal> to_ratio(Special special, const Decimal& value) {
  switch (special) {
    case Special::None:
      return value;
    case Special::Celsius:
      return value + kZeroCelsius;
    case Special::Fahrenheit:
      return value + kZeroFahrenheit;
    case Special::Reaumur:
      return value + kZeroReaumur;
    case Special::Ph:
      return raise(10, negated(value));
    case Special::Ln:
      return checked(std::exp(value.to_long_double()));
    case Special::Lg:
      return raise(10, value);
    case Special::LgTimes2:
      return raise(10, value / Decimal::of(2));
    case Special::Ld:
      return raise(2, value);
    case Special::Tan100:
      return checked(std::atan(value.to_long_double() / 100));
    case Special::HpX:
      return raise(10, negated(value));
    case Special::HpC:
      return raise(100, negated(value));
    case Special::HpM:
      return raise(1000, negated(value));
    case Special::HpQ:
      return raise(50000, negated(value));
    case Special::Sqrt:
      return value * value;
  }
  return Error(errors::kInternal);
}

Result<Decimal> from_ratio(Special special, const Decimal& ratio) {
  switch (special) {
    case Special::None:
      return ratio;
    case Special::Celsius:
      return ratio - kZeroCelsius;
    case Special::Fahrenheit:
      return ratio - kZeroFahrenheit;
    case Special::Reaumur:
      return ratio - kZeroReaumur;
    case Special::Ln: {
      if (ratio.is_zero() || ratio.is_negative()) return Error(kOutOfRange);
      return checked(std::log(ratio.to_long_double()));
    }
    case Special::Lg:
      return logarithm(10, ratio);
    case Special::Ld:
      return logarithm(2, ratio);
    case Special::Tan100:
      return checked(std::tan(ratio.to_long_double()) * 100);
    case Special::Sqrt: {
      if (ratio.is_negative()) return Error(kOutOfRange);
      return checked(std::sqrt(ratio.to_long_double()));
    }
    default:
      break;
  }
  if (special == Special::LgTimes2) {
    XL_TRY(const Decimal lg, logarithm(10, ratio));
    return lg * Decimal::of(2);
  }
  const int64_t base = special == Special::HpC   ? 100
                       : special == Special::HpM ? 1000
                       : special == Special::HpQ ? 50000
                                                 : 10;
  XL_TRY(const Decimal log, logarithm(base, ratio));
  return negated(log);
}

}  // namespace

Result<Decimal> to_base(const Decimal& value, const Unit& unit) {
  if (unit.special_in_product) return Error(kSpecialInProduct);
  XL_TRY(const Decimal ratio, to_ratio(unit.special, value * unit.scale));
  return ratio * unit.magnitude;
}

Result<Decimal> from_base(const Decimal& value, const Unit& unit) {
  if (unit.special_in_product) return Error(kSpecialInProduct);
  XL_TRY(const Decimal scaled, from_ratio(unit.special, value / unit.magnitude));
  return scaled / unit.scale;
}

}  // namespace xinglin::ucum
