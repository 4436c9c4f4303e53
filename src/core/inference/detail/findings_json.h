// Findings to and from JSON: the form kept in the inference table and shown by Results (README.md of this
// room). What to_json wrote, findings_from_json reads back equal.
#pragma once

#include "base/json.h"
#include "core/inference/application.h"

namespace xinglin::inference::detail {

json::object to_json(const Code& code);
json::object to_json(const Finding& finding);
json::object to_json(const Findings& findings);
json::value to_json(const InputRef& input);
Findings findings_from_json(const json::object& o);

}  // namespace xinglin::inference::detail
