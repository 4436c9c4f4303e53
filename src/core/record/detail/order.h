// The order of matches: keys of _sort as SQL, and the place where a page begins. Pages are keyed by the sort
// values and the id of the last match, so that writes in between neither repeat nor hide a match. Missing
// values come last in both directions. FHIR R4 3.1.1.5.1.
#pragma once

#include <string>
#include <vector>

#include "core/record/detail/criteria.h"

namespace xinglin::record::detail {

struct SortKey {
  enum class Stored { Integer, Real, Text };
  std::string expression;  // on r.key or on a joined table
  Sql join;                // LEFT JOIN ..., or empty
  bool descending = false;
  bool nullable = true;
  Stored stored_as = Stored::Integer;
  // An index in this order: rows named r with columns key and v; empty when there is none.
  Sql walk;
  std::string walk_column;  // of its index, for bounds
};

// kBadParameter for what cannot be sorted by. Without a wish: none, the order in which resources were made.
Result<std::vector<SortKey>> sort_keys(const TypeDef& type, const std::vector<std::string>& sort);

struct Position {
  std::vector<json::value> values;  // one per sort key: null, integer, number or text
  std::string type, id;  // of the last match; a cursor holds it instead of the key, which counts rows
  int64_t key = 0;       // that the caller may not see
};
// The key is not in a cursor: whoever decodes it looks the id up.
std::string encode_cursor(const Position& position, std::string_view query_digest);
Result<Position> decode_cursor(std::string_view cursor, std::string_view query_digest,
                               const std::vector<SortKey>& keys);

// What comes after the position; `first` stands for the first key's expression when not empty.
Sql after_position(const std::vector<SortKey>& keys, const Position& position, std::string_view first);
// ORDER BY ..., r.key
Sql order_by(const std::vector<SortKey>& keys, std::string_view first);
json::value column_value(const sql::Query& query, int column, const SortKey& key);
// Whether a comes before b, as SQL would say it; for pages put together from several types.
bool comes_before(const Position& a, const Position& b, const std::vector<SortKey>& keys);

}  // namespace xinglin::record::detail
