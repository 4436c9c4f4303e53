#include "codec/validation/detail/walk.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"

namespace xinglin::validation::detail {
namespace {

bool is_member(std::string_view key) {
  return !json::is_kept(key);
}

// The companion of `key`, or null. Few objects have companions, so their names are looked for first.
const json::value* companion_of(const json::object& object, std::string_view key, bool has_companions) {
  if (!has_companions) return nullptr;
  for (const auto& member : object) {
    const std::string_view name(member.key());
    if (name.size() == key.size() + 1 && name[0] == '_' && name.substr(1) == key) return &member.value();
  }
  return nullptr;
}

bool has_any_companion(const json::object& object) {
  return std::any_of(object.begin(), object.end(),
                     [](const auto& member) { return std::string_view(member.key()).starts_with('_'); });
}

// Choices already met in one object: few, so a plain list.
class Choices {
public:
  // False when the choice has another key already.
  bool take(const fhir::Element& element, std::string_view key) {
    for (size_t i = 0; i < count_; ++i)
      if (taken_[i].first == element.index()) return taken_[i].second == key;
    if (count_ < taken_.size()) taken_[count_++] = {element.index(), key};
    return true;
  }

private:
  std::array<std::pair<uint32_t, std::string_view>, 16> taken_;
  size_t count_ = 0;
};

}  // namespace

void Walk::root(const json::value& value, std::span<const std::string> profiles) {
  const json::object* object = value.if_object();
  const auto type = object ? json::find_string(*object, "resourceType") : std::nullopt;
  if (!object) return report_->error("structure", Place{nullptr, "resource"}, "must be a JSON object");
  if (!type) return report_->error("required", Place{nullptr, "resource"}, "resourceType is missing");
  const Place place{nullptr, *type};
  resource(value, place, 0, Nesting::Root, nullptr);
  const Scope scope{&value, *type, nullptr, nullptr, {}};
  for (const std::string& canonical : profiles) {
    const fhir::Structure structure = parts_.find_structure(canonical);
    if (!structure)
      report_->error("not-found", place, "the profile " + canonical + " is not known here");
    else if (structure.type() != *type)
      report_->error("structure", place, "this profile is one of " + std::string(structure.type()));
    else
      profile(value, canonical, structure, place, scope);
  }
}

bool Walk::within_limits(const Place& place, size_t depth) {
  ++values_;
  if (stopped_) return false;
  if (depth > parts_.limits.depth_max) report_->error("too-long", place, "nested too deeply");
  if (values_ > parts_.limits.values_max) report_->error("too-long", place, "too many elements");
  stopped_ = values_ > parts_.limits.values_max;
  return !stopped_ && depth <= parts_.limits.depth_max;
}

void Walk::resource(const json::value& value, const Place& place, size_t depth, Nesting nesting,
                    const Scope* around) {
  const json::object* object = value.if_object();
  if (!object) return report_->error("structure", place, "must be an object");
  const auto type = json::find_string(*object, "resourceType");
  if (!type) return report_->error("required", place, "resourceType is missing");
  const fhir::Structure structure = fhir::find_type(*type);
  if (!structure || structure.kind() != fhir::StructureKind::Resource || structure.is_abstract())
    return report_->error("not-supported", place, "there is no such resource type in FHIR R4");
  const bool is_contained = nesting == Nesting::Contained;
  const Scope scope{
      &value, *type, is_contained ? around : nullptr, nesting == Nesting::Entry ? around : nullptr, {}};
  if (is_contained) {
    if (object->contains("contained"))
      report_->error("invariant", place, "dom-2: a contained resource must not contain another");
    if (!object->contains("id")) report_->error("required", place, "a contained resource needs an id");
  }
  const fhir::Element root = structure.root();
  members(*object, root, place, depth, scope);
  if (stopped_) return;
  invariants({root, {}}, {&value, nullptr}, place, scope);
  claimed_profiles(value, structure, place, scope);
}

void Walk::members(const json::object& object, const fhir::Element& content, const Place& place, size_t depth,
                   const Scope& scope) {
  if (!within_limits(place, depth)) return;
  const bool has_companions = has_any_companion(object);
  const bool is_resource = scope.resource->if_object() == &object;
  Choices choices;
  bool is_empty = true;
  for (const auto& entry : object) {
    std::string_view key(entry.key());
    if (!is_member(key)) continue;
    if (is_resource && key == "resourceType") continue;
    is_empty = false;
    const bool is_companion = key.starts_with('_');
    if (is_companion) key.remove_prefix(1);
    const fhir::Member found = content.find(key);
    const bool is_known = found && (!found.element.is_choice() || found.type);
    if (!is_known || (is_companion && !parts_.traits.of(found.type).is_primitive)) {
      report_->error("structure", Place{&place, entry.key()}, "there is no such element");
      continue;
    }
    if (is_companion && object.contains(key)) continue;  // comes with its value
    const Place here{&place, found.element.name()};
    if (found.element.is_choice() && !choices.take(found.element, key)) {
      report_->error("structure", here, "only one of the choices may be given");
      continue;
    }
    const Item item = is_companion ? Item{nullptr, &entry.value()}
                                   : Item{&entry.value(), companion_of(object, key, has_companions)};
    member(found, item, here, depth + 1, scope);
    if (stopped_) return;
  }
  if (is_empty && !is_resource) report_->error("structure", place, "must not be empty");
  required(object, content, place);
}

void Walk::required(const json::object& object, const fhir::Element& content, const Place& place) {
  for (const fhir::Element child : content.children()) {
    if (child.min() == 0) continue;
    bool is_there = false;
    for (const auto& entry : object) {
      std::string_view key(entry.key());
      if (key.starts_with('_')) key.remove_prefix(1);
      if (!key.starts_with(child.name())) continue;
      is_there =
          key.size() == child.name().size() || (child.is_choice() && content.find(key).element == child);
      if (is_there) break;
    }
    if (!is_there) report_->error("required", Place{&place, child.name()}, "this element is required");
  }
}

void Walk::member(const fhir::Member& member, Item value, const Place& place, size_t depth,
                  const Scope& scope) {
  if (member.element.is_array()) return repeated(member, value, place, depth, scope);
  for (const json::value* part : {value.value, value.companion})
    if (part && part->is_array())
      return report_->error("structure", place, "must be one value, not an array");
  if (value.value && value.value->is_null()) return report_->error("structure", place, "must not be null");
  item(member, value, place, depth, scope);
}

void Walk::repeated(const fhir::Member& member, Item value, const Place& place, size_t depth,
                    const Scope& scope) {
  const json::array* values = value.value ? value.value->if_array() : nullptr;
  const json::array* companions = value.companion ? value.companion->if_array() : nullptr;
  if ((value.value && !values) || (value.companion && !companions))
    return report_->error("structure", place, "must be an array");
  const size_t count = std::max(values ? values->size() : 0, companions ? companions->size() : 0);
  if (count == 0) return report_->error("structure", place, "must not be an empty array");
  if (values && companions && values->size() != companions->size())
    report_->error("structure", place, "the array and its companion must be of one length");
  if (member.element.max() != fhir::kUnbounded && count > member.element.max())
    report_->error("structure", place, "at most " + std::to_string(member.element.max()) + " are allowed");
  for (size_t i = 0; i < count && !stopped_; ++i) {
    const Place here{place.parent, place.name, static_cast<int64_t>(i)};
    Item one{values && i < values->size() ? &(*values)[i] : nullptr,
             companions && i < companions->size() ? &(*companions)[i] : nullptr};
    if (one.value && one.value->is_null()) one.value = nullptr;
    if (one.companion && one.companion->is_null()) one.companion = nullptr;
    if (!one.value && !one.companion)
      report_->error("structure", here, "must not be null");
    else
      item(member, one, here, depth, scope);
  }
}

void Walk::item(const fhir::Member& member, Item value, const Place& place, size_t depth,
                const Scope& scope) {
  const TypeTraits& traits = parts_.traits.of(member.type);
  if (traits.is_primitive) return primitive(member, traits, value, place, depth, scope);
  if (!value.value || !value.value->is_object())
    return report_->error("structure", place, "must be an object");
  if (traits.special == Special::Resource) return nested_resource(member, *value.value, place, depth, scope);
  complex(member, traits, *value.value, place, depth, scope);
}

void Walk::nested_resource(const fhir::Member& member, const json::value& value, const Place& place,
                           size_t depth, const Scope& scope) {
  const bool is_contained = member.element.name() == "contained";
  resource(value, place, depth, is_contained ? Nesting::Contained : Nesting::Entry, &scope);
}

void Walk::primitive(const fhir::Member& member, const TypeTraits& traits, Item value, const Place& place,
                     size_t depth, const Scope& scope) {
  if (!within_limits(place, depth)) return;
  if (value.companion) {
    const json::object* companion = value.companion->if_object();
    if (!companion) return report_->error("structure", place, "the companion must be an object");
    members(*companion, fhir::find_type("Element").root(), place, depth + 1, scope);
  }
  if (!value.value) return;
  const std::string_view wrong = fhir::check_primitive(traits.primitive, *value.value);
  if (!wrong.empty()) return report_->error("value", place, std::string(wrong));
  const fhir::Binding bound = member.element.binding();
  if (bound.strength >= fhir::BindingStrength::Extensible) {
    const bool is_code = value.value->is_string() && bound.strength == fhir::BindingStrength::Required;
    const auto allowed = is_code ? member.element.allows_code(value.value->get_string()) : std::nullopt;
    if (!allowed) binding(bound, traits, *value.value, place);
    if (allowed == false) report_binding(bound, place, "is not a code");
  }
  invariants(member, value, place, scope);
}

void Walk::complex(const fhir::Member& member, const TypeTraits& traits, const json::value& value,
                   const Place& place, size_t depth, const Scope& scope) {
  const json::object& object = value.get_object();
  const fhir::Element content = member.content();
  if (!content) return;
  members(object, content, place, depth, scope);
  if (stopped_) return;
  if (traits.special == Special::Reference) reference(object, member.type, place, scope);
  if (traits.special == Special::Extension) extension(object, value, place, scope);
  if (traits.special == Special::Narrative) narrative(object, place);
  const fhir::Binding bound = member.element.binding();
  if (bound.strength >= fhir::BindingStrength::Extensible) binding(bound, traits, value, place);
  invariants(member, {&value, nullptr}, place, scope);
  // The type narrowed where it is used: SimpleQuantity, MoneyQuantity.
  for (const std::string_view canonical : member.type ? member.type.profiles() : fhir::Texts())
    if (const fhir::Structure narrowed = parts_.find_structure(canonical))
      profile(value, canonical, narrowed, place, scope);
}

// Those of the element and those of its type.
void Walk::invariants(const fhir::Member& member, Item value, const Place& place, const Scope& scope) {
  const fhir::List<fhir::Constraint> own = member.element.constraints();
  for (const fhir::Constraint constraint : own)
    runner_.check(constraint, member, value, place, scope, *report_);
  const fhir::Structure structure = member.type.structure();
  if (!structure || structure.kind() != fhir::StructureKind::Complex) return;
  for (const fhir::Constraint constraint : structure.root().constraints())
    if (!own.contains(constraint)) runner_.check(constraint, member, value, place, scope, *report_);
}

}  // namespace xinglin::validation::detail
