#include "codec/validation/detail/traits.h"

#include <array>
#include <string_view>
#include <utility>

namespace xinglin::validation::detail {
namespace {

constexpr std::array<std::pair<std::string_view, Special>, 11> kSpecials{{
    {"BackboneElement", Special::Backbone},
    {"Element", Special::Backbone},
    {"Resource", Special::Resource},
    {"DomainResource", Special::Resource},
    {"Reference", Special::Reference},
    {"Extension", Special::Extension},
    {"Coding", Special::Coding},
    {"CodeableConcept", Special::CodeableConcept},
    {"Quantity", Special::Quantity},
    {"Narrative", Special::Narrative},
    {"canonical", Special::Canonical},
}};

TypeTraits traits_of(const fhir::Structure& structure) {
  TypeTraits out;
  if (structure.kind() == fhir::StructureKind::Resource) out.special = Special::Resource;
  for (const auto& [name, special] : kSpecials)
    if (structure.type() == name) out.special = special;
  if (out.special == Special::None && structure.is_a("Quantity")) out.special = Special::Quantity;
  const auto primitive = fhir::parse_primitive(structure.type());
  out.is_primitive = primitive.has_value();
  out.primitive = primitive.value_or(fhir::Primitive::String);
  return out;
}

}  // namespace

Traits::Traits() {
  for (const fhir::Structure structure : fhir::structures()) {
    image_ = structure.image();
    traits_.push_back(traits_of(structure));
  }
}

}  // namespace xinglin::validation::detail
