// How a value under a name is written, by the definitions: what JSON and XML need to know of it.
#pragma once

#include "codec/fhir/definitions.h"

namespace xinglin::fhir::detail {

enum class Form { Text, Boolean, Integer, Decimal, Xhtml, Complex, Resource, Unknown };

inline Form form_of(const Member& member) {
  if (!member) return Form::Unknown;
  if (!member.type) return member.element.is_choice() ? Form::Unknown : Form::Complex;
  const std::string_view code = member.type.code();
  if (code == "boolean") return Form::Boolean;
  if (code == "integer" || code == "positiveInt" || code == "unsignedInt") return Form::Integer;
  if (code == "decimal") return Form::Decimal;
  if (code == "xhtml") return Form::Xhtml;
  if (code.starts_with("http://hl7.org/fhirpath/")) return Form::Text;
  const Structure structure = member.type.structure();
  if (!structure) return Form::Unknown;
  if (structure.kind() == StructureKind::Primitive) return Form::Text;
  return structure.kind() == StructureKind::Resource ? Form::Resource : Form::Complex;
}

inline bool is_primitive(Form form) {
  return form == Form::Text || form == Form::Boolean || form == Form::Integer || form == Form::Decimal;
}

}  // namespace xinglin::fhir::detail
