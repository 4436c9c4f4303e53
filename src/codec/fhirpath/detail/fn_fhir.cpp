// What FHIR R4 adds to the language (R4 2.9.1.2, 2.9.1.3): extensions, values, references, terminology,
// profiles, narrative.
#include <algorithm>
#include <array>

#include "base/json_text.h"
#include "codec/fhirpath/detail/html.h"
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/detail/references.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

std::optional<std::string_view> url_of(const Value& extension) {
  return extension.object() ? json::find_string(*extension.object(), "url") : std::nullopt;
}

bool run_extension(Machine& m, const Node& call, size_t base) {
  static const Step kExtension{"extension", "_extension", json::kept_key("extension"), {}, false};
  const auto url = m.argument(call.args[0]);
  if (m.has_failed()) return false;
  if (!url || url->kind() != Kind::String) return m.give_nothing(base);
  const size_t end = m.size();
  for (size_t i = base; i < end; ++i)
    if (const Value item = m.at(i); !m.push_member(item, kExtension)) return false;
  size_t kept = end;
  for (size_t i = end; i < m.size(); ++i)
    if (url_of(m.at(i)) == url->raw_string()) m.at(kept++) = m.at(i);
  m.pop_to(kept);
  m.keep_from(base, end);
  return true;
}

// Not of the specification, but a search parameter of R4 asks it (QuestionnaireResponse item-subject).
bool run_has_extension(Machine& m, const Node& call, size_t base) {
  return run_extension(m, call, base) && m.give(base, m.count(base) > 0);
}

// A single primitive that has a value.
std::optional<Value> primitive_value(Machine& m, size_t base) {
  if (m.count(base) != 1) return std::nullopt;
  const Value value = to_system(m, m.at(base));
  return value.is_element() ? std::nullopt : std::optional(value);
}
bool run_has_value(Machine& m, const Node&, size_t base) {
  return m.give(base, primitive_value(m, base).has_value());
}
bool run_get_value(Machine& m, const Node&, size_t base) {
  const auto value = primitive_value(m, base);
  return value ? m.give(base, *value) : m.give_nothing(base);
}

bool run_resolve(Machine& m, const Node&, size_t base) {
  size_t kept = base;
  const size_t end = m.size();
  for (size_t i = base; i < end; ++i) {
    const auto found = resolve(m, m.at(i));
    if (m.has_failed()) return false;
    if (found) m.at(kept++) = *found;
  }
  m.pop_to(kept);
  return true;
}

bool give_known(Machine& m, size_t base, const std::optional<bool>& known) {
  return known ? m.give(base, *known) : m.give_nothing(base);
}

bool run_member_of(Machine& m, const Node& call, size_t base) {
  if (m.count(base) > 1) return m.fail(errors::kExecution, "memberOf() wants one item");
  const auto value_set = m.argument(call.args[0]);
  if (m.has_failed()) return false;
  if (m.count(base) == 0 || !value_set || value_set->kind() != Kind::String) return m.give_nothing(base);
  return give_known(m, base, m.host().member_of(m.at(base), value_set->raw_string()));
}

bool subsumption(Machine& m, const Node& call, size_t base, bool is_inverted) {
  const auto others = m.collect(call.args[0]);
  if (!others) return false;
  if (m.count(base) != 1 || others->size() != 1) return m.give_nothing(base);
  const Value& other = others->front();
  return give_known(
      m, base, is_inverted ? m.host().subsumes(other, m.at(base)) : m.host().subsumes(m.at(base), other));
}
bool run_subsumes(Machine& m, const Node& call, size_t base) {
  return subsumption(m, call, base, false);
}
bool run_subsumed_by(Machine& m, const Node& call, size_t base) {
  return subsumption(m, call, base, true);
}

bool run_conforms_to(Machine& m, const Node& call, size_t base) {
  if (m.count(base) > 1) return m.fail(errors::kExecution, "conformsTo() wants one item");
  const auto profile = m.argument(call.args[0]);
  if (m.has_failed()) return false;
  if (m.count(base) == 0 || !profile || profile->kind() != Kind::String) return m.give_nothing(base);
  const auto conforms = m.host().conforms_to(m.at(base), profile->raw_string());
  if (!conforms.ok()) return m.fail(conforms.error().code(), conforms.error().message());
  return m.give(base, *conforms);
}

bool run_html_checks(Machine& m, const Node&, size_t base) {
  if (m.count(base) == 0) return true;
  const auto text = primitive_value(m, base);
  return m.give(base, text && text->kind() == Kind::String && is_plain_narrative(text->raw_string()));
}

// Fails when an item has a modifier extension that is not named.
bool run_check_modifiers(Machine& m, const Node& call, size_t base) {
  static const Step kModifiers{
      "modifierExtension", "_modifierExtension", json::kept_key("modifierExtension"), {}, false};
  std::vector<Value> known;
  for (const uint32_t node : call.args)
    if (const auto url = m.argument(node)) known.push_back(*url);
  const size_t end = m.size();
  for (size_t i = base; i < end; ++i)
    if (const Value item = m.at(i); !m.push_member(item, kModifiers)) return false;
  for (size_t i = end; i < m.size(); ++i) {
    const auto url = url_of(m.at(i)).value_or("");
    const bool is_known =
        std::any_of(known.begin(), known.end(), [&](const Value& v) { return v.as_string() == url; });
    if (!is_known) return m.fail(errors::kExecution, "there is a modifier extension that is not understood");
  }
  m.pop_to(end);
  return !m.has_failed();
}

// The engine has no profile at hand that would know the definition or slice of an element: empty, as R4
// allows.
bool run_nothing(Machine& m, const Node&, size_t base) {
  return m.give_nothing(base);
}

constexpr std::array kFunctions{
    stacked("extension", 1, 1, Gives::Extensions, run_extension),
    stacked("hasExtension", 1, 1, Gives::Boolean, run_has_extension),
    stacked("hasValue", 0, 0, Gives::Boolean, run_has_value),
    stacked("getValue", 0, 0, Gives::Unknown, run_get_value),
    stacked("resolve", 0, 0, Gives::Anything, run_resolve),
    stacked("memberOf", 1, 1, Gives::Boolean, run_member_of),
    stacked("subsumes", 1, 1, Gives::Boolean, run_subsumes),
    stacked("subsumedBy", 1, 1, Gives::Boolean, run_subsumed_by),
    stacked("conformsTo", 1, 1, Gives::Boolean, run_conforms_to),
    stacked("htmlChecks", 0, 0, Gives::Boolean, run_html_checks),
    stacked("checkModifiers", 0, 16, Gives::Input, run_check_modifiers),
    stacked("elementDefinition", 0, 0, Gives::Unknown, run_nothing),
    stacked("slice", 2, 2, Gives::Unknown, run_nothing),
};

}  // namespace

std::span<const FunctionDef> fhir_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
