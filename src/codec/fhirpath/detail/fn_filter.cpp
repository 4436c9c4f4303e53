// Filtering, projection, subsetting, aggregates: FHIRPath 2.0 section 5.2, 5.3, 7.1; iif (5.5.1), sort().
#include <algorithm>
#include <numeric>

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

// Sets $this and $index to an item, and puts the outer scope back.
class Focus {
public:
  explicit Focus(Machine& m) : m_(m), outer_(m.scope) {}
  ~Focus() { m_.scope = outer_; }
  Focus(const Focus&) = delete;
  Focus& operator=(const Focus&) = delete;
  void on(const Value& item, size_t index) {
    m_.scope.self = item, m_.scope.has_self = true, m_.scope.index = static_cast<int64_t>(index);
  }

private:
  Machine& m_;
  Scope outer_;
};

bool run_where(Machine& m, const Node& call, size_t base) {
  Focus focus(m);
  const size_t items = m.count(base);
  size_t kept = base;
  for (size_t i = 0; i < items; ++i) {
    const Value item = m.at(base + i);
    focus.on(item, i);
    const Truth t = m.truth(call.args[0]);
    if (t == Truth::Failed) return false;
    if (t == Truth::True) m.at(kept++) = item;
  }
  m.pop_to(kept);
  return true;
}

bool run_select(Machine& m, const Node& call, size_t base) {
  Focus focus(m);
  const size_t end = m.size();
  for (size_t i = base; i < end; ++i) {
    focus.on(m.at(i), i - base);
    if (!m.eval(call.args[0])) return false;
  }
  m.keep_from(base, end);
  return true;
}

// Each round asks the projection of what the last one found anew, until nothing new comes.
bool run_repeat(Machine& m, const Node& call, size_t base) {
  Focus focus(m);
  size_t inputs = m.count(base), next = base;
  const size_t found = base + inputs;
  while (next < m.size()) {
    const size_t end = m.size();
    for (; next < end; ++next) {
      focus.on(m.at(next), next - base);
      const size_t fresh = m.size();
      if (!m.eval(call.args[0])) return false;
      // Keep of the fresh ones those that were not found before.
      size_t kept = fresh;
      for (size_t i = fresh; i < m.size(); ++i) {
        const Value item = m.at(i);
        if (!is_in(m, item, m.from(found).first(kept - found))) m.at(kept++) = item;
        if (m.has_failed()) return false;
      }
      m.pop_to(kept);
    }
  }
  m.keep_from(base, found);
  return true;
}

bool run_of_type(Machine& m, const Node& call, size_t base) {
  if (!call.target.is_known) return m.fail(errors::kExecution, "there is no type " + call.target.name);
  size_t kept = base;
  for (size_t i = base; i < m.size(); ++i)
    if (call.target.matches_value(m.at(i).type())) m.at(kept++) = m.at(i);
  m.pop_to(kept);
  return true;
}

bool run_single(Machine& m, const Node&, size_t base) {
  return m.count(base) <= 1 || m.fail(errors::kExecution, "single() found several items");
}
bool run_first(Machine& m, const Node&, size_t base) {
  m.pop_to(std::min(m.size(), base + 1));
  return true;
}
bool run_last(Machine& m, const Node&, size_t base) {
  if (m.count(base) > 1) m.keep_from(base, m.size() - 1);
  return true;
}
bool run_tail(Machine& m, const Node&, size_t base) {
  m.keep_from(base, std::min(m.size(), base + 1));
  return true;
}

// The number given to skip() or take(), cut to the items there are.
std::optional<size_t> number_argument(Machine& m, const Node& call, size_t items) {
  const auto value = m.argument(call.args[0]);
  if (m.has_failed()) return std::nullopt;
  if (!value || value->kind() != Kind::Integer) {
    m.fail(errors::kExecution, call.name + "() wants an Integer");
    return std::nullopt;
  }
  return static_cast<size_t>(std::clamp<int64_t>(value->raw_integer(), 0, static_cast<int64_t>(items)));
}
bool run_skip(Machine& m, const Node& call, size_t base) {
  const auto number = number_argument(m, call, m.count(base));
  if (number) m.keep_from(base, base + *number);
  return number.has_value();
}
bool run_take(Machine& m, const Node& call, size_t base) {
  const auto number = number_argument(m, call, m.count(base));
  if (number) m.pop_to(base + *number);
  return number.has_value();
}

bool run_aggregate(Machine& m, const Node& call, size_t base) {
  std::span<const Value> total;
  if (call.args.size() == 2) {
    const auto first = m.collect(call.args[1]);
    if (!first) return false;
    total = *first;
  }
  Focus focus(m);
  const size_t end = m.size();
  for (size_t i = base; i < end; ++i) {
    focus.on(m.at(i), i - base);
    m.scope.total = total;
    const auto next = m.collect(call.args[0]);
    if (!next) return false;
    total = *next;
  }
  m.pop_to(base);
  return std::all_of(total.begin(), total.end(), [&](const Value& v) { return m.push(v); });
}

bool run_iif(Machine& m, const Node& call, size_t base) {
  if (m.count(base) > 1) return m.fail(errors::kExecution, "iif() wants at most one item");
  Focus focus(m);
  if (m.count(base) == 1) m.scope.self = m.at(base), m.scope.has_self = true;
  m.pop_to(base);
  const Truth t = m.truth(call.args[0]);
  if (t == Truth::Failed) return false;
  if (t == Truth::True) return m.eval(call.args[1]);
  return call.args.size() < 3 || m.eval(call.args[2]);
}

struct SortKey {
  std::optional<Value> value;
  bool descends = false;
};

// Whether a comes before b; items without a key come last, first when descending.
bool comes_before(Machine& m, std::span<const SortKey> a, std::span<const SortKey> b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].value.has_value() != b[i].value.has_value()) return a[i].value.has_value() != a[i].descends;
    if (!a[i].value || m.has_failed()) continue;
    const auto order = compare_items(m, *a[i].value, *b[i].value);
    if (order && *order != 0) return a[i].descends ? *order > 0 : *order < 0;
  }
  return false;
}

bool run_sort(Machine& m, const Node& call, size_t base) {
  const size_t items = m.count(base);
  const size_t width = std::max<size_t>(1, call.args.size());
  if (!m.spend(static_cast<uint32_t>(std::min<size_t>(items * 16, UINT32_MAX)))) return false;
  std::vector<SortKey> keys;
  keys.reserve(items * width);
  {
    Focus focus(m);
    for (size_t i = 0; i < items; ++i) {
      focus.on(m.at(base + i), i);
      if (call.args.empty()) keys.push_back({m.at(base + i), false});
      for (const uint32_t key : call.args) {
        // -key sorts downwards, whatever the key's type.
        const Node& node = m.program().node(key);
        const bool descends = node.op == Op::Negate;
        keys.push_back({m.argument(descends ? node.args[0] : key), descends});
        if (m.has_failed()) return false;
      }
    }
  }
  std::vector<size_t> order(items);
  std::iota(order.begin(), order.end(), size_t{0});
  const auto keys_of = [&](size_t i) { return std::span<const SortKey>(keys).subspan(i * width, width); };
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return comes_before(m, keys_of(a), keys_of(b)); });
  const auto before = m.keep(m.from(base));
  if (m.has_failed()) return false;
  for (size_t i = 0; i < items; ++i) m.at(base + i) = before[order[i]];
  return true;
}

constexpr std::array kFunctions{
    stacked("where", 1, 1, Gives::Input, run_where, Arguments::Lambda),
    stacked("select", 1, 1, Gives::Projection, run_select, Arguments::Lambda),
    stacked("repeat", 1, 1, Gives::Anything, run_repeat, Arguments::Lambda),
    stacked("ofType", 1, 1, Gives::Target, run_of_type, Arguments::Type),
    stacked("is", 1, 1, Gives::Boolean, nullptr, Arguments::Type),
    stacked("as", 1, 1, Gives::Target, nullptr, Arguments::Type),
    stacked("single", 0, 0, Gives::InputItem, run_single),
    stacked("first", 0, 0, Gives::InputItem, run_first),
    stacked("last", 0, 0, Gives::InputItem, run_last),
    stacked("tail", 0, 0, Gives::Input, run_tail),
    stacked("skip", 1, 1, Gives::Input, run_skip),
    stacked("take", 1, 1, Gives::Input, run_take),
    stacked("aggregate", 1, 2, Gives::Anything, run_aggregate, Arguments::Lambda),
    stacked("iif", 2, 3, Gives::Branches, run_iif, Arguments::Lambda),
    stacked("sort", 0, 8, Gives::Input, run_sort, Arguments::Lambda),
};

}  // namespace

std::span<const FunctionDef> filter_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
