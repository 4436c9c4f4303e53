#include "core/record/detail/order.h"

#include <bit>

#include "base/digest.h"

namespace xinglin::record::detail {
namespace {

Error cannot_sort(std::string_view name) {
  return {kBadParameter, "_sort: '" + std::string(name) + "' cannot be sorted by here"};
}

struct Column {
  std::string_view table, name;
  SortKey::Stored stored_as;
};

Column column_of(Kind kind) {
  switch (kind) {
    case Kind::Date:
      return {"record_date", "first", SortKey::Stored::Integer};
    case Kind::String:
      return {"record_string", "folded", SortKey::Stored::Text};
    case Kind::Quantity:
    case Kind::Number:
      return {"record_number", "low", SortKey::Stored::Real};
    default:
      return {"record_token", "code", SortKey::Stored::Text};
  }
}

// The least value of a parameter per resource (the greatest when descending).
SortKey by_value(const ParameterDef& parameter, bool descending) {
  const Column column = column_of(parameter.kind);
  const std::string least = descending ? "MAX(" : "MIN(";
  const std::string of = parameter_is(parameter.numbers).text;
  SortKey key;
  key.descending = descending;
  key.stored_as = column.stored_as;
  key.expression = "(SELECT " + least + std::string(column.name) + ") FROM " + std::string(column.table) +
                   " WHERE resource = r.key AND " + of + ")";
  if (parameter.numbers.size() != 1) return key;
  key.walk_column = column.name;
  key.walk.add("(SELECT resource AS key, ").add(column.name).add(" AS v FROM ").add(column.table);
  key.walk.add(" s WHERE ").add(of).add(" AND resource > 0");
  if (parameter.repeats)  // only by the value that counts
    key.walk.add(" AND NOT EXISTS (SELECT 1 FROM ")
        .add(column.table)
        .add(" y WHERE y.resource = s.resource AND y.")
        .add(of)
        .add(" AND y.")
        .add(column.name)
        .add(descending ? " > s." : " < s.")
        .add(column.name)
        .add(")");
  return key;
}

SortKey by_reference(const ParameterDef& parameter, bool descending) {
  SortKey key;
  key.descending = descending;
  key.stored_as = SortKey::Stored::Text;
  key.expression = std::string("(SELECT ") + (descending ? "MAX" : "MIN") +
                   "(t.target) FROM record_reference x CROSS JOIN record_target t ON t.id = x.target WHERE "
                   "x.resource = r.key AND x." +
                   parameter_is(parameter.numbers).text;
  if (!parameter.only_target.empty()) {
    const std::string type(parameter.only_target);
    key.expression += " AND t.target >= '" + type + "/' AND t.target < '" + type + "0'";
  }
  key.expression += ")";
  return key;
}

// Codes lie by their value only: they are grouped once.
SortKey by_code(const ParameterDef& parameter, size_t index, bool descending) {
  const std::string alias = "s" + std::to_string(index);
  SortKey key;
  key.descending = descending;
  key.stored_as = SortKey::Stored::Text;
  key.expression = alias + ".v";
  key.join.add(" LEFT JOIN (SELECT resource, ").add(descending ? "MAX" : "MIN");
  key.join.add("(code) AS v FROM record_token WHERE ").add(parameter_is(parameter.numbers));
  key.join.add(" AND code >= ' ' GROUP BY resource) ").add(alias).add(" ON ").add(alias);
  key.join.add(".resource = r.key");
  return key;
}

SortKey by_column(const TypeDef& type, std::string_view column, SortKey::Stored stored, bool descending) {
  SortKey key;
  key.descending = descending;
  key.nullable = false;
  key.stored_as = stored;
  key.expression = "(SELECT y." + std::string(column) + " FROM record_resource y WHERE y.key = r.key)";
  key.walk_column = column;
  key.walk.add("(SELECT key, ").add(column).add(" AS v FROM record_resource WHERE type = ");
  key.walk.number(type.number).add(" AND deleted = 0");
  return key;
}

Bound to_bound(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_number()) return value.to_number<double>();
  return std::string(std::string_view(value.get_string()));
}

}  // namespace

Result<std::vector<SortKey>> sort_keys(const TypeDef& type, const std::vector<std::string>& sort) {
  if (sort.size() > 5) return Error(kBadParameter, "_sort: at most five keys");
  std::vector<SortKey> out;
  for (std::string_view name : sort) {
    const bool descending = name.starts_with('-');
    if (descending) name.remove_prefix(1);
    if (name == "_lastUpdated") {
      out.push_back(by_column(type, "updated_at", SortKey::Stored::Integer, descending));
      continue;
    }
    if (name == "_id") {
      out.push_back(by_column(type, "id", SortKey::Stored::Text, descending));
      continue;
    }
    const ParameterDef* parameter = find_parameter(type, name);
    if (!parameter || parameter->kind == Kind::Composite || parameter->kind == Kind::Special)
      return cannot_sort(name);
    if (parameter->kind == Kind::Reference)
      out.push_back(by_reference(*parameter, descending));
    else if (parameter->kind == Kind::Token || parameter->kind == Kind::Uri)
      out.push_back(by_code(*parameter, out.size(), descending));
    else
      out.push_back(by_value(*parameter, descending));
  }
  return out;
}

std::string encode_cursor(const Position& position, std::string_view query_digest) {
  json::array values;
  for (const json::value& v :
       position.values)  // a double travels as its bits: its text might not read back the same
    values.push_back(v.is_double() ? json::value(std::bit_cast<int64_t>(v.get_double())) : v);
  const json::object cursor{
      {"q", query_digest}, {"v", std::move(values)}, {"t", position.type}, {"i", position.id}};
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
  const auto type = json::find_string(object, "t"), id = json::find_string(object, "i");
  if (json::find_string(object, "q") != query_digest || !values || values->size() != keys.size() || !id ||
      !type)
    return wrong;
  Position out;
  for (const json::value& v : *values) {
    const SortKey::Stored stored = keys[out.values.size()].stored_as;
    if (!v.is_null() && (stored == SortKey::Stored::Text ? !v.is_string() : !v.is_int64())) return wrong;
    const bool real = stored == SortKey::Stored::Real && v.is_int64();
    out.values.push_back(real ? json::value(std::bit_cast<double>(v.get_int64())) : v);
  }
  out.type = *type;
  out.id = *id;
  return out;
}

Sql after_position(const std::vector<SortKey>& keys, const Position& position, std::string_view first) {
  Sql out;
  Sql equal;  // all keys before this one are the same
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string e = i == 0 && !first.empty() ? std::string(first) : keys[i].expression;
    if (!position.values[i].is_null()) {
      const Bound value = to_bound(position.values[i]);
      Sql later = Sql{}.add("(").add(e).add(keys[i].descending ? " < " : " > ").bind(value);
      if (keys[i].nullable && (i > 0 || first.empty())) later.add(" OR ").add(e).add(" IS NULL");
      out.add(out.empty() ? "(" : " OR (").add(equal).add(later.add("))"));
      equal.add(e).add(" = ").bind(value).add(" AND ");
    } else {
      equal.add(e).add(" IS NULL AND ");
    }
  }
  out.add(out.empty() ? "(" : " OR (").add(equal).add("r.key > ").bind(position.key).add(")");
  return Sql{}.add("(").add(out).add(")");
}

Sql order_by(const std::vector<SortKey>& keys, std::string_view first) {
  Sql out;
  out.add(" ORDER BY ");
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool walked = i == 0 && !first.empty();
    out.add(walked ? first : std::string_view(keys[i].expression)).add(keys[i].descending ? " DESC" : " ASC");
    // Falling order has missing values last by itself.
    out.add(keys[i].nullable && !keys[i].descending && !walked ? " NULLS LAST, " : ", ");
  }
  return out.add("r.key");
}

json::value column_value(const sql::Query& query, int column, const SortKey& key) {
  if (query.is_null(column)) return nullptr;
  switch (key.stored_as) {
    case SortKey::Stored::Integer:
      return query.integer(column);
    case SortKey::Stored::Real:
      return query.real(column);
    case SortKey::Stored::Text:
      break;
  }
  return json::value(query.text(column));
}

bool comes_before(const Position& a, const Position& b, const std::vector<SortKey>& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    const json::value &x = a.values[i], &y = b.values[i];
    if (x.is_null() != y.is_null()) return y.is_null();
    if (x.is_null()) continue;
    const Bound left = to_bound(x), right = to_bound(y);
    if (left != right) return keys[i].descending ? right < left : left < right;
  }
  return a.key < b.key;
}

}  // namespace xinglin::record::detail
