// The value rules of FHIR's primitive types. FHIR R4 2.24.0.1.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace xinglin::fhir {

enum class Primitive {
  Boolean,
  Integer,
  PositiveInt,
  UnsignedInt,
  Decimal,
  String,
  Markdown,
  Code,
  Id,
  Uri,
  Oid,
  Uuid,
  Base64Binary,
  Date,
  DateTime,
  Instant,
  Time,
  Xhtml,
};

// "boolean", "dateTime", "canonical" (as uri) ...; nullopt for complex types.
std::optional<Primitive> parse_primitive(std::string_view type_name);
// Empty when the value keeps the rule, else one line on what is wrong.
std::string_view check_primitive(Primitive primitive, const json::value& value);

bool is_date(std::string_view text);       // YYYY, YYYY-MM, YYYY-MM-DD
bool is_date_time(std::string_view text);  // a date, or a full time with zone

}  // namespace xinglin::fhir
