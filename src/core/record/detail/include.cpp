#include "core/record/detail/include.h"

#include <algorithm>
#include <unordered_set>

namespace xinglin::record::detail {
namespace {

constexpr size_t kAtOnce = 500;  // keys in one statement
constexpr int kRoundsMax = 32;

Sql parameters_of(const TypeDef& type, const IncludeRule& rule) {
  Sql out;
  const auto add = [&](const ParameterDef& parameter) {
    for (const int64_t number : parameter.numbers) out.add(out.empty() ? "(" : ", ").number(number);
  };
  for (const ParameterDef* parameter : rule.by) add(*parameter);
  if (rule.by.empty())
    for (const ParameterDef& parameter : type.parameters)
      if (parameter.kind == Kind::Reference) add(parameter);
  return out.empty() ? out : out.add(")");
}

// The one type that the targets are narrowed to, by the rule or by the parameter itself.
std::string_view narrowed_to(const IncludeRule& rule) {
  if (rule.target) return rule.target->name;
  return rule.by.size() == 1 ? rule.by.front()->only_target : std::string_view();
}

class Round {
public:
  Round(sql::Session& session, std::vector<int64_t> from) : session_(session), from_(std::move(from)) {}

  Result<std::vector<int64_t>> follow(const IncludeRule& rule) {
    std::vector<int64_t> out;
    for (size_t begin = 0; begin < from_.size(); begin += kAtOnce) {
      const size_t end = std::min(from_.size(), begin + kAtOnce);
      Sql keys;
      for (size_t i = begin; i < end; ++i) keys.add(i == begin ? "(" : ", ").number(from_[i]);
      keys.add(")");
      if (rule.reverse)
        XL_CHECK(backward(rule, keys, out));
      else
        XL_CHECK(forward(rule, keys, out));
    }
    return out;
  }

private:
  // Targets by what the rows of each source say; each is then looked for by type and id.
  Result<void> forward(const IncludeRule& rule, const Sql& keys, std::vector<int64_t>& out) {
    Sql sql;
    sql.add(
        "SELECT DISTINCT t.target FROM record_resource s CROSS JOIN record_reference x ON x.resource = s.key "
        "CROSS JOIN record_target t ON t.id = x.target WHERE s.key IN ");
    sql.add(keys);
    if (rule.source) {
      const Sql parameters = parameters_of(*rule.source, rule);
      if (parameters.empty()) return {};
      sql.add(" AND s.type = ").number(rule.source->number).add(" AND x.parameter IN ").add(parameters);
    }
    if (const std::string_view type = narrowed_to(rule); !type.empty())
      sql.add(" AND t.target >= ")
          .bind(std::string(type) + "/")
          .add(" AND t.target < ")
          .bind(std::string(type) + "0");
    sql.add(" ORDER BY s.key, x.parameter, t.id");
    std::vector<std::string> targets;
    {
      sql::Query query = run(session_, sql);
      while (query.next()) targets.emplace_back(query.text(0));
      XL_CHECK(query.status());
    }
    for (const std::string& target : targets) {
      const size_t slash = target.find('/');
      const TypeDef* type = slash == std::string::npos ? nullptr : find_type(target.substr(0, slash));
      if (!type) continue;
      sql::Query query =
          session_.query("SELECT key FROM record_resource WHERE type = ?1 AND id = ?2 AND deleted = 0",
                         type->number, std::string_view(target).substr(slash + 1));
      if (query.next()) out.push_back(query.integer(0));
      XL_CHECK(query.status());
    }
    return {};
  }

  Result<void> backward(const IncludeRule& rule, const Sql& keys, std::vector<int64_t>& out) {
    std::vector<std::string> targets;
    {
      sql::Query query =
          run(session_, Sql{}.add("SELECT type, id FROM record_resource WHERE key IN ").add(keys));
      while (query.next()) {
        const TypeDef* type = type_of_number(static_cast<int>(query.integer(0)));
        const std::string_view narrowed = narrowed_to(rule);
        if (!type || (!narrowed.empty() && type->name != narrowed)) continue;
        targets.push_back(std::string(type->name) + "/" + std::string(query.text(1)));
      }
      XL_CHECK(query.status());
    }
    if (targets.empty()) return {};
    const Sql parameters = parameters_of(*rule.source, rule);
    if (parameters.empty()) return {};
    Sql sql;
    sql.add("SELECT DISTINCT x.resource FROM record_reference x WHERE x.parameter IN ").add(parameters);
    sql.add(" AND x.target IN (SELECT id FROM record_target WHERE target IN ").bind_list(targets);
    sql.add(") AND x.resource > 0 ORDER BY x.resource");
    sql::Query query = run(session_, sql);
    while (query.next()) out.push_back(query.integer(0));
    return query.status();
  }

  sql::Session& session_;
  const std::vector<int64_t> from_;
};

}  // namespace

Result<IncludeRule> parse_include(std::string_view text, bool reverse, bool iterate) {
  const std::string name = reverse ? "_revinclude" : "_include";
  const auto bad = [&](std::string_view what) {
    return Error(kBadParameter, name + "=" + std::string(text) + ": " + std::string(what));
  };
  IncludeRule out;
  out.reverse = reverse, out.iterate = iterate;
  if (text == "*") {
    if (reverse) return bad("needs a type: Type:parameter or Type:*");
    return out;
  }
  const size_t first = text.find(':');
  if (first == std::string_view::npos) return bad("is written Type:parameter[:TargetType]");
  const size_t second = std::min(text.find(':', first + 1), text.size());
  out.source = find_type(text.substr(0, first));
  if (!out.source) return bad("names no resource type");
  if (second < text.size()) {
    out.target = find_type(text.substr(second + 1));
    if (!out.target) return bad("names no resource type as target");
  }
  const std::string_view parameter = text.substr(first + 1, second - first - 1);
  if (parameter == "*") return out;
  const ParameterDef* def = find_parameter(*out.source, parameter);
  if (!def || def->kind != Kind::Reference)
    return Error(kUnknownParameter, name + ": '" + std::string(parameter) +
                                        "' is not a reference parameter of " + std::string(out.source->name));
  out.by = {def};
  return out;
}

Result<Included> include(sql::Session& session, const std::vector<IncludeRule>& rules,
                         const std::vector<int64_t>& matches, size_t most, const MaySee& may_see) {
  Included out;
  std::unordered_set<int64_t> known(matches.begin(), matches.end());
  std::vector<int64_t> from = matches;
  for (int round = 0; round < kRoundsMax && !from.empty(); ++round) {
    std::vector<int64_t> found;
    Round step(session, from);
    for (const IncludeRule& rule : rules) {
      if (round > 0 && !rule.iterate) continue;
      XL_TRY(const std::vector<int64_t> more, step.follow(rule));
      for (const int64_t key : more) {
        if (!known.insert(key).second) continue;
        XL_TRY(const bool seen, may_see(key));
        if (!seen) continue;
        if (out.keys.size() >= most) {
          out.complete = false;
          return out;
        }
        found.push_back(key);
        out.keys.push_back(key);
      }
    }
    from = std::move(found);
  }
  return out;
}

}  // namespace xinglin::record::detail
