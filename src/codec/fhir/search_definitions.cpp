#include "codec/fhir/search_definitions.h"

namespace xinglin::fhir {
namespace {

template <class Item>
List<Item> all() {
  const detail::Image& image = detail::built_in();
  return {&image, {0, image.header().sections[static_cast<size_t>(Item::kSection)].count}, true};
}

SearchParameter parameter_named(uint32_t owner, std::string_view name) {
  const detail::Image& image = detail::built_in();
  const detail::NameSlot* slot = image.find(owner, name);
  if (!slot) return {};
  return {&image, &image.section<detail::SearchRecord>(SearchParameter::kSection)[slot->value]};
}

}  // namespace

SearchComponent SearchParameter::component(size_t i) const {
  const auto components = image_->section<detail::ComponentRecord>(detail::Section::Components);
  const detail::ComponentRecord& component = components[record_->components.first + i];
  return {text(component.definition), text(component.expression)};
}

List<SearchParameter> search_parameters(std::string_view type) {
  const Structure structure = find_type(type);
  if (!structure) return {};
  return {structure.image(), structure.parameters()};
}

SearchParameter find_search_parameter(std::string_view type, std::string_view code) {
  const Structure structure = find_type(type);
  return structure ? parameter_named(detail::kOfParameters + structure.index(), code) : SearchParameter();
}

SearchParameter find_search_parameter(std::string_view canonical) {
  return parameter_named(detail::kOfParameterUrl, canonical.substr(0, canonical.find('|')));
}

CompartmentMember Compartment::find(std::string_view type) const {
  if (!record_) return {};
  for (const CompartmentMember member : members())
    if (member.type() == type) return member;
  return {};
}

List<Compartment> compartments() {
  return all<Compartment>();
}

Compartment find_compartment(std::string_view code) {
  for (const Compartment compartment : compartments())
    if (compartment.code() == code) return compartment;
  return {};
}

List<Operation> operations() {
  return all<Operation>();
}

}  // namespace xinglin::fhir
