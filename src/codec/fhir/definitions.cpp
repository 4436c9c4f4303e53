#include "codec/fhir/definitions.h"

// The image, put into read-only data by detail/definitions_image.S.
extern "C" const char xl_fhir_definitions[];

namespace xinglin::fhir {
namespace {

constinit const detail::Image kBuiltIn(xl_fhir_definitions);

template <class Result>
Result at(const detail::Image* image, uint32_t index) {
  if (index == detail::kNone) return {};
  return {image, &image->section<typename Result::record_type>(Result::kSection)[index]};
}

Structure structure_named(const detail::Image& image, uint32_t owner, std::string_view name) {
  const detail::NameSlot* slot = image.find(owner, name);
  return slot ? at<Structure>(&image, slot->value) : Structure();
}

detail::Range all(detail::Section section) {
  return {0, kBuiltIn.header().sections[static_cast<size_t>(section)].count};
}

}  // namespace

const detail::Image& detail::built_in() {
  return kBuiltIn;
}

Structure TypeUse::structure() const {
  if (!record_) return {};
  if (record_->structure != detail::kNone) return at<Structure>(image_, record_->structure);
  return find_type(code());
}

Element Element::content() const {
  if (!record_) return {};
  if (record_->children.count > 0) return *this;
  if (record_->content != detail::kNone) return at<Element>(image_, record_->content);
  if (record_->types.count != 1 || is_choice()) return {};
  return Member{*this, types()[0]}.content();
}

Member Element::find(std::string_view json_name) const {
  const Element place = content();
  if (!place) return {};
  const detail::NameSlot* slot = place.image_->find(place.index(), json_name);
  if (!slot) return {};
  const Element child = at<Element>(place.image_, slot->value);
  if (slot->type == detail::kNone) return {child, {}};
  return {child, child.types()[slot->type]};
}

std::optional<bool> Element::allows_code(std::string_view code) const {
  if (record_->strength != static_cast<uint16_t>(BindingStrength::Required)) return std::nullopt;
  const uint32_t owner = detail::kOfCodes + record_->value_set;
  if (!code.empty() && image_->find(owner, code)) return true;
  if (image_->find(owner, "")) return false;
  return std::nullopt;
}

std::optional<Slicing> Element::slicing() const {
  if (record_->slicing == detail::kNone) return std::nullopt;
  const auto& slicing = image_->section<detail::SlicingRecord>(detail::Section::Slicings)[record_->slicing];
  return Slicing{{image_, slicing.discriminators, true},
                 static_cast<SlicingRules>(slicing.rules),
                 slicing.is_ordered != 0};
}

Structure Element::structure() const {
  return record_ ? at<Structure>(image_, record_->structure) : Structure();
}

Element Element::parent() const {
  return record_ ? at<Element>(image_, record_->parent) : Element();
}

Element Member::content() const {
  if (!element) return {};
  if (!type || element.children().size() > 0) return element.content();
  const Structure structure = type.structure();
  if (!structure || structure.kind() != StructureKind::Complex) return {};
  return structure.root();
}

Structure Structure::base() const {
  return record_ ? find_structure(base_url()) : Structure();
}

bool Structure::is_a(std::string_view type_name) const {
  for (Structure s = *this; s; s = s.base())
    if (s.type() == type_name) return true;
  return false;
}

Element Structure::root() const {
  return record_ && record_->elements.count > 0 ? at<Element>(image_, record_->elements.first) : Element();
}

Structure find_type(std::string_view name) {
  return structure_named(kBuiltIn, detail::kOfType, name);
}

Structure find_structure(std::string_view canonical) {
  return structure_named(kBuiltIn, detail::kOfUrl, canonical.substr(0, canonical.find('|')));
}

List<Structure> structures() {
  return {&kBuiltIn, all(detail::Section::Structures), true};
}

List<Constraint> constraints() {
  return {&kBuiltIn, all(detail::Section::Constraints), true};
}

Texts resource_types() {
  const uint32_t first = kBuiltIn.header().resource_types;
  return {&kBuiltIn, {first, kBuiltIn.header().resource_type_count}};
}

bool is_resource_type(std::string_view name) {
  const Structure structure = find_type(name);
  return structure && structure.kind() == StructureKind::Resource && !structure.is_abstract();
}

}  // namespace xinglin::fhir
