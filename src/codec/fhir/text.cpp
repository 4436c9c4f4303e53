#include "codec/fhir/text.h"

#include <charconv>
#include <cmath>

#include "base/json_text.h"

namespace xinglin::fhir {

void append_quoted(std::string& out, std::string_view text) {
  json::append_quoted(out, text);
}

double round_decimal(double number) {
  if (!std::isfinite(number)) return number;
  std::string text;
  json::append_number(text, number);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void append_text(std::string& out, const json::value& value) {
  json::append_text(out, value);
}

std::string to_text(const json::value& value) {
  return json::serialize(value);
}

std::string to_text(const json::object& object) {
  return json::serialize(object);
}

std::string to_pretty_text(const json::value& value) {
  return json::serialize_pretty(value);
}

}  // namespace xinglin::fhir
