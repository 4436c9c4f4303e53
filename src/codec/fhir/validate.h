// Structural validation of FHIR R4 resources against the tables of the types offered here. Everything found
// goes to the IssueSink with its element path; nothing is changed. Pure and thread-safe; costs a few
// microseconds per resource. FHIR R4 2.1.27 (validating resources), 2.6 (JSON).
#pragma once

#include <string_view>
#include <vector>

#include "base/issue.h"
#include "base/json.h"

namespace xinglin::fhir {

struct Limits {
  size_t depth_max = 32;
  size_t values_max = 200'000;  // members and items in one resource
  size_t issues_max = 50;
};

bool is_known_type(std::string_view type);
std::vector<std::string_view> known_types();
// True when nothing of severity error was found.
bool validate(const json::object& resource, IssueSink& issues, const Limits& limits = {});

}  // namespace xinglin::fhir
