#include "codec/ucum/unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "codec/ucum/detail/grammar.h"
#include "codec/ucum/errors.h"

namespace xinglin::ucum {

namespace {

using detail::Component;

constexpr std::array<std::string_view, 7> kBaseCodes{"m", "s", "g", "rad", "K", "C", "cd"};
constexpr int kPowerMax = 9999;

Result<int16_t> power_of(int power) {
  if (power > kPowerMax || power < -kPowerMax) return Error(kOverLimit, "a power of the unit is too large");
  return static_cast<int16_t>(power);
}

// dimension += sign * other
Result<void> add(Dimension& dimension, const Dimension& other, int sign) {
  for (size_t i = 0; i < dimension.base.size(); ++i) {
    XL_TRY(dimension.base[i], power_of(dimension.base[i] + sign * other.base[i]));
  }
  for (const auto& [row, power] : other.arbitrary) {
    auto at = std::lower_bound(dimension.arbitrary.begin(), dimension.arbitrary.end(), row,
                               [](const auto& entry, uint16_t wanted) { return entry.first < wanted; });
    if (at == dimension.arbitrary.end() || at->first != row)
      at = dimension.arbitrary.insert(at, {row, int16_t{0}});
    XL_TRY(at->second, power_of(at->second + sign * power));
    if (at->second == 0) dimension.arbitrary.erase(at);
  }
  return {};
}

std::string key_of(const Dimension& dimension) {
  std::string key;
  const auto append = [&key](std::string_view code, int power) {
    if (power == 0) return;
    if (!key.empty()) key += '.';
    key += code;
    if (power != 1) key += std::to_string(power);
  };
  for (const auto& [row, power] : dimension.arbitrary) append(detail::units()[row].code, power);
  for (size_t i = 0; i < kBaseCodes.size(); ++i) append(kBaseCodes[i], dimension.base[i]);
  return key.empty() ? "1" : key;
}

bool is_special(const Unit& unit) {
  return unit.special != Special::None || unit.special_in_product;
}

Result<Unit> combine(const Unit& a, const Unit& b, bool divided) {
  Unit out = a;
  out.special = Special::None;
  out.scale = Decimal::of(1);
  out.special_in_product = is_special(a) || is_special(b);
  out.magnitude = divided ? a.magnitude / b.magnitude : a.magnitude * b.magnitude;
  XL_CHECK(add(out.dimension, b.dimension, divided ? -1 : 1));
  return out;
}

Result<Unit> unit_of(const Component& component) {
  Unit out;
  if (component.kind == Component::Kind::Factor) out.magnitude = Decimal::of(component.factor);
  if (component.kind != Component::Kind::Unit) return out;
  const detail::UnitRow& row = *component.unit;
  const Decimal prefix = component.prefix ? component.prefix->factor : Decimal::of(1);
  Dimension one;
  for (size_t i = 0; i < one.base.size(); ++i) one.base[i] = row.base[i];
  if (row.arbitrary >= 0) one.arbitrary.push_back({static_cast<uint16_t>(row.arbitrary), int16_t{1}});
  if (component.exponent != 0) {
    for (size_t i = 0; i < one.base.size(); ++i) {
      XL_TRY(out.dimension.base[i], power_of(one.base[i] * component.exponent));
    }
    for (const auto& [arbitrary, power] : one.arbitrary)
      out.dimension.arbitrary.push_back({arbitrary, static_cast<int16_t>(power * component.exponent)});
  }
  if (row.special != Special::None && component.exponent == 1) {
    out.special = row.special;
    out.scale = prefix;
    out.magnitude = row.magnitude;
  } else {
    out.special_in_product = row.special != Special::None;
    out.magnitude = (prefix * row.magnitude).power(component.exponent);
  }
  return out;
}

// Evaluates components[at] up to the closing parenthesis or the end.
Result<Unit> evaluate(const std::vector<Component>& components, size_t& at) {
  Unit total;
  bool first = true;
  for (; at < components.size() && components[at].kind != Component::Kind::Close; ++at) {
    const Component& component = components[at];
    if (component.kind == Component::Kind::Annotation && !first) continue;  // the unit 1
    Unit next;
    if (component.kind == Component::Kind::Open) {
      ++at;
      XL_TRY(next, evaluate(components, at));
    } else {
      XL_TRY(next, unit_of(component));
    }
    if (first && !component.divided) {
      total = std::move(next);
    } else {
      XL_TRY(total, combine(total, next, component.divided));
    }
    first = false;
  }
  return total;
}

Error not_comparable(const Unit& a, const Unit& b) {
  return {kNotComparable,
          fmt::format("the units are not comparable: one is in {}, the other in {}", a.key, b.key)};
}

}  // namespace

Result<Unit> parse(std::string_view code) {
  Unit unit;
  if (!code.empty()) {
    XL_TRY(const std::vector<Component> components, detail::read(code));
    size_t at = 0;
    XL_TRY(unit, evaluate(components, at));
  }
  unit.key = key_of(unit.dimension);
  return unit;
}

Result<void> validate(std::string_view code) {
  if (code.empty()) return Error(kEmpty);
  XL_CHECK(parse(code));
  return {};
}

bool comparable(const Unit& a, const Unit& b) {
  return a.dimension == b.dimension;
}

Result<Decimal> convert(const Decimal& value, const Unit& from, const Unit& to) {
  if (!comparable(from, to)) return not_comparable(from, to);
  if (from.special == Special::None && to.special == Special::None && !is_special(from) && !is_special(to))
    return value * from.magnitude / to.magnitude;
  if (from.special == to.special && from.magnitude == to.magnitude && !from.special_in_product)
    return value * from.scale / to.scale;
  XL_TRY(const Decimal base, to_base(value, from));
  return from_base(base, to);
}

Result<double> convert(double value, std::string_view from, std::string_view to) {
  if (!std::isfinite(value)) return Error(kBadNumber);
  XL_TRY(const Unit source, parse(from));
  XL_TRY(const Unit target, parse(to));
  XL_TRY(const Decimal result, convert(Decimal::from_double(value), source, target));
  return result.to_double();
}

Result<Canonical> canonical(double value, const Unit& unit) {
  if (!std::isfinite(value)) return Error(kBadNumber);
  XL_TRY(const Decimal base, to_base(Decimal::from_double(value), unit));
  const double number = base.to_double();
  if (!std::isfinite(number) || (number == 0 && !base.is_zero())) return Error(kOutOfRange);
  return Canonical{number, unit.key};
}

Result<Canonical> canonical(double value, std::string_view code) {
  XL_TRY(const Unit unit, parse(code));
  return canonical(value, unit);
}

Result<Unit> multiply(const Unit& a, const Unit& b) {
  if (is_special(a) || is_special(b)) return Error(kSpecialInProduct);
  XL_TRY(Unit out, combine(a, b, false));
  out.key = key_of(out.dimension);
  return out;
}

Result<Unit> divide(const Unit& a, const Unit& b) {
  if (is_special(a) || is_special(b)) return Error(kSpecialInProduct);
  XL_TRY(Unit out, combine(a, b, true));
  out.key = key_of(out.dimension);
  return out;
}

Result<std::string> display_name(std::string_view code) {
  if (code.empty()) return std::string("(unity)");
  XL_TRY(const std::vector<Component> components, detail::read(code));
  std::string out;
  bool needs_operator = false;
  for (const Component& component : components) {
    if (component.kind == Component::Kind::Close) {
      out += ')';
      continue;
    }
    if (needs_operator) out += component.divided ? " / " : " * ";
    if (!needs_operator && component.divided) out += '/';
    needs_operator = component.kind != Component::Kind::Open;
    if (component.kind == Component::Kind::Open) out += '(';
    if (component.kind == Component::Kind::Factor) out += std::to_string(component.factor);
    if (component.kind == Component::Kind::Unit) {
      out += fmt::format("({}{}", component.prefix ? component.prefix->name : "", component.unit->name);
      if (component.has_exponent && component.exponent != 1) out += fmt::format(" ^ {}", component.exponent);
      out += ')';
    }
    if (component.kind == Component::Kind::Annotation) out += fmt::format("({})", component.annotation);
  }
  return out;
}

}  // namespace xinglin::ucum
