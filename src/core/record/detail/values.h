// One value of a resource -> index rows of one parameter, by the rules of its type. FHIR R4 3.1.1.4.3
// to 3.1.1.4.13.
#pragma once

#include "core/record/detail/extract.h"

namespace xinglin::record::detail {

struct RowTarget {
  Rows& rows;
  int64_t number;
  int element;
};
void add_rows(const RowTarget& to, Kind kind, Shape shape, const json::value& value);

// An amount in the canonical unit of UCUM; nullopt for a unit that is none.
struct CanonicalAmount {
  double value;
  std::string unit;
};
std::optional<CanonicalAmount> canonical_amount(double value, std::string_view system, std::string_view code);

// An indexed text ends here; longer ones are found by their beginning. Never within a character.
std::string_view indexed_part(std::string_view text);

}  // namespace xinglin::record::detail
