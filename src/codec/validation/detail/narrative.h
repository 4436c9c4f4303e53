// What XHTML may be in a narrative: one well-formed <div> of the elements and attributes that HTML 4.0
// chapters 7-11, 15 and img have, nothing that acts. FHIR R4 2.4.0 (txt-1, txt-2).
#pragma once

#include <string_view>

namespace xinglin::validation::detail {

// Empty when the text keeps the rule, else one line on what is wrong.
std::string_view check_narrative(std::string_view div);

}  // namespace xinglin::validation::detail
