#include "core/record/detail/links.h"

#include <algorithm>

#include "codec/fhir/reference.h"

namespace xinglin::record::detail {
namespace {

std::string whole_name(const SearchParameter& parameter) {
  return parameter.modifier.empty() ? parameter.name : parameter.name + ":" + parameter.modifier;
}

// What stands after the dot, or after the third colon of _has, as a parameter of its own.
SearchParameter rest_of(std::string_view name, const std::string& value) {
  const size_t colon = name.find(':');
  return {std::string(name.substr(0, std::min(colon, name.size()))),
          colon == std::string_view::npos ? "" : std::string(name.substr(colon + 1)), value};
}

Result<Clause> has(const Compiler& compiler, const SearchParameter& parameter) {
  const std::string& name = parameter.modifier;  // Observation:patient:code, perhaps with more
  const size_t first = name.find(':');
  const size_t second = first == std::string::npos ? first : name.find(':', first + 1);
  if (second == std::string::npos || second + 1 == name.size())
    return bad_parameter(parameter, "is written _has:Type:reference:parameter");
  const std::string type_name = name.substr(0, first), link = name.substr(first + 1, second - first - 1);
  const TypeDef* source = find_type(type_name);
  if (!source) return Error(kUnknownType, "'" + type_name + "' in _has is not a resource type");
  XL_TRY(const Compiler inner, compiler.nested(*source));
  const ParameterDef* reference = find_parameter(*source, link);
  if (!reference || reference->kind != Kind::Reference)
    return Error(kUnknownParameter, "'" + link + "' is not a reference parameter of " + type_name);
  const SearchParameter rest = rest_of(name.substr(second + 1), parameter.value);
  XL_TRY(Clause clause, inner.compile(rest));
  XL_TRY(const Sql sources, inner.allowed_set({std::move(clause)}));
  const std::string begin = std::string(compiler.type.name) + "/";
  Clause out;
  out.set.add("SELECT key AS resource FROM record_resource WHERE type = ").number(compiler.type.number);
  out.set.add(" AND deleted = 0 AND id IN (SELECT substr(t.target, ")
      .number(static_cast<int64_t>(begin.size()) + 1);
  out.set.add(
      ") FROM record_reference x CROSS JOIN record_target t ON t.id = x.target WHERE x.resource IN (");
  out.set.add(sources).add(") AND x.").add(parameter_is(reference->numbers));
  out.set.add(" AND t.target >= ")
      .bind(begin)
      .add(" AND t.target < ")
      .bind(begin.substr(0, begin.size() - 1) + "0");
  out.set.add(")");
  out.distinct = true;
  return out;
}

Result<Clause> chain(const Compiler& compiler, const SearchParameter& parameter) {
  const std::string name = whole_name(parameter);
  const size_t dot = name.find('.'), colon = name.find(':');
  const bool typed = colon < dot;
  const std::string head = name.substr(0, typed ? colon : dot);
  const std::string type_name = typed ? name.substr(colon + 1, dot - colon - 1) : "";
  const ParameterDef* reference = find_parameter(compiler.type, head);
  if (!reference)
    return Error(kUnknownParameter,
                 "search parameter '" + head + "' is not offered for " + std::string(compiler.type.name));
  if (reference->kind != Kind::Reference)
    return bad_parameter(parameter, "'" + head + "' is no reference, so nothing can follow it");
  if (dot + 1 == name.size()) return bad_parameter(parameter, "ends in a dot");
  const SearchParameter rest = rest_of(std::string_view(name).substr(dot + 1), parameter.value);
  std::vector<const TypeDef*> types = target_types(*reference);
  if (typed) {
    const TypeDef* type = find_type(type_name);
    if (!type) return Error(kUnknownType, "'" + type_name + "' is not a resource type");
    if (std::find(types.begin(), types.end(), type) == types.end())
      return bad_parameter(parameter, "does not refer to " + type_name);
    types = {type};
  }
  std::vector<Clause> any;
  std::optional<Error> unknown;
  for (const TypeDef* type : types) {
    XL_TRY(const Compiler inner, compiler.nested(*type));
    Result<Clause> clause = inner.compile(rest);
    if (!clause) {
      if (!clause.error().is(kUnknownParameter)) return clause.error();
      unknown = clause.error();
      continue;
    }
    std::vector<Clause> clauses;
    clauses.push_back(std::move(*clause));
    XL_TRY(Clause one, refers_to(*reference, inner, std::move(clauses)));
    any.push_back(std::move(one));
  }
  if (any.empty()) return unknown.value_or(Error(kUnknownParameter, "nothing can follow '" + head + "'"));
  return any_of(compiler.type, std::move(any));
}

}  // namespace

std::vector<const TypeDef*> target_types(const ParameterDef& reference) {
  std::vector<const TypeDef*> out;
  if (!reference.only_target.empty()) return {find_type(reference.only_target)};
  for (const std::string_view name : reference.targets)
    if (const TypeDef* type = find_type(name)) out.push_back(type);
  if (out.empty())
    for (const TypeDef& type : all_types()) out.push_back(&type);
  return out;
}

Result<Clause> refers_to(const ParameterDef& reference, const Compiler& other, std::vector<Clause> clauses) {
  XL_TRY(const Sql targets, other.allowed_set(std::move(clauses)));
  const std::string begin = std::string(other.type.name) + "/";
  RowTest test{"record_reference", parameter_is(reference.numbers), {}};
  test.where.add(
      " AND target IN (SELECT t.id FROM record_resource y CROSS JOIN record_target t ON t.target = ");
  test.where.bind(begin).add(" || y.id WHERE y.key IN (").add(targets).add("))");
  Clause out = clause_of({test}, false);
  return out;
}

Result<Clause> compile_link(const Compiler& compiler, const SearchParameter& parameter) {
  return parameter.name == "_has" ? has(compiler, parameter) : chain(compiler, parameter);
}

Result<Clause> compile_list(const Compiler& compiler, const SearchParameter& parameter) {
  std::string id = unescape(parameter.value);
  if (id.starts_with("List/")) id.erase(0, 5);
  if (!parameter.modifier.empty() || !fhir::is_valid_id(id))
    return bad_parameter(parameter,
                         "takes the id of a List; lists by function ($current-...) are not offered");
  const TypeDef* list = find_type("List");
  XL_TRY(const Compiler inner, compiler.nested(*list));
  XL_TRY(Clause itself, inner.compile({"_id", "", id}));
  std::vector<Clause> clauses;
  clauses.push_back(std::move(itself));
  XL_TRY(const Sql lists, inner.allowed_set(std::move(clauses)));
  const std::string begin = std::string(compiler.type.name) + "/";
  Clause out;
  out.set.add("SELECT key AS resource FROM record_resource WHERE type = ").number(compiler.type.number);
  out.set.add(" AND deleted = 0 AND id IN (SELECT substr(t.target, ")
      .number(static_cast<int64_t>(begin.size()) + 1);
  out.set.add(
      ") FROM record_reference x CROSS JOIN record_target t ON t.id = x.target WHERE x.resource IN (");
  out.set.add(lists).add(") AND x.").add(parameter_is(find_parameter(*list, "item")->numbers));
  out.set.add(" AND t.target >= ")
      .bind(begin)
      .add(" AND t.target < ")
      .bind(begin.substr(0, begin.size() - 1) + "0");
  out.set.add(")");
  out.distinct = true;
  return out;
}

}  // namespace xinglin::record::detail
