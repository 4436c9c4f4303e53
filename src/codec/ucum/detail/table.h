// The prefixes and units of UCUM (specification tables 1 to 25), made at build time by
// tools/definitions/ucum_table.py and sorted by code.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "codec/ucum/unit.h"

namespace xinglin::ucum::detail {

struct PrefixRow {
  std::string_view code, name;
  Decimal factor;
};

struct UnitRow {
  std::string_view code, name;
  Decimal magnitude;
  std::array<int8_t, 7> base;
  int16_t arbitrary;  // row of the arbitrary unit it is a multiple of, or -1
  Special special;
  bool metric;  // takes prefixes
};

std::span<const PrefixRow> prefixes();
std::span<const UnitRow> units();
const UnitRow* find_unit(std::string_view code);

}  // namespace xinglin::ucum::detail
