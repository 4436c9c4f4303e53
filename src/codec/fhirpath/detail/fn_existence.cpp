// Existence: FHIRPath 2.0 section 5.1.
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

// Calls `code(item, i)` with $this and $index set for each item of [base, end); stops when it says false.
template <class Code>
bool each(Machine& m, size_t base, size_t end, Code code) {
  const Scope outer = m.scope;
  bool goes_on = true;
  for (size_t i = base; i < end && goes_on; ++i) {
    m.scope.self = m.at(i), m.scope.has_self = true, m.scope.index = static_cast<int64_t>(i - base);
    goes_on = code();
  }
  m.scope = outer;
  return !m.has_failed();
}

bool run_empty(Machine& m, const Node&, size_t base) {
  return m.give(base, m.count(base) == 0);
}

bool run_exists(Machine& m, const Node& call, size_t base) {
  if (call.args.empty()) return m.give(base, m.count(base) > 0);
  bool found = false;
  const bool ok = each(m, base, m.size(), [&] {
    const Truth t = m.truth(call.args[0]);
    found = t == Truth::True;
    return !found && t != Truth::Failed;
  });
  return ok && m.give(base, found);
}

bool run_all(Machine& m, const Node& call, size_t base) {
  bool all = true;
  const bool ok = each(m, base, m.size(), [&] {
    const Truth t = m.truth(call.args[0]);
    all = t == Truth::True;
    return all;
  });
  return ok && m.give(base, all);
}

// allTrue, anyTrue, allFalse, anyFalse: is there an item that is `wanted`?
std::optional<bool> any_is(Machine& m, size_t base, bool wanted) {
  bool found = false;
  for (const Value& item : m.from(base)) {
    const auto value = to_system(m, item).as_boolean();
    if (!value) {
      m.fail(errors::kExecution, "all items must be Boolean");
      return std::nullopt;
    }
    found = found || *value == wanted;
  }
  return found;
}
bool run_all_true(Machine& m, const Node&, size_t base) {
  const auto found = any_is(m, base, false);
  return found && m.give(base, !*found);
}
bool run_any_true(Machine& m, const Node&, size_t base) {
  const auto found = any_is(m, base, true);
  return found && m.give(base, *found);
}
bool run_all_false(Machine& m, const Node&, size_t base) {
  const auto found = any_is(m, base, true);
  return found && m.give(base, !*found);
}
bool run_any_false(Machine& m, const Node&, size_t base) {
  const auto found = any_is(m, base, false);
  return found && m.give(base, *found);
}

bool run_not(Machine& m, const Node&, size_t base) {
  const Truth t = m.truth_from(base);
  if (t == Truth::Failed) return false;
  return t == Truth::Empty ? m.give_nothing(base) : m.give(base, t == Truth::False);
}

bool run_count(Machine& m, const Node&, size_t base) {
  return m.give(base, Value::integer(static_cast<int64_t>(m.count(base))));
}

constexpr std::array kFunctions{
    stacked("empty", 0, 0, Gives::Boolean, run_empty),
    stacked("exists", 0, 1, Gives::Boolean, run_exists, Arguments::Lambda),
    stacked("all", 1, 1, Gives::Boolean, run_all, Arguments::Lambda),
    stacked("allTrue", 0, 0, Gives::Boolean, run_all_true),
    stacked("anyTrue", 0, 0, Gives::Boolean, run_any_true),
    stacked("allFalse", 0, 0, Gives::Boolean, run_all_false),
    stacked("anyFalse", 0, 0, Gives::Boolean, run_any_false),
    stacked("not", 0, 0, Gives::Boolean, run_not),
    stacked("count", 0, 0, Gives::Integer, run_count),
};

}  // namespace

std::span<const FunctionDef> existence_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
