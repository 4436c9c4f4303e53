#include "codec/fhir/primitive.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/time.h"
#include "codec/fhir/reference.h"

namespace xinglin::fhir {
namespace {

constexpr size_t kStringBytesMax = 1024 * 1024;

constexpr std::array<std::pair<std::string_view, Primitive>, 20> kNames{{
    {"boolean", Primitive::Boolean},
    {"integer", Primitive::Integer},
    {"positiveInt", Primitive::PositiveInt},
    {"unsignedInt", Primitive::UnsignedInt},
    {"decimal", Primitive::Decimal},
    {"string", Primitive::String},
    {"markdown", Primitive::Markdown},
    {"code", Primitive::Code},
    {"id", Primitive::Id},
    {"uri", Primitive::Uri},
    {"url", Primitive::Uri},
    {"canonical", Primitive::Uri},
    {"oid", Primitive::Oid},
    {"uuid", Primitive::Uuid},
    {"base64Binary", Primitive::Base64Binary},
    {"date", Primitive::Date},
    {"dateTime", Primitive::DateTime},
    {"instant", Primitive::Instant},
    {"time", Primitive::Time},
    {"xhtml", Primitive::Xhtml},
}};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// "SHALL NOT contain Unicode character points below 32, except for u0009, u000D and u000A" (R4 string).
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && !is_space(c);
}

bool has_zone(std::string_view text) {
  return text.ends_with('Z') ||
         (text.size() > 6 && (text[text.size() - 6] == '+' || text[text.size() - 6] == '-'));
}

bool is_instant(std::string_view text) {
  return text.size() >= 20 && text[10] == 'T' && text[16] == ':' && has_zone(text) &&
         parse_fhir_time(text).has_value();
}

bool is_time(std::string_view text) {
  // The date and the zone are lent, so that one reader of times is enough.
  return text.size() >= 8 && text[2] == ':' && text[5] == ':' &&
         parse_fhir_time("2000-01-01T" + std::string(text) + "Z").has_value();
}

bool is_code(std::string_view text) {
  if (is_space(text.front()) || is_space(text.back())) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\t' || text[i] == '\r' || text[i] == '\n') return false;
    if (text[i] == ' ' && text[i + 1] == ' ') return false;
  }
  return true;
}

bool is_base64(std::string_view text) {
  size_t symbols = 0, padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    const bool symbol =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    if (c == '=')
      ++padding;
    else if (!symbol || padding > 0)
      return false;
    ++symbols;
  }
  return symbols % 4 == 0 && padding <= 2;
}

// urn:oid: and numbers with dots between them, the first 0, 1 or 2, none with a zero in front.
bool is_oid(std::string_view text) {
  constexpr std::string_view kPrefix = "urn:oid:";
  if (!text.starts_with(kPrefix)) return false;
  text.remove_prefix(kPrefix.size());
  if (text.size() < 3 || text[0] < '0' || text[0] > '2' || text[1] != '.') return false;
  for (size_t i = 2; i < text.size();) {
    const size_t end = std::min(text.find('.', i), text.size());
    const std::string_view number = text.substr(i, end - i);
    if (number.empty() || (number.size() > 1 && number[0] == '0')) return false;
    if (!std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    i = end + 1;
  }
  return text.back() != '.';
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (kForm[i] == 'x' && i >= 9 ? !is_hex : text[i] != kForm[i]) return false;
  }
  return true;
}

std::string_view check_number(Primitive primitive, const json::value& value) {
  if (primitive == Primitive::Decimal)
    return value.is_number() && std::isfinite(value.to_number<double>()) ? "" : "must be a number";
  // A value built in the program may be held unsigned; one too large for int64 is out of range anyway.
  if (!value.is_int64() && !(value.is_uint64() && value.get_uint64() <= INT64_MAX))
    return "must be a whole number";
  const auto number = value.to_number<int64_t>();
  if (number > std::numeric_limits<int32_t>::max() || number < std::numeric_limits<int32_t>::min())
    return "is outside 32 bits";
  if (primitive == Primitive::PositiveInt && number < 1) return "must be 1 or more";
  if (primitive == Primitive::UnsignedInt && number < 0) return "must be 0 or more";
  return "";
}

std::string_view check_text(Primitive primitive, std::string_view text) {
  if (text.empty()) return "must not be empty";
  if (std::any_of(text.begin(), text.end(), is_control)) return "has a control character";
  if (text.size() > kStringBytesMax && primitive != Primitive::Base64Binary) return "is longer than 1 MiB";
  switch (primitive) {
    case Primitive::Code:
      return is_code(text) ? "" : "is not a code: spaces at an end or doubled";
    case Primitive::Id:
      return is_valid_id(text) ? "" : "is not an id: 1 to 64 of A-Z a-z 0-9 - .";
    case Primitive::Uri:
      return std::any_of(text.begin(), text.end(), is_space) ? "is not a URI: it has a space" : "";
    case Primitive::Oid:
      return is_oid(text) ? "" : "is not an OID (urn:oid:1.2.3)";
    case Primitive::Uuid:
      return is_uuid(text) ? "" : "is not a UUID in lower case (urn:uuid:c757873d-...)";
    case Primitive::Base64Binary:
      return is_base64(text) ? "" : "is not base64";
    case Primitive::Date:
      return is_date(text) ? "" : "is not a date (YYYY, YYYY-MM or YYYY-MM-DD)";
    case Primitive::DateTime:
      return is_date_time(text) ? "" : "is not a dateTime (a date, or YYYY-MM-DDThh:mm:ss with a zone)";
    case Primitive::Instant:
      return is_instant(text) ? "" : "is not an instant (YYYY-MM-DDThh:mm:ss with a zone)";
    case Primitive::Time:
      return is_time(text) ? "" : "is not a time (hh:mm:ss)";
    case Primitive::Xhtml:
      return text.starts_with("<div") && text.find("<script") == std::string_view::npos
                 ? ""
                 : "must be one plain <div>";
    default:
      return std::all_of(text.begin(), text.end(), is_space) ? "holds only spaces" : "";
  }
}

}  // namespace

std::optional<Primitive> parse_primitive(std::string_view type_name) {
  for (const auto& [name, primitive] : kNames)
    if (name == type_name) return primitive;
  return std::nullopt;
}

std::string_view check_primitive(Primitive primitive, const json::value& value) {
  switch (primitive) {
    case Primitive::Boolean:
      return value.is_bool() ? "" : "must be true or false";
    case Primitive::Integer:
    case Primitive::PositiveInt:
    case Primitive::UnsignedInt:
    case Primitive::Decimal:
      return check_number(primitive, value);
    default:
      return value.is_string() ? check_text(primitive, std::string_view(value.get_string()))
                               : "must be a string";
  }
}

bool is_date(std::string_view text) {
  return (text.size() == 4 || text.size() == 7 || text.size() == 10) && parse_fhir_time(text).has_value();
}

bool is_date_time(std::string_view text) {
  return is_date(text) || is_instant(text);
}

}  // namespace xinglin::fhir
