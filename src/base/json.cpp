#include "base/json.h"

#include <unordered_set>

#include "base/charset.h"

namespace xinglin::json {
namespace {

// Boost.JSON keeps the last of duplicate keys silently; a clinical document with two values for one key is
// refused. Scans text already known to be well-formed. Returns the offset of the second key, or npos.
size_t find_duplicate_key(std::string_view text) {
  std::vector<std::unordered_set<std::string_view>> open;
  bool expects_key = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      open.emplace_back();
      expects_key = true;
    } else if (c == '[') {
      open.emplace_back();
      expects_key = false;
    } else if (c == '}' || c == ']') {
      open.pop_back();
      expects_key = false;
    } else if (c == ':') {
      expects_key = false;
    } else if (c == '"') {
      const size_t start = i + 1;
      for (++i; text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
      size_t after = i + 1;
      while (after < text.size() &&
             (text[after] == ' ' || text[after] == '\n' || text[after] == '\r' || text[after] == '\t'))
        ++after;
      const bool is_key = after < text.size() && text[after] == ':' && (expects_key || !open.empty());
      if (is_key && !open.back().insert(text.substr(start, i - start)).second) return start;
    }
  }
  return std::string_view::npos;
}

Error malformed_at(std::string_view text, size_t offset, const std::string& what) {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    ++column;
    if (text[i] == '\n') ++line, column = 1;
  }
  return {kMalformed, what + " at line " + std::to_string(line) + ", column " + std::to_string(column)};
}

}  // namespace

Result<value> parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::stream_parser parser({}, options);
  boost::system::error_code code;
  const size_t used = parser.write_some(text.data(), text.size(), code);
  if (!code && used < text.size() && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    return malformed_at(text, used, "text follows the end of the document");
  if (!code) parser.finish(code);
  if (code) return malformed_at(text, used, code.message());
  const size_t duplicate = find_duplicate_key(text);
  if (duplicate != std::string_view::npos)
    return malformed_at(text, duplicate, "a key is there twice in one object");
  return parser.release();
}

std::string serialize(const value& v) {
  return boost::json::serialize(v);
}
std::string serialize(const object& v) {
  return boost::json::serialize(v);
}

const value* find(const object& o, std::string_view key) {
  return o.if_contains(key);
}
const object* find_object(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  return v != nullptr ? v->if_object() : nullptr;
}
const array* find_array(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  return v != nullptr ? v->if_array() : nullptr;
}
std::optional<std::string_view> find_string(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  if (v == nullptr || !v->is_string()) return std::nullopt;
  return std::string_view(v->get_string());
}
std::optional<double> find_number(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  if (v == nullptr || !v->is_number()) return std::nullopt;
  return v->to_number<double>();
}
std::optional<bool> find_bool(const object& o, std::string_view key) {
  const value* v = o.if_contains(key);
  if (v == nullptr || !v->is_bool()) return std::nullopt;
  return v->get_bool();
}

const value* at_path(const value& v, std::string_view path) {
  const value* current = &v;
  while (current != nullptr && !path.empty()) {
    const size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    if (const object* o = current->if_object()) {
      current = o->if_contains(step);
    } else if (const array* a = current->if_array()) {
      size_t index = 0;
      for (const char c : step) {
        if (c < '0' || c > '9' || index > a->size()) return nullptr;
        index = index * 10 + static_cast<size_t>(c - '0');
      }
      current = index < a->size() ? &(*a)[index] : nullptr;
    } else {
      current = nullptr;
    }
  }
  return current;
}

}  // namespace xinglin::json
