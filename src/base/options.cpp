#include "base/options.h"

#include <toml++/toml.h>

#include <charconv>
#include <sstream>

namespace xinglin::options {
namespace {

std::string range_text(const Declaration& d) {
  if (d.type != Type::Integer || (d.min == INT64_MIN && d.max == INT64_MAX)) return {};
  return std::to_string(d.min) + ".." + std::to_string(d.max);
}

Result<void> check(const Declaration& d, std::string_view value) {
  if (d.type == Type::Boolean && value != "true" && value != "false")
    return Error(kBadValue, "option " + std::string(d.name) + " must be true or false");
  if (d.type != Type::Integer) return {};
  int64_t number = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc{} || end != value.data() + value.size())
    return Error(kBadValue, "option " + std::string(d.name) + " must be a whole number");
  if (number < d.min || number > d.max)
    return Error(kBadValue, "option " + std::string(d.name) + " must be within " + range_text(d));
  return {};
}

Result<std::string> scalar_text(const toml::node& node, const std::string& name) {
  if (const auto* s = node.as_string()) return s->get();
  if (const auto* i = node.as_integer()) return std::to_string(i->get());
  if (const auto* b = node.as_boolean()) return std::string(b->get() ? "true" : "false");
  return Error(kBadValue, "option " + name + " must be a text, a whole number or true/false");
}

}  // namespace

Values::Values(std::span<const Declaration> table) : table_(table) {
  for (const Declaration& d : table_) values_.emplace(d.name, d.default_value);
}

const Declaration* Values::find(std::string_view name) const {
  for (const Declaration& d : table_)
    if (d.name == name) return &d;
  return nullptr;
}

Result<void> Values::set(std::string_view name, std::string_view value) {
  const Declaration* d = find(name);
  if (d == nullptr) return Error(kUnknownKey, "there is no option '" + std::string(name) + "'");
  XL_CHECK(check(*d, value));
  values_.find(name)->second = std::string(value);
  return {};
}

Result<void> Values::load_toml(std::string_view text, std::string_view file_name) {
  toml::table root;
  try {
    root = toml::parse(text, file_name);
  } catch (const toml::parse_error& e) {
    return Error(kBadValue, std::string(file_name) + " line " + std::to_string(e.source().begin.line) + ": " +
                                std::string(e.description()));
  }
  const auto walk = [this](const auto& self, const toml::table& table,
                           const std::string& prefix) -> Result<void> {
    for (const auto& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      if (const toml::table* inner = node.as_table()) {
        XL_CHECK(self(self, *inner, name + "."));
        continue;
      }
      XL_TRY(const std::string value, scalar_text(node, name));
      XL_CHECK(set(name, value));
    }
    return {};
  };
  Result<void> result = walk(walk, root, "");
  if (!result) return result.error().with_context(file_name);
  return {};
}

const std::string& Values::text(std::string_view name) const {
  const auto it = values_.find(name);
  XL_ASSERT(it != values_.end());
  return it->second;
}

int64_t Values::integer(std::string_view name) const {
  const std::string& value = text(name);
  int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

bool Values::boolean(std::string_view name) const {
  return text(name) == "true";
}

std::string Values::help() const {
  std::ostringstream out;
  for (const Declaration& d : table_) {
    out << "  --" << d.name << '\n' << "      " << d.prose;
    if (!d.default_value.empty())
      out << " [" << d.default_value << (d.unit.empty() ? "" : " ") << d.unit << ']';
    if (const std::string range = range_text(d); !range.empty()) out << " (" << range << ')';
    out << '\n';
  }
  return out.str();
}

std::string Values::markdown() const {
  std::ostringstream out;
  out << "| option | default | range | what it does |\n|---|---|---|---|\n";
  for (const Declaration& d : table_) {
    out << "| `" << d.name << "` | "
        << (d.default_value.empty() ? "" : "`" + std::string(d.default_value) + "`")
        << (d.unit.empty() ? "" : " ") << d.unit << " | " << range_text(d) << " | " << d.prose << " |\n";
  }
  return out.str();
}

std::vector<std::pair<std::string, std::string>> Values::shown() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Declaration& d : table_)
    out.emplace_back(d.name, d.secret && !text(d.name).empty() ? "***" : text(d.name));
  return out;
}

}  // namespace xinglin::options
