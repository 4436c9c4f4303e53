// Mathematics: FHIRPath 2.0 section 5.7. Roots, powers and logarithms that are no exact decimals are given to
// 15 digits.
#include <array>
#include <charconv>
#include <cmath>

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

using Arguments1 = std::span<const Value>;
using Rounding = Decimal::Rounding;

std::optional<Decimal> number_of(Machine& m, const Value& v) {
  if (v.kind() == Kind::Integer) return Decimal(v.raw_integer());
  if (v.kind() == Kind::Decimal) return v.raw_decimal();
  m.fail(errors::kExecution, std::string("a number is expected, not a ").append(v.type_name()));
  return std::nullopt;
}

std::optional<Value> integer_result(const std::optional<Decimal>& d) {
  const auto whole = d ? d->to_integer() : std::nullopt;
  if (!whole || *whole > INT32_MAX || *whole < INT32_MIN) return std::nullopt;
  return Value::integer(*whole);
}

// To 15 significant digits, which is what a double holds.
std::optional<Value> double_result(Machine& m, double v) {
  if (!std::isfinite(v)) return std::nullopt;
  std::array<char, 48> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::scientific, 14).ptr;
  const auto d = Decimal::parse({buffer.data(), static_cast<size_t>(end - buffer.data())});
  return d ? std::optional(m.make(d->trimmed())) : std::nullopt;
}

std::optional<Value> run_abs(Machine& m, const Value& input, Arguments1) {
  if (input.kind() == Kind::Integer) {
    const int64_t v = input.raw_integer();
    return integer_result(Decimal(v < 0 ? -v : v));
  }
  if (input.kind() != Kind::Decimal) {
    if (auto quantity = quantity_of(input)) {
      quantity->value = quantity->value.magnitude();
      return m.make(*quantity);
    }
  }
  const auto v = number_of(m, input);
  return v ? std::optional(m.make(v->magnitude())) : std::nullopt;
}

std::optional<Value> to_whole(Machine& m, const Value& input, Rounding how) {
  const auto v = number_of(m, input);
  return v ? integer_result(v->rounded(0, how)) : std::nullopt;
}
std::optional<Value> run_ceiling(Machine& m, const Value& input, Arguments1) {
  return to_whole(m, input, Rounding::Ceiling);
}
std::optional<Value> run_floor(Machine& m, const Value& input, Arguments1) {
  return to_whole(m, input, Rounding::Floor);
}
std::optional<Value> run_truncate(Machine& m, const Value& input, Arguments1) {
  return to_whole(m, input, Rounding::Truncate);
}

std::optional<Value> run_round(Machine& m, const Value& input, Arguments1 args) {
  const auto v = number_of(m, input);
  if (!v) return std::nullopt;
  int64_t scale = 0;
  if (!args.empty()) {
    if (args[0].kind() != Kind::Integer || args[0].raw_integer() < 0) {
      m.fail(errors::kExecution, "round() wants a precision of 0 or more");
      return std::nullopt;
    }
    scale = std::min<int64_t>(args[0].raw_integer(), Decimal::kScaleMax);
  }
  return m.make(v->rounded(static_cast<int>(scale), Rounding::HalfUp));
}

std::optional<Value> run_exp(Machine& m, const Value& input, Arguments1) {
  const auto v = number_of(m, input);
  return v ? double_result(m, std::exp(v->to_double())) : std::nullopt;
}
std::optional<Value> run_ln(Machine& m, const Value& input, Arguments1) {
  const auto v = number_of(m, input);
  return v && !v->is_zero() && !v->is_negative() ? double_result(m, std::log(v->to_double())) : std::nullopt;
}
std::optional<Value> run_log(Machine& m, const Value& input, Arguments1 args) {
  const auto v = number_of(m, input), base = number_of(m, args[0]);
  if (!v || !base || v->is_zero() || v->is_negative() || base->is_zero() || base->is_negative())
    return std::nullopt;
  const double divisor = std::log2(base->to_double());
  return divisor == 0 ? std::nullopt : double_result(m, std::log2(v->to_double()) / divisor);
}

std::optional<Value> run_sqrt(Machine& m, const Value& input, Arguments1) {
  const auto v = number_of(m, input);
  if (!v || v->is_negative()) return std::nullopt;
  return double_result(m, std::sqrt(v->to_double()));
}

// Whole exponents by repeated multiplication, exactly.
std::optional<Decimal> whole_power(Decimal base, int64_t exponent) {
  std::optional<Decimal> result = Decimal(1);
  std::optional<Decimal> square = base;
  for (; exponent > 0 && result; exponent /= 2) {
    if (!square) return std::nullopt;
    if (exponent % 2 == 1) result = multiply(*result, *square);
    square = multiply(*square, *square);
  }
  return result;
}

std::optional<Value> run_power(Machine& m, const Value& input, Arguments1 args) {
  const auto v = number_of(m, input), exponent = number_of(m, args[0]);
  if (!v || !exponent) return std::nullopt;
  const auto whole = exponent->to_integer();
  constexpr int64_t kMost = 10'000;
  if (whole && *whole >= 0 && *whole <= kMost) {
    const auto exact = whole_power(*v, *whole);
    if (!exact) return std::nullopt;
    if (input.kind() == Kind::Integer && args[0].kind() == Kind::Integer) return integer_result(exact);
    return m.make(*exact);
  }
  return double_result(m, std::pow(v->to_double(), exponent->to_double()));
}

constexpr std::array kFunctions{
    scalar("abs", 0, 0, Gives::InputItem, run_abs),   scalar("ceiling", 0, 0, Gives::Integer, run_ceiling),
    scalar("floor", 0, 0, Gives::Integer, run_floor), scalar("truncate", 0, 0, Gives::Integer, run_truncate),
    scalar("round", 0, 1, Gives::Decimal, run_round), scalar("exp", 0, 0, Gives::Decimal, run_exp),
    scalar("ln", 0, 0, Gives::Decimal, run_ln),       scalar("log", 1, 1, Gives::Decimal, run_log),
    scalar("sqrt", 0, 0, Gives::Decimal, run_sqrt),   scalar("power", 1, 1, Gives::Unknown, run_power),
};

}  // namespace

std::span<const FunctionDef> math_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
