// From items to their children: names compiled into steps, choice types, primitives with their `_name`
// companions, resources within resources.
#include <algorithm>

#include "base/json_text.h"
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"

namespace xinglin::fhirpath::detail {
namespace {

const json::value* item_of(const json::value* v, size_t i) {
  const json::array* list = v != nullptr ? v->if_array() : nullptr;
  if (list == nullptr || i >= list->size() || (*list)[i].is_null()) return nullptr;
  return &(*list)[i];
}

TypeId type_of_resource(const json::value* v) {
  return v == nullptr ? kUnknownType : Value::resource(*v).type();
}

const json::object* fields_of(const Value& item) {
  const json::object* object = item.object();
  return object != nullptr ? object : item.companion();
}

}  // namespace

StepCase case_of(TypeId owner, const fhir::Member& member) {
  StepCase found;
  found.from = owner;
  found.is_choice = member.element.is_choice() && !member.type;
  if (found.is_choice) return found;
  found.type = type_of(member);
  found.is_primitive = is_primitive(found.type);
  found.is_resource = is_abstract(found.type) && is_resource(found.type);
  return found;
}

bool Machine::eval_path(const Node& node) {
  const Step* first = node.steps.data();
  const Step* end = first + node.steps.size();
  const size_t base = size();
  if (node.input == kNoNode) return !scope.has_self || walk(scope.self, first, end);
  if (!eval(node.input)) return false;
  const size_t inputs = size();
  for (size_t i = base; i < inputs; ++i) {
    const Value item = at(i);
    if (!walk(item, first, end)) return false;
  }
  keep_from(base, inputs);
  return true;
}

bool Machine::walk(const Value& item, const Step* step, const Step* end) {
  if (step == end) return push(item);
  if (!spend()) return false;
  if (!item.is_element()) return walk_system(item, step, end);
  if (step->may_be_type && is_a(item.type(), step->name)) return walk(item, step + 1, end);
  const json::object* object = fields_of(item);
  if (object == nullptr) return true;
  for (const StepCase& found : step->cases)
    if (found.from == item.type()) return walk_case(item, *object, found, step, end);
  return walk_dynamic(item, *object, step, end);
}

// Types that were not known when the expression was compiled.
bool Machine::walk_dynamic(const Value& item, const json::object& object, const Step* step, const Step* end) {
  if (const fhir::Element owner = element_of(item.type())) {
    const fhir::Member member = owner.find(step->name);
    if (!member || member.element.name() != step->name) return true;
    return walk_case(item, object, case_of(item.type(), member), step, end);
  }
  StepCase unknown;
  unknown.is_resource = true;
  return walk_case(item, object, unknown, step, end);
}

bool Machine::walk_case(const Value& item, const json::object& object, const StepCase& found,
                        const Step* step, const Step* end) {
  if (found.is_choice) {
    if (found.only == kUnknownType) return walk_choice(object, item.type(), step, end);
    StepCase one;
    one.type = found.only, one.is_primitive = found.is_primitive;
    return walk_value(object.if_contains(found.only_key),
                      found.is_primitive ? object.if_contains(found.only_companion) : nullptr, one, step,
                      end);
  }
  const json::value* v = object.if_contains(step->name);
  const json::value* companion = nullptr;
  if (found.is_primitive) {
    companion = object.if_contains(step->companion_key);
    if (companion == nullptr && v != nullptr && v->is_number())
      companion = object.if_contains(step->kept_key);
  }
  return walk_value(v, companion, found, step, end);
}

bool Machine::walk_choice(const json::object& object, TypeId owner, const Step* step, const Step* end) {
  const fhir::Element place = element_of(owner);
  for (const auto& member : object) {
    std::string_view key(member.key().data(), member.key().size());
    if (json::is_kept(key)) continue;
    const bool is_companion = key.starts_with('_');
    if (is_companion) key.remove_prefix(1);
    if (key.size() <= step->name.size() || !key.starts_with(step->name)) continue;
    if (is_companion && object.contains(key)) continue;
    const fhir::Member choice = place.find(key);
    if (!choice || choice.element.name() != step->name) continue;
    const StepCase found = case_of(owner, choice);
    const json::value* companion = is_companion ? &member.value() : nullptr;
    const json::value* v = is_companion ? nullptr : &member.value();
    if (found.is_primitive && v != nullptr) {
      companion = object.if_contains("_" + std::string(key));
      if (companion == nullptr && v->is_number()) companion = object.if_contains(json::kept_key(key));
    }
    if (!walk_value(v, companion, found, step, end)) return false;
  }
  return true;
}

bool Machine::walk_value(const json::value* v, const json::value* companion, const StepCase& found,
                         const Step* step, const Step* end) {
  const json::array* list = v != nullptr ? v->if_array() : nullptr;
  const json::array* companions = companion != nullptr ? companion->if_array() : nullptr;
  if (list == nullptr && companions == nullptr) {
    if (v != nullptr && v->is_null()) v = nullptr;
    if (v == nullptr && companion == nullptr) return true;
    const TypeId type = found.is_resource ? type_of_resource(v) : found.type;
    return walk(Value::element(v, type, companion), step + 1, end);
  }
  const size_t items = std::max(list ? list->size() : 0, companions ? companions->size() : 0);
  for (size_t i = 0; i < items; ++i) {
    const json::value* one = item_of(v, i);
    const json::value* beside = item_of(companion, i);
    if (one == nullptr && beside == nullptr) continue;
    const TypeId type = found.is_resource ? type_of_resource(one) : found.type;
    if (!walk(Value::element(one, type, beside), step + 1, end)) return false;
  }
  return true;
}

// The members that System values have.
bool Machine::walk_system(const Value& item, const Step* step, const Step* end) {
  if (item.kind() == Kind::TypeInfo) {
    const bool is_system = is_system_type(item.described());
    if (step->name == "namespace") return walk(Value::string(is_system ? "System" : "FHIR"), step + 1, end);
    if (step->name == "name") return walk(Value::string(name_of(item.described())), step + 1, end);
  }
  if (item.kind() == Kind::Quantity) {
    if (step->name == "value") return walk(make(item.raw_quantity().value), step + 1, end);
    if (step->name == "unit") return walk(Value::string(item.raw_quantity().unit), step + 1, end);
  }
  return true;
}

bool Machine::push_children(const Value& item) {
  const json::object* object = fields_of(item);
  if (object == nullptr) return true;
  const fhir::Element owner = element_of(item.type());
  const Step last;  // nothing follows it
  for (const auto& member : *object) {
    std::string_view key(member.key().data(), member.key().size());
    if (json::is_kept(key) || key == "resourceType") continue;
    const bool is_companion = key.starts_with('_');
    if (is_companion) key.remove_prefix(1);
    if (!spend() || (is_companion && object->contains(key))) {
      if (has_failed()) return false;
      continue;
    }
    StepCase found;
    found.is_resource = true;
    if (const fhir::Member known = owner ? owner.find(key) : fhir::Member())
      found = case_of(item.type(), known);
    const json::value* v = is_companion ? nullptr : &member.value();
    const json::value* companion =
        is_companion ? &member.value() : object->if_contains("_" + std::string(key));
    if (companion == nullptr && v != nullptr && v->is_number())
      companion = object->if_contains(json::kept_key(key));
    if (!walk_value(v, companion, found, &last, &last + 1)) return false;
  }
  return true;
}

}  // namespace xinglin::fhirpath::detail
