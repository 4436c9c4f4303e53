#include "codec/fhir/text.h"

#include <charconv>
#include <cmath>

namespace xinglin::fhir {
namespace {

constexpr int kDigitsMax = 15;

// The text of a finite number; returns its end.
char* write_decimal(char* begin, char* end, double number) {
  const double magnitude = std::fabs(number);
  const bool plain = magnitude == 0 || (magnitude >= 1e-9 && magnitude < 1e15);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  char* const done = std::to_chars(begin, end, number, format).ptr;
  ptrdiff_t digits = 0;
  bool leading = true;
  for (const char* c = begin; c != done && *c != 'e'; ++c) {
    leading = leading && (*c == '0' || *c == '.' || *c == '-');
    digits += !leading && *c >= '0' && *c <= '9' ? 1 : 0;
  }
  if (digits <= kDigitsMax) return done;
  return std::to_chars(begin, end, number, std::chars_format::general, kDigitsMax).ptr;
}

void append_double(std::string& out, double number) {
  // The parser makes infinity of 1e999; JSON has no word for it.
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  char text[64];
  out.append(text, write_decimal(text, text + sizeof text, number));
}

template <class Int>
void append_integer(std::string& out, Int number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void newline(std::string& out, int indent) {
  if (indent < 0) return;
  out.push_back('\n');
  out.append(static_cast<size_t>(indent) * 2, ' ');
}

void write(std::string& out, const json::value& value, int indent);

void write(std::string& out, const json::object& object, int indent) {
  const int inner = indent < 0 ? -1 : indent + 1;
  out.push_back('{');
  bool first = true;
  for (const auto& member : object) {
    if (!first) out.push_back(',');
    first = false;
    newline(out, inner);
    append_quoted(out, member.key());
    out.append(indent < 0 ? ":" : ": ");
    write(out, member.value(), inner);
  }
  if (!object.empty()) newline(out, indent);
  out.push_back('}');
}

void write(std::string& out, const json::value& value, int indent) {
  const int inner = indent < 0 ? -1 : indent + 1;
  switch (value.kind()) {
    case boost::json::kind::null:
      out.append("null");
      return;
    case boost::json::kind::bool_:
      out.append(value.get_bool() ? "true" : "false");
      return;
    case boost::json::kind::int64:
      append_integer(out, value.get_int64());
      return;
    case boost::json::kind::uint64:
      append_integer(out, value.get_uint64());
      return;
    case boost::json::kind::double_:
      append_double(out, value.get_double());
      return;
    case boost::json::kind::string:
      append_quoted(out, value.get_string());
      return;
    case boost::json::kind::object:
      write(out, value.get_object(), indent);
      return;
    case boost::json::kind::array:
      break;
  }
  out.push_back('[');
  bool first = true;
  for (const json::value& item : value.get_array()) {
    if (!first) out.push_back(',');
    first = false;
    newline(out, inner);
    write(out, item, inner);
  }
  if (!value.get_array().empty()) newline(out, indent);
  out.push_back(']');
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(start, i - start));
    start = i + 1;
    switch (c) {
      case '"':
        out.append("\\\"");
        break;
      case '\\':
        out.append("\\\\");
        break;
      case '\n':
        out.append("\\n");
        break;
      case '\r':
        out.append("\\r");
        break;
      case '\t':
        out.append("\\t");
        break;
      default:
        out.append("\\u00");
        out.push_back(kHex[c >> 4]);
        out.push_back(kHex[c & 15]);
    }
  }
  out.append(text.substr(start));
  out.push_back('"');
}

double round_decimal(double number) {
  if (!std::isfinite(number)) return number;
  char text[64];
  std::from_chars(text, write_decimal(text, text + sizeof text, number), number);
  return number;
}

void append_text(std::string& out, const json::value& value) {
  write(out, value, -1);
}

std::string to_text(const json::value& value) {
  std::string out;
  write(out, value, -1);
  return out;
}

std::string to_text(const json::object& object) {
  std::string out;
  write(out, object, -1);
  return out;
}

std::string to_pretty_text(const json::value& value) {
  std::string out;
  write(out, value, 0);
  return out;
}

}  // namespace xinglin::fhir
