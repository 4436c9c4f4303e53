// Text as string search compares it: lower case, without accents. FHIR R4 3.1.1.4.8 (string).
#pragma once

#include <string>
#include <string_view>

namespace xinglin::record::detail {

std::string fold(std::string_view utf8);

}  // namespace xinglin::record::detail
