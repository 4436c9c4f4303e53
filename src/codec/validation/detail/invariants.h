// Invariants of elements, compiled once. The few that stand at almost every element, or that the walk answers
// on its way, have code of their own; all others are FHIRPath programs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "codec/fhir/definition_compiler.h"
#include "codec/fhir/definitions.h"
#include "codec/validation/detail/report.h"

namespace xinglin::validation::detail {

struct Scope;
struct Item;

class Invariants {
public:
  explicit Invariants(const fhir::Definitions* site);
  ~Invariants();

  struct Compiled;
  const Compiled& of(const fhir::Constraint& constraint) const;
  // Those whose expression does not compile, as "key: why".
  std::vector<std::string> uncompiled() const;

private:
  struct Table;
  std::vector<Table> tables_;
};

// Runs them for one walk.
class InvariantRunner {
public:
  InvariantRunner(const Invariants& invariants, const Clock& clock);
  ~InvariantRunner();
  void check(const fhir::Constraint& constraint, const fhir::Member& member, const Item& item,
             const Place& place, const Scope& scope, Report& report);

private:
  struct Engine;
  std::optional<bool> run(const Invariants::Compiled& compiled, const fhir::Member& member, const Item& item,
                          const Scope& scope);
  const Invariants& invariants_;
  const Clock& clock_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace xinglin::validation::detail
