// Clauses and how they are combined.
#include <algorithm>

#include "core/record/detail/criteria.h"

namespace xinglin::record::detail {
namespace {

Sql exists(const RowTest& test) {
  return Sql{}
      .add("EXISTS (SELECT 1 FROM ")
      .add(test.table)
      .add(" x WHERE x.resource = r.key AND ")
      .add(test.where)
      .add(")");
}

std::string said_of(const std::vector<Clause>& clauses, std::string_view word) {
  std::string out;
  for (const Clause& clause : clauses)
    out.append(out.empty() ? "(" : word).append(clause.negated ? "not " : "").append(clause.said);
  return out + ")";
}

}  // namespace

Sql parameter_is(const std::vector<int64_t>& numbers) {
  Sql out;
  if (numbers.size() == 1) return out.add("parameter = ").number(numbers.front());
  out.add("parameter IN (");
  for (size_t i = 0; i < numbers.size(); ++i) out.add(i ? ", " : "").number(numbers[i]);
  return out.add(")");
}

Sql probe_of(const std::vector<RowTest>& tests) {
  Sql out;
  for (const RowTest& test : tests) out.add(out.empty() ? "(" : " OR ").add(exists(test));
  return out.empty() ? out.add("0") : out.add(")");
}

Clause clause_of(const std::vector<RowTest>& tests, bool distinct) {
  Clause out;
  size_t parts = 0;
  const auto part = [&](std::string_view table, const Sql& where) {
    out.set.add(parts++ ? " UNION ALL SELECT resource FROM " : "SELECT resource FROM ");
    out.set.add(table).add(" WHERE ").add(where);
  };
  for (const RowTest& test : tests) {
    if (test.pieces.empty()) part(test.table, test.where);
    for (const Sql& piece : test.pieces) part(test.table, piece);
  }
  if (tests.empty()) out.set.add("SELECT resource FROM record_entry WHERE 0");
  out.probe = probe_of(tests);
  out.distinct = distinct && parts == 1;
  return out;
}

Sql condition_of(const Clause& clause) {
  Sql out;
  if (clause.negated) out.add("NOT ");
  if (!clause.probe.empty()) return out.add("(").add(clause.probe).add(")");
  return out.add("(r.key IN (").add(clause.set).add("))");
}

Clause everything(const TypeDef& type) {
  Clause out;
  out.distinct = true;
  out.set.add("SELECT resource FROM record_entry WHERE type = ").number(type.number);
  out.probe = Sql{}
                  .add("EXISTS (SELECT 1 FROM record_entry x WHERE x.type = ")
                  .number(type.number)
                  .add(" AND x.resource = r.key)");
  out.said = "everything";
  return out;
}

Clause all_of(const TypeDef& type, std::vector<Clause> clauses) {
  if (clauses.size() == 1 && !clauses.front().negated) return std::move(clauses.front());
  const auto driver =
      std::find_if(clauses.begin(), clauses.end(), [](const Clause& clause) { return !clause.negated; });
  const bool driven = driver != clauses.end();
  const Clause first = driven ? *driver : everything(type);
  Clause out;
  out.said = said_of(clauses, " and ");
  out.distinct = first.distinct;
  out.set.add("SELECT r.key AS resource FROM (SELECT resource AS key FROM (").add(first.set).add(")) r");
  size_t conditions = 0;
  for (const Clause& clause : clauses) {
    if (driven && &clause == &*driver) continue;
    out.set.add(conditions++ ? " AND " : " WHERE ").add(condition_of(clause));
  }
  for (const Clause& clause : clauses)
    out.probe.add(out.probe.empty() ? "(" : " AND ").add(condition_of(clause));
  out.probe.add(clauses.empty() ? "1" : ")");
  return out;
}

Clause any_of(const TypeDef& type, std::vector<Clause> clauses) {
  if (clauses.size() == 1 && !clauses.front().negated) return std::move(clauses.front());
  Clause out;
  out.said = said_of(clauses, " or ");
  const bool negated =
      std::any_of(clauses.begin(), clauses.end(), [](const Clause& clause) { return clause.negated; });
  for (const Clause& clause : clauses)
    out.probe.add(out.probe.empty() ? "(" : " OR ").add(condition_of(clause));
  out.probe.add(clauses.empty() ? "0" : ")");
  if (negated || clauses.empty()) {
    out.distinct = true;
    out.set.add("SELECT r.key AS resource FROM (SELECT resource AS key FROM record_entry WHERE type = ");
    out.set.number(type.number).add(") r WHERE ").add(out.probe);
    return out;
  }
  for (const Clause& clause : clauses) out.set.add(out.set.empty() ? "" : " UNION ALL ").add(clause.set);
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

std::vector<std::string> split_escaped(std::string_view text, char separator) {
  std::vector<std::string> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out.back().append(text.substr(i++, 2));
    } else if (text[i] == separator) {
      out.emplace_back();
    } else {
      out.back().push_back(text[i]);
    }
  }
  return out;
}

Error bad_parameter(const SearchParameter& parameter, std::string_view what) {
  return {kBadParameter, "search parameter '" + parameter.name + "': " + std::string(what)};
}

sql::Query run(sql::Session& session, const Sql& sql) {
  std::vector<sql::Parameter> parameters;
  parameters.reserve(sql.bound.size());
  for (const Bound& bound : sql.bound)
    std::visit([&](const auto& value) { parameters.emplace_back(value); }, bound);
  return session.query_bound(sql.text, parameters);
}

}  // namespace xinglin::record::detail
