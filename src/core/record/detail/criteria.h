// Search parameters as given -> SQL clauses. A clause has two forms: the set of resources it allows, and,
// where the index can answer it, a probe for one resource. FHIR R4 3.1.1.4 (parameter types, prefixes,
// modifiers).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/record/detail/parameters.h"
#include "core/record/record.h"

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
  bool empty() const { return text.empty(); }
};

struct Clause {
  bool negated = false;   // resources that are not in the set
  bool distinct = false;  // the set names each resource once
  Sql set;                // SELECT ... AS resource ...
  Sql probe;              // a condition on r (record_resource), or empty: r.key IN (set)
};

struct Compiler {
  sql::Session& session;
  const TypeDef& type;
  Instant now;

  // kUnknownParameter, kBadParameter.
  Result<Clause> compile(const SearchParameter& parameter) const;
  Result<int64_t> system_number(std::string_view uri) const;  // -1: never seen
};

// Splits at unescaped separators and takes the escapes off at the innermost level. FHIR R4 3.1.1.4.7.
std::vector<std::string> split_escaped(std::string_view text, char separator);
std::string unescape(std::string_view text);

}  // namespace xinglin::record::detail
