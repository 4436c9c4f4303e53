// Time: Instant (microseconds since 1970-01-01T00:00:00Z), Clock (injected everywhere, so tests own time),
// and the text forms used by FHIR (RFC 3339), HL7 v2 (DTM) and DICOM (DA, TM, DT). This is the only room that
// asks the machine for the time. All functions are thread-safe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinglin {

struct Instant {
  int64_t us = 0;
  auto operator<=>(const Instant&) const = default;
};

inline Instant operator+(Instant t, int64_t us) {
  return {t.us + us};
}
inline int64_t operator-(Instant a, Instant b) {
  return a.us - b.us;
}
inline constexpr int64_t kMillisecondUs = 1000, kSecondUs = 1000 * kMillisecondUs, kMinuteUs = 60 * kSecondUs,
                         kHourUs = 60 * kMinuteUs, kDayUs = 24 * kHourUs;

class Clock {
public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;           // wall clock, UTC
  virtual int64_t monotonic_us() const = 0;  // for time-outs and durations only
};

class SystemClock final : public Clock {
public:
  Instant now() const override;
  int64_t monotonic_us() const override;
};

// For tests and for the simulator: stands still until advanced. Thread-safe.
class ManualClock final : public Clock {
public:
  explicit ManualClock(Instant start) : us_(start.us) {}
  Instant now() const override { return {__atomic_load_n(&us_, __ATOMIC_SEQ_CST)}; }
  int64_t monotonic_us() const override { return now().us; }
  void advance(int64_t us) { __atomic_add_fetch(&us_, us, __ATOMIC_SEQ_CST); }

private:
  int64_t us_;
};

struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
};
CivilTime to_civil(Instant t);               // UTC
Instant from_civil(const CivilTime& civil);  // UTC; fields must be in range
bool is_valid_date(int year, int month, int day);

std::string format_rfc3339(Instant t);  // 2026-11-22T06:10:00.123Z (milliseconds)

// A date or time with the precision it was written with: [first, last) is the time span it may mean, in UTC.
struct TimeSpan {
  Instant first, last;
};
// FHIR date, dateTime, instant: YYYY[-MM[-DD[Thh:mm[:ss[.f+]](Z|+hh:mm)]]]. A missing zone means UTC.
std::optional<TimeSpan> parse_fhir_time(std::string_view text);
// HL7 v2 DTM and DICOM DT: YYYY[MM[DD[HH[MM[SS[.F{1,6}]]]]]][+-ZZZZ]. A missing zone is
// `default_offset_minutes`.
std::optional<TimeSpan> parse_compact_time(std::string_view text, int default_offset_minutes = 0);
// Text of a compact time in FHIR form with the precision kept: "2026", "2026-11", "2026-11-22", or a full
// dateTime.
std::optional<std::string> compact_to_fhir_time(std::string_view text, int default_offset_minutes = 0);
std::string format_compact(Instant t);     // 20261122061000.123+0000, HL7 v2
std::string format_dicom_date(Instant t);  // DA
std::string format_dicom_time(Instant t);  // TM, microseconds

}  // namespace xinglin
