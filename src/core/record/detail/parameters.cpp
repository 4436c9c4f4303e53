#include "core/record/detail/parameters.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/digest.h"
#include "codec/fhir/search_definitions.h"

namespace xinglin::record::detail {
namespace {

// Raised when the reading of values into rows changes.
constexpr int kExtraction = 1;

// The numbers that databases had before all types were offered; the others follow in the order of names.
constexpr std::string_view kFirstTypes[] = {"Patient",          "Encounter",      "Observation",
                                            "DiagnosticReport", "RiskAssessment", "Task",
                                            "ServiceRequest",   "ImagingStudy"};

// Offered beyond R4's own lists: what an application's findings are looked for by.
struct Extra {
  std::string_view type, name;
  Kind kind;
  std::string_view expression, prose, targets;
};
constexpr Extra kExtras[] = {
    {"DiagnosticReport", "imaging-study", Kind::Reference, "DiagnosticReport.imagingStudy",
     "Imaging it rests on (not in R4's own list)", "ImagingStudy"},
    {"RiskAssessment", "status", Kind::Token, "RiskAssessment.status", "State (not in R4's own list)", ""},
    {"RiskAssessment", "code", Kind::Token, "RiskAssessment.code", "Kind (not in R4's own list)", ""},
    {"RiskAssessment", "basis", Kind::Reference, "RiskAssessment.basis",
     "What it was computed from (not in R4's own list)", ""},
};

Kind kind_of(fhir::SearchType type) {
  switch (type) {
    case fhir::SearchType::Number:
      return Kind::Number;
    case fhir::SearchType::Date:
      return Kind::Date;
    case fhir::SearchType::String:
      return Kind::String;
    case fhir::SearchType::Token:
      return Kind::Token;
    case fhir::SearchType::Reference:
      return Kind::Reference;
    case fhir::SearchType::Composite:
      return Kind::Composite;
    case fhir::SearchType::Quantity:
      return Kind::Quantity;
    case fhir::SearchType::Uri:
      return Kind::Uri;
    case fhir::SearchType::Special:
      break;
  }
  return Kind::Special;
}

std::string kebab(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !out.empty()) out += '-';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

// The sentence about this type; parameters of several types have one for each: "* [Type](type.html): text".
std::string_view sentence(std::string_view description, std::string_view type) {
  const std::string own = "[" + std::string(type) + "](";
  if (const size_t at = description.find(own); at != std::string_view::npos) {
    const size_t text = description.find("): ", at);
    if (text != std::string_view::npos) description.remove_prefix(text + 3);
  }
  return description.substr(0, description.find_first_of("\r\n"));
}

// The texts of the branches, without the types a reference is narrowed to.
std::set<std::string> branch_texts(const Walk& walk, bool without_target) {
  std::set<std::string> out;
  for (const Branch& branch : walk.branches) {
    std::string text = branch.text;
    if (without_target && !branch.steps.empty() && branch.steps.back().op == Step::Op::ResolvesTo)
      text.erase(text.rfind('{'));
    out.insert(std::move(text));
  }
  return out;
}

class TypeBuilder {
public:
  TypeBuilder(TypeDef& type, int64_t& next_number) : type_(type), next_number_(next_number) {}

  void build() {
    for (const fhir::SearchParameter& official : fhir::search_parameters(type_.name)) take(official);
    for (const Extra& extra : kExtras)
      if (extra.type == type_.name && !find_parameter(type_, extra.name)) take(extra);
    int ordinal = 0;
    for (ParameterDef& parameter : type_.parameters) parameter.ordinal = ordinal++;
    for (ParameterDef& parameter : type_.parameters)
      if (parameter.kind != Kind::Composite && parameter.kind != Kind::Special) share_or_own(parameter);
    for (const fhir::SearchParameter& official : fhir::search_parameters(type_.name))
      for (ParameterDef& parameter : type_.parameters)
        if (parameter.kind == Kind::Composite && parameter.name == official.code() &&
            parameter.expression == official.expression())
          composite(parameter, official);
  }

private:
  void take(const fhir::SearchParameter& official) {
    const std::string_view code = official.code();
    const bool special = code == "_id" || code == "_lastUpdated" || official.expression().empty();
    if (special && official.type() != fhir::SearchType::Special) return;
    if (code == "_filter" || find_parameter(type_, code) || is_example(official)) return;
    ParameterDef& out = type_.parameters.emplace_back();
    out.name = code;
    out.kind = kind_of(official.type());
    out.prose = sentence(official.description(), type_.name);
    out.expression = official.expression();
    for (const std::string_view target : official.targets()) out.targets.push_back(target);
    if (out.kind == Kind::Special) return;
    out.walk = compile_walk(type_.name, out.expression);
    // A row of samples is no value that can be compared.
    std::erase_if(out.walk.branches, [](const Branch& b) { return b.text.ends_with("SampledData"); });
    out.repeats = out.walk.repeats();
  }
  static bool is_example(const fhir::SearchParameter& official) {
    return official.url().find("/example") != std::string_view::npos;
  }
  void take(const Extra& extra) {
    ParameterDef& out = type_.parameters.emplace_back();
    out.name = extra.name, out.kind = extra.kind, out.prose = extra.prose, out.expression = extra.expression;
    if (!extra.targets.empty()) out.targets.push_back(extra.targets);
    out.walk = compile_walk(type_.name, out.expression);
    out.repeats = out.walk.repeats();
  }

  // Rows are written once: a parameter that is a union of others, or a narrower view of one, uses theirs.
  void share_or_own(ParameterDef& parameter) {
    if (!parameter.numbers.empty()) return;
    const bool reference = parameter.kind == Kind::Reference;
    const std::set<std::string> wanted = branch_texts(parameter.walk, false);
    for (const bool wider : {false, true}) {
      if (wider && !reference) break;
      const std::set<std::string> texts = wider ? branch_texts(parameter.walk, true) : wanted;
      if (wider && texts == wanted) break;
      for (const ParameterDef& other : type_.parameters) {
        if (&other == &parameter || other.kind != parameter.kind || other.walk.exists_not_false ||
            parameter.walk.exists_not_false || branch_texts(other.walk, false) != texts)
          continue;
        // The first of equals owns the rows; a wider one always does.
        if (!wider && other.ordinal > parameter.ordinal) continue;
        if (wider && !one_target(parameter)) continue;
        if (other.numbers.empty()) own_of(other);
        parameter.numbers = other.numbers;
        if (wider) parameter.only_target = target_of(parameter);
        return;
      }
    }
    if (wanted.size() > 1 && made_of_others(parameter, wanted)) return;
    own(parameter);
  }
  static std::string_view target_of(const ParameterDef& parameter) {
    return parameter.walk.branches.front().steps.back().value;
  }
  static bool one_target(const ParameterDef& parameter) {
    const auto& branches = parameter.walk.branches;
    return std::all_of(branches.begin(), branches.end(), [&](const Branch& branch) {
      return !branch.steps.empty() && branch.steps.back().op == Step::Op::ResolvesTo &&
             branch.steps.back().value == branches.front().steps.back().value;
    });
  }
  void own_of(const ParameterDef& other) {
    for (ParameterDef& one : type_.parameters)
      if (&one == &other) share_or_own(one);
  }
  bool made_of_others(ParameterDef& parameter, const std::set<std::string>& wanted) {
    std::set<std::string> covered;
    std::vector<int64_t> numbers;
    for (const ParameterDef& other : type_.parameters) {
      const std::set<std::string> texts = branch_texts(other.walk, false);
      if (other.kind != parameter.kind || texts.empty() || texts.size() >= wanted.size() ||
          other.walk.exists_not_false ||
          !std::includes(wanted.begin(), wanted.end(), texts.begin(), texts.end()))
        continue;
      if (other.numbers.empty()) own_of(other);
      if (!other.only_target.empty()) continue;
      for (const int64_t number : other.numbers)
        if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
      covered.insert(texts.begin(), texts.end());
    }
    if (covered != wanted) return false;
    parameter.numbers = std::move(numbers);
    return true;
  }
  void own(ParameterDef& parameter) {
    parameter.numbers = {next_number_++};
    parameter.owns_rows = true;
  }

  void composite(ParameterDef& parameter, const fhir::SearchParameter& official) {
    for (const Branch& branch : parameter.walk.branches) {
      std::vector<Component> components;
      const bool whole = branch.steps.empty();
      const fhir::Element start = whole ? fhir::find_type(type_.name).root() : element_of(type_.name, branch);
      for (size_t i = 0; i < official.component_count(); ++i) {
        const fhir::SearchComponent part = official.component(i);
        Component component;
        component.kind = kind_of(fhir::find_search_parameter(part.definition).type());
        component.from_root = part.expression.starts_with("%resource");
        component.walk = compile_walk_from(type_.name, start, part.expression);
        components.push_back(std::move(component));
      }
      const bool shared = whole && have_rows(components);
      if (!shared) rows_of_elements(branch, components);
      parameter.groups.push_back(std::move(components));
      parameter.group_is_of_elements.push_back(!shared);
    }
  }
  // A composite about the whole resource may be answered by rows that other parameters have.
  bool have_rows(std::vector<Component>& components) const {
    for (Component& component : components) {
      const std::set<std::string> wanted = branch_texts(component.walk, false);
      for (const ParameterDef& other : type_.parameters)
        if (other.kind == component.kind && other.owns_rows && branch_texts(other.walk, false) == wanted)
          component.number = other.numbers.front();
      if (component.number == 0) return false;
    }
    return true;
  }
  void rows_of_elements(const Branch& element, std::vector<Component>& components) {
    for (const ElementRows& other : type_.elements) {
      bool same = other.element.text == element.text && other.components.size() == components.size();
      for (size_t i = 0; same && i < components.size(); ++i)
        same = other.components[i].kind == components[i].kind &&
               branch_texts(other.components[i].walk, false) == branch_texts(components[i].walk, false);
      if (!same) continue;
      components = other.components;
      return;
    }
    for (Component& component : components) component.number = next_number_++;
    type_.elements.push_back({element, components});
  }

  TypeDef& type_;
  int64_t& next_number_;
};

struct Table {
  std::vector<TypeDef> types;  // in the order of their names
  std::vector<const TypeDef*> by_number;
  std::string fingerprint;
};

std::string digest_of(const Table& table) {
  std::string all = "extraction " + std::to_string(kExtraction) + "\n";
  for (const TypeDef& type : table.types) {
    all += std::to_string(type.number) + " " + std::string(type.name) + "\n";
    for (const ParameterDef& parameter : type.parameters) {
      all.append(parameter.name).append(" ").append(to_string(parameter.kind)).append(" ");
      all.append(std::to_string(parameter.ordinal)).append(" ").append(parameter.expression);
      for (const int64_t number : parameter.numbers) all += " " + std::to_string(number);
      for (const auto& group : parameter.groups)
        for (const Component& component : group) all += " " + std::to_string(component.number);
      all += "\n";
    }
  }
  const Digest digest = sha256(all);
  return to_hex(std::span(digest).first(16));
}

Table make_table() {
  Table out;
  std::map<std::string_view, int> numbers;
  for (const std::string_view name : kFirstTypes) numbers.emplace(name, static_cast<int>(numbers.size()) + 1);
  const fhir::Texts names = fhir::resource_types();
  for (const std::string_view name : names) numbers.emplace(name, static_cast<int>(numbers.size()) + 1);
  out.types.resize(names.size());
  out.by_number.resize(names.size() + 1);
  int64_t next_number = 1;
  for (size_t i = 0; i < names.size(); ++i) {
    TypeDef& type = out.types[i];
    type.name = names[i];
    type.number = numbers.at(names[i]);
    type.event = kebab(type.name);
    TypeBuilder(type, next_number).build();
    out.by_number[static_cast<size_t>(type.number)] = &type;
  }
  for (TypeDef& type : out.types) {
    if (type.name == "Task" ||
        type.name == "Device")  // the standard leaves them out; they name their patient
      type.by_patient = {find_parameter(type, "patient")};
    else
      type.by_patient = compartment_parameters("Patient", type);
    // Of several, the patient it is about comes first.
    std::stable_partition(type.by_patient.begin(), type.by_patient.end(),
                          [](const ParameterDef* p) { return p->name == "patient" || p->name == "subject"; });
  }
  out.fingerprint = digest_of(out);
  return out;
}

const Table& table() {
  static const Table made = make_table();
  return made;
}

}  // namespace

std::string_view to_string(Kind kind) {
  static constexpr std::string_view kNames[] = {"token",  "reference", "date",      "string", "quantity",
                                                "number", "uri",       "composite", "special"};
  return kNames[static_cast<size_t>(kind)];
}

const ParameterDef* TypeDef::find(std::string_view wanted) const {
  for (const ParameterDef& parameter : parameters)
    if (parameter.name == wanted) return &parameter;
  return nullptr;
}

const TypeDef* find_type(std::string_view name) {
  const std::vector<TypeDef>& types = table().types;
  const auto it = std::lower_bound(types.begin(), types.end(), name,
                                   [](const TypeDef& type, std::string_view n) { return type.name < n; });
  return it != types.end() && it->name == name ? &*it : nullptr;
}

std::span<const TypeDef> all_types() {
  return table().types;
}

const TypeDef* type_of_number(int number) {
  const auto& all = table().by_number;
  return number > 0 && static_cast<size_t>(number) < all.size() ? all[static_cast<size_t>(number)] : nullptr;
}

const ParameterDef* find_parameter(const TypeDef& type, std::string_view name) {
  return type.find(name);
}

const std::string& fingerprint() {
  return table().fingerprint;
}

std::vector<const ParameterDef*> compartment_parameters(std::string_view compartment, const TypeDef& type) {
  std::vector<const ParameterDef*> out;
  const fhir::Compartment found = fhir::find_compartment(compartment);
  if (!found) return out;
  const fhir::CompartmentMember member = found.find(type.name);
  if (!member) return out;
  for (const std::string_view code : member.parameters())
    if (const ParameterDef* parameter = find_parameter(type, code)) out.push_back(parameter);
  return out;
}

}  // namespace xinglin::record::detail
