#include "base/time.h"

#include <chrono>

namespace xinglin {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date.
int64_t days_from_civil(int year, int month, int day) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  return sys_days{date}.time_since_epoch().count();
}

int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

Instant SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

int64_t SystemClock::monotonic_us() const {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_start).count();
}

CivilTime to_civil(Instant t) {
  const int64_t days = floor_div(t.us, kDayUs);
  int64_t rest = t.us - days * kDayUs;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  CivilTime c;
  c.year = static_cast<int>(date.year());
  c.month = static_cast<int>(static_cast<unsigned>(date.month()));
  c.day = static_cast<int>(static_cast<unsigned>(date.day()));
  c.hour = static_cast<int>(rest / kHourUs);
  rest %= kHourUs;
  c.minute = static_cast<int>(rest / kMinuteUs);
  rest %= kMinuteUs;
  c.second = static_cast<int>(rest / kSecondUs);
  c.microsecond = static_cast<int>(rest % kSecondUs);
  return c;
}

Instant from_civil(const CivilTime& c) {
  return {days_from_civil(c.year, c.month, c.day) * kDayUs + c.hour * kHourUs + c.minute * kMinuteUs +
          c.second * kSecondUs + c.microsecond};
}

bool is_valid_date(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  return date.ok();
}

}  // namespace xinglin
