#include "core/record/detail/values.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "codec/fhir/reference.h"
#include "codec/fhir/text.h"
#include "codec/ucum/unit_cache.h"
#include "core/record/detail/fold.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kStringBytesMax = 512;
constexpr double kInfinity = std::numeric_limits<double>::max();

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(std::string_view{}));
}

// value[x] of an extension, or what stands for it.
template <class Visit>
void of_extension(const json::value& value, const Visit& visit) {
  const json::object* object = value.if_object();
  if (!object) return;
  for (const auto& member : *object) {
    std::string type(std::string_view(member.key()));
    if (!type.starts_with("value")) continue;
    type.erase(0, 5);
    Shape shape = shape_of(type);
    if (shape == Shape::Other && !type.empty()) {
      type[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(type[0])));
      shape = shape_of(type);
    }
    visit(member.value(), shape);
  }
}

class Adder {
public:
  explicit Adder(const RowTarget& to) : to_(to) {}

  void phrase(std::string_view text) const {
    if (text.empty() || to_.element != 0) return;
    to_.rows.phrases.push_back({to_.number, fold(indexed_part(text))});
  }
  void token(std::string code, std::string system = {}) const {
    if (code.empty()) return;
    to_.rows.tokens.push_back({to_.number, std::move(code), std::move(system), to_.element});
  }
  void coding(const json::value& value) const {
    const json::object* object = value.if_object();
    if (!object) return;
    token(text_of(*object, "code"), text_of(*object, "system"));
    phrase(json::find_string(*object, "display").value_or(""));
  }
  void concept_of(const json::object& object) const {
    if (const json::array* codings = json::find_array(object, "coding"))
      for (const json::value& one : *codings) coding(one);
    phrase(json::find_string(object, "text").value_or(""));
  }
  void identifier(const json::object& object) const {
    const std::string value = text_of(object, "value");
    token(value, text_of(object, "system"));
    const json::object* type = json::find_object(object, "type");
    if (!type) return;
    phrase(json::find_string(*type, "text").value_or(""));
    const json::array* codings = json::find_array(*type, "coding");
    if (!codings || value.empty() || to_.element != 0) return;
    for (const json::value& one : *codings)
      if (const json::object* c = one.if_object())
        token(kOfType + text_of(*c, "code") + "|" + value, text_of(*c, "system"));
  }
  void tokens(Shape shape, const json::value& value) const {
    if (value.is_string()) return token(std::string(std::string_view(value.get_string())));
    if (value.is_bool()) return token(value.get_bool() ? "true" : "false");
    const json::object* object = value.if_object();
    if (!object) return;
    if (shape == Shape::Coding) return coding(value);
    if (shape == Shape::CodeableConcept) return concept_of(*object);
    if (shape == Shape::Identifier) return identifier(*object);
    // The system of a contact is a kind of contact, no code system: it is not searched.
    if (shape == Shape::ContactPoint) return token(text_of(*object, "value"));
    if (shape == Shape::Quantity) return token(text_of(*object, "code"), text_of(*object, "system"));
  }

  void reference(const json::value& value) const {
    if (value.is_string()) {  // canonical: with its version and without
      const std::string text(std::string_view(value.get_string()));
      if (text.starts_with('#')) return;
      target(text);
      if (const size_t bar = text.find('|'); bar != std::string::npos) target(text.substr(0, bar));
      return;
    }
    const json::object* object = value.if_object();
    if (!object) return;
    if (const auto type = json::find_string(*object, "resourceType"))  // the resource itself stands there
      return target(std::string(*type) + "/" + text_of(*object, "id"));
    if (const json::object* logical = json::find_object(*object, "identifier"); logical && to_.element == 0)
      token(text_of(*logical, "value"), text_of(*logical, "system"));
    const auto text = json::find_string(*object, "reference");
    const auto parsed = text ? fhir::parse_reference(*text) : std::nullopt;
    if (!parsed || parsed->kind == fhir::Reference::Kind::Contained) return;
    const bool relative = parsed->kind == fhir::Reference::Kind::Relative;
    target(relative ? parsed->type + "/" + parsed->id : parsed->text);
  }
  void target(std::string text) const {
    if (!text.empty()) to_.rows.references.push_back({to_.number, std::move(text), to_.element});
  }

  void text(std::string_view text) const {
    const std::string_view part = indexed_part(text);
    if (!part.empty()) to_.rows.strings.push_back({to_.number, fold(part), std::string(part), to_.element});
  }
  // string, HumanName or Address: each of its texts is a value of its own.
  void texts(const json::value& value) const {
    if (value.is_string()) return text(value.get_string());
    if (const json::array* items = value.if_array()) {
      for (const json::value& item : *items) texts(item);
      return;
    }
    const json::object* object = value.if_object();
    if (!object) return;
    for (const auto& member : *object) {
      const std::string_view key(member.key());
      const bool is_text = key == "text" || key == "family" || key == "given" || key == "prefix" ||
                           key == "suffix" || key == "line" || key == "city" || key == "district" ||
                           key == "state" || key == "postalCode" || key == "country";
      if (is_text) texts(member.value());
    }
  }

  void amount(double value, double low, double high, const json::object& object) const {
    NumberRow row{
        to_.number, low, high, text_of(object, "system"), text_of(object, "code"), text_of(object, "unit"),
        to_.element};
    const auto canonical = canonical_amount(value, row.system, row.code);
    if (canonical) {
      const double c = canonical->value;
      to_.rows.quantities.push_back(
          {to_.number, canonical->unit, low == value ? c : low, high == value ? c : high, to_.element});
      QuantityRow& added = to_.rows.quantities.back();
      if (low != value && low != -kInfinity) added.low = std::nextafter(c, kInfinity);
      if (high != value && high != kInfinity) added.high = std::nextafter(c, -kInfinity);
    }
    to_.rows.numbers.push_back(std::move(row));
  }
  // "<5" may be anything below 5: it has a range, not a value.
  void quantity(const json::object& object) const {
    auto value = json::find_number(object, "value");
    if (!value) return;
    const double v = fhir::round_decimal(*value);  // as the stored text will say it
    const std::string_view comparator = json::find_string(object, "comparator").value_or("");
    double low = v, high = v;
    if (comparator == "<") low = -kInfinity, high = std::nextafter(v, -kInfinity);
    if (comparator == "<=") low = -kInfinity;
    if (comparator == ">=") high = kInfinity;
    if (comparator == ">") low = std::nextafter(v, kInfinity), high = kInfinity;
    amount(v, low, high, object);
  }
  void range(const json::object& object) const {
    const json::object *low = json::find_object(object, "low"), *high = json::find_object(object, "high");
    const auto first = low ? json::find_number(*low, "value") : std::nullopt;
    const auto last = high ? json::find_number(*high, "value") : std::nullopt;
    if (!first && !last) return;
    const json::object& of = first ? *low : *high;
    const std::string system = text_of(of, "system"), code = text_of(of, "code");
    NumberRow row{to_.number,
                  first ? fhir::round_decimal(*first) : -kInfinity,
                  last ? fhir::round_decimal(*last) : kInfinity,
                  system,
                  code,
                  text_of(of, "unit"),
                  to_.element};
    const auto a = canonical_amount(first.value_or(0), system, code);
    const auto b = canonical_amount(last.value_or(0), system, code);
    if (a && b)
      to_.rows.quantities.push_back(
          {to_.number, a->unit, first ? a->value : -kInfinity, last ? b->value : kInfinity, to_.element});
    to_.rows.numbers.push_back(std::move(row));
  }
  void money(const json::object& object) const {
    const auto value = json::find_number(object, "value");
    if (!value) return;
    const double v = fhir::round_decimal(*value);
    const std::string currency = text_of(object, "currency");
    to_.rows.numbers.push_back({to_.number, v, v, "urn:iso:std:iso:4217", currency, currency, to_.element});
  }
  void quantities(Shape shape, const json::value& value) const {
    const json::object* object = value.if_object();
    if (!object) return;
    if (shape == Shape::Range) return range(*object);
    if (shape == Shape::Money) return money(*object);
    quantity(*object);
  }
  void number(const json::value& value) const {
    if (value.is_object()) return quantities(Shape::Range, value);
    if (!value.is_number()) return;
    const double n = fhir::round_decimal(value.to_number<double>());
    to_.rows.numbers.push_back({to_.number, n, n, "", "", "", to_.element});
  }

private:
  const RowTarget& to_;
};

}  // namespace

std::string_view indexed_part(std::string_view text) {
  size_t size = std::min(text.size(), kStringBytesMax);
  while (size < text.size() && size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

std::optional<CanonicalAmount> canonical_amount(double value, std::string_view system,
                                                std::string_view code) {
  if (system != ucum::kSystem || code.empty()) return std::nullopt;
  static ucum::UnitCache cache;  // what every thread meets again; it is bounded
  auto found = cache.canonical(value, code);
  if (!found) return std::nullopt;
  return CanonicalAmount{found->value, std::move(found->key)};
}

void add_rows(const RowTarget& to, Kind kind, Shape shape, const json::value& value) {
  if (shape == Shape::Extension)
    return of_extension(value, [&](const json::value& v, Shape s) { add_rows(to, kind, s, v); });
  const Adder adder(to);
  switch (kind) {
    case Kind::Token:
      return adder.tokens(shape, value);
    case Kind::Uri:
      if (value.is_string()) adder.token(std::string(std::string_view(value.get_string())));
      return;
    case Kind::Reference:
      return adder.reference(value);
    case Kind::String:
      return adder.texts(value);
    case Kind::Quantity:
      return adder.quantities(shape, value);
    case Kind::Number:
      return adder.number(value);
    case Kind::Date:
      if (const auto span = time_span(value))
        to.rows.dates.push_back({to.number, span->first.us, span->last.us, to.element});
      return;
    case Kind::Composite:
    case Kind::Special:
      return;
  }
}

}  // namespace xinglin::record::detail
