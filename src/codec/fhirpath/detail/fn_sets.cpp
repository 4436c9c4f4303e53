// Collections as sets: FHIRPath 2.0 section 5.1 (subsetOf ...), 5.3, 5.4, 6.3.1; children and descendants
// (5.8).
#include <algorithm>

#include "codec/fhirpath/detail/machine.h"

namespace xinglin::fhirpath::detail {
namespace {

bool run_distinct(Machine& m, const Node&, size_t base) {
  return make_distinct(m, base);
}
bool run_is_distinct(Machine& m, const Node&, size_t base) {
  const size_t before = m.count(base);
  return make_distinct(m, base) && m.give(base, m.count(base) == before);
}

// Pushes the argument's items after the input's; gives where they begin.
std::optional<size_t> push_argument(Machine& m, const Node& call) {
  const size_t middle = m.size();
  if (!m.eval(call.args[0])) return std::nullopt;
  return middle;
}

bool run_union(Machine& m, const Node& call, size_t base) {
  return push_argument(m, call) && make_distinct(m, base);
}
bool run_combine(Machine& m, const Node& call, size_t) {
  return push_argument(m, call).has_value();
}

// Keeps of the input the items that are (or are not) among the argument's.
bool keep_members(Machine& m, const Node& call, size_t base, bool wanted) {
  const auto middle = push_argument(m, call);
  if (!middle) return false;
  const auto others = m.keep(m.from(*middle));
  m.pop_to(*middle);
  size_t kept = base;
  for (size_t i = base; i < *middle && !m.has_failed(); ++i)
    if (is_in(m, m.at(i), others) == wanted) m.at(kept++) = m.at(i);
  m.pop_to(kept);
  return !m.has_failed();
}
bool run_intersect(Machine& m, const Node& call, size_t base) {
  return keep_members(m, call, base, true) && make_distinct(m, base);
}
bool run_exclude(Machine& m, const Node& call, size_t base) {
  return keep_members(m, call, base, false);
}

bool run_subset_of(Machine& m, const Node& call, size_t base) {
  const auto middle = push_argument(m, call);
  if (!middle) return false;
  const auto others = m.from(*middle);
  const auto mine = m.from(base).first(*middle - base);
  const bool all = std::all_of(mine.begin(), mine.end(), [&](const Value& v) { return is_in(m, v, others); });
  return !m.has_failed() && m.give(base, all);
}
bool run_superset_of(Machine& m, const Node& call, size_t base) {
  const auto middle = push_argument(m, call);
  if (!middle) return false;
  const auto others = m.from(*middle);
  const auto mine = m.from(base).first(*middle - base);
  const bool all =
      std::all_of(others.begin(), others.end(), [&](const Value& v) { return is_in(m, v, mine); });
  return !m.has_failed() && m.give(base, all);
}

bool run_children(Machine& m, const Node&, size_t base) {
  const size_t end = m.size();
  for (size_t i = base; i < end; ++i)
    if (const Value item = m.at(i); !m.push_children(item)) return false;
  m.keep_from(base, end);
  return true;
}

// As repeat(children()), breadth first, but without looking for equal ones.
bool run_descendants(Machine& m, const Node&, size_t base) {
  const size_t end = m.size();
  for (size_t i = base; i < m.size(); ++i)
    if (const Value item = m.at(i); !m.push_children(item)) return false;
  m.keep_from(base, end);
  return true;
}

constexpr std::array kFunctions{
    stacked("distinct", 0, 0, Gives::Input, run_distinct),
    stacked("isDistinct", 0, 0, Gives::Boolean, run_is_distinct),
    stacked("union", 1, 1, Gives::Both, run_union),
    stacked("combine", 1, 1, Gives::Both, run_combine),
    stacked("intersect", 1, 1, Gives::Input, run_intersect),
    stacked("exclude", 1, 1, Gives::Input, run_exclude),
    stacked("subsetOf", 1, 1, Gives::Boolean, run_subset_of),
    stacked("supersetOf", 1, 1, Gives::Boolean, run_superset_of),
    stacked("children", 0, 0, Gives::Anything, run_children),
    stacked("descendants", 0, 0, Gives::Anything, run_descendants),
};

}  // namespace

std::span<const FunctionDef> set_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
