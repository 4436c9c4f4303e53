#include "codec/fhir/validate.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/json_text.h"
#include "base/time.h"
#include "codec/fhir/detail/table.h"
#include "codec/fhir/reference.h"

namespace xinglin::fhir {
namespace {

using detail::Element;
using detail::Key;
using detail::Structure;
using detail::TypeUse;

constexpr std::array<std::string_view, 8> kKnownTypes{"Patient",          "Encounter",      "Observation",
                                                      "DiagnosticReport", "RiskAssessment", "Task",
                                                      "ServiceRequest",   "ImagingStudy"};

// Where we are: built on the stack on the way down, turned into text only when something is wrong.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;
  int64_t index = -1;

  std::string text() const {
    std::string out = parent ? parent->text() + "." : std::string();
    out.append(name);
    if (index >= 0) out += "[" + std::to_string(index) + "]";
    return out;
  }
};

class Validator {
public:
  Validator(IssueSink& issues, const Limits& limits) : issues_(issues), limits_(limits) {}

  void resource(const json::object& object, const Place* parent, size_t depth) {
    const auto type = json::find_string(object, "resourceType");
    if (!type) {
      const Place here{parent, parent ? "" : "resource"};
      return error("required", parent ? *parent : here, "resourceType is missing");
    }
    const Structure* structure = detail::tables().resource(*type);
    const Place place{nullptr, *type};
    if (!structure) {
      // A contained resource of a type that is not offered is carried along unchecked.
      if (!parent) error("not-supported", place, "this resource type is not offered here");
      return;
    }
    this->object(object, *structure, parent ? *parent : place, depth);
  }

  bool failed() const { return errors_ > 0; }

private:
  void error(std::string code, const Place& place, std::string message) {
    ++errors_;
    if (errors_ > limits_.issues_max) return;
    issues_.error(std::move(code), place.text(), std::move(message));
  }

  bool within_limits(const Place& place, size_t depth) {
    ++values_;
    if (stopped_) return false;
    if (depth > limits_.depth_max) error("too-long", place, "nested too deeply");
    if (values_ > limits_.values_max) error("too-long", place, "too many elements");
    stopped_ = values_ > limits_.values_max;
    return !stopped_ && depth <= limits_.depth_max;
  }

  void object(const json::object& object, const Structure& structure, const Place& place, size_t depth) {
    if (!within_limits(place, depth)) return;
    if (object.empty()) return error("structure", place, "must not be empty");
    uint64_t seen = 0;
    for (const auto& member : object) {
      const std::string_view name(member.key());
      if (json::is_kept(name)) continue;
      if (structure.is_resource && name == "resourceType") continue;
      const Place here{&place, name};
      const bool companion = name.starts_with('_');
      const auto it = structure.keys.find(companion ? name.substr(1) : name);
      if (it == structure.keys.end() || (companion && !it->second.type->primitive)) {
        error("structure", here, "there is no such element");
        continue;
      }
      const Key& key = it->second;
      const uint64_t bit = uint64_t{1} << key.element->index;
      if (companion) {
        primitive_companion(member.value(), *key.element, here, depth + 1);
        if (!object.contains(name.substr(1))) seen |= bit;
        continue;
      }
      if (seen & bit) error("structure", here, "only one of the choices may be given");
      seen |= bit;
      values(member.value(), key, here, depth + 1);
    }
    const uint64_t missing = structure.required_mask & ~seen;
    if (missing != 0) report_missing(structure, missing, place);
    rules(object, structure, place);
  }

  void report_missing(const Structure& structure, uint64_t missing, const Place& place) {
    for (const auto& element : structure.elements) {
      if ((missing >> element->index & 1) == 0) continue;
      const Place here{&place, element->name};
      error("required", here, "this element is required");
    }
  }

  // The rules that make a resource misleading when broken: obs-6, obs-7 in part, per-1, ext-1.
  void rules(const json::object& object, const Structure& structure, const Place& place) {
    if (structure.name == "Observation" && object.contains("dataAbsentReason")) {
      for (const auto& member : object)
        if (std::string_view(member.key()).starts_with("value"))
          error("invariant", place, "obs-6: dataAbsentReason is only allowed when there is no value");
    }
    if (structure.name == "Period") {
      const auto start = json::find_string(object, "start"), end = json::find_string(object, "end");
      const auto first = start ? parse_fhir_time(*start) : std::nullopt;
      const auto last = end ? parse_fhir_time(*end) : std::nullopt;
      if (first && last && last->last <= first->first)
        error("invariant", place, "per-1: the start is after the end");
    }
    if (structure.name == "Extension" && object.contains("extension")) {
      for (const auto& member : object)
        if (std::string_view(member.key()).starts_with("value"))
          error("invariant", place, "ext-1: an extension has a value or extensions, not both");
    }
  }

  void values(const json::value& value, const Key& key, const Place& place, size_t depth) {
    if (!key.element->many) {
      if (value.is_array()) return error("structure", place, "must be one value, not an array");
      return one(value, *key.type, place, depth);
    }
    const json::array* items = value.if_array();
    if (!items) return error("structure", place, "must be an array");
    if (items->empty()) return error("structure", place, "an array must not be empty");
    int64_t index = 0;
    for (const json::value& item : *items) {
      const Place here{place.parent, place.name, index++};
      if (item.is_null() && key.type->primitive) continue;  // its companion tells why
      one(item, *key.type, here, depth);
      if (stopped_) return;
    }
  }

  void one(const json::value& value, const TypeUse& type, const Place& place, size_t depth) {
    if (type.primitive) {
      if (!within_limits(place, depth)) return;
      const std::string_view wrong = check_primitive(*type.primitive, value);
      if (!wrong.empty()) return error("value", place, std::string(wrong));
      if (!type.codes.empty()) code(std::string_view(value.get_string()), type, place);
      return;
    }
    const json::object* object = value.if_object();
    if (!object) return error("structure", place, "must be an object");
    if (type.is_resource) {
      if (depth > 4) return error("structure", place, "a contained resource must not contain another");
      return resource(*object, &place, depth);
    }
    if (!type.structure) return;
    this->object(*object, *type.structure, place, depth);
    if (type.is_reference) reference(*object, type, place);
  }

  void code(std::string_view text, const TypeUse& type, const Place& place) {
    if (std::find(type.codes.begin(), type.codes.end(), text) != type.codes.end()) return;
    std::string allowed;
    for (const std::string_view c : type.codes) allowed += (allowed.empty() ? "" : ", ") + std::string(c);
    error("code-invalid", place, "is not one of: " + allowed);
  }

  void reference(const json::object& object, const TypeUse& type, const Place& place) {
    const auto text = json::find_string(object, "reference");
    if (!text) return;
    const auto parsed = parse_reference(*text);
    const Place here{&place, "reference"};
    if (!parsed)
      return error("value", here, "is not a reference (Type/id, an absolute address, #id or urn:...)");
    if (parsed->type.empty() || type.targets.empty()) return;
    if (std::find(type.targets.begin(), type.targets.end(), parsed->type) != type.targets.end()) return;
    error("value", here, "must not refer to " + parsed->type);
  }

  // "_birthDate": {"extension": [...]}, or an array of such or null for a repeating element. FHIR R4 2.6.2.3.
  void primitive_companion(const json::value& value, const Element& element, const Place& place,
                           size_t depth) {
    const Structure* structure = detail::tables().type("PrimitiveCompanion");
    if (!element.many) {
      const json::object* one_object = value.if_object();
      if (!one_object) return error("structure", place, "must be an object");
      return object(*one_object, *structure, place, depth);
    }
    const json::array* items = value.if_array();
    if (!items) return error("structure", place, "must be an array");
    int64_t index = 0;
    for (const json::value& item : *items) {
      const Place here{place.parent, place.name, index++};
      if (item.is_null()) continue;
      const json::object* item_object = item.if_object();
      if (!item_object) return error("structure", here, "must be an object or null");
      object(*item_object, *structure, here, depth);
    }
  }

  IssueSink& issues_;
  const Limits& limits_;
  size_t values_ = 0, errors_ = 0;
  bool stopped_ = false;
};

}  // namespace

bool is_known_type(std::string_view type) {
  return std::find(kKnownTypes.begin(), kKnownTypes.end(), type) != kKnownTypes.end();
}

std::vector<std::string_view> known_types() {
  return {kKnownTypes.begin(), kKnownTypes.end()};
}

bool validate(const json::object& resource, IssueSink& issues, const Limits& limits) {
  Validator validator(issues, limits);
  validator.resource(resource, nullptr, 0);
  return !validator.failed();
}

}  // namespace xinglin::fhir
