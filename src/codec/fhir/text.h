// JSON text of FHIR resources: compact, or indented for people. Decimals come out in plain notation ("37.5",
// not "3.75E1") in the shortest form that reads back as the same number, or as they were sent
// (json::parse_exact).
#pragma once

#include <string>

#include "base/json.h"

namespace xinglin::fhir {

std::string to_text(const json::value& value);
std::string to_text(const json::object& object);
void append_text(std::string& out, const json::value& value);
void append_quoted(std::string& out, std::string_view text);
// The number as its text says it: with at most 15 significant digits.
double round_decimal(double number);
std::string to_pretty_text(const json::value& value);

}  // namespace xinglin::fhir
