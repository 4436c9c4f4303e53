#include "edge/web/detail/shape.h"

#include <string>
#include <vector>

#include "base/result.h"

namespace xinglin::web::detail {
namespace {

class Parser {
public:
  explicit Parser(std::string_view text) : rest_(text) {}

  json::value all() {
    json::value out = type();
    skip_space();
    XL_ASSERT(rest_.empty());
    return out;
  }

private:
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view word() {
    skip_space();
    size_t n = 0;
    while (n < rest_.size() &&
           (std::string_view("_-").find(rest_[n]) != std::string_view::npos || is_alnum(rest_[n])))
      ++n;
    XL_ASSERT(n > 0);
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  static bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  json::value type() {
    std::vector<json::value> members{one()};
    while (take('|')) members.push_back(one());
    return members.size() == 1 ? std::move(members.front()) : unite(std::move(members));
  }

  // Literals become one enum, plain types one list of type names; anything else is anyOf.
  static json::value unite(std::vector<json::value> members) {
    json::array literals, names;
    for (const json::value& member : members) {
      const json::object& o = member.as_object();
      if (const json::value* literal = o.if_contains("const")) {
        literals.push_back(*literal);
      } else if (o.size() == 1 && o.contains("type") && o.at("type").is_string()) {
        names.push_back(o.at("type"));
      }
    }
    if (names.size() == members.size()) return json::object{{"type", std::move(names)}};
    const bool null_only = names.empty() || (names.size() == 1 && names[0] == "null");
    if (null_only && literals.size() + names.size() == members.size()) {
      if (!names.empty()) literals.push_back(nullptr);
      return json::object{{"enum", std::move(literals)}};
    }
    return json::object{{"anyOf", json::array(members.begin(), members.end())}};
  }

  json::value one() {
    json::value out = primary();
    while (take('[')) {
      XL_ASSERT(take(']'));
      out = json::object{{"type", "array"}, {"items", std::move(out)}};
    }
    return out;
  }

  json::value primary() {
    if (take('{')) return object();
    if (take('(')) {
      json::value out = type();
      XL_ASSERT(take(')'));
      return out;
    }
    if (take('"')) {
      const size_t end = rest_.find('"');
      XL_ASSERT(end != std::string_view::npos);
      const std::string_view literal = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      return json::object{{"const", literal}};
    }
    const std::string_view name = word();
    if (name == "any") return json::object{};
    for (const std::string_view plain : {"string", "number", "integer", "boolean", "null", "object"})
      if (name == plain) return json::object{{"type", plain}};
    const std::string_view text = named_shape(name);
    XL_ASSERT(!text.empty());
    return shape(text);
  }

  json::value object() {
    json::object properties;
    json::array required;
    while (!take('}')) {
      if (take('.')) {
        XL_ASSERT(take('.') && take('.'));
        include(word(), properties, required);
      } else {
        const std::string_view name = word();
        if (!take('?')) required.push_back(json::value(name));
        XL_ASSERT(take(':'));
        properties[name] = type();
      }
      if (!take(';')) take(',');
    }
    json::object out{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) out["required"] = std::move(required);
    return out;
  }

  static void include(std::string_view name, json::object& properties, json::array& required) {
    const json::value other = shape(named_shape(name));
    for (const auto& member : other.at("properties").as_object()) properties[member.key()] = member.value();
    for (const json::value& member : other.at("required").as_array()) required.push_back(member);
  }

  std::string_view rest_;
};

}  // namespace

json::value shape(std::string_view text) {
  return Parser(text).all();
}

}  // namespace xinglin::web::detail
