// A unit of measure as it comes from outside: what is accepted can be named and is comparable with itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/ucum/unit.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto number = ucum::Decimal::parse(text);
  if (number && !(ucum::Decimal::parse(number->text()).value_or(ucum::Decimal::of(-1)) == *number))
    std::abort();
  const auto unit = ucum::parse(text);
  if (unit.has_value() != ucum::display_name(text).has_value()) {
    // Only a power beyond the limit is found later than the grammar.
    if (unit || unit.error().code().kind != ErrorKind::TooLarge) std::abort();
  }
  if (!unit) return 0;
  if (!ucum::comparable(*unit, *unit)) std::abort();
  static_cast<void>(ucum::canonical(1.5, *unit));
  static_cast<void>(ucum::divide(*unit, *unit));
  return 0;
}
