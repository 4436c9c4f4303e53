// Code systems that a grammar defines instead of a list: UCUM units, media types (BCP 13) and language tags
// (BCP 47). Membership is the grammar's answer; there is nothing to enumerate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xinglin::terminology::detail {

bool is_implied(std::string_view system);
// Empty: the code is well-formed; else why it is not. Only for systems that are implied.
std::string implied_problem(std::string_view system, std::string_view code);
// A name made from the code; empty when there is none.
std::string implied_display(std::string_view system, std::string_view code);

}  // namespace xinglin::terminology::detail
