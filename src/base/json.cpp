#include <unordered_set>
#include <utility>
#include <vector>

#include "base/charset.h"
#include "base/json_text.h"

namespace xinglin::json {
namespace {

// What Boost.JSON loses silently, read from text already known to be well-formed: that one key stands twice
// in an object (a clinical document with two values for one key is refused), and how decimals were written.
class Scan {
public:
  struct Decimal {
    std::vector<std::pair<std::string_view, size_t>> path;  // a key, or an index where the key is empty
    std::string_view text;
  };

  Scan(std::string_view text, bool wants_decimals) : text_(text), wants_decimals_(wants_decimals) {}

  // Offset of the second of two equal keys, or npos.
  size_t run() {
    for (size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '{' || c == '[') {
        open_.push_back({{}, {}, 0, c == '['});
      } else if (c == '}' || c == ']') {
        open_.pop_back();
      } else if (c == ',') {
        ++open_.back().index;
      } else if (c == '"') {
        const size_t start = i + 1;
        for (++i; text_[i] != '"'; ++i) i += text_[i] == '\\' ? 1 : 0;
        if (is_key(i + 1) && !take_key(text_.substr(start, i - start))) return start;
      } else if (wants_decimals_ && (c == '-' || (c >= '0' && c <= '9'))) {
        i = take_number(i) - 1;
      }
    }
    return std::string_view::npos;
  }
  const std::vector<Decimal>& decimals() const { return decimals_; }

private:
  struct Level {
    std::unordered_set<std::string_view> keys;
    std::string_view key;
    size_t index = 0;
    bool is_array = false;
  };

  bool is_key(size_t after) const {
    while (after < text_.size() &&
           (text_[after] == ' ' || text_[after] == '\n' || text_[after] == '\r' || text_[after] == '\t'))
      ++after;
    return after < text_.size() && text_[after] == ':' && !open_.empty();
  }
  bool take_key(std::string_view key) {
    open_.back().key = key;
    // The mark of kept decimals is ours alone.
    return !(wants_decimals_ && key.starts_with("\\u0001")) && open_.back().keys.insert(key).second;
  }
  size_t take_number(size_t start) {
    size_t end = start + 1;
    bool has_point = false, has_exponent = false;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == '.') has_point = true;
      if (c == 'e' || c == 'E') has_exponent = true;
      if (!(c >= '0' && c <= '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') break;
    }
    const std::string_view text = text_.substr(start, end - start);
    const bool would_change =
        has_exponent || text == "-0" || text.size() > kPlainMax || (has_point && text.back() == '0');
    const bool is_member = !open_.empty() && !open_.back().is_array;
    if (would_change && is_member && text.size() <= kDecimalBytesMax) {
      Decimal decimal{{}, text};
      for (const Level& level : open_)
        decimal.path.emplace_back(level.is_array ? std::string_view() : level.key, level.index);
      decimals_.push_back(std::move(decimal));
    }
    return end;
  }

  static constexpr size_t kPlainMax = 11;  // shorter decimals are written back as they were read
  static constexpr size_t kDecimalBytesMax = 64;

  std::string_view text_;
  bool wants_decimals_;
  std::vector<Level> open_;
  std::vector<Decimal> decimals_;
};

void keep(value& root, const Scan::Decimal& decimal) {
  value* at = &root;
  for (size_t i = 0; i + 1 < decimal.path.size() && at != nullptr; ++i) {
    const auto& [key, index] = decimal.path[i];
    if (object* o = at->if_object())
      at = o->if_contains(key);
    else if (array* a = at->if_array())
      at = index < a->size() ? &(*a)[index] : nullptr;
  }
  object* owner = at != nullptr ? at->if_object() : nullptr;
  const std::string_view key = decimal.path.back().first;
  // A key with an escape is not found under its written form; its number is kept as a number only.
  if (owner != nullptr && owner->contains(key)) (*owner)[kept_key(key)] = decimal.text;
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

namespace {

Result<value> parse_with(std::string_view text, bool wants_decimals) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::stream_parser parser({}, options);
  boost::system::error_code code;
  const size_t used = parser.write_some(text.data(), text.size(), code);
  if (!code && used < text.size() && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    return malformed_at(text, used, "text follows the end of the document");
  if (!code) parser.finish(code);
  if (code) return malformed_at(text, used, code.message());
  Scan scan(text, wants_decimals);
  if (const size_t twice = scan.run(); twice != std::string_view::npos)
    return malformed_at(text, twice, "a key is there twice in one object, or is no key");
  value root = parser.release();
  for (const Scan::Decimal& decimal : scan.decimals()) keep(root, decimal);
  return root;
}

}  // namespace

Result<value> parse(std::string_view text) {
  return parse_with(text, false);
}
Result<value> parse_exact(std::string_view text) {
  return parse_with(text, true);
}

void put_decimal(object& o, std::string_view key, std::string_view text) {
  o[key] = nullptr;
  o.erase(kept_key(key));
  const Result<value> number = parse(text);
  if (!number.ok() || !number->is_number()) return;
  o[key] = *number;
  if (json::serialize(*number) != text) o[kept_key(key)] = text;
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
