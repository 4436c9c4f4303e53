// htmlChecks(): whether a narrative keeps to the elements and attributes that FHIR allows (R4 2.4.0, txt-1
// and txt-2).
#pragma once

#include <string_view>

namespace xinglin::fhirpath::detail {

// One <div>, balanced, only formatting elements and harmless attributes, and something to see in it.
bool is_plain_narrative(std::string_view xhtml);

}  // namespace xinglin::fhirpath::detail
