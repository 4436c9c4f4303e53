// + - * / div mod on numbers, texts, quantities, and dates with quantities. FHIRPath 2.0 section 6.6.
// Overflow and division by zero give nothing.
#include <array>

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

bool is_number(const Value& v) {
  return v.kind() == Kind::Integer || v.kind() == Kind::Decimal;
}
bool is_moment(const Value& v) {
  return v.kind() == Kind::Date || v.kind() == Kind::DateTime || v.kind() == Kind::Time;
}
Decimal number_of(const Value& v) {
  return v.kind() == Kind::Integer ? Decimal(v.raw_integer()) : v.raw_decimal();
}

bool push_integer(Machine& m, int64_t v) {
  if (v > INT32_MAX || v < INT32_MIN) return true;
  return m.push(Value::integer(v));
}

bool calculate_integers(Machine& m, Op op, int64_t a, int64_t b) {
  int64_t result = 0;
  switch (op) {
    case Op::Add:
      return __builtin_add_overflow(a, b, &result) || push_integer(m, result);
    case Op::Subtract:
      return __builtin_sub_overflow(a, b, &result) || push_integer(m, result);
    case Op::Multiply:
      return __builtin_mul_overflow(a, b, &result) || push_integer(m, result);
    case Op::Div:
      return b == 0 || (b == -1 ? push_integer(m, -a) : push_integer(m, a / b));
    default:
      return b == 0 || b == -1 ? b == 0 || push_integer(m, 0) : push_integer(m, a % b);
  }
}

bool calculate_decimals(Machine& m, Op op, const Decimal& a, const Decimal& b) {
  std::optional<Decimal> result;
  switch (op) {
    case Op::Add:
      result = add(a, b);
      break;
    case Op::Subtract:
      result = subtract(a, b);
      break;
    case Op::Multiply:
      result = multiply(a, b);
      break;
    case Op::Divide:
      result = divide(a, b);
      break;
    case Op::Mod:
      result = remainder(a, b);
      break;
    default: {
      const auto whole = quotient(a, b);
      const auto number = whole ? whole->to_integer() : std::nullopt;
      return !number || push_integer(m, *number);
    }
  }
  return !result || m.push(m.make(*result));
}

struct Duration {
  Decimal amount;
  CalendarUnit unit;
};
// What may be added to a moment: calendar words, and UCUM's definite units. A Quantity element with UCUM's
// year or month is taken as the calendar's (FHIR R4 2.9.1.1); the literals 'a' and 'mo' are not.
std::optional<Duration> duration_of(const Quantity& q, bool is_element) {
  struct Definite {
    std::string_view code;
    CalendarUnit unit;
  };
  constexpr std::array<Definite, 6> kDefinite{{{"wk", CalendarUnit::Week},
                                               {"d", CalendarUnit::Day},
                                               {"h", CalendarUnit::Hour},
                                               {"min", CalendarUnit::Minute},
                                               {"s", CalendarUnit::Second},
                                               {"ms", CalendarUnit::Millisecond}}};
  if (const auto word = parse_calendar_unit(q.unit)) return Duration{q.value, *word};
  for (const auto& [code, unit] : kDefinite)
    if (code == q.unit) return Duration{q.value.rounded(0, Decimal::Rounding::Truncate), unit};
  if (is_element && q.unit == "a") return Duration{q.value, CalendarUnit::Year};
  if (is_element && q.unit == "mo") return Duration{q.value, CalendarUnit::Month};
  return std::nullopt;
}

bool move_moment(Machine& m, Op op, const Value& moment, const Value& by) {
  const auto quantity = is_number(by) ? std::nullopt : quantity_of(by);
  const auto duration = quantity ? duration_of(*quantity, by.is_element()) : std::nullopt;
  if (!duration || (op != Op::Add && op != Op::Subtract))
    return m.fail(errors::kExecution, "only a duration in calendar units can be added to a date or time");
  const Decimal amount = op == Op::Add ? duration->amount : duration->amount.negated();
  const auto moved = moment.kind() == Kind::Time ? add_to_time(moment.raw_temporal(), amount, duration->unit)
                                                 : add_to_date(moment.raw_temporal(), amount, duration->unit);
  return !moved || m.push(Value::temporal(moment.kind(), *moved));
}

bool calculate_quantities(Machine& m, Op op, const Quantity& a, const Quantity& b) {
  std::optional<Quantity> result;
  if (op == Op::Multiply) {
    result = multiply_quantities(m, a, b);
  } else if (op == Op::Divide) {
    result = divide_quantities(m, a, b);
  } else if (const auto other = in_unit_of(m, b, a)) {
    const auto value = op == Op::Add        ? add(a.value, *other)
                       : op == Op::Subtract ? subtract(a.value, *other)
                       : op == Op::Div      ? quotient(a.value, *other)
                                            : remainder(a.value, *other);
    if (op == Op::Div) return !value || m.push(m.make(*value));
    if (value) result = Quantity{*value, a.unit, a.is_calendar};
  }
  if (!result) return true;
  return m.push(m.make(*result));
}

}  // namespace

bool negate(Machine& m, const Value& v) {
  if (v.kind() == Kind::Integer) return push_integer(m, -v.raw_integer());
  if (v.kind() == Kind::Decimal)
    return m.push(
        m.make(v.raw_decimal().is_zero() ? v.raw_decimal().magnitude() : v.raw_decimal().negated()));
  if (auto quantity = quantity_of(v)) {
    quantity->value = quantity->value.negated();
    return m.push(m.make(*quantity));
  }
  return m.fail(errors::kExecution, std::string("a ").append(v.type_name()).append(" cannot be negated"));
}

bool calculate(Machine& m, Op op, const Value& a, const Value& b) {
  if (a.kind() == Kind::Integer && b.kind() == Kind::Integer && op != Op::Divide)
    return calculate_integers(m, op, a.raw_integer(), b.raw_integer());
  if (is_number(a) && is_number(b)) return calculate_decimals(m, op, number_of(a), number_of(b));
  if (op == Op::Add && a.kind() == Kind::String && b.kind() == Kind::String)
    return m.push(m.make(std::string(a.raw_string()).append(b.raw_string())));
  if (is_moment(a)) return move_moment(m, op, a, b);
  const auto p = quantity_of(a), q = quantity_of(b);
  if (p && q) return calculate_quantities(m, op, *p, *q);
  return m.fail(errors::kExecution, std::string("there is no such operation on ")
                                        .append(a.type_name())
                                        .append(" and ")
                                        .append(b.type_name()));
}

}  // namespace xinglin::fhirpath::detail
