#include "codec/fhirpath/temporal.h"

#include <array>

namespace xinglin::fhirpath {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads fields of fixed width from the front of a text.
class Fields {
public:
  explicit Fields(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> number(size_t width, int low, int high) {
    if (rest_.size() < width) return std::nullopt;
    int value = 0;
    for (size_t i = 0; i < width; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    if (value < low || value > high) return std::nullopt;
    rest_.remove_prefix(width);
    return value;
  }
  // Digits after the point, read to the nanosecond.
  bool fraction(Temporal& t) {
    uint32_t unit = 100'000'000;
    uint8_t digits = 0;
    while (!rest_.empty() && is_digit(rest_.front())) {
      t.nanoseconds += unit * static_cast<uint32_t>(rest_.front() - '0');
      unit /= 10;
      digits = digits < 9 ? static_cast<uint8_t>(digits + 1) : digits;
      rest_.remove_prefix(1);
    }
    t.fraction_digits = digits;
    return digits > 0;
  }

private:
  std::string_view rest_;
};

bool read_date(Fields& f, Temporal& t) {
  const auto year = f.number(4, 1, 9999);
  if (!year) return false;
  t.year = static_cast<int16_t>(*year);
  if (!f.take('-')) return true;
  const auto month = f.number(2, 1, 12);
  if (!month) return false;
  t.month = static_cast<uint8_t>(*month), t.precision = Precision::Month;
  if (!f.take('-')) return true;
  const auto day = f.number(2, 1, 31);
  if (!day || !is_valid_date(*year, *month, *day)) return false;
  t.day = static_cast<uint8_t>(*day), t.precision = Precision::Day;
  return true;
}

bool read_time(Fields& f, Temporal& t) {
  const auto hour = f.number(2, 0, 24);
  if (!hour || *hour == 24) return false;
  t.hour = static_cast<uint8_t>(*hour), t.precision = Precision::Hour;
  if (!f.take(':')) return true;
  const auto minute = f.number(2, 0, 59);
  if (!minute) return false;
  t.minute = static_cast<uint8_t>(*minute), t.precision = Precision::Minute;
  if (!f.take(':')) return true;
  const auto second = f.number(2, 0, 60);  // a leap second counts as the last one
  if (!second) return false;
  t.second = static_cast<uint8_t>(*second == 60 ? 59 : *second), t.precision = Precision::Second;
  if (!f.take('.')) return true;
  t.precision = Precision::Fraction;
  return f.fraction(t);
}

bool read_offset(Fields& f, Temporal& t) {
  if (f.take('Z')) {
    t.offset_minutes = 0;
    return true;
  }
  const bool minus = f.take('-');
  if (!minus && !f.take('+')) return true;
  const auto hours = f.number(2, 0, 14);
  if (!hours || !f.take(':')) return false;
  const auto minutes = f.number(2, 0, 59);
  if (!minutes) return false;
  const int offset = *hours * 60 + *minutes;
  t.offset_minutes = static_cast<int16_t>(minus ? -offset : offset);
  return true;
}

void put(std::string& out, int value, size_t width) {
  std::string digits = std::to_string(value);
  out.append(width > digits.size() ? width - digits.size() : 0, '0').append(digits);
}

void put_time(std::string& out, const Temporal& t) {
  put(out, t.hour, 2);
  if (t.precision < Precision::Minute) return;
  put(out += ':', t.minute, 2);
  if (t.precision < Precision::Second) return;
  put(out += ':', t.second, 2);
  if (t.precision < Precision::Fraction) return;
  std::string digits;
  put(digits, static_cast<int>(t.nanoseconds), 9);
  out.append(".").append(digits, 0, t.fraction_digits == 0 ? 3 : t.fraction_digits);
}

}  // namespace

std::optional<Temporal> parse_date(std::string_view text) {
  Fields f(text);
  Temporal t;
  if (!read_date(f, t) || !f.done()) return std::nullopt;
  return t;
}

std::optional<Temporal> parse_date_time(std::string_view text) {
  Fields f(text);
  Temporal t;
  if (!read_date(f, t)) return std::nullopt;
  if (!f.take('T')) return f.done() ? std::optional(t) : std::nullopt;
  if (f.done()) return t;
  if (t.precision != Precision::Day || !read_time(f, t) || !read_offset(f, t) || !f.done())
    return std::nullopt;
  return t;
}

std::optional<Temporal> parse_time(std::string_view text) {
  Fields f(text);
  Temporal t;
  if (!read_time(f, t) || !f.done()) return std::nullopt;
  return t;
}

std::string date_text(const Temporal& t) {
  std::string out;
  put(out, t.year, 4);
  if (t.precision >= Precision::Month) put(out += '-', t.month, 2);
  if (t.precision >= Precision::Day) put(out += '-', t.day, 2);
  return out;
}

std::string date_time_text(const Temporal& t) {
  std::string out = date_text(t);
  if (t.precision < Precision::Hour) return out;
  put_time(out += 'T', t);
  if (!t.has_offset()) return out;
  if (t.offset_minutes == 0) return out += 'Z';
  const int offset = t.offset_minutes < 0 ? -t.offset_minutes : t.offset_minutes;
  put(out += t.offset_minutes < 0 ? '-' : '+', offset / 60, 2);
  put(out += ':', offset % 60, 2);
  return out;
}

std::string time_text(const Temporal& t) {
  std::string out;
  put_time(out, t);
  return out;
}

std::optional<CalendarUnit> parse_calendar_unit(std::string_view word) {
  constexpr std::array<std::string_view, 8> kWords{"year", "month",  "week",   "day",
                                                   "hour", "minute", "second", "millisecond"};
  for (size_t i = 0; i < kWords.size(); ++i)
    if (word == kWords[i] ||
        (word.size() == kWords[i].size() + 1 && word.starts_with(kWords[i]) && word.back() == 's'))
      return static_cast<CalendarUnit>(i);
  return std::nullopt;
}

Temporal date_time_of(Instant now) {
  const CivilTime civil = to_civil(now);
  Temporal t;
  t.year = static_cast<int16_t>(civil.year), t.month = static_cast<uint8_t>(civil.month);
  t.day = static_cast<uint8_t>(civil.day), t.hour = static_cast<uint8_t>(civil.hour);
  t.minute = static_cast<uint8_t>(civil.minute), t.second = static_cast<uint8_t>(civil.second);
  t.nanoseconds = static_cast<uint32_t>(civil.microsecond / 1000) * 1'000'000;
  t.fraction_digits = 3, t.precision = Precision::Fraction, t.offset_minutes = 0;
  return t;
}

int date_digits(const Temporal& t) {
  constexpr std::array<int, 7> kDigits{4, 6, 8, 10, 12, 14, 14};
  return kDigits[static_cast<size_t>(t.precision)] + t.fraction_digits;
}
int time_digits(const Temporal& t) {
  return date_digits(t) - 8;
}

}  // namespace xinglin::fhirpath
