#include <array>
#include <cstdlib>

#include "base/time.h"

namespace xinglin {
namespace {

// Reads exactly `count` digits at `at` and moves past them; -1 when they are not there.
int digits(std::string_view text, size_t& at, size_t count) {
  if (text.size() < at + count) return -1;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

void put(std::string& out, int value, int width) {
  std::array<char, 12> buffer{};
  for (int i = width - 1; i >= 0; --i, value /= 10)
    buffer[static_cast<size_t>(i)] = static_cast<char>('0' + value % 10);
  out.append(buffer.data(), static_cast<size_t>(width));
}

enum class Precision { Year, Month, Day, Hour, Minute, Second, Fraction };

struct Parsed {
  CivilTime civil;
  Precision precision = Precision::Year;
  int64_t fraction_us = 1;            // width of the last written digit of the seconds
  std::optional<int> offset_minutes;  // as written
};

int64_t days_in_month(int year, int month) {
  return is_valid_date(year, month, 31)   ? 31
         : is_valid_date(year, month, 30) ? 30
         : is_valid_date(year, month, 29) ? 29
                                          : 28;
}

int64_t width_us(const Parsed& p) {
  switch (p.precision) {
    case Precision::Year:
      return (is_valid_date(p.civil.year, 2, 29) ? 366 : 365) * kDayUs;
    case Precision::Month:
      return days_in_month(p.civil.year, p.civil.month) * kDayUs;
    case Precision::Day:
      return kDayUs;
    case Precision::Hour:
      return kHourUs;
    case Precision::Minute:
      return kMinuteUs;
    case Precision::Second:
      return kSecondUs;
    case Precision::Fraction:
      return p.fraction_us;
  }
  return 1;
}

bool in_range(const CivilTime& c) {
  return is_valid_date(c.year, c.month, c.day) && c.hour <= 23 && c.minute <= 59 && c.second <= 60;
}

// Digits after the point: up to six count, more are checked and dropped.
bool read_fraction(std::string_view text, size_t& at, Parsed& p) {
  int value = 0, count = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    if (count < 6) value = value * 10 + (text[at] - '0');
    ++count, ++at;
  }
  if (count == 0) return false;
  int64_t width = kSecondUs;
  for (int i = 0; i < count && i < 6; ++i) width /= 10;
  p.civil.microsecond = static_cast<int>(value * width);
  p.fraction_us = width;
  p.precision = Precision::Fraction;
  return true;
}

TimeSpan span_of(Parsed p, int default_offset_minutes) {
  if (p.civil.second == 60) p.civil.second = 59;  // a leap second is filed under the second before it
  const int64_t offset = int64_t{p.offset_minutes.value_or(default_offset_minutes)} * kMinuteUs;
  const bool has_clock = p.precision >= Precision::Hour;
  const Instant first = from_civil(p.civil) + (has_clock ? -offset : 0);
  return {first, first + width_us(p)};
}

std::optional<Parsed> read_compact(std::string_view text) {
  Parsed p;
  size_t at = 0;
  if ((p.civil.year = digits(text, at, 4)) < 0) return std::nullopt;
  int* const fields[] = {&p.civil.month, &p.civil.day, &p.civil.hour, &p.civil.minute, &p.civil.second};
  for (int level = 0; level < 5 && at < text.size() && text[at] != '+' && text[at] != '-'; ++level) {
    const int value = digits(text, at, 2);
    if (value < 0) return std::nullopt;
    *fields[level] = value;
    p.precision = static_cast<Precision>(level + 1);
  }
  if (at < text.size() && text[at] == '.') {
    if (p.precision != Precision::Second || !read_fraction(text, ++at, p)) return std::nullopt;
  }
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const int sign = text[at] == '-' ? -1 : 1;
    const int hours = digits(text, ++at, 2), minutes = hours < 0 ? -1 : digits(text, at, 2);
    if (minutes < 0 || hours > 14 || minutes > 59) return std::nullopt;
    p.offset_minutes = sign * (hours * 60 + minutes);
  }
  if (at != text.size() || !in_range(p.civil)) return std::nullopt;
  return p;
}

}  // namespace

std::optional<TimeSpan> parse_fhir_time(std::string_view text) {
  Parsed p;
  size_t at = 0;
  if ((p.civil.year = digits(text, at, 4)) < 0) return std::nullopt;
  const auto next = [&](char separator, int& field, Precision precision) {
    if (at >= text.size() || text[at] != separator) return false;
    const int value = digits(text, ++at, 2);
    if (value < 0) {
      at = std::string_view::npos;
      return false;
    }
    field = value;
    p.precision = precision;
    return true;
  };
  if (next('-', p.civil.month, Precision::Month) && next('-', p.civil.day, Precision::Day) &&
      next('T', p.civil.hour, Precision::Hour)) {
    // FHIR wants minutes once hours are there; search prefixes may stop at minutes.
    if (!next(':', p.civil.minute, Precision::Minute)) return std::nullopt;
    if (next(':', p.civil.second, Precision::Second) && at < text.size() && text[at] == '.') {
      if (!read_fraction(text, ++at, p)) return std::nullopt;
    }
    if (at < text.size() && text[at] == 'Z') {
      ++at;
      p.offset_minutes = 0;
    } else if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      const int sign = text[at] == '-' ? -1 : 1;
      const int hours = digits(text, ++at, 2);
      if (hours < 0 || hours > 14 || at >= text.size() || text[at] != ':') return std::nullopt;
      const int minutes = digits(text, ++at, 2);
      if (minutes < 0 || minutes > 59) return std::nullopt;
      p.offset_minutes = sign * (hours * 60 + minutes);
    }
  }
  if (at != text.size() || !in_range(p.civil)) return std::nullopt;
  return span_of(p, 0);
}

std::optional<TimeSpan> parse_compact_time(std::string_view text, int default_offset_minutes) {
  const auto p = read_compact(text);
  if (!p) return std::nullopt;
  return span_of(*p, default_offset_minutes);
}

std::optional<std::string> compact_to_fhir_time(std::string_view text, int default_offset_minutes) {
  const auto p = read_compact(text);
  if (!p) return std::nullopt;
  std::string out;
  put(out, p->civil.year, 4);
  if (p->precision >= Precision::Month) out += '-', put(out, p->civil.month, 2);
  if (p->precision >= Precision::Day) out += '-', put(out, p->civil.day, 2);
  if (p->precision < Precision::Hour) return out;
  out += 'T', put(out, p->civil.hour, 2);
  out += ':', put(out, p->civil.minute, 2);
  out += ':', put(out, p->civil.second == 60 ? 59 : p->civil.second, 2);
  if (p->precision == Precision::Fraction) out += '.', put(out, p->civil.microsecond / 1000, 3);
  const int offset = p->offset_minutes.value_or(default_offset_minutes);
  if (offset == 0) return out + 'Z';
  out += offset < 0 ? '-' : '+', put(out, std::abs(offset) / 60, 2);
  out += ':', put(out, std::abs(offset) % 60, 2);
  return out;
}

std::string format_rfc3339(Instant t) {
  const CivilTime c = to_civil(t);
  std::string out;
  put(out, c.year, 4);
  out += '-', put(out, c.month, 2);
  out += '-', put(out, c.day, 2);
  out += 'T', put(out, c.hour, 2);
  out += ':', put(out, c.minute, 2);
  out += ':', put(out, c.second, 2);
  out += '.', put(out, c.microsecond / 1000, 3);
  return out + 'Z';
}

std::string format_dicom_date(Instant t) {
  const CivilTime c = to_civil(t);
  std::string out;
  put(out, c.year, 4), put(out, c.month, 2), put(out, c.day, 2);
  return out;
}

std::string format_dicom_time(Instant t) {
  const CivilTime c = to_civil(t);
  std::string out;
  put(out, c.hour, 2), put(out, c.minute, 2), put(out, c.second, 2);
  out += '.', put(out, c.microsecond, 6);
  return out;
}

std::string format_compact(Instant t) {
  std::string out = format_dicom_date(t) + format_dicom_time(t);
  out.resize(18);  // milliseconds
  return out + "+0000";
}

}  // namespace xinglin
