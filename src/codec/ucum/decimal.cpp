#include "codec/ucum/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "codec/ucum/errors.h"

namespace xinglin::ucum {

namespace {

using Wide = unsigned __int128;
constexpr int kDigits = 36;
constexpr int kExponentMax = 100'000;  // far beyond any real unit; keeps the arithmetic of exponents in range

constexpr std::array<Wide, 39> kPowers = [] {
  std::array<Wide, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

int digits_of(Wide number) {
  int digits = 1;
  while (digits < 39 && number >= kPowers[static_cast<size_t>(digits)]) ++digits;
  return digits;
}

struct Parts {
  Wide mantissa;
  int exponent;
};

Parts round_to(Parts parts, int digits) {
  const int have = digits_of(parts.mantissa);
  if (have <= digits) return parts;
  const Wide unit = kPowers[static_cast<size_t>(have - digits)];
  const Wide rest = parts.mantissa % unit;
  parts.mantissa = parts.mantissa / unit + (rest >= unit - rest ? 1 : 0);
  parts.exponent += have - digits;
  return parts;
}

Decimal make(Parts parts, bool negative) {
  parts = round_to(parts, kDigits);
  if (parts.mantissa == 0) return {};
  while (parts.mantissa % 10 == 0) {
    parts.mantissa /= 10;
    ++parts.exponent;
  }
  parts.exponent = std::clamp(parts.exponent, -kExponentMax, kExponentMax);
  return {static_cast<uint64_t>(parts.mantissa >> 64), static_cast<uint64_t>(parts.mantissa), parts.exponent,
          negative};
}

// The product of two mantissas as four limbs, divided by ten until it fits 128 bits again.
Parts multiply_wide(Wide a, Wide b) {
  const uint64_t a_limbs[2] = {static_cast<uint64_t>(a), static_cast<uint64_t>(a >> 64)};
  const uint64_t b_limbs[2] = {static_cast<uint64_t>(b), static_cast<uint64_t>(b >> 64)};
  std::array<uint64_t, 4> limbs{};
  for (size_t i = 0; i < 2; ++i) {
    Wide carry = 0;
    for (size_t j = 0; j < 2; ++j) {
      carry += Wide{a_limbs[i]} * b_limbs[j] + limbs[i + j];
      limbs[i + j] = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    limbs[i + 2] += static_cast<uint64_t>(carry);
  }
  int exponent = 0;
  // Until it fits 128 bits: two digits more than are kept, for the rounding.
  while (limbs[3] != 0 || limbs[2] != 0) {
    constexpr uint64_t kStep = 10;
    Wide rest = 0;
    for (size_t i = 4; i-- > 0;) {
      const Wide part = (rest << 64) | limbs[i];
      limbs[i] = static_cast<uint64_t>(part / kStep);
      rest = part % kStep;
    }
    ++exponent;
  }
  return {(Wide{limbs[1]} << 64) | limbs[0], exponent};
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  const Error bad(kBadNumber, "\"" + std::string(text.substr(0, 40)) + "\" is not a decimal number");
  size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) ++at;
  Wide mantissa = 0;
  int exponent = 0, digits = 0, kept = 0;
  bool point = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    ++digits;
    if (kept < kDigits) {
      mantissa = mantissa * 10 + static_cast<Wide>(c - '0');
      if (mantissa != 0) ++kept;
      if (point) --exponent;
    } else if (!point) {
      ++exponent;
    }
  }
  if (digits == 0 || digits > 4096) return bad;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return bad;
    ++at;
    if (at < text.size() && text[at] == '+' && ++at < text.size() && text[at] == '-') return bad;
    int shift = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), shift);
    if (error != std::errc() || end != text.data() + text.size() || shift > kExponentMax ||
        shift < -kExponentMax)
      return bad;
    exponent += shift;
  }
  return make({mantissa, exponent}, negative);
}

Decimal Decimal::from_double(double number) {
  if (!std::isfinite(number)) return {};
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  return parse({text.data(), static_cast<size_t>(end.ptr - text.data())}).value_or(Decimal());
}

Decimal Decimal::rounded(int digits) const {
  return make(round_to({(Wide{hi_} << 64) | lo_, exponent_}, std::clamp(digits, 1, kDigits)), negative_);
}

std::string Decimal::text() const {
  Wide mantissa = (Wide{hi_} << 64) | lo_;
  if (mantissa == 0) return "0";
  std::string digits;
  for (; mantissa != 0; mantissa /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(mantissa % 10)));
  const int count = static_cast<int>(digits.size());
  const int before_point = count + exponent_;
  if (before_point > 40 || before_point < -40) {
    if (count > 1) digits.insert(1, ".");
    digits += "e" + std::to_string(before_point - 1);
  } else if (exponent_ >= 0) {
    digits.append(static_cast<size_t>(exponent_), '0');
  } else if (before_point > 0) {
    digits.insert(static_cast<size_t>(before_point), ".");
  } else {
    digits = "0." + std::string(static_cast<size_t>(-before_point), '0') + digits;
  }
  return negative_ ? "-" + digits : digits;
}

double Decimal::to_double() const {
  const Decimal short_form = rounded(15);
  std::array<char, 64> text{};
  char* out = text.data();
  if (short_form.negative_) *out++ = '-';
  out = std::to_chars(out, text.data() + 32, short_form.lo_).ptr;
  *out++ = 'e';
  out = std::to_chars(out, text.data() + text.size(), short_form.exponent_).ptr;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), out, number);
  if (error != std::errc::result_out_of_range) return number;
  const double beyond = short_form.exponent_ > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return short_form.negative_ ? -beyond : beyond;
}

long double Decimal::to_long_double() const {
  const long double mantissa =
      static_cast<long double>(hi_) * 18446744073709551616.0L + static_cast<long double>(lo_);
  const long double number = mantissa * std::pow(10.0L, static_cast<long double>(exponent_));
  return negative_ ? -number : number;
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  Parts parts = multiply_wide((Wide{a.hi_} << 64) | a.lo_, (Wide{b.hi_} << 64) | b.lo_);
  parts.exponent += a.exponent_ + b.exponent_;
  return make(parts, a.negative_ != b.negative_);
}

Decimal operator/(const Decimal& a, const Decimal& b) {
  Wide rest = (Wide{a.hi_} << 64) | a.lo_;
  const Wide divisor = (Wide{b.hi_} << 64) | b.lo_;
  if (divisor == 0 || rest == 0) return {};
  int exponent = a.exponent_ - b.exponent_;
  Wide quotient = rest / divisor;
  rest %= divisor;
  // Both are below 10^36, so ten times the rest always fits.
  while (rest != 0 && quotient < kPowers[37]) {
    rest *= 10;
    quotient = quotient * 10 + rest / divisor;
    rest %= divisor;
    --exponent;
  }
  return make({quotient, exponent}, a.negative_ != b.negative_);
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  const Decimal& high = a.exponent_ >= b.exponent_ ? a : b;
  const Decimal& low = a.exponent_ >= b.exponent_ ? b : a;
  Wide big = (Wide{high.hi_} << 64) | high.lo_;
  Wide small = (Wide{low.hi_} << 64) | low.lo_;
  int exponent = high.exponent_;
  while (exponent > low.exponent_ && big < kPowers[36]) {
    big *= 10;
    --exponent;
  }
  // What is below the last digit of the larger one is lost.
  small /= kPowers[static_cast<size_t>(std::min(exponent - low.exponent_, 38))];
  if (high.negative_ == low.negative_) return make({big + small, exponent}, high.negative_);
  if (big >= small) return make({big - small, exponent}, high.negative_);
  return make({small - big, exponent}, low.negative_);
}

Decimal operator-(const Decimal& a, const Decimal& b) {
  Decimal minus = b;
  minus.negative_ = !b.negative_;
  return a + minus;
}

bool operator==(const Decimal& a, const Decimal& b) {
  const Decimal x = a.rounded(kDigits), y = b.rounded(kDigits);
  return x.hi_ == y.hi_ && x.lo_ == y.lo_ &&
         (x.is_zero() || (x.exponent_ == y.exponent_ && x.negative_ == y.negative_));
}

Decimal Decimal::power(int exponent) const {
  Decimal base = *this, result = of(1);
  for (unsigned left = exponent < 0 ? 0U - static_cast<unsigned>(exponent) : static_cast<unsigned>(exponent);
       left != 0; left >>= 1) {
    if (left & 1) result = result * base;
    if (left > 1) base = base * base;
  }
  return exponent < 0 ? of(1) / result : result;
}

}  // namespace xinglin::ucum
