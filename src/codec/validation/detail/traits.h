// What the validator wants to know of each built-in type at once, by the structure's index: made when the
// validator is.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/fhir/definitions.h"
#include "codec/fhir/primitive.h"

namespace xinglin::validation::detail {

enum class Special : uint8_t {
  None,
  Backbone,  // BackboneElement, Element: the children stand in the element
  Resource,
  Reference,
  Extension,
  Coding,
  CodeableConcept,
  Quantity,
  Narrative,
  Canonical,
};

struct TypeTraits {
  bool is_primitive = false;
  Special special = Special::None;
  fhir::Primitive primitive = fhir::Primitive::String;
};

class Traits {
public:
  Traits();
  // Of a type used by an element: those of nothing (a content reference) are those of a backbone.
  const TypeTraits& of(const fhir::TypeUse& type) const { return of(type.structure()); }
  const TypeTraits& of(const fhir::Structure& structure) const {
    return structure && structure.image() == image_ ? traits_[structure.index()] : backbone_;
  }

private:
  const fhir::detail::Image* image_ = nullptr;
  std::vector<TypeTraits> traits_;
  TypeTraits backbone_{false, Special::Backbone, fhir::Primitive::String};
};

}  // namespace xinglin::validation::detail
