// One TOML table read strictly: every key must be asked for, every fault is kept with its line. Only
// manifest.cpp.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace xinglin::inference::detail {

class Faults {
public:
  void add(size_t line, const std::string& what) {
    list_.push_back((line == 0 ? "" : "line " + std::to_string(line) + ": ") + what);
  }
  bool empty() const { return list_.empty(); }
  std::string text() const;

private:
  std::vector<std::string> list_;
};

enum class Need { Required, Optional };

class Section {
public:
  // `path` names the section in messages: "application.name".
  Section(const toml::table& table, std::string path, Faults& faults);
  ~Section();  // reports the keys nobody asked for
  Section(const Section&) = delete;

  std::string text(std::string_view key, Need need);  // not empty when required
  int64_t integer(std::string_view key, int64_t otherwise, int64_t min, int64_t max);
  std::optional<double> number(std::string_view key, Need need);
  bool boolean(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key, Need need);
  const toml::table* table(std::string_view key, Need need);
  // A table or an array of tables.
  std::vector<const toml::table*> tables(std::string_view key);
  size_t line(std::string_view key) const;  // of the key's value, else of the section
  const std::string& path() const { return path_; }
  void fault(std::string_view key, const std::string& what) { faults_.add(line(key), what); }

private:
  const toml::node* take(std::string_view key, Need need);
  std::string named(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }

  const toml::table& table_;
  std::string path_;
  Faults& faults_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace xinglin::inference::detail
