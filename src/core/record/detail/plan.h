// From clauses to the SELECTs of one search: which clause drives, how matches are ordered, and where a page
// begins. Pages are keyed by the sort values of the last match, so that writes in between neither repeat nor
// hide a match.
#pragma once

#include <string>
#include <vector>

#include "core/record/detail/criteria.h"

namespace xinglin::record::detail {

struct SortKey {
  enum class Stored { Integer, Real, Text };
  std::string expression;  // on r or on a joined table
  Sql join;                // LEFT JOIN ..., or empty
  bool descending = false;
  bool nullable = false;
  Stored stored_as = Stored::Integer;
};

// kBadParameter for what cannot be sorted by.
Result<std::vector<SortKey>> sort_keys(const TypeDef& type, const std::vector<std::string>& sort);

struct Position {
  std::vector<json::value> values;  // one per sort key: null, integer, number or text
  std::string id;   // of the last match; a cursor holds it instead of the key, which counts rows
  int64_t key = 0;  // that the caller may not see
};
// The key is not in a cursor: whoever decodes it looks the id up.
std::string encode_cursor(const Position& position, std::string_view query_digest);
Result<Position> decode_cursor(std::string_view cursor, std::string_view query_digest,
                               const std::vector<SortKey>& keys);

struct Plan {
  Sql source;  // FROM ... WHERE ..., without joins of the order
  Sql where;
};
Result<Plan> make_plan(sql::Session& session, const TypeDef& type, std::vector<Clause> clauses);

Sql count_query(const Plan& plan);
// Columns: r.key, then one per sort key.
Sql page_query(const Plan& plan, const std::vector<SortKey>& keys, const Position* after, int64_t limit);

sql::Query run(sql::Session& session, const Sql& sql);

}  // namespace xinglin::record::detail
