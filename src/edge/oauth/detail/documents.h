// The documents by which applications find out what is offered. SMART App Launch 2.2.0 "Conformance"; OpenID
// Connect Discovery 1.0; RFC 8414.
#pragma once

#include <string>

#include "base/json.h"

namespace xinglin::oauth::detail {

json::object smart_configuration(const std::string& base_url);  // base_url: "https://host"
json::object openid_configuration(const std::string& base_url);

}  // namespace xinglin::oauth::detail
