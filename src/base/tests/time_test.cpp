#include "base/time.h"

#include <gtest/gtest.h>

namespace xinglin {
namespace {

Instant at(int year, int month, int day, int hour = 0, int minute = 0, int second = 0, int us = 0) {
  return from_civil({year, month, day, hour, minute, second, us});
}

TEST(Time, CivilRoundTrip) {
  for (const int64_t us : {int64_t{0}, int64_t{-1}, int64_t{951782400000000}, int64_t{-62135596800000000},
                           int64_t{1795327800123456}})
    EXPECT_EQ(from_civil(to_civil({us})).us, us);
  EXPECT_EQ(format_rfc3339(at(2026, 11, 22, 6, 10, 0, 123000)), "2026-11-22T06:10:00.123Z");
  EXPECT_EQ(format_compact(at(2026, 11, 22, 6, 10, 0, 123000)), "20261122061000.123+0000");
  EXPECT_EQ(format_dicom_time(at(2026, 1, 2, 3, 4, 5, 6)), "030405.000006");
}

TEST(Time, FhirPrecisionGivesSpan) {
  EXPECT_EQ(parse_fhir_time("2024-02")->last, at(2024, 3, 1));
  EXPECT_EQ(parse_fhir_time("2024")->last, at(2025, 1, 1));
  EXPECT_EQ(parse_fhir_time("2024-02-29")->last, at(2024, 3, 1));
  EXPECT_EQ(parse_fhir_time("2026-11-22T08:00:00+08:00")->first, at(2026, 11, 22));
  EXPECT_EQ(parse_fhir_time("2026-11-22T08:00:00.25Z")->last, at(2026, 11, 22, 8, 0, 0, 260000));
  EXPECT_EQ(parse_fhir_time("2026-11-22T08:00")->last, at(2026, 11, 22, 8, 1));
}

TEST(Time, FhirRefusesNonsense) {
  for (const char* text :
       {"", "202", "2024-13", "2023-02-29", "2024-1", "2024-01-01T", "2024-01-01T25:00:00Z", "2024-01-01T10Z",
        "2024-01-01T10:00:00+8", "2024-01-01 10:00", "20240101", "2024-01-01T10:00:00.Z",
        "2024-01-01T10:00:00Zx", "2024-01x"})
    EXPECT_FALSE(parse_fhir_time(text).has_value()) << text;
}

TEST(Time, CompactForms) {
  EXPECT_EQ(parse_compact_time("20261122")->last, at(2026, 11, 23));
  EXPECT_EQ(parse_compact_time("202611220800", 480)->first, at(2026, 11, 22));
  EXPECT_EQ(parse_compact_time("20261122080000.5-0500", 480)->first, at(2026, 11, 22, 13, 0, 0, 500000));
  EXPECT_EQ(*compact_to_fhir_time("19590314"), "1959-03-14");
  EXPECT_EQ(*compact_to_fhir_time("195903"), "1959-03");
  EXPECT_EQ(*compact_to_fhir_time("20261122061000", 480), "2026-11-22T06:10:00+08:00");
  EXPECT_EQ(*compact_to_fhir_time("202611220610"), "2026-11-22T06:10:00Z");
  for (const char* text : {"", "2026112", "20261322", "20230229", "2026112224", "20261122x",
                           "20261122080000.", "2026112208.5", "20261122+2500"})
    EXPECT_FALSE(parse_compact_time(text).has_value()) << text;
}

TEST(Time, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(at(2026, 1, 1));
  clock.advance(kMinuteUs);
  EXPECT_EQ(clock.now(), at(2026, 1, 1, 0, 1));
}

}  // namespace
}  // namespace xinglin
