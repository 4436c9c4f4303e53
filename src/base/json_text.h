// JSON text beyond base/json.h: decimals as they were written, indented text, pieces of text.
//
// A json::value holds numbers, and 2.5 is all that is left of "2.50"; FHIR wants the zero back (R4 2.24.0.1,
// decimal). parse_exact keeps such a text beside its number, in a hidden member of the same object that
// starts with kKeptMark; copies carry it along, writing (json::serialize too) puts it in place of the number
// if the number has not been changed since, and never shows it. Who goes over members by hand skips
// is_kept(key). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace xinglin::json {

// As parse(), with decimals kept as they are written; keys that begin with the mark are refused.
Result<value> parse_exact(std::string_view text);
// Sets a number from its JSON text and keeps the text; null when it is no number.
void put_decimal(object& o, std::string_view key, std::string_view text);

inline constexpr char kKeptMark = '\x01';
inline bool is_kept(std::string_view key) {
  return key.starts_with(kKeptMark);
}
inline std::string kept_key(std::string_view key) {
  return std::string(1, kKeptMark).append(key);
}

// Decimals come out in plain notation ("37.5", not "3.75E1") in the shortest form that reads back as the same
// number, of at most 15 significant digits, or as they were written.
std::string serialize_pretty(const value& v);
void append_text(std::string& out, const value& v);
void append_quoted(std::string& out, std::string_view text);
void append_number(std::string& out, double number);
// One member as `"key":value`, as it stands in `o`.
void append_member(std::string& out, const object& o, std::string_view key, const value& v);

}  // namespace xinglin::json
