// Line and column of an element in the text a resource came as, from the path that the validator gave: read
// again only when there is something to say, so that what is right costs nothing.
#pragma once

#include <string_view>

namespace xinglin::validation {

struct SourcePosition {
  int line = 0, column = 0;  // from 1; 0: not found. The column counts bytes.
};

// `path` is an element path as in Issue::path: "Patient.contact[0].name", "Observation.value.code" (of
// valueQuantity). Where the path leads to nothing (a missing element) it is the position of the last part
// that is there.
SourcePosition find_position(std::string_view json_text, std::string_view path);

}  // namespace xinglin::validation
