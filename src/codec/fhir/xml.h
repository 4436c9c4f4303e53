// FHIR resources as XML, from and to the JSON that the house works with: order, arrays and kinds of values by
// the definitions. Nothing is lost either way: decimals keep their digits, narratives their text, primitives
// their ids and extensions. The reader is for bytes from outside: it refuses DTDs and entities, takes no more
// than its limits, and checks only what the form needs; what a resource may say is for validation. Pure and
// thread-safe. FHIR R4 2.6 (XML), 2.7 (JSON).
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace xinglin::fhir {

inline constexpr ErrorCode kBadXml{"fhir.bad-xml", ErrorKind::Invalid,
                                   "the text is not the XML of a FHIR resource"};
inline constexpr ErrorCode kNoXml{"fhir.no-xml", ErrorKind::Unsupported,
                                  "the resource cannot be said in XML"};

struct XmlLimits {
  size_t depth_max = 64;  // of elements, those of the narrative too
  size_t elements_max = 1'000'000;
  size_t attributes_max = 64;  // of one element
};

// The message names the line and the element.
Result<json::object> from_xml(std::string_view text, const XmlLimits& limits = {});

enum class XmlLayout { Compact, Pretty };
// kNoXml for an element that the definitions do not know.
Result<std::string> to_xml(const json::object& resource, XmlLayout layout = XmlLayout::Compact);

}  // namespace xinglin::fhir
