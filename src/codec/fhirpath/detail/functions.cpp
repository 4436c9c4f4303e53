#include "codec/fhirpath/detail/functions.h"

#include <unordered_map>

namespace xinglin::fhirpath::detail {

const FunctionDef* find_function(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const FunctionDef*> map;
    for (const auto table :
         {existence_functions(), filter_functions(), set_functions(), text_functions(), pattern_functions(),
          coding_functions(), math_functions(), conversion_functions(), boundary_functions(),
          utility_functions(), fhir_functions()})
      for (const FunctionDef& function : table) map.emplace(function.name, &function);
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace xinglin::fhirpath::detail
