#include "codec/ucum/detail/table.h"

#include <algorithm>

namespace xinglin::ucum::detail {

namespace {
#include "ucum_rows.inc"
}  // namespace

std::span<const PrefixRow> prefixes() {
  return kPrefixes;
}
std::span<const UnitRow> units() {
  return kUnits;
}

const UnitRow* find_unit(std::string_view code) {
  const auto* found =
      std::lower_bound(std::begin(kUnits), std::end(kUnits), code,
                       [](const UnitRow& row, std::string_view wanted) { return row.code < wanted; });
  return found != std::end(kUnits) && found->code == code ? found : nullptr;
}

}  // namespace xinglin::ucum::detail
