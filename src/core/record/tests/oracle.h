// A second, slow answer to a search: every resource is looked at as JSON, each parameter is judged by the
// words of the specification. Shares no code with the search under test but the readers of JSON and time.
// FHIR R4 3.1.1.4.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace xinglin::record::oracle {

enum class Kind { Token, Contact, Reference, Date, String, Quantity, Number };

struct Param {
  std::string name;
  Kind kind;
  std::vector<std::string> paths;
};

// The parameters the generated searches use.
const std::vector<Param>& params_of(const std::string& type);

// Does the resource satisfy name[:modifier]=value? `now` is for the approximate prefix.
bool matches(const json::object& resource, const Param& param, const std::string& modifier,
             const std::string& value, Instant now);
// The same of one value.
bool value_matches(const json::value& value, const Param& param, const std::string& modifier,
                   const std::string& wanted, Instant now);
// The text a resource sorts by, or "" when it has no value; comparable as bytes.
std::string sort_key(const json::object& resource, const Param& param, bool greatest);
std::string sort_key(const std::vector<json::value>& values, const Param& param, bool greatest);
// Every value at the path, arrays flattened.
std::vector<json::value> values(const json::object& resource, const Param& param);

}  // namespace xinglin::record::oracle
