// Dates and numbers with a prefix, as conditions on the span of a stored value. FHIR R4 3.1.1.4.3
// to 3.1.1.4.5.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "core/record/detail/sql_text.h"

namespace xinglin::record::detail {

enum class Prefix { Eq, Ne, Gt, Lt, Ge, Le, Sa, Eb, Ap };

struct DateRange {
  Prefix prefix = Prefix::Eq;
  int64_t low = 0, high = 0;  // [low, high) in microseconds
  Sql condition(std::string_view first, std::string_view last) const;
};
// Those rows of record_date that all ranges hold for: the condition, and the same in stretches of the
// indexes.
struct DateStretches {
  Sql where;
  std::vector<Sql> pieces;
};
DateStretches stretches(const std::vector<DateRange>& ranges, const Sql& parameter);
std::optional<DateRange> parse_date_range(std::string_view text, Instant now);

struct NumberRange {
  Prefix prefix = Prefix::Eq;
  double low = 0, high = 0;  // [low, high): the number with its written precision
  double exact = 0;
  Sql condition() const;  // on columns low and high
  // The same in stretches of the indexes, each after `parameter`; empty when the condition is one.
  std::vector<Sql> pieces(const Sql& parameter) const;
  // In another unit; `factor` is a function of the number, rising.
  template <class Convert>
  NumberRange converted(const Convert& convert) const {
    NumberRange out = *this;
    out.low = convert(low), out.high = convert(high), out.exact = convert(exact);
    if (out.low > out.high) std::swap(out.low, out.high);
    return out;
  }
};
std::optional<NumberRange> parse_number_range(std::string_view text);

}  // namespace xinglin::record::detail
