// toX() and convertsToX(): FHIRPath 2.0 section 5.5. What cannot be converted is empty.
#include <algorithm>
#include <array>

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/unicode.h"

namespace xinglin::fhirpath::detail {
namespace {

using Arguments1 = std::span<const Value>;
using Converter = std::optional<Value> (*)(Machine&, const Value&);

std::optional<Value> to_boolean(Machine&, const Value& v) {
  constexpr std::array<std::string_view, 6> kTrue{"true", "t", "yes", "y", "1", "1.0"};
  constexpr std::array<std::string_view, 6> kFalse{"false", "f", "no", "n", "0", "0.0"};
  if (v.kind() == Kind::Boolean) return v;
  if (v.kind() == Kind::Integer || v.kind() == Kind::Decimal) {
    const Decimal d = v.kind() == Kind::Integer ? Decimal(v.raw_integer()) : v.raw_decimal();
    if (d == Decimal(1)) return Value::boolean(true);
    return d.is_zero() ? std::optional(Value::boolean(false)) : std::nullopt;
  }
  if (v.kind() != Kind::String) return std::nullopt;
  const std::string text = to_lower(v.raw_string());
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return Value::boolean(true);
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return Value::boolean(false);
  return std::nullopt;
}

bool is_number_text(std::string_view text) {
  return text.find_first_of("eE") == std::string_view::npos;
}

std::optional<Value> to_integer(Machine&, const Value& v) {
  if (v.kind() == Kind::Integer) return v;
  if (v.kind() == Kind::Boolean) return Value::integer(v.raw_boolean() ? 1 : 0);
  if (v.kind() != Kind::String || v.raw_string().find('.') != std::string_view::npos) return std::nullopt;
  const auto d = is_number_text(v.raw_string()) ? Decimal::parse(v.raw_string()) : std::nullopt;
  const auto whole = d ? d->to_integer() : std::nullopt;
  if (!whole || *whole > INT32_MAX || *whole < INT32_MIN) return std::nullopt;
  return Value::integer(*whole);
}

std::optional<Value> to_decimal(Machine& m, const Value& v) {
  if (v.kind() == Kind::Decimal) return v;
  if (v.kind() == Kind::Integer) return m.make(Decimal(v.raw_integer()));
  if (v.kind() == Kind::Boolean) return m.make(Decimal(v.raw_boolean() ? 1 : 0));
  if (v.kind() != Kind::String || !is_number_text(v.raw_string())) return std::nullopt;
  const auto d = Decimal::parse(v.raw_string());
  return d ? std::optional(m.make(*d)) : std::nullopt;
}

std::optional<Value> to_string(Machine& m, const Value& v) {
  if (v.kind() == Kind::String) return v;
  if (v.kind() == Kind::TypeInfo) return std::nullopt;
  if (!v.is_element()) return m.make(v.text());
  const auto quantity = quantity_of(v);
  return quantity ? std::optional(m.make(m.make(*quantity).text())) : std::nullopt;
}

std::optional<Value> moment(Kind kind, const std::optional<Temporal>& t) {
  return t ? std::optional(Value::temporal(kind, *t)) : std::nullopt;
}

std::optional<Value> to_date(Machine&, const Value& v) {
  if (v.kind() == Kind::Date) return v;
  std::optional<Temporal> t;
  if (v.kind() == Kind::DateTime) t = v.raw_temporal();
  if (v.kind() == Kind::String) {
    t = parse_date(v.raw_string());
    if (!t) t = parse_date_time(v.raw_string());
  }
  if (!t) return std::nullopt;
  Temporal day;
  day.year = t->year, day.month = t->month, day.day = t->day,
  day.precision = std::min(t->precision, Precision::Day);
  return Value::temporal(Kind::Date, day);
}

std::optional<Value> to_date_time(Machine&, const Value& v) {
  if (v.kind() == Kind::DateTime) return v;
  if (v.kind() == Kind::Date) return Value::temporal(Kind::DateTime, v.raw_temporal());
  return v.kind() == Kind::String ? moment(Kind::DateTime, parse_date_time(v.raw_string())) : std::nullopt;
}

std::optional<Value> to_time(Machine&, const Value& v) {
  if (v.kind() == Kind::Time) return v;
  if (v.kind() != Kind::String) return std::nullopt;
  std::string_view text = v.raw_string();
  if (text.starts_with('T')) text.remove_prefix(1);
  return moment(Kind::Time, parse_time(text));
}

// '[+-]digits[.digits] [unit]': the unit quoted, or a calendar word.
std::optional<Quantity> parse_quantity(std::string_view text) {
  const size_t end = std::min(text.find_first_not_of("+-.0123456789"), text.size());
  const auto value = Decimal::parse(text.substr(0, end));
  if (!value) return std::nullopt;
  std::string_view unit = text.substr(end);
  if (unit.empty()) return Quantity{*value};
  const size_t word = unit.find_first_not_of(" \t\r\n");
  if (word == std::string_view::npos) return std::nullopt;
  unit.remove_prefix(word);
  if (unit.size() > 2 && unit.front() == '\'' && unit.back() == '\'' && unit.find('\'', 1) == unit.size() - 1)
    return Quantity{*value, unit.substr(1, unit.size() - 2)};
  if (word == 0 || !parse_calendar_unit(unit)) return std::nullopt;
  if (unit.ends_with('s')) unit.remove_suffix(1);
  return Quantity{*value, unit, true};
}

std::optional<Value> to_quantity(Machine& m, const Value& v) {
  if (v.kind() == Kind::Boolean) return m.make(Quantity{Decimal(v.raw_boolean() ? 1 : 0)});
  const auto quantity = v.kind() == Kind::String ? parse_quantity(v.raw_string()) : quantity_of(v);
  return quantity ? std::optional(m.make(*quantity)) : std::nullopt;
}

template <Converter kConvert>
std::optional<Value> run_to(Machine& m, const Value& input, Arguments1) {
  return kConvert(m, input);
}
template <Converter kConvert>
std::optional<Value> run_converts(Machine& m, const Value& input, Arguments1) {
  return Value::boolean(kConvert(m, input).has_value());
}
// To a unit as well: toQuantity('kg').
std::optional<Value> run_to_quantity(Machine& m, const Value& input, Arguments1 args) {
  const auto made = to_quantity(m, input);
  if (!made || args.empty()) return made;
  if (args[0].kind() != Kind::String) return std::nullopt;
  std::string_view unit = args[0].raw_string();
  const bool is_calendar = parse_calendar_unit(unit).has_value();
  if (is_calendar && unit.ends_with('s')) unit.remove_suffix(1);
  const Quantity target{Decimal(1), unit, is_calendar};
  const auto value = in_unit_of(m, made->raw_quantity(), target);
  return value ? std::optional(m.make(Quantity{*value, unit, is_calendar})) : std::nullopt;
}
std::optional<Value> run_converts_to_quantity(Machine& m, const Value& input, Arguments1 args) {
  return Value::boolean(run_to_quantity(m, input, args).has_value());
}

constexpr std::array kFunctions{
    scalar("toBoolean", 0, 0, Gives::Boolean, run_to<to_boolean>),
    scalar("convertsToBoolean", 0, 0, Gives::Boolean, run_converts<to_boolean>),
    scalar("toInteger", 0, 0, Gives::Integer, run_to<to_integer>),
    scalar("convertsToInteger", 0, 0, Gives::Boolean, run_converts<to_integer>),
    scalar("toDecimal", 0, 0, Gives::Decimal, run_to<to_decimal>),
    scalar("convertsToDecimal", 0, 0, Gives::Boolean, run_converts<to_decimal>),
    scalar("toString", 0, 0, Gives::String, run_to<to_string>),
    scalar("convertsToString", 0, 0, Gives::Boolean, run_converts<to_string>),
    scalar("toDate", 0, 0, Gives::Date, run_to<to_date>),
    scalar("convertsToDate", 0, 0, Gives::Boolean, run_converts<to_date>),
    scalar("toDateTime", 0, 0, Gives::DateTime, run_to<to_date_time>),
    scalar("convertsToDateTime", 0, 0, Gives::Boolean, run_converts<to_date_time>),
    scalar("toTime", 0, 0, Gives::Time, run_to<to_time>),
    scalar("convertsToTime", 0, 0, Gives::Boolean, run_converts<to_time>),
    scalar("toQuantity", 0, 1, Gives::Quantity, run_to_quantity),
    scalar("convertsToQuantity", 0, 1, Gives::Boolean, run_converts_to_quantity),
};

}  // namespace

std::span<const FunctionDef> conversion_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
