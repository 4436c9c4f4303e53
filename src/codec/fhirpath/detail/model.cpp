#include "codec/fhirpath/detail/model.h"

#include <algorithm>
#include <array>

namespace xinglin::fhirpath {

TypeId find_type(std::string_view name) {
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    const fhir::Structure structure = fhir::find_type(name);
    return structure ? type_of(structure.root()) : kUnknownType;
  }
  fhir::Element at = detail::element_of(find_type(name.substr(0, dot)));
  for (std::string_view rest = name.substr(dot + 1); at && !rest.empty();) {
    const size_t end = std::min(rest.find('.'), rest.size());
    at = at.find(rest.substr(0, end)).content();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return type_of(at);
}

TypeId type_of(const fhir::Element& content) {
  return content ? content.index() + 1 : kUnknownType;
}

TypeId type_of(const fhir::Member& member) {
  if (!member) return kUnknownType;
  if (const fhir::Element content = member.content()) return type_of(content);
  if (!member.type && member.element.types().size() != 1) return kUnknownType;
  // The definitions say string of a resource's id; it is an id (R4 2.2).
  if (detail::is_resource_id(member.element)) return detail::known_types().id;
  const fhir::TypeUse type = member.type ? member.type : member.element.types()[0];
  const fhir::Structure structure = type.structure();
  // Values of primitives are typed by FHIRPath's own names.
  return structure ? type_of(structure.root()) : detail::known_types().string;
}

}  // namespace xinglin::fhirpath

namespace xinglin::fhirpath::detail {
namespace {

constexpr std::array<std::string_view, 10> kSystemNames{
    "", "Boolean", "Integer", "Decimal", "String", "Date", "DateTime", "Time", "Quantity", "SimpleTypeInfo"};

fhir::Structure structure_of(TypeId type) {
  const fhir::Element element = element_of(type);
  return element ? element.structure() : fhir::Structure();
}

bool is_backbone(const fhir::Element& element) {
  return static_cast<bool>(element.parent());
}

}  // namespace

TypeId find_system_type(std::string_view name) {
  for (size_t i = 1; i + 1 < kSystemNames.size(); ++i)
    if (kSystemNames[i] == name) return system_type(static_cast<Kind>(i));
  return kUnknownType;
}

bool is_resource_id(const fhir::Element& element) {
  if (element.name() != "id") return false;
  const std::string_view path = element.path();
  return element.structure().kind() == fhir::StructureKind::Resource && path.find('.') == path.rfind('.');
}

fhir::Element element_of(TypeId type) {
  if (type == kUnknownType || is_system_type(type)) return {};
  static const fhir::detail::Image* const image = fhir::find_type("Element").image();
  return fhir::List<fhir::Element>(image, {type - 1, 1}, true)[0];
}

std::string_view name_of(TypeId type) {
  if (is_system_type(type)) return kSystemNames[(type & ~kSystemTypes) % kSystemNames.size()];
  const fhir::Element element = element_of(type);
  if (!element) return {};
  if (is_backbone(element)) return element.types().empty() ? "BackboneElement" : element.types()[0].code();
  return element.structure().type();
}

bool is_primitive(TypeId type) {
  const fhir::Structure structure = structure_of(type);
  return structure && structure.kind() == fhir::StructureKind::Primitive;
}

bool is_resource(TypeId type) {
  const fhir::Structure structure = structure_of(type);
  return structure && structure.kind() == fhir::StructureKind::Resource && !is_backbone(element_of(type));
}

bool is_abstract(TypeId type) {
  if (type == kUnknownType) return true;
  const std::string_view name = name_of(type);
  return !is_backbone(element_of(type)) &&
         (name == "Resource" || name == "DomainResource" || name == "Element" || name == "BackboneElement");
}

bool is_a(TypeId type, std::string_view name) {
  if (is_system_type(type)) return name_of(type) == name;
  const fhir::Element element = element_of(type);
  if (!element) return false;
  if (!is_backbone(element)) return element.structure().is_a(name);
  return name_of(type) == name || name == "Element";
}

Kind system_kind(TypeId type) {
  if (is_system_type(type)) return static_cast<Kind>(type & ~kSystemTypes);
  if (type == kUnknownType) return Kind::Element;
  for (const auto& [primitive, kind] : known_types().primitives)
    if (primitive == type) return kind;
  return is_primitive(type) ? Kind::String : Kind::Element;
}

const KnownTypes& known_types() {
  static const KnownTypes known{find_type("string"),
                                find_type("id"),
                                find_type("boolean"),
                                find_type("integer"),
                                find_type("decimal"),
                                find_type("Extension"),
                                find_type("Quantity"),
                                find_type("Reference"),
                                find_type("Resource"),
                                find_type("xhtml"),
                                {{{find_type("boolean"), Kind::Boolean},
                                  {find_type("integer"), Kind::Integer},
                                  {find_type("positiveInt"), Kind::Integer},
                                  {find_type("unsignedInt"), Kind::Integer},
                                  {find_type("decimal"), Kind::Decimal},
                                  {find_type("date"), Kind::Date},
                                  {find_type("dateTime"), Kind::DateTime},
                                  {find_type("instant"), Kind::DateTime},
                                  {find_type("time"), Kind::Time}}}};
  return known;
}

}  // namespace xinglin::fhirpath::detail
