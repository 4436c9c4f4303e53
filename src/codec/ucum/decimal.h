// A decimal number of up to 36 significant digits: what clinical quantities are converted with, so that 6.3
// mm is 0.0063 m and not a neighbour of it. Sums and products that fit are exact; others are rounded half up
// to 36 digits. A value without ownership, safe to copy between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xinglin::ucum {

class Decimal {
public:
  constexpr Decimal() = default;  // zero
  // (hi * 2^64 + lo) * 10^exponent, below 10^36 before the exponent.
  constexpr Decimal(uint64_t hi, uint64_t lo, int exponent, bool negative = false)
      : hi_(hi), lo_(lo), exponent_(exponent), negative_(negative) {}
  static constexpr Decimal of(int64_t number) {
    return number < 0 ? Decimal(0, static_cast<uint64_t>(-(number + 1)) + 1, 0, true)
                      : Decimal(0, static_cast<uint64_t>(number), 0);
  }
  // FHIR decimal: "-6.30", "1e-7". At most 36 significant digits count.
  static Result<Decimal> parse(std::string_view text);
  // The decimal with the fewest digits that reads back as this number; zero for what is not finite.
  static Decimal from_double(double number);

  bool is_zero() const { return hi_ == 0 && lo_ == 0; }
  bool is_negative() const { return negative_; }
  // Rounded half away from zero to this many significant digits (1 to 36).
  Decimal rounded(int digits) const;
  // Plain notation without trailing zeros, as FHIR and people write it; an exponent beyond 10^+-40.
  std::string text() const;
  // Rounded to 15 digits first, so that equal quantities give equal numbers; infinite or zero beyond its
  // range.
  double to_double() const;
  long double to_long_double() const;

  friend Decimal operator*(const Decimal& a, const Decimal& b);
  friend Decimal operator/(const Decimal& a, const Decimal& b);  // the divisor is not zero
  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  // Equal as numbers.
  friend bool operator==(const Decimal& a, const Decimal& b);
  Decimal power(int exponent) const;  // not zero when the exponent is negative

private:
  uint64_t hi_ = 0;
  uint64_t lo_ = 0;
  int exponent_ = 0;
  bool negative_ = false;
};

}  // namespace xinglin::ucum
