#include <algorithm>
#include <array>

#include "codec/fhirpath/temporal.h"

namespace xinglin::fhirpath {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

int days_in_month(int year, int month) {
  for (int day = 31; day > 28; --day)
    if (is_valid_date(year, month, day)) return day;
  return 28;
}

int64_t seconds_of(const Temporal& t) {
  CivilTime civil{t.year, t.month, t.day, t.hour, t.minute, t.second, 0};
  return from_civil(civil).us / 1'000'000;
}

// The moment from which `t` starts, as seconds and nanoseconds.
std::pair<int64_t, uint32_t> moment_of(const Temporal& t) {
  return {seconds_of(t) - (t.has_offset() ? t.offset_minutes * 60 : 0), t.nanoseconds};
}

// Seconds since 1970 put back into the fields, offset and precision kept.
std::optional<Temporal> with_seconds(Temporal t, int64_t seconds) {
  constexpr int64_t kFirst = -62'135'596'800, kLast = 253'402'300'799;  // years 1 to 9999
  if (seconds < kFirst || seconds > kLast) return std::nullopt;
  const CivilTime civil = to_civil({seconds * 1'000'000});
  t.year = static_cast<int16_t>(civil.year), t.month = static_cast<uint8_t>(civil.month);
  t.day = static_cast<uint8_t>(civil.day), t.hour = static_cast<uint8_t>(civil.hour);
  t.minute = static_cast<uint8_t>(civil.minute), t.second = static_cast<uint8_t>(civil.second);
  return t;
}

// Second and its fraction are one precision.
Precision coarse(Precision p) {
  return p == Precision::Fraction ? Precision::Second : p;
}

std::array<int64_t, 6> fields_of(const Temporal& t) {
  return {t.year, t.month, t.day, t.hour, t.minute, t.second * kNanosecondsPerSecond + t.nanoseconds};
}

std::optional<std::strong_ordering> compare_fields(const Temporal& a, const Temporal& b, Precision from) {
  const auto x = fields_of(a), y = fields_of(b);
  const Precision shared = std::min(coarse(a.precision), coarse(b.precision));
  for (auto i = static_cast<size_t>(from); i <= static_cast<size_t>(shared); ++i)
    if (x[i] != y[i]) return x[i] <=> y[i];
  if (coarse(a.precision) != coarse(b.precision)) return std::nullopt;
  return std::strong_ordering::equal;
}

Temporal in_utc(const Temporal& t) {
  Temporal moved = with_seconds(t, seconds_of(t) - t.offset_minutes * 60).value_or(t);
  moved.offset_minutes = 0;
  return moved;
}

std::optional<Temporal> add_months(Temporal t, int64_t months) {
  const int64_t count = t.year * 12 + (t.month - 1) + months;
  if (count < 12 || count >= 120'000) return std::nullopt;
  t.year = static_cast<int16_t>(count / 12);
  t.month = static_cast<uint8_t>(count % 12 + 1);
  t.day = static_cast<uint8_t>(std::min<int>(t.day, days_in_month(t.year, t.month)));
  return t;
}

// Whole steps of the unit; decimals count only in seconds and below.
struct Span {
  int64_t seconds = 0, nanoseconds = 0;
};
std::optional<Span> span_of(const Decimal& amount, CalendarUnit unit) {
  constexpr std::array<int64_t, 8> kSeconds{
      365 * kSecondsPerDay, 30 * kSecondsPerDay, 7 * kSecondsPerDay, kSecondsPerDay, 3600, 60, 1, 0};
  constexpr int64_t kMost = 400'000'000'000;  // more seconds than the calendar has
  const auto whole = amount.rounded(0, Decimal::Rounding::Truncate).to_integer();
  if (!whole || *whole > kMost * 1000 || *whole < -kMost * 1000) return std::nullopt;
  if (unit == CalendarUnit::Millisecond) return Span{*whole / 1000, *whole % 1000 * 1'000'000};
  const int64_t each = kSeconds[static_cast<size_t>(unit)];
  if (*whole > kMost / each || *whole < -kMost / each) return std::nullopt;
  Span span{*whole * each, 0};
  if (unit == CalendarUnit::Second) {
    const auto fraction = subtract(amount, Decimal(*whole));
    const auto scaled = fraction ? multiply(*fraction, Decimal(kNanosecondsPerSecond)) : std::nullopt;
    if (!scaled) return std::nullopt;
    span.nanoseconds = scaled->rounded(0, Decimal::Rounding::Truncate).to_integer().value_or(0);
  }
  return span;
}

// Adds the part below the second; returns the whole seconds that came out of it.
int64_t add_nanoseconds(Temporal& t, int64_t nanoseconds) {
  int64_t sum = t.nanoseconds + nanoseconds, carry = 0;
  if (sum < 0) sum += kNanosecondsPerSecond, carry = -1;
  if (sum >= kNanosecondsPerSecond) sum -= kNanosecondsPerSecond, carry = 1;
  t.nanoseconds = static_cast<uint32_t>(sum);
  if (t.nanoseconds != 0 && t.precision >= Precision::Second)
    t.precision = Precision::Fraction, t.fraction_digits = std::max<uint8_t>(t.fraction_digits, 3);
  return carry;
}

}  // namespace

std::optional<std::strong_ordering> compare_dates(const Temporal& a, const Temporal& b) {
  if (a.has_offset() && b.has_offset()) {
    if (a.offset_minutes == b.offset_minutes) return compare_fields(a, b, Precision::Year);
    return compare_fields(in_utc(a), in_utc(b), Precision::Year);
  }
  const bool both_have_time = a.precision >= Precision::Hour && b.precision >= Precision::Hour;
  if (a.has_offset() == b.has_offset() || !both_have_time) return compare_fields(a, b, Precision::Year);
  // One of them may be anywhere on earth: only a distance of more than 14 hours decides.
  constexpr int64_t kFarthest = 14 * 3600;
  const int64_t distance = moment_of(a).first - moment_of(b).first;
  if (distance > kFarthest) return std::strong_ordering::greater;
  if (distance < -kFarthest) return std::strong_ordering::less;
  return std::nullopt;
}

std::optional<std::strong_ordering> compare_times(const Temporal& a, const Temporal& b) {
  return compare_fields(a, b, Precision::Hour);
}

std::optional<Temporal> add_to_date(Temporal t, const Decimal& amount, CalendarUnit unit) {
  const auto whole = amount.rounded(0, Decimal::Rounding::Truncate).to_integer();
  if (!whole || *whole > 1'000'000'000'000'000 || *whole < -1'000'000'000'000'000) return std::nullopt;
  if (unit == CalendarUnit::Year)
    return *whole > 20'000 || *whole < -20'000 ? std::nullopt : add_months(t, *whole * 12);
  if (unit == CalendarUnit::Month)
    return *whole > 240'000 || *whole < -240'000 ? std::nullopt : add_months(t, *whole);
  const auto span = span_of(amount, unit);
  if (!span) return std::nullopt;
  // A value of coarse precision moves by whole steps of that precision: 2014 + 24 months is 2016.
  if (t.precision == Precision::Year) return add_months(t, span->seconds / kSecondsPerDay / 365 * 12);
  if (t.precision == Precision::Month) return add_months(t, span->seconds / kSecondsPerDay / 30);
  constexpr std::array<int64_t, 7> kStep{1, 1, kSecondsPerDay, 3600, 60, 1, 1};
  const int64_t step = kStep[static_cast<size_t>(t.precision)];
  const int64_t carry = t.precision >= Precision::Second ? add_nanoseconds(t, span->nanoseconds) : 0;
  return with_seconds(t, seconds_of(t) + span->seconds / step * step + carry);
}

std::optional<Temporal> add_to_time(Temporal t, const Decimal& amount, CalendarUnit unit) {
  const auto span = span_of(amount, unit);
  if (!span) return std::nullopt;
  constexpr std::array<int64_t, 7> kStep{1, 1, 1, 3600, 60, 1, 1};
  const int64_t step = kStep[static_cast<size_t>(t.precision)];
  const int64_t carry = t.precision >= Precision::Second ? add_nanoseconds(t, span->nanoseconds) : 0;
  int64_t seconds = t.hour * 3600 + t.minute * 60 + t.second + span->seconds / step * step + carry;
  seconds = (seconds % kSecondsPerDay + kSecondsPerDay) % kSecondsPerDay;  // past midnight it starts again
  t.hour = static_cast<uint8_t>(seconds / 3600), t.minute = static_cast<uint8_t>(seconds / 60 % 60);
  t.second = static_cast<uint8_t>(seconds % 60);
  return t;
}

namespace {

// The fields a value leaves open, set to their first or last.
void fill_date(Temporal& t, Boundary which) {
  const bool low = which == Boundary::Low;
  if (t.precision < Precision::Month) t.month = low ? 1 : 12;
  if (t.precision < Precision::Day)
    t.day = low ? uint8_t{1} : static_cast<uint8_t>(days_in_month(t.year, t.month));
}
void fill_time(Temporal& t, Boundary which) {
  const bool low = which == Boundary::Low;
  if (t.precision < Precision::Hour) t.hour = low ? 0 : 23;
  // FHIR has no time without minutes: an hour alone means its first minute.
  if (t.precision < Precision::Minute) t.minute = low || t.precision == Precision::Hour ? 0 : 59;
  if (t.precision < Precision::Second) t.second = low ? 0 : 59;
  if (t.precision < Precision::Fraction) t.nanoseconds = low ? 0 : 999'000'000;
}

bool cut(Temporal& t, int digits) {
  constexpr std::array<int, 7> kDigits{4, 6, 8, 10, 12, 14, 17};
  for (size_t i = 0; i < kDigits.size(); ++i) {
    if (kDigits[i] != digits) continue;
    t.precision = static_cast<Precision>(i);
    t.fraction_digits = digits == 17 ? 3 : 0;
    if (t.precision < Precision::Fraction) t.nanoseconds = 0;
    if (t.precision < Precision::Hour) t.offset_minutes = Temporal::kNoOffset;
    return true;
  }
  return false;
}

}  // namespace

std::optional<Temporal> date_boundary(Temporal t, Boundary which, int digits) {
  constexpr int16_t kEasternmost = 14 * 60, kWesternmost = -12 * 60;
  fill_date(t, which);
  fill_time(t, which);
  if (!t.has_offset()) t.offset_minutes = which == Boundary::Low ? kEasternmost : kWesternmost;
  if (!cut(t, digits)) return std::nullopt;
  return t;
}

std::optional<Temporal> time_boundary(Temporal t, Boundary which, int digits) {
  fill_time(t, which);
  if (digits < 2 || !cut(t, digits + 8)) return std::nullopt;
  t.offset_minutes = Temporal::kNoOffset;
  return t;
}

}  // namespace xinglin::fhirpath
