#include "codec/fhir/detail/structure_compiler.h"

#include <algorithm>
#include <array>

#include "codec/fhir/definition_compiler.h"
#include "codec/fhir/text.h"

namespace xinglin::fhir::detail {
namespace {

constexpr std::string_view kFhirType =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
constexpr std::string_view kSystemType = "http://hl7.org/fhirpath/System.";

std::string_view text_of(const json::object& object, std::string_view key) {
  return json::find_string(object, key).value_or("");
}

std::vector<std::string_view> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string_view> out;
  if (const json::array* items = json::find_array(object, key))
    for (const json::value& item : *items)
      if (item.is_string()) out.push_back(item.get_string());
  return out;
}

template <class Enum, size_t N>
Enum one_of(const std::array<std::string_view, N>& words, std::string_view word, size_t otherwise) {
  const auto found = std::find(words.begin(), words.end(), word);
  return static_cast<Enum>(found == words.end() ? otherwise : static_cast<size_t>(found - words.begin()));
}

uint16_t count_of(std::string_view text) {
  if (text == "*") return kUnbounded;
  uint32_t out = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9') out = std::min<uint32_t>(out * 10 + static_cast<uint32_t>(c - '0'), 0xfffe);
  return static_cast<uint16_t>(out);
}

uint16_t number_of(const json::object& object, std::string_view key) {
  return static_cast<uint16_t>(std::clamp(json::find_number(object, key).value_or(0), 0.0, 65534.0));
}

// The text of the member fixed[x], pattern[x] ...: "" when there is none.
std::string any_value(const json::object& definition, std::string_view prefix) {
  for (const auto& member : definition)
    if (member.key().starts_with(prefix)) return to_text(member.value());
  return {};
}

// A primitive's value and Element.id are of FHIRPath's types; the FHIR type is in an extension, or has its
// name.
std::string type_code(const json::object& type) {
  const std::string_view code = text_of(type, "code");
  if (!code.starts_with(kSystemType)) return std::string(code);
  if (const json::array* extensions = json::find_array(type, "extension"))
    for (const json::value& extension : *extensions)
      if (extension.is_object() && text_of(extension.get_object(), "url") == kFhirType)
        return std::string(text_of(extension.get_object(), "valueUrl"));
  std::string out(code.substr(kSystemType.size()));
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

std::string capitalized(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

}  // namespace

struct StructureCompiler::Node {
  std::string id;
  std::string_view content_reference;
  std::vector<uint32_t> children, slices;
};

Range StructureCompiler::types(const json::object& definition) {
  const auto first = static_cast<uint32_t>(writer_.types.size());
  if (const json::array* items = json::find_array(definition, "type")) {
    for (const json::value& item : *items) {
      const json::object* type = item.if_object();
      if (!type) continue;
      TypeRecord record{};
      record.code = writer_.text(type_code(*type));
      record.structure = kNone;
      record.profiles = writer_.texts(texts_of(*type, "profile"));
      record.targets = writer_.texts(texts_of(*type, "targetProfile"));
      writer_.types.push_back(record);
    }
  }
  return {first, static_cast<uint32_t>(writer_.types.size()) - first};
}

Range StructureCompiler::constraints(const json::object& definition) {
  std::vector<uint32_t> out;
  if (const json::array* items = json::find_array(definition, "constraint")) {
    for (const json::value& item : *items) {
      const json::object* constraint = item.if_object();
      if (!constraint) continue;
      ConstraintRecord record{};
      record.key = writer_.text(text_of(*constraint, "key"));
      record.human = writer_.text(text_of(*constraint, "human"));
      record.expression = writer_.text(text_of(*constraint, "expression"));
      record.source = writer_.text(text_of(*constraint, "source"));
      record.is_error = text_of(*constraint, "severity") == "error";
      const std::string identity(reinterpret_cast<const char*>(&record), sizeof record);
      const auto [place, is_new] =
          constraint_index_.emplace(identity, static_cast<uint32_t>(writer_.constraints.size()));
      if (is_new) writer_.constraints.push_back(record);
      out.push_back(place->second);
    }
  }
  return writer_.indices(out);
}

uint32_t StructureCompiler::slicing(const json::object& definition) {
  const json::object* slicing = json::find_object(definition, "slicing");
  if (!slicing) return kNone;
  constexpr std::array<std::string_view, 3> kRules{"closed", "open", "openAtEnd"};
  constexpr std::array<std::string_view, 5> kKinds{"value", "exists", "pattern", "type", "profile"};
  SlicingRecord record{};
  record.discriminators.first = static_cast<uint32_t>(writer_.discriminators.size());
  if (const json::array* items = json::find_array(*slicing, "discriminator")) {
    for (const json::value& item : *items) {
      if (!item.is_object()) continue;
      writer_.discriminators.push_back({one_of<uint32_t>(kKinds, text_of(item.get_object(), "type"), 0),
                                        writer_.text(text_of(item.get_object(), "path"))});
      ++record.discriminators.count;
    }
  }
  record.rules = one_of<uint16_t>(kRules, text_of(*slicing, "rules"), 1);
  record.is_ordered = json::find_bool(*slicing, "ordered").value_or(false);
  writer_.slicings.push_back(record);
  return static_cast<uint32_t>(writer_.slicings.size() - 1);
}

void StructureCompiler::element(const json::object& definition, uint32_t structure, Node& node) {
  constexpr std::array<std::string_view, 5> kStrengths{"", "example", "preferred", "extensible", "required"};
  const std::string_view path = text_of(definition, "path");
  node.id = std::string(json::find_string(definition, "id").value_or(path));
  node.content_reference = text_of(definition, "contentReference");
  std::string_view name = path.substr(path.rfind('.') + 1);
  ElementRecord record{};
  if (name.ends_with("[x]")) {
    record.flags |= kChoice;
    name.remove_suffix(3);
  }
  record.path = writer_.text(path);
  record.id = writer_.text(node.id);
  record.name = writer_.text(name);
  record.slice_name = writer_.text(text_of(definition, "sliceName"));
  record.structure = structure;
  record.parent = record.content = kNone;
  record.slicing = slicing(definition);
  record.min = number_of(definition, "min");
  record.max = count_of(text_of(definition, "max"));
  uint16_t base_max = record.max;
  record.base_path = record.path;
  if (const json::object* base = json::find_object(definition, "base")) {
    base_max = count_of(text_of(*base, "max"));
    record.base_path = writer_.text(text_of(*base, "path"));
  }
  if (base_max > 1) record.flags |= kArray;
  const auto flag = [&](std::string_view key, uint16_t bit) {
    if (json::find_bool(definition, key).value_or(false)) record.flags |= bit;
  };
  flag("isModifier", kModifier);
  flag("isSummary", kSummary);
  flag("mustSupport", kMustSupport);
  for (const std::string_view form : texts_of(definition, "representation"))
    if (form == "xmlAttr") record.flags |= kXmlAttribute;
  if (node.id.rfind(':') != std::string::npos && node.id.rfind(':') > (node.id.rfind('.') + 1))
    record.flags |= kSlice;
  if (const json::object* binding = json::find_object(definition, "binding")) {
    record.strength = one_of<uint16_t>(kStrengths, text_of(*binding, "strength"), 0);
    record.value_set = writer_.text(text_of(*binding, "valueSet"));
  }
  record.fixed = writer_.text(any_value(definition, "fixed"));
  record.pattern = writer_.text(any_value(definition, "pattern"));
  record.minimum = writer_.text(any_value(definition, "minValue"));
  record.maximum = writer_.text(any_value(definition, "maxValue"));
  record.max_length = static_cast<uint32_t>(json::find_number(definition, "maxLength").value_or(0));
  record.types = types(definition);
  // The snapshots say "string" of a resource's id (R4 2.1.3: id).
  if (writer_.text_at(record.base_path) == "Resource.id" && record.types.count == 1)
    writer_.types[record.types.first].code = writer_.text("id");
  record.constraints = constraints(definition);
  writer_.elements.push_back(record);
}

void StructureCompiler::child_names(uint32_t parent, uint32_t child) {
  const ElementRecord& record = writer_.elements[child];
  if (!(record.flags & kChoice)) {
    writer_.name(parent, record.name, child, record.types.count > 0 ? 0 : kNone);
    return;
  }
  const std::string name(writer_.text_at(record.name));
  writer_.name(parent, record.name, child);
  for (uint32_t t = 0; t < record.types.count; ++t) {
    const std::string type(writer_.text_at(writer_.types[record.types.first + t].code));
    writer_.name(parent, writer_.text(name + capitalized(type)), child, t);
  }
}

void StructureCompiler::tree(std::vector<Node>& nodes, uint32_t first) {
  std::unordered_map<std::string_view, uint32_t> by_id;
  for (uint32_t i = 0; i < nodes.size(); ++i) by_id.emplace(nodes[i].id, i);
  const auto find = [&](std::string_view id) {
    const auto found = by_id.find(id);
    return found == by_id.end() ? kNone : found->second;
  };
  for (uint32_t i = 1; i < nodes.size(); ++i) {
    const std::string_view id = nodes[i].id;
    const size_t dot = id.rfind('.');
    ElementRecord& record = writer_.elements[first + i];
    const uint32_t parent = dot == std::string_view::npos ? 0 : find(id.substr(0, dot));
    if (parent == kNone) continue;
    record.parent = first + parent;
    if (!(record.flags & kSlice)) {
      nodes[parent].children.push_back(first + i);
      child_names(first + parent, first + i);
      continue;
    }
    const uint32_t sliced = find(id.substr(0, id.rfind(':')));
    if (sliced != kNone) nodes[sliced].slices.push_back(first + i);
  }
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    ElementRecord& record = writer_.elements[first + i];
    record.children = writer_.indices(nodes[i].children);
    record.slices = writer_.indices(nodes[i].slices);
    if (nodes[i].content_reference.empty()) continue;
    const std::string_view target = nodes[i].content_reference;
    const uint32_t found = find(target.substr(target.find('#') + 1));
    if (found != kNone) record.content = first + found;
  }
}

Result<void> StructureCompiler::add(const json::object& definition) {
  constexpr std::array<std::string_view, 4> kKinds{"primitive-type", "complex-type", "resource", "logical"};
  const std::string_view url = text_of(definition, "url");
  const json::object* snapshot = json::find_object(definition, "snapshot");
  const json::array* elements = snapshot ? json::find_array(*snapshot, "element") : nullptr;
  if (!elements || elements->empty())
    return Error(kBadDefinition, "StructureDefinition '" + std::string(url) + "' has no snapshot");
  const auto index = static_cast<uint32_t>(writer_.structures.size());
  const auto first = static_cast<uint32_t>(writer_.elements.size());
  const bool is_profile = text_of(definition, "derivation") == "constraint";
  StructureRecord record{};
  record.type = writer_.text(text_of(definition, "type"));
  record.name = writer_.text(is_profile ? text_of(definition, "id") : text_of(definition, "type"));
  record.url = writer_.text(url);
  record.base_url = writer_.text(text_of(definition, "baseDefinition"));
  record.kind = one_of<uint16_t>(kKinds, text_of(definition, "kind"), 3);
  if (json::find_bool(definition, "abstract").value_or(false)) record.flags |= kAbstract;
  if (is_profile) record.flags |= kProfile;
  std::vector<std::string> contexts;
  if (const json::array* items = json::find_array(definition, "context"))
    for (const json::value& item : *items)
      if (item.is_object())
        contexts.push_back(std::string(text_of(item.get_object(), "type")) + ":" +
                           std::string(text_of(item.get_object(), "expression")));
  record.contexts = writer_.texts({contexts.begin(), contexts.end()});
  std::vector<Node> nodes;
  for (const json::value& item : *elements)
    if (item.is_object()) element(item.get_object(), index, nodes.emplace_back());
  record.elements = {first, static_cast<uint32_t>(nodes.size())};
  tree(nodes, first);
  writer_.structures.push_back(record);
  writer_.name(kOfUrl, record.url, index);
  if (!is_profile && record.kind != 3) {
    writer_.name(kOfType, record.type, index);
    type_structures_.emplace(writer_.text_at(record.type), index);
  }
  return {};
}

void StructureCompiler::link() {
  for (TypeRecord& type : writer_.types) {
    const auto found = type_structures_.find(std::string(writer_.text_at(type.code)));
    if (found != type_structures_.end()) type.structure = found->second;
  }
}

}  // namespace xinglin::fhir::detail
