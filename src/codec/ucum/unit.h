// Units of measure: The Unified Code for Units of Measure (UCUM 2.1), case sensitive. A unit is read once
// into its magnitude in base units (m, s, g, rad, K, C, cd) and its dimension; converting and comparing are
// arithmetic on those. Arbitrary units ([iU] ...) are dimensions of their own (UCUM section 3.3): comparable
// with themselves only. Special units (Cel, [degF], [pH], dB ...: section 2.5) convert by their functions,
// both ways. All functions are pure and thread safe; the unit table is read-only data made by the build.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "codec/ucum/decimal.h"

namespace xinglin::ucum {

inline constexpr size_t kMaxUnitBytes = 256;
// The code system of FHIR Quantity.system.
inline constexpr std::string_view kSystem = "http://unitsofmeasure.org";

enum class Special : uint8_t {
  None,
  Celsius,
  Fahrenheit,
  Reaumur,
  Ph,
  Ln,
  Lg,
  LgTimes2,
  Ld,
  Tan100,
  HpX,
  HpC,
  HpM,
  HpQ,
  Sqrt
};

struct Dimension {
  std::array<int16_t, 7> base{};  // powers of m, s, g, rad, K, C, cd
  std::vector<std::pair<uint16_t, int16_t>>
      arbitrary;  // (row of the unit table, power), sorted, no zero powers
  bool operator==(const Dimension&) const = default;
};

struct Unit {
  Decimal magnitude = Decimal::of(1);  // of a special unit: of the unit its function is applied to
  Decimal scale = Decimal::of(1);      // of a special unit: its prefix (0.1 of dB)
  Special special = Special::None;
  bool special_in_product = false;  // well-formed, but without a meaning to convert by
  Dimension dimension;
  std::string key;  // the dimension as text, equal for comparable units: "g.m-3", "[iU].m-3", "1"
};

// "mg/dL" and everything else of the grammar. The empty text is the unit 1.
Result<Unit> parse(std::string_view code);
// What parse() would say; the empty text is refused.
Result<void> validate(std::string_view code);

// A value in base units and the dimension it is comparable in. Equal quantities give equal numbers: 5.4
// mmol/L and 0.0054 mol/L, 37 Cel and 98.6 [degF].
struct Canonical {
  double value;
  std::string key;
};
Result<Canonical> canonical(double value, const Unit& unit);
Result<Canonical> canonical(double value, std::string_view code);

bool comparable(const Unit& a, const Unit& b);
Result<Decimal> convert(const Decimal& value, const Unit& from, const Unit& to);
Result<double> convert(double value, std::string_view from, std::string_view to);
// As a value of the base units: 5 km -> 5000 (m).
Result<Decimal> to_base(const Decimal& value, const Unit& unit);
Result<Decimal> from_base(const Decimal& value, const Unit& unit);

// Products and quotients of units on ratio scales.
Result<Unit> multiply(const Unit& a, const Unit& b);
Result<Unit> divide(const Unit& a, const Unit& b);

// "m3.kg-1" -> "(meter ^ 3) * (kilogram ^ -1)"; the empty text is "(unity)".
Result<std::string> display_name(std::string_view code);

}  // namespace xinglin::ucum
