// Date, DateTime and Time of FHIRPath: values of partial precision ("2014-03", "10:30") with an optional
// offset from UTC. Comparing two of them may have no answer (2.0 section 6.1.1, 6.2); arithmetic follows the
// calendar (6.6.7). FHIR's date, dateTime, instant and time read from the same texts. Values of 16 bytes, no
// allocation, thread-safe.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "codec/fhirpath/decimal.h"

namespace xinglin::fhirpath {

enum class Precision : uint8_t { Year, Month, Day, Hour, Minute, Second, Fraction };

struct Temporal {
  static constexpr int16_t kNoOffset = std::numeric_limits<int16_t>::min();

  int16_t year = 0;
  uint8_t month = 1, day = 1, hour = 0, minute = 0, second = 0;
  Precision precision = Precision::Year;
  uint8_t fraction_digits = 0;
  uint32_t nanoseconds = 0;
  int16_t offset_minutes = kNoOffset;

  bool has_offset() const { return offset_minutes != kNoOffset; }
  bool operator==(const Temporal&) const = default;
};

// The texts of literals without their '@': "2014-01", "2014-01-25T14:30:14.559+02:00" (also cut short after
// any part, "2014T" too), "14:30". nullopt: not of that form or not on the calendar.
std::optional<Temporal> parse_date(std::string_view text);
std::optional<Temporal> parse_date_time(std::string_view text);
std::optional<Temporal> parse_time(std::string_view text);
std::string date_text(const Temporal& t);       // "2014-01"
std::string date_time_text(const Temporal& t);  // "2014-01-25T14:30:14.559+02:00"
std::string time_text(const Temporal& t);       // "14:30"

Temporal date_time_of(Instant now);  // to the millisecond, offset +00:00

// nullopt: the precisions (or a missing offset) leave it open.
std::optional<std::strong_ordering> compare_dates(const Temporal& a, const Temporal& b);
std::optional<std::strong_ordering> compare_times(const Temporal& a, const Temporal& b);

enum class CalendarUnit : uint8_t { Year, Month, Week, Day, Hour, Minute, Second, Millisecond };
std::optional<CalendarUnit> parse_calendar_unit(std::string_view word);  // "year", "years", ...

// nullopt: out of the calendar's range.
std::optional<Temporal> add_to_date(Temporal t, const Decimal& amount, CalendarUnit unit);
std::optional<Temporal> add_to_time(Temporal t, const Decimal& amount, CalendarUnit unit);

// The digits a value is written with: 4 for a year ... 17 for a dateTime with milliseconds; 9 for such a
// time.
int date_digits(const Temporal& t);
int time_digits(const Temporal& t);
enum class Boundary { Low, High };
// The first or last moment the value may mean, with `digits` digits; nullopt: no value has that many.
std::optional<Temporal> date_boundary(Temporal t, Boundary which, int digits);
std::optional<Temporal> time_boundary(Temporal t, Boundary which, int digits);

}  // namespace xinglin::fhirpath
