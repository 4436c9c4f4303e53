#include "codec/fhir/detail/table.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/result.h"

namespace xinglin::fhir::detail {
namespace {

// Open types ("*"), FHIR R4 2.24.0.2.
constexpr std::array<std::string_view, 50> kOpenTypes{"base64Binary",
                                                      "boolean",
                                                      "canonical",
                                                      "code",
                                                      "date",
                                                      "dateTime",
                                                      "decimal",
                                                      "id",
                                                      "instant",
                                                      "integer",
                                                      "markdown",
                                                      "oid",
                                                      "positiveInt",
                                                      "string",
                                                      "time",
                                                      "unsignedInt",
                                                      "uri",
                                                      "url",
                                                      "uuid",
                                                      "Address",
                                                      "Age",
                                                      "Annotation",
                                                      "Attachment",
                                                      "CodeableConcept",
                                                      "Coding",
                                                      "ContactPoint",
                                                      "Count",
                                                      "Distance",
                                                      "Duration",
                                                      "HumanName",
                                                      "Identifier",
                                                      "Money",
                                                      "Period",
                                                      "Quantity",
                                                      "Range",
                                                      "Ratio",
                                                      "Reference",
                                                      "SampledData",
                                                      "Signature",
                                                      "Timing",
                                                      "ContactDetail",
                                                      "Contributor",
                                                      "DataRequirement",
                                                      "Expression",
                                                      "ParameterDefinition",
                                                      "RelatedArtifact",
                                                      "TriggerDefinition",
                                                      "UsageContext",
                                                      "Dosage",
                                                      "Meta"};

std::string_view take(std::string_view& text, char until) {
  const size_t end = std::min(text.find(until), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (!text.empty()) out.push_back(take(text, at));
  return out;
}

// The key of a choice: "value" + "Quantity"; a special quantity travels under the name of its base type.
std::string choice_key(std::string_view name, std::string_view type) {
  std::string tail(type == "SimpleQuantity" ? "Quantity" : type);
  if (tail[0] >= 'a' && tail[0] <= 'z') tail[0] = static_cast<char>(tail[0] - 'a' + 'A');
  return std::string(name) + tail;
}

}  // namespace

class Reader {
public:
  explicit Reader(Tables& tables) : tables_(tables) {}

  void read(std::string_view text) {
    std::vector<Structure*> open;
    while (!text.empty()) {
      const std::string_view line = take(text, '\n');
      if (line.empty()) continue;
      if (line == "}") {
        open.pop_back();
      } else if (line == "backbone") {
        add(*open.back(), "modifierExtension", "*", "Extension");
      } else if (std::count(line.begin(), line.end(), ' ') == 1) {
        const bool is_resource = line.starts_with("resource ");
        open.assign(1, &open_structure(line.substr(line.find(' ') + 1), is_resource));
      } else {
        add_line(open, line);
      }
    }
  }

  // Names become pointers once every structure is there.
  void link() {
    for (auto& [name, structure] : tables_.structures_) {
      for (auto& element : structure->elements) {
        for (TypeUse& type : element->types) resolve(type);
        const bool choice = element->types.size() > 1 || choices_.contains(element.get());
        for (const TypeUse& type : element->types) {
          const std::string key = choice ? choice_key(element->name, type.name) : std::string(element->name);
          structure->keys.emplace(key, Key{element.get(), &type});
        }
        if (element->required) structure->required_mask |= uint64_t{1} << element->index;
      }
    }
  }

private:
  Structure& open_structure(std::string_view name, bool is_resource) {
    auto structure = std::make_unique<Structure>();
    structure->name = name;
    structure->is_resource = is_resource;
    Structure& out = *structure;
    XL_ASSERT(tables_.structures_.emplace(name, std::move(structure)).second);
    add(out, "id", "?", is_resource ? "id" : "string");
    if (is_resource) {
      add(out, "meta", "?", "Meta");
      add(out, "implicitRules", "?", "uri");
      add(out, "language", "?", "code");
      add(out, "text", "?", "Narrative");
      add(out, "contained", "*", "Resource");
      add(out, "modifierExtension", "*", "Extension");
    }
    add(out, "extension", "*", "Extension");
    return out;
  }

  void add_line(std::vector<Structure*>& open, std::string_view line) {
    const std::string_view name = take(line, ' '), cardinality = take(line, ' ');
    if (line != "{") {
      add(*open.back(), name, cardinality, line);
      return;
    }
    tables_.names_.push_back(
        std::make_unique<std::string>(std::string(open.back()->name) + "." + std::string(name)));
    const std::string_view full = *tables_.names_.back();
    add(*open.back(), name, cardinality, full);
    open.push_back(&open_structure(full, false));
    add(*open.back(), "modifierExtension", "*", "Extension");
  }

  void add(Structure& structure, std::string_view name, std::string_view cardinality,
           std::string_view types) {
    auto element = std::make_unique<Element>();
    const bool choice = name.ends_with("[x]");
    element->name = choice ? name.substr(0, name.size() - 3) : name;
    element->index = structure.elements.size();
    XL_ASSERT(element->index < 64);
    element->required = cardinality == "1" || cardinality == "+";
    element->many = cardinality == "*" || cardinality == "+";
    if (types == "*") {
      for (const std::string_view type : kOpenTypes) element->types.push_back(type_use(type));
    } else {
      for (const std::string_view type : split(types, '|')) element->types.push_back(type_use(type));
    }
    if (choice) choices_.emplace(element.get(), true);
    structure.elements.push_back(std::move(element));
  }

  static TypeUse type_use(std::string_view text) {
    TypeUse out;
    const size_t mark = text.find_first_of("=>");
    out.name = text.substr(0, mark);
    if (mark != std::string_view::npos) {
      auto list = split(text.substr(mark + 1), ',');
      (text[mark] == '=' ? out.codes : out.targets) = std::move(list);
    }
    return out;
  }

  void resolve(TypeUse& type) const {
    if (type.name.starts_with('@')) type.name.remove_prefix(1);
    type.primitive = parse_primitive(type.name);
    type.is_reference = type.name == "Reference";
    type.is_resource = type.name == "Resource";
    if (type.primitive || type.is_resource) return;
    std::string_view name = type.name;
    for (const std::string_view special : {"Age", "Count", "Distance", "Duration"})
      if (name == special) name = "Quantity";
    type.structure = tables_.type(name);
    const bool unchecked = name == "DataRequirement" || name == "TriggerDefinition";
    XL_ASSERT(type.structure != nullptr || unchecked);
  }

  Tables& tables_;
  std::unordered_map<const Element*, bool> choices_;
};

Tables::Tables() {
  Reader reader(*this);
  for (const std::string_view text :
       {kDataTypes, kMetaTypes, kPatientTables, kObservationTables, kRequestTables})
    reader.read(text);
  reader.link();
}

const Structure* Tables::type(std::string_view name) const {
  const auto it = structures_.find(name);
  return it == structures_.end() ? nullptr : it->second.get();
}

const Structure* Tables::resource(std::string_view name) const {
  const Structure* found = type(name);
  return found != nullptr && found->is_resource ? found : nullptr;
}

const Tables& tables() {
  static const Tables built;
  return built;
}

}  // namespace xinglin::fhir::detail
