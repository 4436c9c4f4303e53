// Quantities: of literals, of FHIR's Quantity elements, of numbers; compared and multiplied through UCUM.
// Calendar years and months stand apart from UCUM's, which are means (FHIRPath 2.0 section 4.1.9, 6.1.1).
#include <array>

#include "base/json_text.h"
#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"

namespace xinglin::fhirpath::detail {
namespace {

constexpr std::array<std::string_view, 8> kCodes{"a", "mo", "wk", "d", "h", "min", "s", "ms"};

enum class Years { Apart, AsMeans };

// The unit as UCUM writes it; nullopt: a calendar year or month.
std::optional<std::string_view> code_of(const Quantity& q, Years years) {
  if (!q.is_calendar) return q.unit;
  const auto word = parse_calendar_unit(q.unit);
  if (!word) return std::nullopt;
  const bool is_definite = *word != CalendarUnit::Year && *word != CalendarUnit::Month;
  if (!is_definite && years == Years::Apart) return std::nullopt;
  return kCodes[static_cast<size_t>(*word)];
}

std::optional<Decimal> months_of(const Quantity& q) {
  if (!q.is_calendar) return std::nullopt;
  if (q.unit == "month") return q.value;
  return q.unit == "year" ? multiply(q.value, Decimal(12)) : std::nullopt;
}

std::optional<Decimal> converted(Machine& m, const Decimal& value, std::string_view from,
                                 std::string_view to) {
  if (from == to) return value;
  const auto source = m.units.parse(from), target = m.units.parse(to);
  const auto number = ucum::Decimal::parse(value.text());
  if (!source.ok() || !target.ok() || !number.ok() || from.empty() || to.empty()) return std::nullopt;
  const auto result = ucum::convert(*number, **source, **target);
  return result.ok() ? Decimal::parse(result->text()) : std::nullopt;
}

std::optional<Decimal> in_unit(Machine& m, const Quantity& q, const Quantity& other, Years years) {
  if (q.unit == other.unit && q.is_calendar == other.is_calendar) return q.value;
  if (const auto months = months_of(q); months && months_of(other))
    return other.unit == "month" ? months : divide(*months, Decimal(12));
  const auto from = code_of(q, years), to = code_of(other, years);
  if (!from || !to) return std::nullopt;
  return converted(m, q.value, *from, *to);
}

std::string grouped(std::string_view unit) {
  return unit.find('/') == std::string_view::npos ? std::string(unit) : "(" + std::string(unit) + ")";
}

}  // namespace

std::optional<Quantity> quantity_of(const Value& v) {
  if (v.kind() == Kind::Quantity) return v.raw_quantity();
  if (v.kind() == Kind::Integer) return Quantity{Decimal(v.raw_integer())};
  if (v.kind() == Kind::Decimal) return Quantity{v.raw_decimal()};
  const json::object* object = v.object();
  if (object == nullptr || !is_a(v.type(), "Quantity") || object->if_contains("comparator") != nullptr)
    return std::nullopt;
  // Not by the machine's stack: callers hold spans into it.
  static const std::string kKept = json::kept_key("value");
  const json::value* number = object->if_contains("value");
  if (number == nullptr) return std::nullopt;
  const auto value = Value::element(number, kUnknownType, object->if_contains(kKept)).as_decimal();
  if (!value) return std::nullopt;
  const auto code = json::find_string(*object, "code"), unit = json::find_string(*object, "unit");
  return Quantity{*value, code ? *code : unit ? *unit : "1"};
}

std::optional<Decimal> in_unit_of(Machine& m, const Quantity& q, const Quantity& other) {
  return in_unit(m, q, other, Years::Apart);
}

Truth equal_quantities(Machine& m, const Quantity& a, const Quantity& b) {
  const auto value = in_unit(m, b, a, Years::Apart);
  return value ? truth_of(a.value == *value) : Truth::Empty;
}

// To the precision of the coarser of the two.
bool equivalent_quantities(Machine& m, const Quantity& a, const Quantity& b) {
  const auto b_there = in_unit(m, b, a, Years::AsMeans);
  if (!b_there) return false;
  const auto a_there = in_unit(m, a, b, Years::AsMeans);
  if (!a_there) return false;
  const auto same = [](const Decimal& x, const Decimal& y, int scale) {
    return x.rounded(scale, Decimal::Rounding::HalfUp) == y.rounded(scale, Decimal::Rounding::HalfUp);
  };
  return a.value == *b_there || same(a.value, *b_there, a.value.trimmed().scale()) ||
         same(b.value, *a_there, b.value.trimmed().scale());
}

std::optional<Quantity> multiply_quantities(Machine& m, const Quantity& a, const Quantity& b) {
  const auto value = multiply(a.value, b.value);
  const auto x = code_of(a, Years::AsMeans), y = code_of(b, Years::AsMeans);
  if (!value || !x || !y) return std::nullopt;
  if (*x == "1") return Quantity{*value, b.unit, b.is_calendar};
  if (*y == "1") return Quantity{*value, a.unit, a.is_calendar};
  return Quantity{*value, m.keep_text(grouped(*x) + "." + grouped(*y))};
}

std::optional<Quantity> divide_quantities(Machine& m, const Quantity& a, const Quantity& b) {
  const auto value = divide(a.value, b.value);
  const auto x = code_of(a, Years::AsMeans), y = code_of(b, Years::AsMeans);
  if (!value || !x || !y) return std::nullopt;
  if (*x == *y) return Quantity{*value};
  if (*y == "1") return Quantity{*value, a.unit, a.is_calendar};
  const bool is_simple = y->find_first_of("./") == std::string_view::npos;
  return Quantity{
      *value, m.keep_text(grouped(*x) + "/" + (is_simple ? std::string(*y) : "(" + std::string(*y) + ")"))};
}

}  // namespace xinglin::fhirpath::detail
