// The stack machine behind Evaluator: every node pushes its items, operators and functions replace what they
// were given. All working memory is the stack and one arena that is emptied at the next evaluation.
#pragma once

#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/fhirpath/detail/functions.h"
#include "codec/fhirpath/detail/program.h"
#include "codec/fhirpath/evaluator.h"
#include "codec/ucum/unit_cache.h"

namespace xinglin::fhirpath::detail {

enum class Truth : uint8_t { False, True, Empty, Failed };
inline Truth truth_of(bool v) {
  return v ? Truth::True : Truth::False;
}

// What $this, $index and $total mean.
struct Scope {
  Value self;
  bool has_self = false;
  int64_t index = 0;
  std::span<const Value> total;
};

class Machine {
public:
  Machine(const Clock& clock, Host* host, const Limits& limits);

  bool start(const Program& program, const Context& context);  // runs; the result is the whole stack
  Truth test(const Program& program, const Context& context);  // runs as a condition
  std::span<const Value> items() const { return stack_; }
  const std::optional<Error>& error() const { return error_; }

  // ---- for functions and operators
  bool eval(uint32_t node);       // pushes
  Truth truth(uint32_t node);     // as a condition; leaves nothing on the stack
  Truth truth_from(size_t base);  // of the items from base on, which it takes away
  bool fail(const ErrorCode& code, std::string what);
  bool has_failed() const { return error_.has_value(); }
  bool spend(uint32_t steps = 1);

  size_t size() const { return stack_.size(); }
  size_t count(size_t base) const { return stack_.size() - base; }
  const Value& at(size_t i) const { return stack_[i]; }
  Value& at(size_t i) { return stack_[i]; }
  std::span<Value> from(size_t base) { return std::span(stack_).subspan(base); }
  bool push(const Value& v);
  void pop_to(size_t base) { stack_.resize(base); }
  bool give(size_t base, const Value& v) {  // the one result
    pop_to(base);
    return push(v);
  }
  bool give(size_t base, bool v) { return give(base, Value::boolean(v)); }
  bool give_nothing(size_t base) {
    pop_to(base);
    return true;
  }
  void keep_from(size_t base, size_t first);  // drops [base, first)
  // The single item from base on as a System value; nullopt: none, or several (which is a failure).
  std::optional<Value> single(size_t base);
  std::optional<Value> argument(uint32_t node);  // evaluated to a single System value
  // The items of a node, kept in the arena.
  std::optional<std::span<const Value>> collect(uint32_t node);
  std::span<const Value> keep(std::span<const Value> items);

  std::string_view keep_text(std::string text);
  Value make(const std::string& text) { return Value::string(keep_text(text)); }
  Value make(const Decimal& d) { return Value::decimal(arena_new(d)); }
  Value make(const Quantity& q) { return Value::quantity(arena_new(q)); }

  bool push_children(const Value& item);
  bool push_member(const Value& item, const Step& step) { return walk(item, &step, &step + 1); }
  bool push_variable(const std::string& name);

  Scope scope;
  ucum::UnitCache units;
  const Program& program() const { return *program_; }
  Host& host() { return *host_; }
  Instant now();  // the same during one evaluation
  const json::value* resource() const { return resource_; }
  const json::value* root_resource() const { return root_resource_; }
  const Value& context() const { return context_; }

private:
  void prepare(const Program& program, const Context& context);
  template <class T>
  const T* arena_new(const T& v) {
    text_bytes_ += sizeof(T);
    return new (arena_.allocate(sizeof(T), alignof(T))) T(v);
  }
  bool eval_path(const Node& node);
  bool eval_call(const Node& node);
  bool eval_scalar(const Node& node, size_t base);
  bool eval_indexer(const Node& node);
  bool eval_type(const Node& node);
  bool eval_binary(const Node& node);
  bool eval_unary(const Node& node);
  bool eval_union(const Node& node);
  Truth truth_of_logic(const Node& node);
  Truth truth_of_comparison(const Node& node);
  Truth truth_of_membership(const Node& node);
  bool walk(const Value& item, const Step* step, const Step* end);
  bool walk_case(const Value& item, const json::object& object, const StepCase& found, const Step* step,
                 const Step* end);
  bool walk_choice(const json::object& object, TypeId owner, const Step* step, const Step* end);
  bool walk_value(const json::value* v, const json::value* companion, const StepCase& found, const Step* step,
                  const Step* end);
  bool walk_dynamic(const Value& item, const json::object& object, const Step* step, const Step* end);
  bool walk_system(const Value& item, const Step* step, const Step* end);

  const Clock& clock_;
  Host nobody_;  // asked when the caller gave no Host
  Host* host_;
  Limits limits_;
  std::vector<Value> stack_;
  std::pmr::monotonic_buffer_resource arena_;
  const Program* program_ = nullptr;
  Value context_;
  const json::value* resource_ = nullptr;
  const json::value* root_resource_ = nullptr;
  std::optional<Instant> now_;
  std::optional<Error> error_;
  uint32_t steps_left_ = 0;
  uint64_t text_bytes_ = 0;
};

// An element that is a primitive with a value, as the System value it stands for; others as they are.
Value to_system(Machine& m, const Value& v);

// ---- equality.cpp
Truth equal_items(Machine& m, const Value& a, const Value& b);
bool equivalent_items(Machine& m, const Value& a, const Value& b);
Truth equal(Machine& m, std::span<const Value> a, std::span<const Value> b);
Truth equivalent(Machine& m, std::span<const Value> a, std::span<const Value> b);
uint64_t hash_item(Machine& m, const Value& v);  // equal items have equal hashes
// Leaves each item once, from base on.
bool make_distinct(Machine& m, size_t base);
bool is_in(Machine& m, const Value& item, std::span<const Value> items);

// ---- comparison.cpp: nullopt: empty, or the machine has failed
std::optional<std::strong_ordering> compare_items(Machine& m, const Value& a, const Value& b);

// ---- quantity.cpp
std::optional<Quantity> quantity_of(const Value& v);  // numbers, Quantity elements
std::optional<Decimal> in_unit_of(Machine& m, const Quantity& q,
                                  const Quantity& other);  // nullopt: not comparable
Truth equal_quantities(Machine& m, const Quantity& a, const Quantity& b);
bool equivalent_quantities(Machine& m, const Quantity& a, const Quantity& b);
std::optional<Quantity> multiply_quantities(Machine& m, const Quantity& a, const Quantity& b);
std::optional<Quantity> divide_quantities(Machine& m, const Quantity& a, const Quantity& b);

// ---- arithmetic.cpp: pushes the result or nothing
bool calculate(Machine& m, Op op, const Value& a, const Value& b);
bool negate(Machine& m, const Value& v);

}  // namespace xinglin::fhirpath::detail
