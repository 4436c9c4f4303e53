// What the scopes of a token leave of a resource type, in the two forms that are needed: decided on one
// content (reads, old versions, the new content of a write), and as a clause of the plan, so that matches,
// totals, chains and includes never see more. The only place that knows what a restriction means for
// resources; without one it costs nothing. What cannot be decided gives nothing. SMART App Launch 2.2.0, FHIR
// R4 2.36 (compartments).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/detail/criteria.h"
#include "core/record/detail/extract.h"
#include "core/trust/access.h"

namespace xinglin::record::detail {

class Visibility {
public:
  // trust::kNotAllowed when no scope reaches this type in this way: that depends on the token, never on what
  // is stored.
  static Result<Visibility> of(const trust::Access& access, const TypeDef& type,
                               trust::Interaction interaction);
  // That, or one that covers nothing.
  static Visibility or_nothing(const trust::Access& access, const TypeDef& type,
                               trust::Interaction interaction);

  bool complete() const { return complete_; }                   // everything of the type
  bool reaches() const { return complete_ || !ways_.empty(); }  // perhaps something
  bool covers(const Rows& rows) const;
  // For the plan; nullopt when complete.
  Result<std::optional<Clause>> clause(const Compiler& compiler) const;

private:
  struct Value {  // one alternative of a criterion
    std::optional<std::string> system;
    std::string code;  // of a reference: its target
  };
  struct Condition {
    const ParameterDef* parameter;
    std::string given;
    std::vector<Value> any;
  };
  struct Way {            // a grant, made ready
    std::string patient;  // "": of any
    std::vector<Condition> conditions;
  };

  explicit Visibility(const TypeDef& type) : type_(&type) {}
  static bool answers(const ParameterDef& parameter, int64_t row_parameter);
  static std::optional<Way> prepared(const TypeDef& type, const trust::Grant& grant,
                                     trust::Interaction interaction);
  static std::optional<Condition> condition(const TypeDef& type, const trust::Criterion& criterion);
  bool belongs_to(const Rows& rows, const std::string& patient) const;
  bool holds(const Rows& rows, const Condition& condition) const;
  Result<Clause> way_clause(const Compiler& compiler, const Way& way) const;

  const TypeDef* type_;
  bool complete_ = false;
  std::vector<Way> ways_;
};

}  // namespace xinglin::record::detail
