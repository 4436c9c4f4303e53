#include "codec/fhirpath/value.h"

#include "base/json_text.h"
#include "codec/fhirpath/detail/model.h"

namespace xinglin::fhirpath {
namespace {

std::string quantity_text(const Quantity& q) {
  std::string text = q.value.text();
  if (!q.is_calendar) return text.append(" '").append(q.unit).append("'");
  text.append(" ").append(q.unit);
  if (!(q.value.magnitude() == Decimal(1))) text.append("s");
  return text;
}

std::string element_text(const Value& v) {
  if (const auto kept = v.kept_text()) return std::string(*kept);
  if (v.json() == nullptr) return {};
  if (const auto text = v.as_string()) return std::string(*text);
  std::string out;
  json::append_text(out, *v.json());
  return out;
}

}  // namespace

Value Value::resource(const json::value& resource) {
  const json::object* object = resource.if_object();
  const auto type = object ? json::find_string(*object, "resourceType") : std::nullopt;
  return element(&resource, type ? find_type(*type) : kUnknownType);
}

TypeId Value::type() const {
  return is_element() ? type_ : detail::system_type(kind_);
}

std::string_view Value::type_name() const {
  return detail::name_of(type());
}

std::optional<bool> Value::as_boolean() const {
  if (kind_ == Kind::Boolean) return raw_boolean();
  if (json() != nullptr && json()->is_bool()) return json()->get_bool();
  return std::nullopt;
}

std::optional<int64_t> Value::as_integer() const {
  if (kind_ == Kind::Integer) return integer_;
  if (json() == nullptr) return std::nullopt;
  if (json()->is_int64()) return json()->get_int64();
  if (json()->is_uint64() && json()->get_uint64() <= INT64_MAX)
    return static_cast<int64_t>(json()->get_uint64());
  return std::nullopt;
}

std::optional<Decimal> Value::as_decimal() const {
  if (kind_ == Kind::Decimal) return *decimal_;
  if (const auto kept = kept_text()) return Decimal::parse(*kept);
  if (const auto whole = as_integer()) return Decimal(*whole);
  if (json() != nullptr && json()->is_double()) return Decimal::from_double(json()->get_double());
  return std::nullopt;
}

std::optional<std::string_view> Value::as_string() const {
  if (kind_ == Kind::String) return text_;
  if (json() == nullptr || !json()->is_string()) return std::nullopt;
  return std::string_view(json()->get_string().data(), json()->get_string().size());
}

std::string Value::text() const {
  switch (kind_) {
    case Kind::Element:
      return element_text(*this);
    case Kind::Boolean:
      return raw_boolean() ? "true" : "false";
    case Kind::Integer:
      return std::to_string(integer_);
    case Kind::Decimal:
      return decimal_->text();
    case Kind::String:
      return std::string(text_);
    case Kind::Date:
      return date_text(temporal_);
    case Kind::DateTime:
      return date_time_text(temporal_);
    case Kind::Time:
      return time_text(temporal_);
    case Kind::Quantity:
      return quantity_text(*quantity_);
    case Kind::TypeInfo:
      return std::string(detail::name_of(type_));
  }
  return {};
}

}  // namespace xinglin::fhirpath
