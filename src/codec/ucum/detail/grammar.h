// The grammar of UCUM unit expressions (section 2.1), read into a flat list of components in the order of the
// text. Parentheses appear as components of their own, so that an expression can be evaluated and described
// by one walk.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/ucum/detail/table.h"

namespace xinglin::ucum::detail {

struct Component {
  enum class Kind : uint8_t { Unit, Factor, Annotation, Open, Close } kind = Kind::Annotation;
  bool divided = false;  // stands after a slash; a leading slash divides the unit 1
  const PrefixRow* prefix = nullptr;
  const UnitRow* unit = nullptr;
  int exponent = 1;
  bool has_exponent = false;
  int64_t factor = 1;
  std::string_view annotation;  // without braces
};

Result<std::vector<Component>> read(std::string_view code);

}  // namespace xinglin::ucum::detail
