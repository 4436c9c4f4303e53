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

// `element`: 0 for the resource, else which element of a composite (element_key).
struct TokenRow {
  int64_t parameter;
  std::string code, system;
  int element = 0;
  auto operator<=>(const TokenRow&) const = default;
};
struct PhraseRow {  // what a code is called, for :text
  int64_t parameter;
  std::string folded;
  auto operator<=>(const PhraseRow&) const = default;
};
struct ReferenceRow {
  int64_t parameter;
  std::string target;  // Type/id, or an absolute address
  int element = 0;
  auto operator<=>(const ReferenceRow&) const = default;
};
struct StringRow {
  int64_t parameter;
  std::string folded, exact;
  int element = 0;
  auto operator<=>(const StringRow&) const = default;
};
struct DateRow {
  int64_t parameter;
  int64_t first, last;
  int element = 0;
  auto operator<=>(const DateRow&) const = default;
};
struct NumberRow {
  int64_t parameter;
  double low, high;
  std::string system, code, unit;
  int element = 0;
  auto operator<=>(const NumberRow&) const = default;
};
struct QuantityRow {  // the same amount in the canonical unit of UCUM
  int64_t parameter;
  std::string unit;
  double low, high;
  int element = 0;
  auto operator<=>(const QuantityRow&) const = default;
};

// Every list is sorted and free of repeats, so that two versions are compared by walking along.
struct Rows {
  std::vector<TokenRow> tokens;
  std::vector<PhraseRow> phrases;
  std::vector<ReferenceRow> references;
  std::vector<StringRow> strings;
  std::vector<DateRow> dates;
  std::vector<NumberRow> numbers;
  std::vector<QuantityRow> quantities;
  int64_t present = 0;  // a bit for each parameter of the type that has a value (ParameterDef::ordinal)
  std::string narrative, content;  // words, for _text and _content
  std::string patient;             // logical id of the patient it is about, or ""
};

inline constexpr int64_t kBeginOfTimeUs = INT64_MIN, kEndOfTimeUs = INT64_MAX;
inline constexpr int64_t kElementsMax = 4096;  // of one resource
// Begins the code of the rows that :of-type looks for: type system in `system`, then type|value.
inline constexpr char kOfType = '\x01';

// Elements have numbers below zero, so that they are never taken for resources.
constexpr int64_t element_key(int64_t resource, int element) {
  return element == 0 ? resource : -(resource * kElementsMax + element);
}

Rows extract(const TypeDef& type, const json::object& resource);
// dateTime, date, instant, Period (open ends reach to the ends of time) or Timing (its events).
std::optional<TimeSpan> time_span(const json::value& value);

}  // namespace xinglin::record::detail
