// From clauses to the SELECTs of one type: the smallest set drives, the other clauses are probed for each of
// its resources. A page of a large set in the order of an indexed value is read along that index instead.
// Every way gives the same answer in the same order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/detail/order.h"

namespace xinglin::record::detail {

struct Plan {
  const TypeDef* type = nullptr;
  std::vector<Clause> clauses;
  size_t driver = 0;      // which clause; their number when none can: everything of the type
  bool is_large = false;  // the driving set
  std::vector<std::optional<int64_t>> sizes;  // as far as they were counted; nullopt: more

  Sql count() const;
  // Columns: r.key, then one per sort key.
  Sql gathered_page(const std::vector<SortKey>& keys, const Position* after, int64_t limit) const;
  // Along the index of the first key up to `bound`; gives only resources that have a value.
  Sql walked_page(const std::vector<SortKey>& keys, const Position* after, int64_t limit,
                  const std::optional<Bound>& bound) const;

private:
  Sql source() const;              // the driving set, as r
  Sql conditions(bool all) const;  // of the clauses but the driver, or of all: WHERE ... or ""
};
Result<Plan> make_plan(sql::Session& session, const TypeDef& type, std::vector<Clause> clauses);

enum class Way { Gathered, Walked };
struct Page {
  std::vector<Position> rows;
  Way way = Way::Gathered;
};
Result<Page> read_page(sql::Session& session, const Plan& plan, const std::vector<SortKey>& keys,
                       const Position* after, int64_t limit);

}  // namespace xinglin::record::detail
