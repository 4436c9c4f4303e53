// What a resource says to the search index: rows by table, without SQL. Pure, so that it runs before the
// transaction.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "core/record/detail/parameters.h"

namespace xinglin::record::detail {

struct TokenRow {
  int64_t parameter;
  std::string code, system;
  auto operator<=>(const TokenRow&) const = default;
};
struct ReferenceRow {
  int64_t parameter;
  std::string target;  // Type/id, or an absolute address
  auto operator<=>(const ReferenceRow&) const = default;
};
struct StringRow {
  int64_t parameter;
  std::string folded, exact;
  auto operator<=>(const StringRow&) const = default;
};
struct DateRow {
  int64_t parameter;
  int64_t first, last;
  auto operator<=>(const DateRow&) const = default;
};
struct NumberRow {
  int64_t parameter;
  double low, high;
  std::string system, code, unit;
  auto operator<=>(const NumberRow&) const = default;
};

// Every list is sorted and free of repeats, so that two versions are compared by walking along.
struct Rows {
  std::vector<TokenRow> tokens;
  std::vector<ReferenceRow> references;
  std::vector<StringRow> strings;
  std::vector<DateRow> dates;
  std::vector<NumberRow> numbers;
  std::optional<TimeSpan> main_date;
  std::string patient;  // logical id, or ""
};

inline constexpr int64_t kBeginOfTimeUs = INT64_MIN, kEndOfTimeUs = INT64_MAX;

Rows extract(const TypeDef& type, const json::object& resource);
// dateTime, date, instant, Period (open ends reach to the ends of time) or Timing (its events).
std::optional<TimeSpan> time_span(const json::value& value);

}  // namespace xinglin::record::detail
