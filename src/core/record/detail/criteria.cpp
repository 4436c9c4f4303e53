#include "core/record/detail/criteria.h"

#include <algorithm>

#include "core/record/detail/extract.h"
#include "core/record/detail/links.h"
#include "core/record/detail/ranges.h"
#include "core/record/detail/visibility.h"
#include "core/record/detail/words.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kValuesMax = 256;
constexpr int kDepthMax = 8;
constexpr int kNestedMax = 2000;  // types that the chains of one search may pass through, each counted anew

Error unknown(const Compiler& compiler, std::string_view name) {
  return {kUnknownParameter, "search parameter '" + std::string(name) + "' is not offered for " +
                                 std::string(compiler.type.name)};
}

Result<std::vector<std::string>> values_of(const SearchParameter& given) {
  std::vector<std::string> out = split_escaped(given.value, ',');
  if (out.size() > kValuesMax) return bad_parameter(given, "too many values");
  for (const std::string& value : out)
    if (value.empty()) return bad_parameter(given, "a value is empty");
  return out;
}

Result<Clause> id(const Compiler& compiler, const SearchParameter& given) {
  if (!given.modifier.empty() && given.modifier != "not")
    return bad_parameter(given, "this modifier is not offered");
  XL_TRY(std::vector<std::string> ids, values_of(given));
  for (std::string& one : ids) {
    if (one.starts_with('|')) one.erase(0, 1);
    one = unescape(one);
  }
  Clause out;
  out.set.add("SELECT key AS resource FROM record_resource WHERE type = ").number(compiler.type.number);
  out.set.add(" AND deleted = 0 AND id IN ").bind_list(ids);
  out.distinct = true;
  out.negated = given.modifier == "not";
  return out;
}

Result<Clause> last_updated(const Compiler& compiler, const SearchParameter& given) {
  if (!given.modifier.empty()) return bad_parameter(given, "this modifier is not offered");
  XL_TRY(const std::vector<std::string> values, values_of(given));
  Sql any;
  for (const std::string& value : values) {
    const auto range = parse_date_range(unescape(value), compiler.now);
    if (!range)
      return bad_parameter(given, "a date is [eq|ne|lt|gt|le|ge|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss]]]]");
    any.add(any.empty() ? "(" : " OR ").add(range->condition("updated_at", "(updated_at + 1000)"));
    const bool after = range->prefix == Prefix::Gt || range->prefix == Prefix::Ge;
    if (values.size() == 1 && after) any.add(" AND updated_at >= ").bind(range->low - 1000);
  }
  any.add(")");
  Clause out;
  out.set.add("SELECT key AS resource FROM record_resource WHERE type = ").number(compiler.type.number);
  out.set.add(" AND deleted = 0 AND ").add(any);
  out.probe = Sql{}.add("EXISTS (SELECT 1 FROM record_resource x WHERE x.key = r.key AND ").add(any).add(")");
  out.distinct = true;
  return out;
}

Result<Clause> words(const Compiler& compiler, const SearchParameter& given) {
  if (!given.modifier.empty()) return bad_parameter(given, "this modifier is not offered");
  XL_TRY(const std::vector<std::string> values, values_of(given));
  const std::string_view table = given.name == "_text" ? "record_narrative" : "record_content";
  std::string wanted;
  for (const std::string& value : values) {
    const std::string one = words_wanted(unescape(value));
    if (one.empty()) return bad_parameter(given, "has no word to look for");
    wanted += (wanted.empty() ? "(" : " OR (") + one + ")";
  }
  Clause out;
  out.set.add("SELECT e.resource FROM ").add(table).add(" f CROSS JOIN record_entry e ON e.type = ");
  out.set.number(compiler.type.number).add(" AND e.resource = f.rowid WHERE f.").add(table).add(" MATCH ");
  out.set.bind(wanted);
  out.distinct = true;
  return out;
}

Result<Clause> missing(const Compiler& compiler, const ParameterDef& def, const SearchParameter& given) {
  if (given.value != "true" && given.value != "false")
    return bad_parameter(given, ":missing takes true or false");
  if (def.kind == Kind::Composite || def.kind == Kind::Special)
    return bad_parameter(given, ":missing is not offered for it");
  const Sql bit = Sql{}.add("(present >> ").number(def.ordinal).add(") & 1");
  Clause out;
  out.set.add("SELECT resource FROM record_entry WHERE type = ").number(compiler.type.number);
  out.set.add(" AND ").add(bit);
  out.probe.add("(SELECT ").add(bit).add(" FROM record_entry WHERE type = ").number(compiler.type.number);
  out.probe.add(" AND resource = r.key)");
  out.distinct = true;
  out.negated = given.value == "true";
  return out;
}

// Component by component, in the resource or in one element of it. FHIR R4 3.1.1.4.15.
Result<Clause> composite_group(const Compiler& compiler, const SearchParameter& given,
                               const std::vector<Component>& group, bool of_elements,
                               const std::vector<std::string>& parts) {
  std::vector<std::vector<RowTest>> tests;
  for (size_t i = 0; i < group.size(); ++i) {
    ParameterDef def;
    def.name = given.name, def.kind = group[i].kind;
    XL_TRY(std::vector<RowTest> one,
           compiler.tests(def, {group[i].number}, {given.name, "", given.value}, parts[i]));
    tests.push_back(std::move(one));
  }
  Clause out;
  const Clause first = clause_of(tests[0], false);
  out.set.add(of_elements ? "SELECT (-r.key) / 4096 AS resource" : "SELECT r.key AS resource");
  out.set.add(" FROM (SELECT resource AS key FROM (").add(first.set).add(")) r");
  for (size_t i = 1; i < tests.size(); ++i) out.set.add(i == 1 ? " WHERE " : " AND ").add(probe_of(tests[i]));
  if (!of_elements) {
    for (size_t i = 0; i < tests.size(); ++i) out.probe.add(i ? " AND " : "(").add(probe_of(tests[i]));
    out.probe.add(")");
    return out;
  }
  for (const RowTest& test : tests[0]) {
    out.probe.add(out.probe.empty() ? "(" : " OR ")
        .add("EXISTS (SELECT 1 FROM (SELECT e.resource AS key FROM ");
    out.probe.add(test.table).add(" e WHERE ").add(test.where);
    out.probe.add(" AND e.resource BETWEEN -(r.key * 4096 + 4095) AND -(r.key * 4096 + 1)) r");
    for (size_t i = 1; i < tests.size(); ++i)
      out.probe.add(i == 1 ? " WHERE " : " AND ").add(probe_of(tests[i]));
    out.probe.add(")");
  }
  out.probe.add(")");
  return out;
}

Result<Clause> composite(const Compiler& compiler, const ParameterDef& def, const SearchParameter& given) {
  if (!given.modifier.empty()) return bad_parameter(given, "this modifier is not offered for its type");
  XL_TRY(const std::vector<std::string> values, values_of(given));
  std::vector<Clause> any;
  for (const std::string& value : values) {
    const std::vector<std::string> parts = split_escaped(value, '$');
    for (size_t i = 0; i < def.groups.size(); ++i) {
      if (parts.size() != def.groups[i].size())
        return bad_parameter(given, "takes " + std::to_string(def.groups[i].size()) + " values joined by $");
      XL_TRY(Clause one, composite_group(compiler, given, def.groups[i], def.group_is_of_elements[i], parts));
      any.push_back(std::move(one));
    }
  }
  return any_of(compiler.type, std::move(any));
}

Result<Clause> simple(const Compiler& compiler, const ParameterDef& def, const SearchParameter& given) {
  if (given.modifier == "missing") return missing(compiler, def, given);
  if (def.kind == Kind::Composite) return composite(compiler, def, given);
  if (def.kind == Kind::Special)
    return bad_parameter(given, "this kind of search (" + std::string(def.name) + ") is not offered here");
  XL_TRY(const std::vector<std::string> values, values_of(given));
  std::vector<RowTest> tests;
  for (const std::string& value : values) {
    XL_TRY(std::vector<RowTest> more, compiler.tests(def, def.numbers, given, value));
    std::move(more.begin(), more.end(), std::back_inserter(tests));
  }
  const bool one_row = !def.repeats && def.numbers.size() == 1 &&
                       (def.kind == Kind::Date || def.kind == Kind::Number || def.kind == Kind::Quantity);
  Clause out = clause_of(tests, one_row);
  // A resource has one row of this target.
  if (tests.size() == 1 && tests[0].pieces.empty() && def.numbers.size() == 1 && def.kind == Kind::Reference)
    out.distinct = given.modifier != "identifier" && !def.targets.empty();
  out.negated = given.modifier == "not" || given.modifier == "not-in";
  return out;
}

}  // namespace

Result<Compiler> Compiler::nested(const TypeDef& other) const {
  if (depth + 1 > kDepthMax) return Error(kBadParameter, "the chain is too long");
  if (++*nested_count > kNestedMax)
    return Error(kBadParameter, "the chain reaches too many types; name them, as in subject:Patient.name");
  Compiler out{session, other, now, access, codes, depth + 1, nested_count};
  return out;
}

Result<Sql> Compiler::allowed_set(std::vector<Clause> clauses) const {
  if (access) {
    XL_TRY(const Visibility visible, Visibility::of(*access, type, trust::Interaction::Search));
    XL_TRY(auto within, visible.clause(*this));
    if (within) clauses.push_back(std::move(*within));
  }
  return all_of(type, std::move(clauses)).set;
}

Result<Clause> Compiler::compile(const SearchParameter& parameter) const {
  const auto compiled = [&]() -> Result<Clause> {
    if (parameter.name == "_has" || parameter.name.find('.') != std::string::npos ||
        parameter.modifier.find('.') != std::string::npos)
      return compile_link(*this, parameter);
    if (parameter.name == "_id") return id(*this, parameter);
    if (parameter.name == "_lastUpdated") return last_updated(*this, parameter);
    if (parameter.name == "_text" || parameter.name == "_content") return words(*this, parameter);
    if (parameter.name == "_list") return compile_list(*this, parameter);
    if (parameter.name == "_filter") {
      if (!parameter.modifier.empty()) return bad_parameter(parameter, "this modifier is not offered");
      return compile_filter(parameter.value);
    }
    const ParameterDef* def = find_parameter(type, parameter.name);
    if (!def) return unknown(*this, parameter.name);
    return simple(*this, *def, parameter);
  };
  XL_TRY(Clause out, compiled());
  out.said = parameter.name + (parameter.modifier.empty() ? "" : ":" + parameter.modifier);
  return out;
}

Result<Clause> Compiler::compile_dates(const ParameterDef& def,
                                       std::span<const SearchParameter> together) const {
  std::vector<DateRange> ranges;
  for (const SearchParameter& given : together) {
    const auto range = parse_date_range(unescape(given.value), now);
    if (!range)
      return bad_parameter(given, "a date is [eq|ne|lt|gt|le|ge|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss]]]]");
    ranges.push_back(*range);
  }
  DateStretches made = stretches(ranges, parameter_is(def.numbers));
  Clause out = clause_of({{"record_date", std::move(made.where), std::move(made.pieces)}}, true);
  out.said = std::string(def.name) + " (one stretch)";
  return out;
}

Result<std::optional<Clause>> Compiler::compile_compartment(std::string_view type_and_id) const {
  const size_t slash = std::min(type_and_id.find('/'), type_and_id.size());
  const std::string_view compartment = type_and_id.substr(0, slash);
  std::vector<const ParameterDef*> parameters = compartment_parameters(compartment, type);
  if (compartment == "Patient") parameters = type.by_patient;
  std::vector<int64_t> numbers;
  for (const ParameterDef* parameter : parameters)
    numbers.insert(numbers.end(), parameter->numbers.begin(), parameter->numbers.end());
  std::optional<Clause> out;
  std::vector<Clause> any;
  if (!numbers.empty()) {
    RowTest test{"record_reference", parameter_is(numbers), {}};
    test.where.add(" AND target = (SELECT id FROM record_target WHERE target = ")
        .bind(std::string(type_and_id))
        .add(")");
    any.push_back(clause_of({std::move(test)}, numbers.size() == 1));
  }
  if (type.name == compartment) {
    XL_TRY(Clause itself, compile({"_id", "", std::string(type_and_id.substr(slash + 1))}));
    any.push_back(std::move(itself));
  }
  if (any.empty()) return out;
  out = any_of(type, std::move(any));
  out->said = "in " + std::string(compartment) + " compartment";
  return out;
}

}  // namespace xinglin::record::detail
