#include "codec/fhirpath/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace xinglin::fhirpath {
namespace {

using Digits = Decimal::Digits;
constexpr int kDigitsMax = 38;  // 10^38 fits in 128 bits

constexpr std::array<Digits, kDigitsMax + 1> make_powers() {
  std::array<Digits, kDigitsMax + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr auto kPower = make_powers();
constexpr Digits power(int exponent) {
  return kPower[static_cast<size_t>(exponent)];
}

int count_digits(Digits v) {
  return static_cast<int>(std::upper_bound(kPower.begin(), kPower.end(), v) - kPower.begin());
}

// a * 10^by, if it fits.
std::optional<Digits> scaled_up(Digits a, int by) {
  if (a == 0) return Digits{0};
  if (by > kDigitsMax || count_digits(a) + by > kDigitsMax) return std::nullopt;
  return a * power(by);
}

std::string digits_text(Digits v) {
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + static_cast<int>(v % 10)));
    v /= 10;
  } while (v != 0);
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

std::optional<Decimal> Decimal::make(Digits digits, int scale, bool negative) {
  if (scale < 0) {
    const auto up = scaled_up(digits, -scale);
    if (!up) return std::nullopt;
    digits = *up, scale = 0;
  }
  if (digits >= power(kDigitsMax)) {
    if (scale == 0) return std::nullopt;
    digits = digits / 10 + (digits % 10 >= 5 ? 1 : 0);
    --scale;
  }
  Decimal d;
  d.digits_ = digits, d.scale_ = static_cast<int16_t>(scale), d.negative_ = negative;
  if (scale > kScaleMax) return d.rounded(kScaleMax, Rounding::HalfUp);
  return d;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  bool negative = false, has_point = false, has_digit = false;
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  Digits digits = 0;
  int scale = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !has_point && has_digit) {
      has_point = true;
    } else if (c >= '0' && c <= '9') {
      has_digit = true;
      if (digits >= power(kDigitsMax - 1)) {
        if (!has_point) return std::nullopt;
        continue;  // digits beyond what is held
      }
      digits = digits * 10 + static_cast<Digits>(c - '0');
      scale += has_point ? 1 : 0;
    } else {
      break;
    }
  }
  if (!has_digit || text[i - 1] == '.') return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    ++i;
    if (i < text.size() && text[i] == '+' && ++i < text.size() && text[i] == '-') return std::nullopt;
    int exponent = 0;
    const auto [end, failed] = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
    if (failed != std::errc() || end != text.data() + text.size() || exponent > 1000 || exponent < -1000)
      return std::nullopt;
    scale -= exponent;
  }
  return make(digits, scale, negative);
}

std::optional<Decimal> Decimal::from_double(double number) {
  if (!std::isfinite(number)) return std::nullopt;
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return parse({buffer.data(), static_cast<size_t>(end - buffer.data())});
}

bool Decimal::is_whole() const {
  return scale_ == 0 || digits_ % power(std::min<int>(scale_, kDigitsMax)) == 0;
}

std::string Decimal::text() const {
  std::string text = digits_text(digits_);
  if (scale_ > 0) {
    const auto scale = static_cast<size_t>(scale_);
    if (text.size() <= scale) text.insert(0, scale - text.size() + 1, '0');
    text.insert(text.size() - scale, 1, '.');
  }
  if (negative_) text.insert(0, 1, '-');
  return text;
}

double Decimal::to_double() const {
  const std::string written = text();
  double value = 0;
  std::from_chars(written.data(), written.data() + written.size(), value);
  return value;
}

std::optional<int64_t> Decimal::to_integer() const {
  if (!is_whole()) return std::nullopt;
  const Digits whole = digits_ / power(scale_);
  if (whole > static_cast<Digits>(INT64_MAX)) return std::nullopt;
  const auto number = static_cast<int64_t>(whole);
  return negative_ ? -number : number;
}

Decimal Decimal::negated() const {
  Decimal d = *this;
  d.negative_ = !negative_;
  return d;
}
Decimal Decimal::magnitude() const {
  Decimal d = *this;
  d.negative_ = false;
  return d;
}
Decimal Decimal::trimmed() const {
  Decimal d = *this;
  while (d.scale_ > 0 && d.digits_ % 10 == 0) d.digits_ /= 10, --d.scale_;
  return d;
}

Decimal Decimal::rounded(int scale, Rounding how) const {
  if (scale >= scale_ || scale < 0) return *this;
  const int drop = scale_ - scale;
  Decimal d = *this;
  d.scale_ = static_cast<int16_t>(scale);
  if (drop > kDigitsMax) {
    d.digits_ = 0;
    return d;
  }
  const Digits unit = power(drop), rest = digits_ % unit;
  d.digits_ = digits_ / unit;
  const bool away = (how == Rounding::Floor && negative_ && rest != 0) ||
                    (how == Rounding::Ceiling && !negative_ && rest != 0) ||
                    (how == Rounding::HalfUp && rest >= unit / 2 && unit > 1);
  if (away) ++d.digits_;
  return d;
}

std::optional<Decimal> Decimal::with_scale(int scale, Rounding how) const {
  if (scale < scale_) return rounded(scale, how);
  const auto up = scaled_up(digits_, scale - scale_);
  if (!up || scale > kScaleMax) return std::nullopt;
  Decimal d = *this;
  d.digits_ = *up, d.scale_ = static_cast<int16_t>(scale);
  return d;
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
  const int scale = std::max<int>(a.scale_, b.scale_);
  const auto x = scaled_up(a.digits_, scale - a.scale_), y = scaled_up(b.digits_, scale - b.scale_);
  if (!x || !y) {
    // One of them is too large for the other's small digits: those are lost.
    const Decimal& fine = a.scale_ > b.scale_ ? a : b;
    const Decimal& coarse = a.scale_ > b.scale_ ? b : a;
    if (fine.scale_ == coarse.scale_) return std::nullopt;
    const int room = std::max(0, kDigitsMax - count_digits(coarse.digits_) - 1);
    const int kept = std::min<int>(coarse.scale_ + room, fine.scale_ - 1);
    return add(coarse, fine.rounded(std::max<int>(kept, coarse.scale_), Decimal::Rounding::HalfUp));
  }
  if (a.negative_ == b.negative_) return Decimal::make(*x + *y, scale, a.negative_);
  return *x >= *y ? Decimal::make(*x - *y, scale, a.negative_ && *x != *y)
                  : Decimal::make(*y - *x, scale, b.negative_);
}

std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
  Decimal x = a, y = b;
  Digits product = 0;
  while (__builtin_mul_overflow(x.digits_, y.digits_, &product) || product >= power(kDigitsMax)) {
    Decimal& longer = x.scale_ >= y.scale_ ? x : y;
    if (longer.scale_ == 0) return std::nullopt;
    longer = longer.rounded(longer.scale_ - 1, Decimal::Rounding::HalfUp);
  }
  return Decimal::make(product, x.scale_ + y.scale_, x.negative_ != y.negative_);
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
  if (b.digits_ == 0) return std::nullopt;
  // Long division, digit by digit, until it ends or the digits are full.
  const Decimal x = a.trimmed(), y = b.trimmed();
  if (y.digits_ >= power(kDigitsMax - 1)) {
    if (y.scale_ < 2) return std::nullopt;
    return divide(x, y.rounded(y.scale_ - 2, Decimal::Rounding::HalfUp));
  }
  Digits result = x.digits_ / y.digits_, rest = x.digits_ % y.digits_;
  int scale = x.scale_ - y.scale_;
  while ((rest != 0 || scale < 0) && result < power(kDigitsMax - 2) && scale < Decimal::kScaleMax) {
    rest *= 10;
    result = result * 10 + rest / y.digits_;
    rest %= y.digits_;
    ++scale;
  }
  if (rest >= y.digits_ - rest) ++result;  // rounds half up
  const auto d = Decimal::make(result, scale, x.negative_ != y.negative_);
  if (!d) return std::nullopt;
  return d->trimmed();
}

std::optional<Decimal> quotient(const Decimal& a, const Decimal& b) {
  if (b.digits_ == 0) return std::nullopt;
  const int scale = std::max<int>(a.scale_, b.scale_);
  const auto x = scaled_up(a.digits_, scale - a.scale_), y = scaled_up(b.digits_, scale - b.scale_);
  if (!x || !y) return std::nullopt;
  return Decimal::make(*x / *y, 0, a.negative_ != b.negative_);
}

std::optional<Decimal> remainder(const Decimal& a, const Decimal& b) {
  if (b.digits_ == 0) return std::nullopt;
  const int scale = std::max<int>(a.scale_, b.scale_);
  const auto x = scaled_up(a.digits_, scale - a.scale_), y = scaled_up(b.digits_, scale - b.scale_);
  if (!x || !y) return std::nullopt;
  return Decimal::make(*x % *y, scale, a.negative_);
}

std::strong_ordering compare(const Decimal& a, const Decimal& b) {
  const bool a_negative = a.is_negative(), b_negative = b.is_negative();
  if (a_negative != b_negative)
    return a_negative ? std::strong_ordering::less : std::strong_ordering::greater;
  const Decimal x = a.trimmed(), y = b.trimmed();
  const int scale = std::max<int>(x.scale_, y.scale_);
  const auto p = scaled_up(x.digits_, scale - x.scale_), q = scaled_up(y.digits_, scale - y.scale_);
  // Whose digits do not fit at the common scale is the greater one.
  auto order = std::strong_ordering::equal;
  if (!p)
    order = std::strong_ordering::greater;
  else if (!q)
    order = std::strong_ordering::less;
  else
    order = *p <=> *q;
  return a_negative ? 0 <=> order : order;
}

}  // namespace xinglin::fhirpath
