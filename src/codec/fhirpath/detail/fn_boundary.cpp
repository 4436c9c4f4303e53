// lowBoundary, highBoundary, precision, comparable: FHIRPath 2.1 section 5.5.10 to 5.5.12, 5.9.
#include <array>

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

using Arguments1 = std::span<const Value>;
using Rounding = Decimal::Rounding;

constexpr int kDecimalDigits = 8;

bool is_number(const Value& v) {
  return v.kind() == Kind::Integer || v.kind() == Kind::Decimal;
}

// A decimal stands for everything that is rounded to it: half a unit of its last digit to either side.
std::optional<Decimal> boundary_of(const Decimal& v, Boundary which, int digits) {
  const auto half = divide(Decimal(5), *Decimal::parse("1e" + std::to_string(v.scale() + 1)));
  if (digits < 0 || digits > Decimal::kScaleMax || !half) return std::nullopt;
  const auto edge = which == Boundary::Low ? subtract(v, *half) : add(v, *half);
  if (!edge) return std::nullopt;
  // The edge away from zero is rounded, the one towards zero is cut.
  const bool is_away = v.is_zero() || v.is_negative() == (which == Boundary::Low);
  return edge->with_scale(digits, is_away ? Rounding::HalfUp : Rounding::Truncate);
}

std::optional<Value> boundary(Machine& m, const Value& input, Arguments1 args, Boundary which) {
  std::optional<int> digits;
  if (!args.empty()) {
    if (args[0].kind() != Kind::Integer) {
      m.fail(errors::kExecution, "a precision is an Integer");
      return std::nullopt;
    }
    if (args[0].raw_integer() < 0 || args[0].raw_integer() > 100) return std::nullopt;
    digits = static_cast<int>(args[0].raw_integer());
  }
  if (is_number(input)) {
    const Decimal v = input.kind() == Kind::Integer ? Decimal(input.raw_integer()) : input.raw_decimal();
    const auto edge = boundary_of(v, which, digits.value_or(kDecimalDigits));
    return edge ? std::optional(m.make(*edge)) : std::nullopt;
  }
  std::optional<Temporal> moment;
  if (input.kind() == Kind::Date || input.kind() == Kind::DateTime) {
    moment = date_boundary(input.raw_temporal(), which, digits.value_or(input.kind() == Kind::Date ? 8 : 17));
  } else if (input.kind() == Kind::Time) {
    moment = time_boundary(input.raw_temporal(), which, digits.value_or(9));
  } else if (auto quantity = quantity_of(input)) {
    const auto edge = boundary_of(quantity->value, which, digits.value_or(kDecimalDigits));
    if (!edge) return std::nullopt;
    quantity->value = *edge;
    return m.make(*quantity);
  } else {
    m.fail(errors::kExecution, std::string("a ").append(input.type_name()).append(" has no boundaries"));
  }
  return moment ? std::optional(Value::temporal(input.kind(), *moment)) : std::nullopt;
}

std::optional<Value> run_low(Machine& m, const Value& input, Arguments1 args) {
  return boundary(m, input, args, Boundary::Low);
}
std::optional<Value> run_high(Machine& m, const Value& input, Arguments1 args) {
  return boundary(m, input, args, Boundary::High);
}

std::optional<Value> run_precision(Machine& m, const Value& input, Arguments1) {
  switch (input.kind()) {
    case Kind::Integer:
      return Value::integer(0);
    case Kind::Decimal:
      return Value::integer(input.raw_decimal().scale());
    case Kind::Date:
    case Kind::DateTime:
      return Value::integer(date_digits(input.raw_temporal()));
    case Kind::Time:
      return Value::integer(time_digits(input.raw_temporal()));
    default:
      break;
  }
  m.fail(errors::kExecution, std::string("a ").append(input.type_name()).append(" has no precision"));
  return std::nullopt;
}

std::optional<Value> run_comparable(Machine& m, const Value& input, Arguments1 args) {
  const auto a = quantity_of(input), b = quantity_of(args[0]);
  if (!a || !b) return std::nullopt;
  return Value::boolean(in_unit_of(m, *a, *b).has_value());
}

constexpr std::array kFunctions{
    scalar("lowBoundary", 0, 1, Gives::InputItem, run_low),
    scalar("highBoundary", 0, 1, Gives::InputItem, run_high),
    scalar("precision", 0, 0, Gives::Integer, run_precision),
    scalar("comparable", 1, 1, Gives::Boolean, run_comparable),
};

}  // namespace

std::span<const FunctionDef> boundary_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
