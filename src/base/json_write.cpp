// Writing JSON text; see json_text.h.
#include <charconv>
#include <cmath>

#include "base/json_text.h"

namespace xinglin::json {
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

void write(std::string& out, const value& v, int indent);

// How the number was written, if that is known and still true.
std::optional<std::string_view> kept_text(const object& o, std::string_view key, const value& v) {
  // Marked members are the exception: without one there is nothing to look up.
  char name[64];
  if (key.size() + 1 > sizeof name) return std::nullopt;
  name[0] = kKeptMark;
  key.copy(name + 1, key.size());
  const value* kept = o.if_contains(std::string_view(name, key.size() + 1));
  if (kept == nullptr || !kept->is_string()) return std::nullopt;
  const std::string_view text = kept->get_string();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  // The parser of numbers may be off by a last bit.
  if (std::fabs(number - v.to_number<double>()) > 1e-15 * std::fabs(number)) return std::nullopt;
  return text;
}

void write_member(std::string& out, const object& o, std::string_view key, const value& v, int indent) {
  append_quoted(out, key);
  out.append(indent < 0 ? ":" : ": ");
  if (v.is_double() || v.is_int64() || v.is_uint64())
    if (const auto text = kept_text(o, key, v)) {
      out.append(*text);
      return;
    }
  write(out, v, indent);
}

void write(std::string& out, const object& o, int indent) {
  const int inner = indent < 0 ? -1 : indent + 1;
  out.push_back('{');
  bool first = true;
  for (const auto& member : o) {
    if (is_kept(member.key())) continue;
    if (!first) out.push_back(',');
    first = false;
    newline(out, inner);
    write_member(out, o, member.key(), member.value(), inner);
  }
  if (!first) newline(out, indent);
  out.push_back('}');
}

void write(std::string& out, const value& v, int indent) {
  const int inner = indent < 0 ? -1 : indent + 1;
  switch (v.kind()) {
    case boost::json::kind::null:
      out.append("null");
      return;
    case boost::json::kind::bool_:
      out.append(v.get_bool() ? "true" : "false");
      return;
    case boost::json::kind::int64:
      append_integer(out, v.get_int64());
      return;
    case boost::json::kind::uint64:
      append_integer(out, v.get_uint64());
      return;
    case boost::json::kind::double_:
      append_number(out, v.get_double());
      return;
    case boost::json::kind::string:
      append_quoted(out, v.get_string());
      return;
    case boost::json::kind::object:
      write(out, v.get_object(), indent);
      return;
    case boost::json::kind::array:
      break;
  }
  out.push_back('[');
  bool first = true;
  for (const value& item : v.get_array()) {
    if (!first) out.push_back(',');
    first = false;
    newline(out, inner);
    write(out, item, inner);
  }
  if (!v.get_array().empty()) newline(out, indent);
  out.push_back(']');
}

}  // namespace

void append_number(std::string& out, double number) {
  // The parser makes infinity of 1e999; JSON has no word for it.
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  char text[64];
  out.append(text, write_decimal(text, text + sizeof text, number));
}

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
      case '\b':
        out.append("\\b");
        break;
      case '\f':
        out.append("\\f");
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

void append_text(std::string& out, const value& v) {
  write(out, v, -1);
}

void append_member(std::string& out, const object& o, std::string_view key, const value& v) {
  write_member(out, o, key, v, -1);
}

std::string serialize(const value& v) {
  std::string out;
  write(out, v, -1);
  return out;
}

std::string serialize(const object& v) {
  std::string out;
  write(out, v, -1);
  return out;
}

std::string serialize_pretty(const value& v) {
  std::string out;
  write(out, v, 0);
  return out;
}

}  // namespace xinglin::json
