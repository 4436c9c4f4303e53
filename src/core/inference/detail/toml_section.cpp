#include "core/inference/detail/toml_section.h"

namespace xinglin::inference::detail {

std::string Faults::text() const {
  std::string out;
  for (const std::string& fault : list_) out += (out.empty() ? "" : "; ") + fault;
  return out;
}

Section::Section(const toml::table& table, std::string path, Faults& faults)
    : table_(table), path_(std::move(path)), faults_(faults) {}

Section::~Section() {
  for (const auto& [key, node] : table_)
    if (!asked_.contains(key.str()))
      faults_.add(key.source().begin.line, "there is no key '" + named(key.str()) + "'");
}

size_t Section::line(std::string_view key) const {
  const toml::node* node = table_.get(key);
  return node ? node->source().begin.line : table_.source().begin.line;
}

const toml::node* Section::take(std::string_view key, Need need) {
  asked_.emplace(key);
  const toml::node* node = table_.get(key);
  if (!node && need == Need::Required) fault(key, "'" + named(key) + "' is missing");
  return node;
}

std::string Section::text(std::string_view key, Need need) {
  const toml::node* node = take(key, need);
  if (!node) return {};
  const auto* s = node->as_string();
  if (!s || (s->get().empty() && need == Need::Required)) {
    fault(key, "'" + named(key) + "' must be a text that is not empty");
    return {};
  }
  return s->get();
}

int64_t Section::integer(std::string_view key, int64_t otherwise, int64_t min, int64_t max) {
  const toml::node* node = take(key, Need::Optional);
  if (!node) return otherwise;
  const auto* i = node->as_integer();
  if (i && i->get() >= min && i->get() <= max) return i->get();
  fault(key, "'" + named(key) + "' must be a whole number from " + std::to_string(min) + " to " +
                 std::to_string(max));
  return otherwise;
}

std::optional<double> Section::number(std::string_view key, Need need) {
  const toml::node* node = take(key, need);
  if (!node) return std::nullopt;
  if (const auto* f = node->as_floating_point()) return f->get();
  if (const auto* i = node->as_integer()) return static_cast<double>(i->get());
  fault(key, "'" + named(key) + "' must be a number");
  return std::nullopt;
}

bool Section::boolean(std::string_view key, bool otherwise) {
  const toml::node* node = take(key, Need::Optional);
  if (!node) return otherwise;
  if (const auto* b = node->as_boolean()) return b->get();
  fault(key, "'" + named(key) + "' must be true or false");
  return otherwise;
}

std::vector<std::string> Section::texts(std::string_view key, Need need) {
  std::vector<std::string> out;
  const toml::node* node = take(key, need);
  if (!node) return out;
  const toml::array* list = node->as_array();
  if (list)
    for (const toml::node& element : *list) {
      const auto* s = element.as_string();
      if (!s || s->get().empty()) {
        list = nullptr;
        break;
      }
      out.push_back(s->get());
    }
  if (!list || out.empty()) fault(key, "'" + named(key) + "' must be a list of texts that is not empty");
  return out;
}

const toml::table* Section::table(std::string_view key, Need need) {
  const toml::node* node = take(key, need);
  if (!node) return nullptr;
  if (!node->as_table()) fault(key, "'" + named(key) + "' must be a table");
  return node->as_table();
}

std::vector<const toml::table*> Section::tables(std::string_view key) {
  std::vector<const toml::table*> out;
  const toml::node* node = take(key, Need::Optional);
  if (!node) return out;
  if (const toml::table* one = node->as_table()) return {one};
  const toml::array* list = node->as_array();
  if (list)
    for (const toml::node& element : *list)
      if (const toml::table* t = element.as_table()) out.push_back(t);
  if (!list || out.size() != list->size()) fault(key, "'" + named(key) + "' must be a list of tables");
  return out;
}

}  // namespace xinglin::inference::detail
