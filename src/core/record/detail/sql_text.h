// A piece of SQL with the values for its question marks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/sql/store.h"

namespace xinglin::record::detail {

using Bound = std::variant<int64_t, double, std::string>;

struct Sql {
  std::string text;
  std::vector<Bound> bound;

  Sql& add(std::string_view piece) {
    text.append(piece);
    return *this;
  }
  Sql& add(const Sql& other) {
    text.append(other.text);
    bound.insert(bound.end(), other.bound.begin(), other.bound.end());
    return *this;
  }
  // Writes "?" and keeps the value for it.
  Sql& bind(Bound value) {
    text.push_back('?');
    bound.push_back(std::move(value));
    return *this;
  }
  // A number that belongs to the question's shape, not to its values: written as it is.
  Sql& number(int64_t value) { return add(std::to_string(value)); }
  template <class Values>
  Sql& bind_list(const Values& values) {
    text.push_back('(');
    bool first = true;
    for (const auto& value : values) {
      if (!first) text.append(", ");
      first = false;
      bind(value);
    }
    text.push_back(')');
    return *this;
  }
  bool empty() const { return text.empty(); }
};

sql::Query run(sql::Session& session, const Sql& sql);

}  // namespace xinglin::record::detail
