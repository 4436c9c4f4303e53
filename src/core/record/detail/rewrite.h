// Links inside a Bundle, replaced by the addresses that its resources get. FHIR R4 3.1.0.11.2.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "base/json.h"

namespace xinglin::record::detail {

using Addresses =
    std::unordered_map<std::string, std::string>;  // fullUrl or conditional reference -> Type/id

// References, values of type uri, url, oid and uuid, and href and src in narratives. Canonicals and
// identifiers stay as they are.
void rewrite(json::object& resource, const Addresses& addresses);
// Calls for each reference of the form "Patient?identifier=1".
void for_each_condition(const json::object& resource, const std::function<void(const std::string&)>& call);

}  // namespace xinglin::record::detail
