#include "core/record/detail/plan.h"

namespace xinglin::record::detail {
namespace {

// The sets are counted up to the first of these sizes that one of them stays below, so that a small set is
// found without counting the large ones; those beyond the last are all called large.
constexpr int64_t kCountedUpTo[] = {50, 400, 3200, 25'600};
constexpr int64_t kLargeFrom = 3200;
// So many rows of an index are tried before the set is gathered after all.
constexpr int64_t kWalkedMax = 12'000;

Result<int64_t> count_up_to(sql::Session& session, const Clause& clause, int64_t limit) {
  sql::Query query = run(session, Sql{}
                                      .add("SELECT COUNT(*) FROM (SELECT 1 FROM (")
                                      .add(clause.set)
                                      .add(") LIMIT ")
                                      .bind(limit)
                                      .add(")"));
  const int64_t count = query.next() ? query.integer(0) : 0;
  XL_CHECK(query.status());
  return count;
}

// The clause with the smallest set, which the search starts from.
Result<void> find_driver(sql::Session& session, Plan& plan) {
  plan.driver = plan.clauses.size();
  plan.is_large = true;
  plan.sizes.resize(plan.clauses.size());
  for (const int64_t limit : kCountedUpTo) {
    int64_t least = limit;
    for (size_t i = 0; i < plan.clauses.size(); ++i) {
      if (plan.clauses[i].negated) continue;
      if (plan.driver == plan.clauses.size()) plan.driver = i;
      XL_TRY(const int64_t size, count_up_to(session, plan.clauses[i], least));
      if (size >= least) continue;
      plan.sizes[i] = size;
      plan.driver = i, least = size;
    }
    if (least == limit) continue;
    plan.is_large = least >= kLargeFrom;
    return {};
  }
  return {};
}

std::vector<Position> rows_of(sql::Query& query, const std::vector<SortKey>& keys) {
  std::vector<Position> out;
  while (query.next()) {
    Position& position = out.emplace_back();
    position.key = query.integer(0);
    for (size_t i = 0; i < keys.size(); ++i)
      position.values.push_back(column_value(query, static_cast<int>(i + 1), keys[i]));
  }
  return out;
}

Bound value_of(const sql::Query& query, SortKey::Stored stored) {
  if (stored == SortKey::Stored::Integer) return query.integer(0);
  if (stored == SortKey::Stored::Real) return query.real(0);
  return std::string(query.text(0));
}

// The value that many rows further along the index; nullopt: the index ends before.
Result<std::optional<Bound>> further(sql::Session& session, const SortKey& key, const Position* after) {
  Sql sql;
  sql.add("SELECT r.v FROM ").add(key.walk);
  if (after && !after->values.front().is_null()) {
    const json::value& v = after->values.front();
    sql.add(" AND ").add(key.walk_column).add(key.descending ? " <= " : " >= ");
    if (v.is_int64())
      sql.bind(v.get_int64());
    else if (v.is_double())
      sql.bind(v.get_double());
    else
      sql.bind(std::string(std::string_view(v.get_string())));
  }
  sql.add(") r ORDER BY r.v")
      .add(key.descending ? " DESC" : " ASC")
      .add(" LIMIT 1 OFFSET ")
      .number(kWalkedMax);
  sql::Query query = run(session, sql);
  std::optional<Bound> out;
  if (query.next()) out = value_of(query, key.stored_as);
  XL_CHECK(query.status());
  return out;
}

}  // namespace

Sql Plan::source() const {
  Sql out;
  if (driver == clauses.size())
    return out.add(" FROM (SELECT resource AS key FROM record_entry WHERE type = ")
        .number(type->number)
        .add(") r");
  return out.add(" FROM (SELECT resource AS key FROM (").add(clauses[driver].set).add(")) r");
}

Sql Plan::conditions(bool all) const {
  Sql out;
  for (size_t i = 0; i < clauses.size(); ++i)
    if (all || i != driver) out.add(out.empty() ? " WHERE " : " AND ").add(condition_of(clauses[i]));
  return out;
}

Sql Plan::count() const {
  const bool distinct = driver == clauses.size() || clauses[driver].distinct;
  return Sql{}
      .add("SELECT COUNT(*) FROM (SELECT ")
      .add(distinct ? "" : "DISTINCT ")
      .add("r.key")
      .add(source())
      .add(conditions(false))
      .add(")");
}

Sql Plan::gathered_page(const std::vector<SortKey>& keys, const Position* after, int64_t limit) const {
  const bool distinct = driver == clauses.size() || clauses[driver].distinct;
  Sql out;
  out.add("SELECT ").add(distinct ? "" : "DISTINCT ").add("r.key");
  for (const SortKey& key : keys) out.add(", ").add(key.expression);
  out.add(source());
  for (const SortKey& key : keys) out.add(key.join);
  const Sql where = conditions(false);
  out.add(where);
  if (after) out.add(where.empty() ? " WHERE " : " AND ").add(after_position(keys, *after, ""));
  return out.add(order_by(keys, "")).add(" LIMIT ").bind(limit);
}

Sql Plan::walked_page(const std::vector<SortKey>& keys, const Position* after, int64_t limit,
                      const std::optional<Bound>& bound) const {
  const SortKey& first = keys.front();
  Sql out;
  out.add("SELECT DISTINCT r.key, r.v");
  for (size_t i = 1; i < keys.size(); ++i) out.add(", ").add(keys[i].expression);
  out.add(" FROM ").add(first.walk);
  const auto limit_value = [&](std::string_view op, const Bound& value) {
    out.add(" AND ").add(first.walk_column).add(op).bind(value);
  };
  if (after) {  // implied by the position; said where an index can start
    const json::value& v = after->values.front();
    const std::string_view op = first.descending ? " <= " : " >= ";
    if (v.is_int64())
      limit_value(op, v.get_int64());
    else if (v.is_double())
      limit_value(op, v.get_double());
    else
      limit_value(op, std::string(std::string_view(v.get_string())));
  }
  if (bound) limit_value(first.descending ? " >= " : " <= ", *bound);
  out.add(") r");
  for (size_t i = 1; i < keys.size(); ++i) out.add(keys[i].join);
  const Sql where = conditions(true);
  out.add(where);
  if (after) out.add(where.empty() ? " WHERE " : " AND ").add(after_position(keys, *after, "r.v"));
  return out.add(order_by(keys, "r.v")).add(" LIMIT ").bind(limit);
}

Result<Plan> make_plan(sql::Session& session, const TypeDef& type, std::vector<Clause> clauses) {
  Plan plan;
  plan.type = &type;
  plan.clauses = std::move(clauses);
  XL_CHECK(find_driver(session, plan));
  return plan;
}

Result<Page> read_page(sql::Session& session, const Plan& plan, const std::vector<SortKey>& keys,
                       const Position* after, int64_t limit) {
  Page out;
  const bool walks = plan.is_large && !keys.empty() && !keys.front().walk.empty() &&
                     (!after || !after->values.front().is_null());
  if (walks) {
    XL_TRY(const std::optional<Bound> bound, further(session, keys.front(), after));
    sql::Query query = run(session, plan.walked_page(keys, after, limit, bound));
    out.rows = rows_of(query, keys);
    XL_CHECK(query.status());
    out.way = Way::Walked;
    if (static_cast<int64_t>(out.rows.size()) == limit) return out;
  }
  // Too few were met on the way, or the ones without a value are next.
  sql::Query query = run(session, plan.gathered_page(keys, after, limit));
  out.rows = rows_of(query, keys);
  XL_CHECK(query.status());
  out.way = Way::Gathered;
  return out;
}

}  // namespace xinglin::record::detail
