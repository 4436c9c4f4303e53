// Search parameters as given -> SQL clauses. A clause has two forms: the set of resources it allows, and,
// where the index can answer it, a probe for one resource. Clauses are combined by and, or, not. FHIR R4
// 3.1.1.4 (parameter types, prefixes, modifiers), 3.1.1.4.14 (chains, _has), 3.1.1.4.15 (composites).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/record/detail/parameters.h"
#include "core/record/detail/sql_text.h"
#include "core/record/record.h"

namespace xinglin::record::detail {

struct Clause {
  bool negated = false;   // resources that are not in the set
  bool distinct = false;  // the set names each resource once
  Sql set;                // SELECT ... AS resource ...
  Sql probe;              // a condition on r.key, or empty: r.key IN (set)
  std::string said;       // for people: what it was made from
};

// What a row must hold to answer one value. `pieces`: the same in parts that an index can bound; empty when
// `where` is.
struct RowTest {
  std::string_view table;
  Sql where;
  std::vector<Sql> pieces;
};

struct Compiler {
  sql::Session& session;
  const TypeDef& type;
  Instant now;
  const trust::Access* access = nullptr;  // nested types are narrowed to what it may see
  const CodeSets* codes = nullptr;        // :in, :above, :below; null: not offered
  int depth = 0;                          // of chains
  std::shared_ptr<int> nested_count =
      std::make_shared<int>(0);  // shared by all compilers of one search: how many

  // kUnknownParameter, kBadParameter, trust::kNotAllowed.
  Result<Clause> compile(const SearchParameter& parameter) const;
  // Several of one parameter whose value does not repeat, so that a stretch between two times is one range.
  Result<Clause> compile_dates(const ParameterDef& def, std::span<const SearchParameter> together) const;
  Result<Clause> compile_filter(std::string_view filter) const;
  // All members of a compartment ("Patient/1"); nullopt: the type is not in it.
  Result<std::optional<Clause>> compile_compartment(std::string_view type_and_id) const;
  // A value of a parameter, as rows say it.
  Result<std::vector<RowTest>> tests(const ParameterDef& def, const std::vector<int64_t>& numbers,
                                     const SearchParameter& given, std::string_view value) const;
  Result<int64_t> system_number(std::string_view uri) const;  // -1: never seen
  // The same for another type, one level deeper.
  Result<Compiler> nested(const TypeDef& other) const;
  // What of this type is allowed, as a set; `clauses` may be empty.
  Result<Sql> allowed_set(std::vector<Clause> clauses) const;
};

Clause clause_of(const std::vector<RowTest>& tests, bool distinct);
Sql probe_of(const std::vector<RowTest>& tests);
Sql condition_of(const Clause& clause);  // on r.key, with its negation
Clause all_of(const TypeDef& type, std::vector<Clause> clauses);
Clause any_of(const TypeDef& type, std::vector<Clause> clauses);
Clause everything(const TypeDef& type);
Sql parameter_is(const std::vector<int64_t>& numbers);

Error bad_parameter(const SearchParameter& parameter, std::string_view what);

// Splits at unescaped separators and takes the escapes off at the innermost level. FHIR R4 3.1.1.4.7.
std::vector<std::string> split_escaped(std::string_view text, char separator);
std::string unescape(std::string_view text);

}  // namespace xinglin::record::detail
