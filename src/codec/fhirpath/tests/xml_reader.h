// Just enough XML for the official test suite: elements, attributes, text, the five entities and numeric
// ones.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace xinglin::fhirpath::tests {

struct XmlElement {
  std::string name, text;  // text: all of its own, in one piece
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;

  std::string attribute(std::string_view wanted) const;  // "" when it is not there
  const XmlElement* child(std::string_view wanted) const;
};

XmlElement read_xml(std::string_view text);  // the root; an empty one when it is not well-formed
// A resource in FHIR's XML as its JSON, by the definitions of R4.
json::value resource_from_xml(const XmlElement& resource);

}  // namespace xinglin::fhirpath::tests
