#include "codec/fhir/definition_compiler.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "codec/fhir/detail/code_lists.h"
#include "codec/fhir/detail/image_writer.h"
#include "codec/fhir/detail/structure_compiler.h"

namespace xinglin::fhir {
namespace {

using detail::Range;

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

std::vector<const json::object*> objects_of(const json::object& object, std::string_view key) {
  std::vector<const json::object*> out;
  if (const json::array* items = json::find_array(object, key))
    for (const json::value& item : *items)
      if (const json::object* one = item.if_object()) out.push_back(one);
  return out;
}

}  // namespace

struct DefinitionCompiler::Impl {
  detail::ImageWriter writer;
  detail::StructureCompiler structures{writer};
  detail::CodeLists code_lists;

  void search_parameter(const json::object& definition);
  void compartment(const json::object& definition);
  void operation(const json::object& definition);
  Range operation_parameters(const std::vector<const json::object*>& parameters);
  void link_parameters();
  void link_resource_types();
};

void DefinitionCompiler::Impl::search_parameter(const json::object& definition) {
  constexpr std::array<std::string_view, 9> kTypes{"number",    "date",     "string", "token",  "reference",
                                                   "composite", "quantity", "uri",    "special"};
  const auto type = std::find(kTypes.begin(), kTypes.end(), text_of(definition, "type"));
  if (type == kTypes.end() || texts_of(definition, "base").empty()) return;  // of no type
  detail::SearchRecord record{};
  record.url = writer.text(text_of(definition, "url"));
  record.code = writer.text(text_of(definition, "code"));
  record.name = writer.text(text_of(definition, "name"));
  record.expression = writer.text(text_of(definition, "expression"));
  record.description = writer.text(text_of(definition, "description"));
  record.bases = writer.texts(texts_of(definition, "base"));
  record.targets = writer.texts(texts_of(definition, "target"));
  record.comparators = writer.texts(texts_of(definition, "comparator"));
  record.modifiers = writer.texts(texts_of(definition, "modifier"));
  record.chains = writer.texts(texts_of(definition, "chain"));
  record.type = static_cast<uint16_t>(type - kTypes.begin());
  record.multiple =
      static_cast<uint16_t>((json::find_bool(definition, "multipleOr").value_or(true) ? 1 : 0) |
                            (json::find_bool(definition, "multipleAnd").value_or(true) ? 2 : 0));
  record.components.first = static_cast<uint32_t>(writer.components.size());
  for (const json::object* component : objects_of(definition, "component")) {
    writer.components.push_back(
        {writer.text(text_of(*component, "definition")), writer.text(text_of(*component, "expression"))});
    ++record.components.count;
  }
  writer.name(detail::kOfParameterUrl, record.url, static_cast<uint32_t>(writer.parameters.size()));
  writer.parameters.push_back(record);
}

void DefinitionCompiler::Impl::compartment(const json::object& definition) {
  std::map<std::string_view, std::vector<std::string_view>> members;
  for (const json::object* member : objects_of(definition, "resource"))
    if (auto parameters = texts_of(*member, "param"); !parameters.empty())
      members.emplace(text_of(*member, "code"), std::move(parameters));
  detail::CompartmentRecord record{};
  record.code = writer.text(text_of(definition, "code"));
  record.url = writer.text(text_of(definition, "url"));
  record.members = {static_cast<uint32_t>(writer.members.size()), static_cast<uint32_t>(members.size())};
  for (const auto& [type, parameters] : members)
    writer.members.push_back({writer.text(type), writer.texts(parameters)});
  writer.compartments.push_back(record);
}

// Those of one level lie together: parts are made after their owners.
Range DefinitionCompiler::Impl::operation_parameters(const std::vector<const json::object*>& parameters) {
  const auto first = static_cast<uint32_t>(writer.operation_parts.size());
  for (const json::object* parameter : parameters) {
    detail::OperationParameterRecord record{};
    record.name = writer.text(text_of(*parameter, "name"));
    record.type = writer.text(text_of(*parameter, "type"));
    record.search_type = writer.text(text_of(*parameter, "searchType"));
    record.max = writer.text(text_of(*parameter, "max"));
    record.targets = writer.texts(texts_of(*parameter, "targetProfile"));
    if (const json::object* binding = json::find_object(*parameter, "binding"))
      record.value_set = writer.text(text_of(*binding, "valueSet"));
    record.min = static_cast<uint16_t>(json::find_number(*parameter, "min").value_or(0));
    record.is_output = text_of(*parameter, "use") == "out";
    writer.operation_parts.push_back(record);
  }
  for (uint32_t i = 0; i < parameters.size(); ++i) {
    const Range parts = operation_parameters(objects_of(*parameters[i], "part"));
    writer.operation_parts[first + i].parts = parts;
  }
  return {first, static_cast<uint32_t>(parameters.size())};
}

void DefinitionCompiler::Impl::operation(const json::object& definition) {
  detail::OperationRecord record{};
  record.url = writer.text(text_of(definition, "url"));
  record.code = writer.text(text_of(definition, "code"));
  record.name = writer.text(text_of(definition, "name"));
  record.resources = writer.texts(texts_of(definition, "resource"));
  const auto flag = [&](std::string_view key, uint32_t bit) {
    if (json::find_bool(definition, key).value_or(false)) record.flags |= bit;
  };
  flag("system", detail::kOnSystem);
  flag("type", detail::kOnType);
  flag("instance", detail::kOnInstance);
  flag("affectsState", detail::kAffectsState);
  record.parameters = operation_parameters(objects_of(definition, "parameter"));
  writer.operations.push_back(record);
}

// Each resource type gets its own parameters and those of what it is derived from; its own come first where
// two have one code.
void DefinitionCompiler::Impl::link_parameters() {
  std::map<std::string, std::vector<uint32_t>, std::less<>> of_type;
  for (uint32_t i = 0; i < writer.parameters.size(); ++i)
    for (uint32_t b = 0; b < writer.parameters[i].bases.count; ++b)
      of_type[std::string(writer.text_at(writer.index_at(writer.parameters[i].bases.first + b)))].push_back(
          i);
  for (uint32_t s = 0; s < writer.structures.size(); ++s) {
    detail::StructureRecord& structure = writer.structures[s];
    if (structure.kind != static_cast<uint16_t>(StructureKind::Resource) ||
        (structure.flags & detail::kProfile) != 0)
      continue;
    std::map<std::string, uint32_t> by_code;
    for (const std::string& type : {std::string(writer.text_at(structure.type)),
                                    std::string("DomainResource"), std::string("Resource")}) {
      const bool has_no_domain = type == "DomainResource" &&
                                 writer.text_at(structure.base_url).ends_with("StructureDefinition/Resource");
      if (has_no_domain) continue;
      for (const uint32_t i : of_type[type]) by_code.emplace(writer.text_at(writer.parameters[i].code), i);
    }
    std::vector<uint32_t> sorted;
    for (const auto& [code, i] : by_code) {
      sorted.push_back(i);
      writer.name(detail::kOfParameters + s, writer.text(code), i);
    }
    structure.parameters = writer.indices(sorted);
  }
}

void DefinitionCompiler::Impl::link_resource_types() {
  std::set<std::string> types;
  for (const detail::StructureRecord& structure : writer.structures)
    if (structure.kind == static_cast<uint16_t>(StructureKind::Resource) && structure.flags == 0)
      types.emplace(writer.text_at(structure.type));
  writer.resource_types = writer.texts({types.begin(), types.end()});
}

DefinitionCompiler::DefinitionCompiler() : impl_(std::make_unique<Impl>()) {}
DefinitionCompiler::~DefinitionCompiler() = default;

Result<void> DefinitionCompiler::add(const json::object& resource) {
  const std::string_view type = text_of(resource, "resourceType");
  if (type == "StructureDefinition") return impl_->structures.add(resource);
  if (type == "SearchParameter") impl_->search_parameter(resource);
  if (type == "CompartmentDefinition") impl_->compartment(resource);
  if (type == "OperationDefinition") impl_->operation(resource);
  if (type == "CodeSystem") impl_->code_lists.add_system(resource);
  if (type == "ValueSet") impl_->code_lists.add_value_set(resource);
  return {};
}

std::string DefinitionCompiler::finish() {
  impl_->structures.link();
  impl_->link_parameters();
  impl_->link_resource_types();
  impl_->code_lists.write(impl_->writer);
  return impl_->writer.finish();
}

Definitions::Definitions(const std::string& bytes)
    : bytes_((bytes.size() + 3) / 4), image_(reinterpret_cast<const char*>(bytes_.data())) {
  std::memcpy(bytes_.data(), bytes.data(), bytes.size());
}

Structure Definitions::find_structure(std::string_view canonical) const {
  const detail::NameSlot* slot = image_.find(detail::kOfUrl, canonical.substr(0, canonical.find('|')));
  return slot ? structures()[slot->value] : Structure();
}

List<Structure> Definitions::structures() const {
  const auto count = image_.header().sections[static_cast<size_t>(detail::Section::Structures)].count;
  return {&image_, {0, count}, true};
}

List<Constraint> Definitions::constraints() const {
  return {&image_, {0, image_.header().constraint_count}, true};
}

}  // namespace xinglin::fhir
