// One item of a FHIRPath collection: an element of a resource (a view into the caller's JSON with its R4
// type) or a value of the System types. 24 bytes, trivially copyable, owns nothing: elements are valid while
// their JSON lives, texts and decimals until the Evaluator that made them runs again. Thread-safe to read.
// FHIRPath 2.0 section 4, 5.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "codec/fhir/definitions.h"
#include "codec/fhirpath/decimal.h"
#include "codec/fhirpath/temporal.h"

namespace xinglin::fhirpath {

// An R4 type or backbone element (place in the definitions, +1), a System type, or 0: not known.
using TypeId = uint32_t;
inline constexpr TypeId kUnknownType = 0;
TypeId find_type(std::string_view name);       // "Patient", "HumanName", "code", "Patient.contact"
TypeId type_of(const fhir::Element& content);  // of what stands there: a type's root, a backbone element
TypeId type_of(const fhir::Member& member);

enum class Kind : uint8_t {
  Element,
  Boolean,
  Integer,
  Decimal,
  String,
  Date,
  DateTime,
  Time,
  Quantity,
  TypeInfo
};

struct Quantity {
  Decimal value;
  std::string_view unit = "1";  // UCUM, or a calendar word in the singular
  bool is_calendar = false;     // 4 days, not 4 'd'
};

class Value {
public:
  // What a resource's own type says; "unknown" without one.
  static Value resource(const json::value& resource);
  // `companion`: what stands under "_name" beside a primitive. `v` may be null for a primitive without a
  // value.
  static Value element(const json::value* v, TypeId type, const json::value* companion = nullptr) {
    Value made(Kind::Element, type);
    made.element_ = {v, companion};
    return made;
  }
  static Value boolean(bool v) {
    Value made(Kind::Boolean, kUnknownType);
    made.integer_ = v ? 1 : 0;
    return made;
  }
  static Value integer(int64_t v) {
    Value made(Kind::Integer, kUnknownType);
    made.integer_ = v;
    return made;
  }
  static Value string(std::string_view v) {  // the text stays the caller's
    Value made(Kind::String, kUnknownType);
    made.text_ = v;
    return made;
  }
  static Value decimal(const Decimal* v) {
    Value made(Kind::Decimal, kUnknownType);
    made.decimal_ = v;
    return made;
  }
  static Value quantity(const Quantity* v) {
    Value made(Kind::Quantity, kUnknownType);
    made.quantity_ = v;
    return made;
  }
  static Value temporal(Kind kind, const Temporal& v) {  // Date, DateTime, Time
    Value made(kind, kUnknownType);
    made.temporal_ = v;
    return made;
  }
  static Value type_info(TypeId described) { return {Kind::TypeInfo, described}; }

  Value() : element_() {}  // an element of nothing
  Kind kind() const { return kind_; }
  bool is_element() const { return kind_ == Kind::Element; }
  // FHIR's name for elements ("Quantity", "code", "BackboneElement"; "" when unknown), System's else
  // ("Boolean").
  std::string_view type_name() const;
  TypeId type() const;  // System types have theirs too
  // Elements only. Null: a primitive that has extensions only, or what resolve() knows by its type alone.
  const json::value* json() const { return is_element() ? element_.json : nullptr; }
  const json::object* object() const { return json() ? element_.json->if_object() : nullptr; }
  // Id and extensions of a primitive.
  const json::object* companion() const { return companion_json() ? companion_json()->if_object() : nullptr; }
  const json::value* companion_json() const { return is_element() ? element_.companion : nullptr; }
  // A decimal's text as it was written, when the JSON keeps it (base/json_text.h).
  std::optional<std::string_view> kept_text() const {
    if (companion_json() == nullptr || !companion_json()->is_string()) return std::nullopt;
    return std::string_view(companion_json()->get_string().data(), companion_json()->get_string().size());
  }

  // Primitive elements and System values alike; nullopt: something else.
  std::optional<bool> as_boolean() const;
  std::optional<int64_t> as_integer() const;
  std::optional<Decimal> as_decimal() const;          // integers too
  std::optional<std::string_view> as_string() const;  // strings, codes, uris; dates of elements as written
  std::string text() const;  // as toString() says; elements that are no primitives: JSON

  bool raw_boolean() const { return integer_ != 0; }
  int64_t raw_integer() const { return integer_; }
  std::string_view raw_string() const { return text_; }
  const Decimal& raw_decimal() const { return *decimal_; }
  const Quantity& raw_quantity() const { return *quantity_; }
  const Temporal& raw_temporal() const { return temporal_; }
  TypeId described() const { return type_; }  // of TypeInfo

private:
  struct Parts {
    const json::value* json = nullptr;
    const json::value* companion = nullptr;
  };

  Value(Kind kind, TypeId type) : kind_(kind), type_(type), element_() {}

  Kind kind_ = Kind::Element;
  TypeId type_ = kUnknownType;
  union {
    Parts element_;
    int64_t integer_;
    std::string_view text_;
    const Decimal* decimal_;
    const Quantity* quantity_;
    Temporal temporal_;
  };
};

}  // namespace xinglin::fhirpath
