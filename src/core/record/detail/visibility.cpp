#include "core/record/detail/visibility.h"

#include <algorithm>

#include "codec/fhir/reference.h"
#include "core/record/detail/compartment.h"

namespace xinglin::record::detail {
namespace {

using trust::Interaction;

// Whoever writes one of these makes the house act with rights of its own, which no scope narrows.
bool is_an_order_to_the_house(std::string_view type) {
  return type == "Subscription";
}

std::string reference_to(const std::string& patient) {
  return "Patient/" + patient;
}

// A or B, each a clause without negation.
void add_alternative(Clause& out, Clause other) {
  if (out.set.empty()) {
    out = std::move(other);
    out.distinct = false;
    return;
  }
  const auto probe_of = [](const Clause& clause) {
    return clause.probe.empty() ? Sql{}.add("r.key IN (").add(clause.set).add(")") : clause.probe;
  };
  out.probe = Sql{}.add("(").add(probe_of(out)).add(" OR ").add(probe_of(other)).add(")");
  out.set.add(" UNION ALL ").add(other.set);
}

// A and B.
void add_condition(Clause& out, Clause other) {
  if (out.set.empty()) {
    out = std::move(other);
    return;
  }
  const auto probe_of = [](const Clause& clause) {
    return clause.probe.empty() ? Sql{}.add("r.key IN (").add(clause.set).add(")") : clause.probe;
  };
  out.probe = Sql{}.add("(").add(probe_of(out)).add(" AND ").add(probe_of(other)).add(")");
  out.set =
      Sql{}.add("SELECT resource FROM (").add(out.set).add(") WHERE resource IN (").add(other.set).add(")");
}

}  // namespace

// Only parameters that look at codes, addresses and references can be decided on one content.
std::optional<Visibility::Condition> Visibility::condition(const TypeDef& type,
                                                           const trust::Criterion& criterion) {
  Condition out{find_parameter(type, criterion.parameter), criterion.value, {}};
  if (!out.parameter) return std::nullopt;
  const Kind kind = out.parameter->kind;
  if (kind != Kind::Token && kind != Kind::Uri && kind != Kind::Reference) return std::nullopt;
  for (const std::string& value : split_escaped(criterion.value, ',')) {
    if (value.empty()) return std::nullopt;
    if (kind == Kind::Reference) {
      const auto target = fhir::parse_reference(unescape(value));
      if (!target || target->kind != fhir::Reference::Kind::Relative || !target->version.empty())
        return std::nullopt;
      out.any.push_back({std::nullopt, target->type + "/" + target->id});
      continue;
    }
    if (kind == Kind::Uri) {
      out.any.push_back({std::nullopt, unescape(value)});
      continue;
    }
    const std::vector<std::string> parts = split_escaped(value, '|');
    if (parts.size() > 2 || (parts.size() == 2 && parts[0].empty() && parts[1].empty())) return std::nullopt;
    Value one{std::nullopt, unescape(parts.back())};
    if (parts.size() == 2) one.system = unescape(parts[0]);
    out.any.push_back(std::move(one));
  }
  return out;
}

std::optional<Visibility::Way> Visibility::prepared(const TypeDef& type, const trust::Grant& grant,
                                                    Interaction interaction) {
  Way out{grant.patient, {}};
  if (!out.patient.empty() && is_about_nobody(type.name)) {
    if (interaction != Interaction::Read && interaction != Interaction::Search) return std::nullopt;
    out.patient.clear();
  }
  if (!out.patient.empty() && patient_parameters(type.name).empty()) return std::nullopt;
  for (const trust::Criterion& criterion : grant.criteria) {
    auto ready = condition(type, criterion);
    if (!ready) return std::nullopt;
    out.conditions.push_back(std::move(*ready));
  }
  return out;
}

Visibility Visibility::or_nothing(const trust::Access& access, const TypeDef& type, Interaction interaction) {
  Visibility out(type);
  const trust::Restriction* restriction = access.restriction();
  out.complete_ = restriction == nullptr;
  if (!restriction) return out;
  const bool reads = interaction == Interaction::Read || interaction == Interaction::Search;
  if (!reads && is_an_order_to_the_house(type.name)) return out;
  for (const trust::Grant& grant : restriction->grants(type.name, interaction)) {
    auto way = prepared(type, grant, interaction);
    if (!way) continue;
    out.complete_ = out.complete_ || (way->patient.empty() && way->conditions.empty());
    out.ways_.push_back(std::move(*way));
  }
  return out;
}

Result<Visibility> Visibility::of(const trust::Access& access, const TypeDef& type, Interaction interaction) {
  Visibility out = or_nothing(access, type, interaction);
  if (out.complete_ || !out.ways_.empty()) return out;
  return Error(trust::kNotAllowed, "the scopes of this token do not give this for " + std::string(type.name));
}

bool Visibility::belongs_to(const Rows& rows, const std::string& patient) const {
  const std::string target = reference_to(patient);
  for (const std::string_view name : patient_parameters(type_->name)) {
    if (name == "_id") {
      if (rows.patient == patient) return true;
      continue;
    }
    const ParameterDef* parameter = find_parameter(*type_, name);
    if (!parameter) continue;
    for (const ReferenceRow& row : rows.references)
      if (answers(*parameter, row.parameter) && row.target == target) return true;
  }
  return false;
}

bool Visibility::answers(const ParameterDef& parameter, int64_t row_parameter) {
  return std::find(parameter.numbers.begin(), parameter.numbers.end(), row_parameter) !=
         parameter.numbers.end();
}

bool Visibility::holds(const Rows& rows, const Condition& condition) const {
  const ParameterDef& parameter = *condition.parameter;
  for (const Value& value : condition.any) {
    if (parameter.kind == Kind::Reference) {
      for (const ReferenceRow& row : rows.references)
        if (answers(parameter, row.parameter) && row.target == value.code) return true;
      continue;
    }
    for (const TokenRow& row : rows.tokens) {
      const bool same = answers(parameter, row.parameter) &&
                        (value.code.empty() ? row.code >= " " : row.code == value.code) &&
                        (!value.system || row.system == *value.system);
      if (same) return true;
    }
  }
  return false;
}

bool Visibility::covers(const Rows& rows) const {
  if (complete_) return true;
  return std::any_of(ways_.begin(), ways_.end(), [&](const Way& way) {
    if (!way.patient.empty() && !belongs_to(rows, way.patient)) return false;
    return std::all_of(way.conditions.begin(), way.conditions.end(),
                       [&](const Condition& one) { return holds(rows, one); });
  });
}

Result<Clause> Visibility::way_clause(const Compiler& compiler, const Way& way) const {
  Clause out;
  if (!way.patient.empty()) {
    for (const std::string_view name : patient_parameters(type_->name)) {
      const bool itself = name == "_id";
      if (!itself && !find_parameter(*type_, name)) continue;
      XL_TRY(Clause clause,
             compiler.compile({std::string(name), "", itself ? way.patient : reference_to(way.patient)}));
      add_alternative(out, std::move(clause));
    }
    if (out.set.empty()) return Error(trust::kNotAllowed);  // the type has no parameter that could tell
  }
  for (const Condition& one : way.conditions) {
    XL_TRY(Clause clause, compiler.compile({std::string(one.parameter->name), "", one.given}));
    add_condition(out, std::move(clause));
  }
  return out;
}

Result<std::optional<Clause>> Visibility::clause(const Compiler& compiler) const {
  std::optional<Clause> out;
  if (complete_) return out;
  out.emplace();
  for (const Way& way : ways_) {
    XL_TRY(Clause one, way_clause(compiler, way));
    add_alternative(*out, std::move(one));
  }
  if (out->set.empty()) out->set.add("SELECT key AS resource FROM record_resource WHERE 0");
  return out;
}

}  // namespace xinglin::record::detail
