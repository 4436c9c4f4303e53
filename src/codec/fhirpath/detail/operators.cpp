// Operators that give a Boolean, and those of numbers and texts. FHIRPath 2.0 section 6.
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {

// FHIR's primitives are read as the System values they stand for (FHIR R4 2.9.1.1).
Value to_system(Machine& m, const Value& v) {
  const json::value* json = v.json();
  if (json == nullptr) return v;
  switch (json->kind()) {
    case boost::json::kind::bool_:
      return Value::boolean(json->get_bool());
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: {
      const auto whole = v.as_integer();
      // Integer has 32 bits; what is beyond counts as a Decimal.
      const bool fits = whole && *whole <= INT32_MAX && *whole >= INT32_MIN;
      if (fits && system_kind(v.type()) != Kind::Decimal) return Value::integer(*whole);
      const auto decimal = v.as_decimal();
      return decimal ? m.make(*decimal) : v;
    }
    case boost::json::kind::string:
      break;
    default:
      return v;
  }
  const std::string_view text(json->get_string().data(), json->get_string().size());
  const Kind kind = system_kind(v.type());
  std::optional<Temporal> moment;
  if (kind == Kind::Date)
    moment = parse_date(text);
  else if (kind == Kind::DateTime)
    moment = parse_date_time(text);
  else if (kind == Kind::Time)
    moment = parse_time(text);
  return moment ? Value::temporal(kind, *moment) : Value::string(text);
}

Truth Machine::truth_of_logic(const Node& node) {
  const Truth left = truth(node.args[0]);
  if (left == Truth::Failed) return left;
  // One side may decide alone.
  if (node.op == Op::And && left == Truth::False) return Truth::False;
  if (node.op == Op::Or && left == Truth::True) return Truth::True;
  if (node.op == Op::Implies && left == Truth::False) return Truth::True;
  const Truth right = truth(node.args[1]);
  if (right == Truth::Failed) return right;
  switch (node.op) {
    case Op::And:
      return right == Truth::False ? Truth::False : left == Truth::Empty ? Truth::Empty : right;
    case Op::Or:
      return right == Truth::True ? Truth::True : left == Truth::Empty ? Truth::Empty : right;
    case Op::Implies:
      return right == Truth::True ? Truth::True : left == Truth::Empty ? Truth::Empty : right;
    default:
      break;
  }
  if (left == Truth::Empty || right == Truth::Empty) return Truth::Empty;
  return truth_of(left != right);
}

namespace {

Truth inverted(Truth t) {
  if (t == Truth::True) return Truth::False;
  return t == Truth::False ? Truth::True : t;
}

bool decides(Op op, std::strong_ordering order) {
  switch (op) {
    case Op::Less:
      return order < 0;
    case Op::LessOrEqual:
      return order <= 0;
    case Op::Greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool is_number(const Value& v) {
  return v.kind() == Kind::Integer || v.kind() == Kind::Decimal;
}
bool is_date(const Value& v) {
  return v.kind() == Kind::Date || v.kind() == Kind::DateTime;
}
Decimal number_of(const Value& v) {
  return v.kind() == Kind::Integer ? Decimal(v.raw_integer()) : v.raw_decimal();
}

}  // namespace

std::optional<std::strong_ordering> compare_items(Machine& m, const Value& a, const Value& b) {
  const Value x = to_system(m, a), y = to_system(m, b);
  if (x.kind() == Kind::Integer && y.kind() == Kind::Integer) return x.raw_integer() <=> y.raw_integer();
  if (is_number(x) && is_number(y)) return compare(number_of(x), number_of(y));
  if (x.kind() == Kind::String && y.kind() == Kind::String)
    return x.raw_string().compare(y.raw_string()) <=> 0;
  if (is_date(x) && is_date(y)) return compare_dates(x.raw_temporal(), y.raw_temporal());
  if (x.kind() == Kind::Time && y.kind() == Kind::Time)
    return compare_times(x.raw_temporal(), y.raw_temporal());
  const auto p = quantity_of(x), q = quantity_of(y);
  if (p && q) {
    const auto value = in_unit_of(m, *q, *p);
    if (!value) return std::nullopt;
    return compare(p->value, *value);
  }
  m.fail(errors::kExecution,
         std::string(x.type_name()).append(" and ").append(y.type_name()).append(" have no order"));
  return std::nullopt;
}

Truth Machine::truth_of_comparison(const Node& node) {
  const size_t base = size();
  if (!eval(node.args[0])) return Truth::Failed;
  const size_t middle = size();
  if (!eval(node.args[1])) return Truth::Failed;
  const auto left = from(base).first(middle - base);
  const auto right = from(middle);
  Truth result = Truth::Empty;
  switch (node.op) {
    case Op::Equal:
      result = equal(*this, left, right);
      break;
    case Op::NotEqual:
      result = inverted(equal(*this, left, right));
      break;
    case Op::Equivalent:
      result = equivalent(*this, left, right);
      break;
    case Op::NotEquivalent:
      result = inverted(equivalent(*this, left, right));
      break;
    default: {
      if (left.empty() || right.empty()) break;
      if (left.size() > 1 || right.size() > 1) {
        fail(errors::kExecution, "only single items have an order");
        break;
      }
      const auto order = compare_items(*this, left[0], right[0]);
      if (order) result = truth_of(decides(node.op, *order));
    }
  }
  pop_to(base);
  return has_failed() ? Truth::Failed : result;
}

Truth Machine::truth_of_membership(const Node& node) {
  const size_t base = size();
  const bool is_in_operator = node.op == Op::In;
  if (!eval(node.args[is_in_operator ? 0 : 1])) return Truth::Failed;
  const size_t middle = size();
  if (middle - base > 1) {
    fail(errors::kExecution, "only a single item can be a member");
    return Truth::Failed;
  }
  if (!eval(node.args[is_in_operator ? 1 : 0])) return Truth::Failed;
  const Truth result = middle == base ? Truth::Empty : truth_of(is_in(*this, at(base), from(middle)));
  pop_to(base);
  return has_failed() ? Truth::Failed : result;
}

bool Machine::eval_unary(const Node& node) {
  const auto value = argument(node.args[0]);
  if (!value) return !has_failed();
  if (node.op == Op::Negate) return negate(*this, *value);
  if (is_number(*value) || quantity_of(*value)) return push(*value);
  return fail(errors::kExecution, "only numbers and quantities have a sign");
}

bool Machine::eval_binary(const Node& node) {
  const auto left = argument(node.args[0]);
  if (has_failed()) return false;
  const auto right = argument(node.args[1]);
  if (has_failed()) return false;
  if (node.op == Op::Concatenate) {
    // An empty side counts as an empty text.
    if ((left && left->kind() != Kind::String) || (right && right->kind() != Kind::String))
      return fail(errors::kExecution, "& joins texts only");
    std::string joined(left ? left->raw_string() : std::string_view());
    return push(make(joined.append(right ? right->raw_string() : std::string_view())));
  }
  if (!left || !right) return true;
  return calculate(*this, node.op, *left, *right);
}

}  // namespace xinglin::fhirpath::detail
