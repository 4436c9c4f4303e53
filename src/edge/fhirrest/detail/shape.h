// A part of a resource instead of the whole: _summary and _elements. What is left out is told by the tag
// SUBSETTED; what a resource must have always stays. FHIR R4 3.1.1.5.8, 3.1.1.5.9.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"

namespace xinglin::fhirrest::detail {

struct Shape {
  enum class Summary { False, True, Text, Data, Count };
  Summary summary = Summary::False;
  std::vector<std::string> elements = {};
  bool is_whole() const {
    return elements.empty() && (summary == Summary::False || summary == Summary::Count);
  }
};

// Of all parameters of a request; the others are passed over.
Result<Shape> read_shape(const std::vector<http::Parameter>& parameters);
// The text of a resource in this shape.
std::string shaped(const Shape& shape, const std::string& text);

}  // namespace xinglin::fhirrest::detail
