#include "core/record/detail/plan.h"

#include <algorithm>
#include <bit>

#include "base/digest.h"

namespace xinglin::record::detail {
namespace {

// The sets are counted up to the first of these sizes that one of them stays below, so that a small set is
// found without counting the large ones; those beyond the last are all called large.
constexpr int64_t kCountedUpTo[] = {50, 400, 3200};

Error cannot_sort(std::string_view name) {
  return {kBadParameter, "_sort: '" + std::string(name) + "' cannot be sorted by here"};
}

// The least value of a parameter per resource (the greatest when descending).
SortKey joined(const TypeDef& type, const ParameterDef& parameter, size_t index, bool descending) {
  std::string_view table, column;
  switch (parameter.kind) {
    case Kind::Date:
      table = "record_date", column = "first";
      break;
    case Kind::String:
      table = "record_string", column = "folded";
      break;
    case Kind::Reference:
      table = "record_reference", column = "target";
      break;
    case Kind::Quantity:
    case Kind::Number:
      table = "record_number", column = "low";
      break;
    case Kind::Token:
    case Kind::Uri:
      table = "record_token", column = "code";
      break;
  }
  const std::string alias = "s" + std::to_string(index);
  SortKey key;
  key.expression = alias + ".v";
  key.descending = descending;
  key.nullable = true;
  key.stored_as = parameter.kind == Kind::Date ? SortKey::Stored::Integer
                  : parameter.kind == Kind::Quantity || parameter.kind == Kind::Number
                      ? SortKey::Stored::Real
                      : SortKey::Stored::Text;
  key.join.add(" LEFT JOIN (SELECT resource, ")
      .add(descending ? "MAX(" : "MIN(")
      .add(column)
      .add(") AS v FROM ")
      .add(table)
      .add(" WHERE parameter = ")
      .bind(disk_number(type, parameter));
  if (parameter.is_alias)  // the rows are shared with a wider parameter
    key.join.add(" AND target >= ")
        .bind(std::string(parameter.targets) + "/")
        .add(" AND target < ")
        .bind(std::string(parameter.targets) + "0");
  key.join.add(" GROUP BY resource) ").add(alias).add(" ON ").add(alias).add(".resource = r.key");
  return key;
}

Bound to_bound(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_number()) return value.to_number<double>();
  return std::string(std::string_view(value.get_string()));
}

// What comes after the position in the order of the keys; a missing value comes last in both directions.
Sql after_position(const std::vector<SortKey>& keys, const Position& position) {
  Sql out;
  Sql equal;  // all keys before this one are the same
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string& e = keys[i].expression;
    if (!position.values[i].is_null()) {
      const Bound value = to_bound(position.values[i]);
      Sql later = Sql{}.add("(").add(e).add(keys[i].descending ? " < " : " > ").bind(value);
      if (keys[i].nullable) later.add(" OR ").add(e).add(" IS NULL");
      out.add(out.empty() ? "(" : " OR (").add(equal).add(later.add("))"));
      equal.add(e).add(" = ").bind(value).add(" AND ");
    } else {
      equal.add(e).add(" IS NULL AND ");
    }
  }
  out.add(out.empty() ? "(" : " OR (").add(equal).add("r.key > ").bind(position.key).add(")");
  return Sql{}.add("(").add(out).add(")");
}

Result<int64_t> count_up_to(sql::Session& session, const Clause& clause, int64_t limit) {
  const Sql sql =
      Sql{}.add("SELECT COUNT(*) FROM (SELECT 1 FROM (").add(clause.set).add(") LIMIT ").bind(limit).add(")");
  sql::Query query = run(session, sql);
  const int64_t count = query.next() ? query.integer(0) : 0;
  XL_CHECK(query.status());
  return count;
}

// The clause with the smallest set, which the search starts from; their number when none can drive.
Result<size_t> find_driver(sql::Session& session, const std::vector<Clause>& clauses) {
  std::vector<size_t> candidates;
  for (size_t i = 0; i < clauses.size(); ++i)
    if (!clauses[i].negated) candidates.push_back(i);
  if (candidates.size() <= 1) return candidates.empty() ? clauses.size() : candidates.front();
  for (const int64_t limit : kCountedUpTo) {
    size_t driver = candidates.front();
    int64_t least = limit;
    for (const size_t i : candidates) {
      XL_TRY(const int64_t size, count_up_to(session, clauses[i], least));
      if (size < least) driver = i, least = size;
    }
    if (least < limit) return driver;
  }
  return candidates.front();
}

Sql condition(const Clause& clause) {
  Sql out;
  if (clause.negated) out.add("NOT ");
  if (!clause.probe.empty()) return out.add(clause.probe);
  return out.add("r.key IN (").add(clause.set).add(")");
}

}  // namespace

Result<std::vector<SortKey>> sort_keys(const TypeDef& type, const std::vector<std::string>& sort) {
  if (sort.size() > 5) return Error(kBadParameter, "_sort: at most five keys");
  std::vector<SortKey> out;
  for (std::string_view name : sort) {
    const bool descending = name.starts_with('-');
    if (descending) name.remove_prefix(1);
    if (name == "_lastUpdated") {
      out.push_back({"r.updated_at", {}, descending, false, SortKey::Stored::Integer});
    } else if (name == "_id") {
      out.push_back({"r.id", {}, descending, false, SortKey::Stored::Text});
    } else {
      const ParameterDef* parameter = find_parameter(type, name);
      if (!parameter || parameter->kind == Kind::Uri) return cannot_sort(name);
      if (parameter->is_main_date)
        out.push_back({"r.date_first", {}, descending, true, SortKey::Stored::Integer});
      else
        out.push_back(joined(type, *parameter, out.size(), descending));
    }
  }
  // Without a wish the oldest change comes first: what is written meanwhile is added at the end.
  if (out.empty()) out.push_back({"r.updated_at", {}, false, false, SortKey::Stored::Integer});
  return out;
}

std::string encode_cursor(const Position& position, std::string_view query_digest) {
  json::array values;
  for (const json::value& v :
       position.values)  // a double travels as its bits: its text might not read back the same
    values.push_back(v.is_double() ? json::value(std::bit_cast<int64_t>(v.get_double())) : v);
  const json::object cursor{{"q", query_digest}, {"v", std::move(values)}, {"i", position.id}};
  return to_base64url(as_bytes(json::serialize(cursor)));
}

Result<Position> decode_cursor(std::string_view cursor, std::string_view query_digest,
                               const std::vector<SortKey>& keys) {
  const Error wrong(kBadCursor);
  if (cursor.size() > 16'384) return wrong;
  const auto bytes = from_base64(cursor);
  if (!bytes) return wrong;
  const auto value = json::parse(as_text(*bytes));
  if (!value || !value->is_object()) return wrong;
  const json::object& object = value->get_object();
  const json::array* values = json::find_array(object, "v");
  const auto id = json::find_string(object, "i");
  if (json::find_string(object, "q") != query_digest || !values || values->size() != keys.size() || !id)
    return wrong;
  Position out;
  for (const json::value& v : *values) {
    const SortKey::Stored stored = keys[out.values.size()].stored_as;
    if (!v.is_null() && (stored == SortKey::Stored::Text ? !v.is_string() : !v.is_int64())) return wrong;
    const bool real = stored == SortKey::Stored::Real && v.is_int64();
    out.values.push_back(real ? json::value(std::bit_cast<double>(v.get_int64())) : v);
  }
  out.id = *id;
  return out;
}

Result<Plan> make_plan(sql::Session& session, const TypeDef& type, std::vector<Clause> clauses) {
  XL_TRY(const size_t driver, find_driver(session, clauses));
  Plan plan;
  if (driver == clauses.size()) {
    plan.source.add(" FROM record_resource r");
    plan.where.add(" WHERE r.type = ").bind(int64_t{type.number}).add(" AND r.deleted = 0");
  } else {
    plan.source.add(" FROM (SELECT ").add(clauses[driver].distinct ? "" : "DISTINCT ").add("resource FROM (");
    plan.source.add(clauses[driver].set).add(")) d CROSS JOIN record_resource r ON r.key = d.resource");
    plan.where.add(" WHERE r.deleted = 0");
  }
  for (size_t i = 0; i < clauses.size(); ++i)
    if (i != driver) plan.where.add(" AND ").add(condition(clauses[i]));
  return plan;
}

Sql count_query(const Plan& plan) {
  return Sql{}.add("SELECT COUNT(*)").add(plan.source).add(plan.where);
}

Sql page_query(const Plan& plan, const std::vector<SortKey>& keys, const Position* after, int64_t limit) {
  Sql out;
  out.add("SELECT r.key");
  for (const SortKey& key : keys) out.add(", ").add(key.expression);
  out.add(plan.source);
  for (const SortKey& key : keys) out.add(key.join);
  out.add(plan.where);
  if (after) {
    out.add(" AND ").add(after_position(keys, *after));
    // Implied by the first key; said apart so that an index can start there.
    const SortKey& first = keys.front();
    if (!first.nullable && !after->values.front().is_null())
      out.add(" AND ")
          .add(first.expression)
          .add(first.descending ? " <= " : " >= ")
          .bind(to_bound(after->values[0]));
  }
  out.add(" ORDER BY ");
  for (const SortKey& key : keys) {
    out.add(key.expression).add(key.descending ? " DESC" : " ASC");
    // Falling order has missing values last by itself.
    out.add(key.nullable && !key.descending ? " NULLS LAST, " : ", ");
  }
  return out.add("r.key LIMIT ").bind(limit);
}

sql::Query run(sql::Session& session, const Sql& sql) {
  std::vector<sql::Parameter> parameters;
  parameters.reserve(sql.bound.size());
  for (const Bound& bound : sql.bound)
    std::visit([&](const auto& value) { parameters.emplace_back(value); }, bound);
  return session.query_bound(sql.text, parameters);
}

}  // namespace xinglin::record::detail
