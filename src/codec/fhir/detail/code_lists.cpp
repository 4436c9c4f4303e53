#include "codec/fhir/detail/code_lists.h"

#include <vector>

#include "codec/fhir/definitions.h"

namespace xinglin::fhir::detail {
namespace {

constexpr size_t kDepthMax = 8;  // of value sets within value sets

std::string_view text_of(const json::object& object, std::string_view key) {
  return json::find_string(object, key).value_or("");
}

void add_concepts(const json::object& owner, std::set<std::string>& out) {
  const json::array* concepts = json::find_array(owner, "concept");
  if (!concepts) return;
  for (const json::value& item : *concepts) {
    if (!item.is_object()) continue;
    out.emplace(text_of(item.get_object(), "code"));
    add_concepts(item.get_object(), out);
  }
}

}  // namespace

void CodeLists::add_system(const json::object& code_system) {
  if (text_of(code_system, "content") != "complete") return;
  add_concepts(code_system, systems_[std::string(text_of(code_system, "url"))]);
}

void CodeLists::add_value_set(const json::object& value_set) {
  if (const json::object* compose = json::find_object(value_set, "compose"))
    compositions_.emplace(text_of(value_set, "url"), *compose);
}

std::optional<CodeLists::Codes> CodeLists::included(const json::object& part, size_t depth) const {
  if (part.contains("filter")) return std::nullopt;
  Codes out;
  if (const json::array* value_sets = json::find_array(part, "valueSet")) {
    if (value_sets->size() != 1 || part.contains("system") || !(*value_sets)[0].is_string())
      return std::nullopt;
    return codes_of((*value_sets)[0].get_string(), depth + 1);
  }
  if (part.contains("concept")) {
    add_concepts(part, out);
    return out;
  }
  const auto system = systems_.find(text_of(part, "system"));
  if (system == systems_.end()) return std::nullopt;
  return system->second;
}

std::optional<CodeLists::Codes> CodeLists::codes_of(std::string_view value_set, size_t depth) const {
  const auto composition = compositions_.find(value_set.substr(0, value_set.find('|')));
  if (depth > kDepthMax || composition == compositions_.end() || composition->second.contains("exclude"))
    return std::nullopt;
  const json::array* parts = json::find_array(composition->second, "include");
  if (!parts || parts->empty()) return std::nullopt;
  Codes out;
  for (const json::value& part : *parts) {
    auto codes = part.is_object() ? included(part.get_object(), depth) : std::nullopt;
    if (!codes) return std::nullopt;
    out.merge(*codes);
  }
  return out;
}

void CodeLists::write(ImageWriter& writer) const {
  std::set<Ref> asked;
  for (const ElementRecord& element : writer.elements) {
    if (element.strength != static_cast<uint16_t>(BindingStrength::Required) || element.value_set == 0)
      continue;
    for (uint32_t t = 0; t < element.types.count; ++t)
      if (writer.text_at(writer.types[element.types.first + t].code) == "code")
        asked.insert(element.value_set);
  }
  for (const Ref value_set : asked) {
    const auto codes = codes_of(std::string(writer.text_at(value_set)), 0);
    if (!codes) continue;
    writer.name(kOfCodes + value_set, 0, 0);  // the empty name says that there is a list
    for (const std::string& code : *codes) writer.name(kOfCodes + value_set, writer.text(code), 0);
  }
}

}  // namespace xinglin::fhir::detail
