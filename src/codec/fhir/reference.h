// References between resources and logical ids. FHIR R4 2.3 (references), 2.24.0.1 (id).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xinglin::fhir {

bool is_valid_id(std::string_view text);  // [A-Za-z0-9\-\.]{1,64}
// Spelled like a resource type: a capital letter, then letters only.
bool is_type_name(std::string_view text);

struct Reference {
  enum class Kind { Relative, Absolute, Contained, Urn };  // Type/id, http(s)://..., #id, urn:...
  Kind kind = Kind::Relative;
  std::string type, id;  // for Relative, and for Absolute when the address ends in Type/id
  std::string version;   // of a versioned reference, or ""
  std::string text;      // as written
};
// nullopt: not of any of the four forms.
std::optional<Reference> parse_reference(std::string_view text);

}  // namespace xinglin::fhir
