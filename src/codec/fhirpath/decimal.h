// Exact decimal numbers as FHIRPath wants them (Decimal, 2.0 section 4.1.4): a sign, up to 38 digits and a
// scale, so that 0.1 + 0.2 is 0.3 and 1.50 keeps its zero. A result that needs more digits is rounded to what
// fits; one that does not fit at all is nullopt (overflow is empty, 5.7). Values, no allocation, thread-safe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinglin::fhirpath {

class Decimal {
public:
  using Digits = unsigned __int128;
  static constexpr int kScaleMax = 28;  // digits after the point

  constexpr Decimal() = default;
  constexpr Decimal(int64_t number)  // NOLINT: implicit by design
      : digits_(number < 0 ? -static_cast<Digits>(number) : static_cast<Digits>(number)),
        negative_(number < 0) {}
  static std::optional<Decimal> parse(std::string_view text);  // [+-]digits[.digits][e[+-]digits]
  static std::optional<Decimal> from_double(double number);    // the shortest text that reads back the same

  int scale() const { return scale_; }  // digits after the point, trailing zeros counted
  bool is_negative() const { return negative_ && digits_ != 0; }
  bool is_zero() const { return digits_ == 0; }
  bool is_whole() const;
  std::string text() const;  // plain notation, zeros kept: "-1.50"
  double to_double() const;
  std::optional<int64_t> to_integer() const;  // only if whole and in range

  Decimal negated() const;
  Decimal magnitude() const;
  Decimal trimmed() const;                                   // without trailing zeros after the point
  enum class Rounding { Floor, Ceiling, Truncate, HalfUp };  // HalfUp: away from zero at the half
  // To `scale` digits after the point; never adds digits.
  Decimal rounded(int scale, Rounding how) const;
  // Exactly `scale` digits after the point, zeros added; nullopt when it does not fit.
  std::optional<Decimal> with_scale(int scale, Rounding how) const;

  friend std::optional<Decimal> add(const Decimal& a, const Decimal& b);
  friend std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
  friend std::optional<Decimal> divide(const Decimal& a, const Decimal& b);     // b zero: nullopt
  friend std::optional<Decimal> quotient(const Decimal& a, const Decimal& b);   // div: truncated
  friend std::optional<Decimal> remainder(const Decimal& a, const Decimal& b);  // mod: sign of a
  friend std::strong_ordering compare(const Decimal& a, const Decimal& b);
  bool operator==(const Decimal& other) const { return compare(*this, other) == 0; }

private:
  static std::optional<Decimal> make(Digits digits, int scale, bool negative);

  Digits digits_ = 0;
  int16_t scale_ = 0;
  bool negative_ = false;
};

std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
std::optional<Decimal> divide(const Decimal& a, const Decimal& b);
std::optional<Decimal> quotient(const Decimal& a, const Decimal& b);
std::optional<Decimal> remainder(const Decimal& a, const Decimal& b);
std::strong_ordering compare(const Decimal& a, const Decimal& b);
inline std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
  return add(a, b.negated());
}

}  // namespace xinglin::fhirpath
