// Checks of values by what their types mean: codes against value sets, references against their targets,
// extensions against their definitions, narratives against what XHTML may be in one.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "codec/fhir/reference.h"
#include "codec/validation/detail/extension_context.h"
#include "codec/validation/detail/narrative.h"
#include "codec/validation/detail/profile_check.h"
#include "codec/validation/detail/walk.h"

namespace xinglin::validation::detail {
namespace {

constexpr std::string_view kTypePrefix = "http://hl7.org/fhir/StructureDefinition/";

std::string_view text_of(const json::object& object, std::string_view key) {
  return json::find_string(object, key).value_or("");
}

// True when a target profile is the type itself, or a profile on it.
bool is_target(const fhir::Texts& targets, std::string_view type) {
  for (const std::string_view target : targets) {
    const std::string_view name = target.starts_with(kTypePrefix) ? target.substr(kTypePrefix.size()) : "";
    if (name == type || name == "Resource") return true;
    if (!fhir::is_resource_type(name)) {
      const fhir::Structure profile = fhir::find_structure(target);
      if (!profile || profile.type() == type) return true;  // a profile not known here allows every type
    }
  }
  return false;
}

const json::object* find_contained(const json::value& resource, std::string_view id) {
  const json::object* object = resource.if_object();
  const json::array* contained = object ? json::find_array(*object, "contained") : nullptr;
  if (!contained) return nullptr;
  for (const json::value& one : *contained)
    if (one.is_object() && text_of(one.get_object(), "id") == id) return &one.get_object();
  return nullptr;
}

}  // namespace

void Walk::report_binding(const fhir::Binding& bound, const Place& place, std::string_view what) {
  std::string message(what);
  message.append(" of the value set ").append(bound.value_set);
  if (bound.strength == fhir::BindingStrength::Required)
    report_->error("code-invalid", place, std::move(message));
  else
    report_->warning("code-invalid", place, std::move(message));
}

void Walk::binding(const fhir::Binding& bound, const TypeTraits& traits, const json::value& value,
                   const Place& place) {
  if (!parts_.sources.codes || bound.value_set.empty()) return;
  const json::object* object = value.if_object();
  switch (traits.special) {
    case Special::CodeableConcept:
      return object ? bound_concept(bound, *object, place) : void();
    case Special::Coding:
    case Special::Quantity:
      return object ? bound_code(bound, *object, place) : void();
    default:
      break;
  }
  if (!value.is_string() || object) return;
  const std::string_view code(value.get_string());
  if (parts_.sources.codes->check(bound.value_set, {}, code) == Membership::NotMember)
    report_binding(bound, place, "is not a code");
}

void Walk::bound_code(const fhir::Binding& bound, const json::object& object, const Place& place) {
  const std::string_view system = text_of(object, "system"), code = text_of(object, "code");
  if (code.empty()) {
    if (bound.strength == fhir::BindingStrength::Required && !object.contains("extension") &&
        !object.contains("value"))
      report_binding(bound, place, "needs a code");
    return;
  }
  const bool has_system = !system.empty();
  if (!has_system || parts_.sources.codes->check(bound.value_set, system, code) == Membership::NotMember)
    report_binding(bound, place, has_system ? "is not a code" : "names no system, so it is not a code");
}

// One of the codings must be in the value set; with text alone an extensible binding is kept.
void Walk::bound_concept(const fhir::Binding& bound, const json::object& object, const Place& place) {
  const json::array* codings = json::find_array(object, "coding");
  const bool is_required = bound.strength == fhir::BindingStrength::Required;
  if (!codings || codings->empty()) {
    if (is_required && !object.contains("extension")) report_binding(bound, place, "needs a code");
    return;
  }
  for (const json::value& item : *codings) {
    const json::object* coding = item.if_object();
    if (!coding) return;
    const std::string_view system = text_of(*coding, "system"), code = text_of(*coding, "code");
    if (system.empty() || code.empty()) continue;
    if (parts_.sources.codes->check(bound.value_set, system, code) != Membership::NotMember) return;
  }
  report_binding(bound, place, "no coding is a code");
}

// The type of the entry of the outermost Bundle that has this fullUrl; "" when there is none.
std::string_view Walk::bundled_type(std::string_view reference, const Scope& scope) {
  const Scope* bundle = &scope;
  while (bundle->container || bundle->outer) bundle = bundle->container ? bundle->container : bundle->outer;
  if (bundle->type != "Bundle") return {};
  if (!bundled_) {
    bundled_.emplace();
    if (const json::array* entries = json::find_array(bundle->resource->get_object(), "entry")) {
      for (const json::value& item : *entries) {
        const json::object* entry = item.if_object();
        const json::object* resource = entry ? json::find_object(*entry, "resource") : nullptr;
        if (resource) bundled_->emplace(text_of(*entry, "fullUrl"), text_of(*resource, "resourceType"));
      }
    }
  }
  const auto found = bundled_->find(reference);
  return found == bundled_->end() ? std::string_view() : found->second;
}

void Walk::reference(const json::object& object, const fhir::TypeUse& type, const Place& place,
                     const Scope& scope) {
  const std::string_view text = text_of(object, "reference");
  std::string_view stated = text_of(object, "type");
  if (!stated.empty() && !fhir::find_type(stated) && stated.find('/') == std::string_view::npos)
    report_->error("value", Place{&place, "type"}, "is not a resource type");
  const fhir::Texts targets = type ? type.target_profiles() : fhir::Texts();
  std::string_view target = stated.find('/') == std::string_view::npos ? stated : "";
  const Place here{&place, text.empty() ? "type" : "reference"};
  std::optional<fhir::Reference> parsed;
  if (!text.empty()) {
    parsed = fhir::parse_reference(text);
    const bool is_conditional = text.find('?') != std::string_view::npos && scope.outer != nullptr;
    if (is_conditional && !parsed) return;  // found when the Bundle is carried out (R4 3.1.0.11.2)
    if (!parsed)
      return report_->error("value", here,
                            "is not a reference (Type/id, an absolute address, #id or urn:...)");
    if (parsed->kind == fhir::Reference::Kind::Contained) {
      const Scope& container = scope.container ? *scope.container : scope;
      const json::object* found = find_contained(*container.resource, text.substr(1));
      if (!found && text != "#")
        return report_->error("invariant", here, "ref-1: no contained resource has this id");
      target = found ? text_of(*found, "resourceType") : container.type;
    } else if (const std::string_view bundled = bundled_type(text, scope); !bundled.empty()) {
      target = bundled;
    } else if (!parsed->type.empty()) {
      target = parsed->type;
    }
  }
  if (parsed && parsed->kind == fhir::Reference::Kind::Relative && !fhir::is_resource_type(target))
    return report_->error("value", here, "does not name a resource type of FHIR R4");
  if (target.empty() || targets.empty() || !fhir::is_resource_type(target) || is_target(targets, target))
    return;
  report_->error("value", here, "must not refer to " + std::string(target));
}

// What an extension may hold is in its definition, where that is known.
void Walk::extension(const json::object& object, const json::value& value, const Place& place,
                     const Scope& scope) {
  const std::string_view url = text_of(object, "url");
  if (url.find(':') == std::string_view::npos) return;  // a part of a complex extension
  const fhir::Structure definition = parts_.find_structure(url);
  if (!definition) {
    if (place.name == "modifierExtension")
      report_->warning("extension", place, "a modifier extension that is not known here");
    return;
  }
  if (definition.type() != "Extension")
    return report_->error("structure", place, "its url is not that of an extension");
  if (!may_stand(definition, place, scope))
    report_->warning("extension", place, "this extension is not defined for this element");
  profile(value, url, definition, place, scope);
}

void Walk::narrative(const json::object& object, const Place& place) {
  const std::string_view wrong = check_narrative(text_of(object, "div"));
  if (!wrong.empty()) report_->error("invariant", Place{&place, "div"}, "txt-1: " + std::string(wrong));
}

void Walk::claimed_profiles(const json::value& value, fhir::Structure structure, const Place& place,
                            const Scope& scope) {
  const json::object* meta = json::find_object(value.get_object(), "meta");
  const json::array* profiles = meta ? json::find_array(*meta, "profile") : nullptr;
  if (!profiles) return;
  std::unordered_set<std::string_view> seen;  // named a thousand times, checked once
  for (const json::value& item : *profiles) {
    if (!item.is_string()) continue;
    const std::string_view canonical(item.get_string());
    if (!seen.insert(canonical).second) continue;
    const fhir::Structure claimed = parts_.find_structure(canonical);
    const Place meta_place{&place, "meta"};
    const Place here{&meta_place, "profile", &item - profiles->data()};
    if (!claimed)
      report_->information("not-found", here, "this profile is not known here and was not checked");
    else if (claimed.type() != structure.type())
      report_->error("structure", here, "this profile is one of " + std::string(claimed.type()));
    else if (claimed.is_profile())
      profile(value, canonical, claimed, place, scope);
  }
}

void Walk::profile(const json::value& value, std::string_view canonical, fhir::Structure structure,
                   const Place& place, const Scope& scope) {
  ProfileCheck(*this, canonical, scope).root({&value, nullptr}, structure, place);
}

}  // namespace xinglin::validation::detail
