// Dates and numbers with a prefix, as conditions on the span of a stored value. FHIR R4 3.1.1.4.3
// to 3.1.1.4.5.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "core/record/detail/criteria.h"

namespace xinglin::record::detail {

enum class Prefix { Eq, Ne, Gt, Lt, Ge, Le, Sa, Eb, Ap };

struct DateRange {
  Prefix prefix = Prefix::Eq;
  int64_t low = 0, high = 0;  // [low, high) in microseconds
  Sql condition(std::string_view first, std::string_view last) const;
};
std::optional<DateRange> parse_date_range(std::string_view text, Instant now);

struct NumberRange {
  Prefix prefix = Prefix::Eq;
  double low = 0, high = 0;  // [low, high): the number with its written precision
  double exact = 0;
  Sql condition() const;  // on columns low and high
};
std::optional<NumberRange> parse_number_range(std::string_view text);

}  // namespace xinglin::record::detail
