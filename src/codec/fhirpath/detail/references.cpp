#include "codec/fhirpath/detail/references.h"

#include "codec/fhirpath/detail/model.h"

namespace xinglin::fhirpath::detail {
namespace {

std::optional<std::string_view> reference_of(const Value& item) {
  if (const auto text = item.as_string()) return text;
  return item.object() ? json::find_string(*item.object(), "reference") : std::nullopt;
}

const json::value* contained_in(const json::value* resource, std::string_view id) {
  const json::object* owner = resource != nullptr ? resource->if_object() : nullptr;
  const json::array* all = owner != nullptr ? json::find_array(*owner, "contained") : nullptr;
  if (all == nullptr) return nullptr;
  for (const json::value& one : *all)
    if (one.is_object() && json::find_string(one.get_object(), "id") == id) return &one;
  return nullptr;
}

// "Patient/1" of ".../Patient/1/_history/2".
std::string_view without_version(std::string_view reference) {
  return reference.substr(0, reference.find("/_history/"));
}

bool names_entry(const json::object& entry, std::string_view reference) {
  const auto url = json::find_string(entry, "fullUrl");
  if (url == reference) return true;
  const size_t slash = reference.find('/');
  const json::object* resource = json::find_object(entry, "resource");
  if (slash == std::string_view::npos || reference.find('/', slash + 1) != std::string_view::npos ||
      !resource)
    return false;
  return json::find_string(*resource, "resourceType") == reference.substr(0, slash) &&
         json::find_string(*resource, "id") == reference.substr(slash + 1);
}

const json::value* entry_of(const json::value* bundle, std::string_view reference) {
  const json::object* object = bundle != nullptr ? bundle->if_object() : nullptr;
  if (object == nullptr || json::find_string(*object, "resourceType") != "Bundle") return nullptr;
  const json::array* entries = json::find_array(*object, "entry");
  if (entries == nullptr) return nullptr;
  for (const json::value& entry : *entries)
    if (entry.is_object() && names_entry(entry.get_object(), reference))
      return json::find(entry.get_object(), "resource");
  return nullptr;
}

// The type that "Patient/1" or ".../Patient/1" names, or the Reference's own `type`.
TypeId type_named(const Value& item, std::string_view reference) {
  const size_t id = reference.rfind('/');
  if (id != std::string_view::npos && id > 0) {
    const size_t before = reference.rfind('/', id - 1);
    const size_t start = before == std::string_view::npos ? 0 : before + 1;
    const TypeId type = find_type(reference.substr(start, id - start));
    if (is_resource(type)) return type;
  }
  const auto type = item.object() ? json::find_string(*item.object(), "type") : std::nullopt;
  return type ? find_type(*type) : kUnknownType;
}

}  // namespace

std::optional<Value> resolve(Machine& m, const Value& item) {
  const auto text = reference_of(item);
  if (!text || !m.spend()) return std::nullopt;
  if (text->starts_with('#')) {
    const std::string_view id = text->substr(1);
    if (id.empty()) return m.resource() ? std::optional(Value::resource(*m.resource())) : std::nullopt;
    const json::value* found = contained_in(m.resource(), id);
    if (found == nullptr) found = contained_in(m.root_resource(), id);
    return found != nullptr ? std::optional(Value::resource(*found)) : std::nullopt;
  }
  const std::string_view reference = without_version(*text);
  const json::value* found = entry_of(m.root_resource(), reference);
  if (found == nullptr) found = m.host().resolve(*text);
  if (found != nullptr) return Value::resource(*found);
  if (m.host().unresolved() == Host::Unresolved::Drop) return std::nullopt;
  const TypeId type = type_named(item, reference);
  return type != kUnknownType ? std::optional(Value::element(nullptr, type)) : std::nullopt;
}

}  // namespace xinglin::fhirpath::detail
