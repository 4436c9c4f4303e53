// The R4 types as the compiler and the machine ask for them: codec/fhir/definitions.h seen through TypeId.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "codec/fhir/definitions.h"
#include "codec/fhirpath/value.h"

namespace xinglin::fhirpath::detail {

inline constexpr TypeId kSystemTypes = 0x80000000;
inline constexpr TypeId system_type(Kind kind) {
  return kSystemTypes | static_cast<TypeId>(kind);
}
inline bool is_system_type(TypeId type) {
  return (type & kSystemTypes) != 0;
}
TypeId find_system_type(std::string_view name);  // "Boolean" ...; kUnknownType

fhir::Element element_of(TypeId type);  // where its children are; nothing for unknown and System types
bool is_resource_id(const fhir::Element& element);  // Patient.id, not Patient.contact.id
std::string_view name_of(TypeId type);              // "Patient", "BackboneElement", "Boolean", ""
bool is_primitive(TypeId type);                     // of FHIR
bool is_resource(TypeId type);
bool is_abstract(TypeId type);  // Resource, DomainResource, Element, BackboneElement: any may stand there
// Itself or an ancestor has this name.
bool is_a(TypeId type, std::string_view name);
// Which System type an R4 primitive is read as; Element for anything else.
Kind system_kind(TypeId type);

// The well-known ones, looked up once.
struct KnownTypes {
  TypeId string, id, boolean, integer, decimal, extension, quantity, reference, resource, xhtml;
  std::array<std::pair<TypeId, Kind>, 9> primitives;  // those that are not read as String
};
const KnownTypes& known_types();

}  // namespace xinglin::fhirpath::detail
