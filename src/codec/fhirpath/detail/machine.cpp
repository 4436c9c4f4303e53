#include "codec/fhirpath/detail/machine.h"

#include <algorithm>

#include "codec/fhirpath/detail/lexer.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

constexpr size_t kArenaBytes = 8 * 1024;
constexpr size_t kStackItems = 64;

}  // namespace

Machine::Machine(const Clock& clock, Host* host, const Limits& limits)
    : clock_(clock), host_(host != nullptr ? host : &nobody_), limits_(limits), arena_(kArenaBytes) {
  stack_.reserve(kStackItems);
}

void Machine::prepare(const Program& program, const Context& context) {
  stack_.clear();
  if (text_bytes_ != 0) arena_.release();
  program_ = &program;
  context_ = context.focus;
  resource_ = context.resource;
  if (resource_ == nullptr && is_resource(context.focus.type())) resource_ = context.focus.json();
  root_resource_ = context.root_resource != nullptr ? context.root_resource : resource_;
  now_.reset();
  error_.reset();
  steps_left_ = limits_.steps;
  text_bytes_ = 0;
  scope = {context.focus, true, 0, {}};
}

bool Machine::start(const Program& program, const Context& context) {
  prepare(program, context);
  return eval(program.root) && !has_failed();
}

Truth Machine::test(const Program& program, const Context& context) {
  prepare(program, context);
  const Truth result = truth(program.root);
  return has_failed() ? Truth::Failed : result;
}

Instant Machine::now() {
  if (!now_) now_ = clock_.now();
  return *now_;
}

bool Machine::fail(const ErrorCode& code, std::string what) {
  if (!error_) error_ = Error(code, std::move(what));
  return false;
}

bool Machine::spend(uint32_t steps) {
  if (steps_left_ < steps) {
    steps_left_ = 0;
    return fail(errors::kLimit, "the evaluation takes too many steps");
  }
  steps_left_ -= steps;
  return true;
}

bool Machine::push(const Value& v) {
  if (stack_.size() >= limits_.items) return fail(errors::kLimit, "the evaluation holds too many items");
  stack_.push_back(v);
  return true;
}

void Machine::keep_from(size_t base, size_t first) {
  stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(base),
               stack_.begin() + static_cast<std::ptrdiff_t>(first));
}

std::string_view Machine::keep_text(std::string text) {
  text_bytes_ += text.size() + 1;
  if (text_bytes_ > limits_.text_bytes) {
    fail(errors::kLimit, "the evaluation makes too much text");
    return {};
  }
  if (text.empty()) return {};
  auto* copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), copy);
  return {copy, text.size()};
}

std::span<const Value> Machine::keep(std::span<const Value> items) {
  if (items.empty()) return {};
  text_bytes_ += items.size_bytes();
  if (text_bytes_ > limits_.text_bytes) {
    fail(errors::kLimit, "the evaluation holds too many items");
    return {};
  }
  auto* copy = static_cast<Value*>(arena_.allocate(items.size_bytes(), alignof(Value)));
  std::uninitialized_copy(items.begin(), items.end(), copy);
  return {copy, items.size()};
}

std::optional<std::span<const Value>> Machine::collect(uint32_t node) {
  const size_t base = size();
  if (!eval(node)) return std::nullopt;
  const auto items = keep(from(base));
  pop_to(base);
  if (has_failed()) return std::nullopt;
  return items;
}

std::optional<Value> Machine::single(size_t base) {
  if (count(base) == 0) return std::nullopt;
  if (count(base) > 1) {
    fail(errors::kExecution, "one item is expected, there are " + std::to_string(count(base)));
    return std::nullopt;
  }
  return to_system(*this, at(base));
}

std::optional<Value> Machine::argument(uint32_t node) {
  const size_t base = size();
  if (!eval(node)) return std::nullopt;
  const auto value = single(base);
  pop_to(base);
  return value;
}

// FHIRPath 2.0 section 4.5: one item that is no boolean is true where a condition is expected.
Truth Machine::truth_from(size_t base) {
  const size_t items = count(base);
  if (items == 0) return Truth::Empty;
  if (items > 1) {
    fail(errors::kExecution, "a condition is expected, there are " + std::to_string(items) + " items");
    return Truth::Failed;
  }
  const auto value = at(base).as_boolean();
  pop_to(base);
  return truth_of(value.value_or(true));
}

Truth Machine::truth(uint32_t id) {
  const Node& node = program_->node(id);
  if (!spend()) return Truth::Failed;
  switch (node.op) {
    case Op::And:
    case Op::Or:
    case Op::Xor:
    case Op::Implies:
      return truth_of_logic(node);
    case Op::Equal:
    case Op::NotEqual:
    case Op::Equivalent:
    case Op::NotEquivalent:
    case Op::Less:
    case Op::LessOrEqual:
    case Op::Greater:
    case Op::GreaterOrEqual:
      return truth_of_comparison(node);
    case Op::In:
    case Op::Contains:
      return truth_of_membership(node);
    default:
      break;
  }
  const size_t base = size();
  return eval(id) ? truth_from(base) : Truth::Failed;
}

bool Machine::eval(uint32_t id) {
  const Node& node = program_->node(id);
  if (!spend()) return false;
  switch (node.op) {
    case Op::Nothing:
      return true;
    case Op::Literal:
      return push(node.literal);
    case Op::This:
      return !scope.has_self || push(scope.self);
    case Op::Index:
      return push(Value::integer(scope.index));
    case Op::Total:
      for (const Value& v : scope.total)
        if (!push(v)) return false;
      return true;
    case Op::Variable:
      return push_variable(node.name);
    case Op::Path:
      return eval_path(node);
    case Op::Call:
      return eval_call(node);
    case Op::Indexer:
      return eval_indexer(node);
    case Op::Negate:
    case Op::Keep:
      return eval_unary(node);
    case Op::Is:
    case Op::As:
      return eval_type(node);
    case Op::Union:
      return eval_union(node);
    case Op::Multiply:
    case Op::Divide:
    case Op::Div:
    case Op::Mod:
    case Op::Add:
    case Op::Subtract:
    case Op::Concatenate:
      return eval_binary(node);
    default:
      break;
  }
  const Truth value = truth(id);
  if (value == Truth::Failed) return false;
  return value == Truth::Empty || push(Value::boolean(value == Truth::True));
}

bool Machine::eval_call(const Node& node) {
  const size_t base = size();
  if (node.input != kNoNode) {
    if (!eval(node.input)) return false;
  } else if (scope.has_self && !push(scope.self)) {
    return false;
  }
  if (node.function->scalar != nullptr) return eval_scalar(node, base);
  if (node.function->stack(*this, node, base)) return true;
  return fail(errors::kExecution, node.name + "() failed");
}

bool Machine::eval_scalar(const Node& node, size_t base) {
  const auto input = single(base);
  if (!input) {
    if (has_failed()) return fail(errors::kExecution, "");
    return give_nothing(base);
  }
  at(base) = *input;
  for (const uint32_t argument_node : node.args) {
    const auto value = argument(argument_node);
    if (has_failed()) return false;
    if (!value) return give_nothing(base);
    if (!push(*value)) return false;
  }
  const Value subject = at(base);
  if (node.function->takes == Takes::Text && subject.kind() != Kind::String)
    return fail(errors::kExecution,
                error_at(errors::kExecution, node.offset, node.name + "() wants a text").message());
  const auto result = node.function->scalar(*this, subject, from(base).subspan(1));
  if (has_failed()) return false;
  return result ? give(base, *result) : give_nothing(base);
}

bool Machine::eval_indexer(const Node& node) {
  const size_t base = size();
  if (!eval(node.input)) return false;
  const auto index = argument(node.args[0]);
  if (has_failed()) return false;
  if (!index) return give_nothing(base);
  if (index->kind() != Kind::Integer) return fail(errors::kExecution, "an index is an Integer");
  const int64_t i = index->raw_integer();
  if (i < 0 || static_cast<uint64_t>(i) >= count(base)) return give_nothing(base);
  const Value wanted = at(base + static_cast<size_t>(i));
  return give(base, wanted);
}

bool Machine::eval_type(const Node& node) {
  const size_t base = size();
  if (!eval(node.input)) return false;
  if (node.op == Op::Is) {
    if (count(base) == 0) return true;
    if (count(base) > 1) return fail(errors::kExecution, "`is` wants one item");
    return give(base, node.target.matches(at(base).type()));
  }
  if (!node.target.is_known) return fail(errors::kExecution, "there is no type " + node.target.name);
  if (count(base) > 1 && program_->checking != Checking::Lenient)
    return fail(errors::kExecution, "`as` wants one item");
  size_t kept = base;
  for (size_t i = base; i < size(); ++i)
    if (node.target.matches_value(at(i).type())) at(kept++) = at(i);
  pop_to(kept);
  return true;
}

bool Machine::eval_union(const Node& node) {
  // A chain of unions is one: a | b | c.
  const size_t base = size();
  if (!eval(node.args[0])) return false;
  if (!eval(node.args[1])) return false;
  return make_distinct(*this, base);
}

bool Machine::push_variable(const std::string& name) {
  constexpr std::string_view kValueSets = "http://hl7.org/fhir/ValueSet/";
  constexpr std::string_view kExtensions = "http://hl7.org/fhir/StructureDefinition/";
  if (name == "context") return push(context_);
  if (name == "resource" || name == "rootResource") {
    const json::value* found = name == "resource" ? resource_ : root_resource_;
    return found == nullptr || push(Value::resource(*found));
  }
  if (name == "sct") return push(Value::string("http://snomed.info/sct"));
  if (name == "loinc") return push(Value::string("http://loinc.org"));
  if (name == "ucum") return push(Value::string("http://unitsofmeasure.org"));
  if (const auto given = host_->variable(name)) {
    for (const Value& v : *given)
      if (!push(v)) return false;
    return true;
  }
  if (name.starts_with("vs-")) return push(make(std::string(kValueSets).append(name, 3)));
  if (name.starts_with("ext-")) return push(make(std::string(kExtensions).append(name, 4)));
  return fail(errors::kExecution, "there is no variable %" + name);
}

bool TypeTarget::matches(TypeId of) const {
  if (is_system_type(of)) return is_system && name_of(of) == name;
  return type != kUnknownType && (of == type || is_a(of, name));
}

bool TypeTarget::matches_value(TypeId of) const {
  if (is_system_type(of) || of == type || !is_primitive(of)) return matches(of);
  return false;
}

}  // namespace xinglin::fhirpath::detail
