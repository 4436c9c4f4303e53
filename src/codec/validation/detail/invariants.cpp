#include "codec/validation/detail/invariants.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_text.h"
#include "codec/fhirpath/evaluator.h"
#include "codec/validation/detail/walk.h"

namespace xinglin::validation::detail {
namespace {

enum class Rule : uint8_t {
  Program,
  Nothing,
  HasContent,
  ValueOrExtension,
  InOrder,
  NoValueWhenAbsent,
  SystemWithCode
};

// By key and the beginning of the expression. "Nothing": the walk itself answers it.
struct Known {
  std::string_view key, expression;
  Rule rule;
};
constexpr std::array<Known, 9> kKnown{{
    {"ele-1", "hasValue() or", Rule::HasContent},
    {"ext-1", "extension.exists() != value.exists()", Rule::ValueOrExtension},
    {"per-1", "start.hasValue().not() or end.hasValue().not() or (start <= end)", Rule::InOrder},
    {"obs-6", "dataAbsentReason.empty() or value.empty()", Rule::NoValueWhenAbsent},
    {"qty-3", "code.empty() or system.exists()", Rule::SystemWithCode},
    {"ref-1", "reference.startsWith('#').not() or", Rule::Nothing},
    {"txt-1", "htmlChecks()", Rule::Nothing},
    {"txt-2", "htmlChecks()", Rule::Nothing},
    {"dom-2", "contained.contained.empty()", Rule::Nothing},
}};

bool has_any(const json::object& object, std::string_view prefix) {
  return std::any_of(object.begin(), object.end(), [&](const auto& member) {
    std::string_view key(member.key());
    if (key.starts_with('_')) key.remove_prefix(1);
    return key.starts_with(prefix);
  });
}

bool is_in_order(const json::object& object) {
  const auto start = json::find_string(object, "start"), end = json::find_string(object, "end");
  const auto first = start ? parse_fhir_time(*start) : std::nullopt;
  const auto last = end ? parse_fhir_time(*end) : std::nullopt;
  return !first || !last || last->last > first->first;
}

bool has_content(const json::object& object) {
  return object.empty() || std::any_of(object.begin(), object.end(), [](const auto& member) {
           return member.key() != "id" && !json::is_kept(member.key());
         });
}

bool keeps(Rule rule, const json::object& object) {
  switch (rule) {
    case Rule::Program:
    case Rule::Nothing:
      return true;
    case Rule::HasContent:
      return has_content(object);
    case Rule::ValueOrExtension:
      return object.contains("extension") != has_any(object, "value");
    case Rule::InOrder:
      return is_in_order(object);
    case Rule::NoValueWhenAbsent:
      return !object.contains("dataAbsentReason") || !has_any(object, "value");
    case Rule::SystemWithCode:
      return !object.contains("code") || object.contains("system");
  }
  return true;
}

}  // namespace

struct Invariants::Compiled {
  Rule rule = Rule::Nothing;
  fhirpath::Expression program = {};
  std::string trouble = {};  // why there is no program
};
struct Invariants::Table {
  const fhir::detail::Image* image = nullptr;
  std::vector<Compiled> compiled;
};

namespace {

Invariants::Compiled compiled_of(const fhir::Constraint& constraint) {
  for (const Known& known : kKnown)
    if (constraint.key() == known.key && constraint.expression().starts_with(known.expression))
      return {known.rule};
  // Its expression asks for System.Boolean, which an answer never is.
  const bool is_mistaken =
      constraint.key() == "que-7" && constraint.expression().ends_with("(answer is Boolean)");
  auto program = fhirpath::compile(is_mistaken ? "operator = 'exists' implies (answer is boolean)"
                                               : constraint.expression());
  if (!program.ok())
    return {Rule::Nothing, {}, std::string(constraint.key()) + ": " + program.error().message()};
  return {Rule::Program, std::move(*program)};
}

}  // namespace

Invariants::Invariants(const fhir::Definitions* site) {
  const auto add = [&](const fhir::List<fhir::Constraint>& all) {
    Table table;
    for (const fhir::Constraint constraint : all) {
      table.image = constraint.image();
      table.compiled.push_back(compiled_of(constraint));
    }
    tables_.push_back(std::move(table));
  };
  add(fhir::constraints());
  if (site) add(site->constraints());
}

Invariants::~Invariants() = default;

const Invariants::Compiled& Invariants::of(const fhir::Constraint& constraint) const {
  const Table& table = tables_.front().image == constraint.image() ? tables_.front() : tables_.back();
  return table.compiled[constraint.index()];
}

std::vector<std::string> Invariants::uncompiled() const {
  std::vector<std::string> out;
  for (const Table& table : tables_)
    for (const Compiled& compiled : table.compiled)
      if (!compiled.trouble.empty()) out.push_back(compiled.trouble);
  return out;
}

struct InvariantRunner::Engine {
  explicit Engine(const Clock& clock) : evaluator(clock) {}
  fhirpath::Evaluator evaluator;
};

InvariantRunner::InvariantRunner(const Invariants& invariants, const Clock& clock)
    : invariants_(invariants), clock_(clock) {}
InvariantRunner::~InvariantRunner() = default;

// Nothing, where the expression cannot be evaluated.
std::optional<bool> InvariantRunner::run(const Invariants::Compiled& compiled, const fhir::Member& member,
                                         const Item& item, const Scope& scope) {
  if (!engine_) engine_ = std::make_unique<Engine>(clock_);
  const bool is_resource = item.value == scope.resource;
  const fhirpath::Value focus =
      is_resource ? fhirpath::Value::resource(*item.value)
                  : fhirpath::Value::element(item.value, fhirpath::type_of(member), item.companion);
  const json::value* root = scope.container ? scope.container->resource : scope.resource;
  const auto result = engine_->evaluator.test(compiled.program, {focus, scope.resource, root});
  if (!result.ok()) return std::nullopt;
  return result->value_or(true);  // of what is not there nothing is broken (bdl-8, ras-2)
}

void InvariantRunner::check(const fhir::Constraint& constraint, const fhir::Member& member, const Item& item,
                            const Place& place, const Scope& scope, Report& report) {
  const Invariants::Compiled& compiled = invariants_.of(constraint);
  if (compiled.rule == Rule::Nothing) return;
  if (compiled.rule == Rule::Program) {
    const std::optional<bool> kept = run(compiled, member, item, scope);
    if (kept == true) return;
    if (!kept) {
      report.information("incomplete", place, std::string(constraint.key()) + " could not be evaluated");
      return;
    }
  } else {
    const json::object* object = item.value ? item.value->if_object() : nullptr;
    if (!object || keeps(compiled.rule, *object)) return;
  }
  std::string message = std::string(constraint.key()) + ": " + std::string(constraint.human());
  if (constraint.key() == "dom-6")  // a good practice, not a rule
    report.information("invariant", place, std::move(message));
  else if (constraint.is_error())
    report.error("invariant", place, std::move(message));
  else
    report.warning("invariant", place, std::move(message));
}

}  // namespace xinglin::validation::detail
