#include "core/record/detail/criteria.h"

#include "codec/fhir/reference.h"
#include "core/record/detail/extract.h"
#include "core/record/detail/fold.h"
#include "core/record/detail/ranges.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kValuesMax = 256;

Error bad(const SearchParameter& parameter, std::string_view what) {
  return {kBadParameter, "search parameter '" + parameter.name + "': " + std::string(what)};
}

std::string_view table_of(Kind kind) {
  switch (kind) {
    case Kind::Token:
    case Kind::Uri:
      return "record_token";
    case Kind::Reference:
      return "record_reference";
    case Kind::String:
      return "record_string";
    case Kind::Date:
      return "record_date";
    case Kind::Quantity:
    case Kind::Number:
      return "record_number";
  }
  return "record_token";
}

// Collects the alternatives of one parameter (comma means or).
class Alternatives {
public:
  void add(const Sql& set, const Sql& probe) {
    clause_.set.add(count_ ? " UNION ALL " : "").add(set);
    all_probe_ = all_probe_ && !probe.empty();
    clause_.probe.add(count_ ? " OR " : "").add(probe);
    ++count_;
  }
  Clause finish(bool single_is_distinct) {
    if (!all_probe_) clause_.probe = Sql{};
    if (!clause_.probe.empty()) clause_.probe = Sql{}.add("(").add(clause_.probe).add(")");
    clause_.distinct = single_is_distinct && count_ == 1;
    return std::move(clause_);
  }

private:
  Clause clause_;
  size_t count_ = 0;
  bool all_probe_ = true;
};

class One {
public:
  One(const Compiler& compiler, const ParameterDef& def, const SearchParameter& given)
      : compiler_(compiler), def_(def), given_(given), number_(disk_number(compiler.type, def)) {}

  Result<Clause> compile() const {
    if (given_.modifier == "missing") return missing();
    Alternatives out;
    bool distinct = false;
    const std::vector<std::string> values = split_escaped(given_.value, ',');
    if (values.size() > kValuesMax) return bad(given_, "too many values");
    for (const std::string& value : values) {
      if (value.empty()) return bad(given_, "a value is empty");
      switch (def_.kind) {
        case Kind::Token:
          XL_CHECK(token(value, out));
          break;
        case Kind::Uri:
          XL_CHECK(uri(value, out));
          break;
        case Kind::Reference:
          XL_CHECK(reference(value, out));
          break;
        case Kind::String:
          XL_CHECK(string(value, out));
          break;
        case Kind::Date:
          XL_CHECK(date(value, out));
          break;
        case Kind::Quantity:
        case Kind::Number:
          XL_CHECK(number(value, out));
          break;
      }
      distinct = def_.is_main_date;
    }
    Clause clause = out.finish(distinct);
    clause.negated = given_.modifier == "not";
    return clause;
  }

private:
  Sql select() const {
    return Sql{}
        .add("SELECT resource FROM ")
        .add(table_of(def_.kind))
        .add(" WHERE parameter = ")
        .bind(number_);
  }

  Result<Clause> missing() const {
    if (given_.value != "true" && given_.value != "false") return bad(given_, ":missing takes true or false");
    Clause out;
    out.negated = given_.value == "true";
    if (def_.is_main_date) {
      out.distinct = true;
      out.set = main_set(Sql{}.add("date_first IS NOT NULL"));
      out.probe = Sql{}.add("r.date_first IS NOT NULL");
      return out;
    }
    out.set = select();
    if (def_.is_alias) {
      const std::string type(def_.targets);
      out.set.add(" AND target >= ")
          .bind(type + "/")
          .add(" AND target < ")
          .bind(type + "0");  // '0' follows '/'
    }
    return out;
  }

  Result<void> token(std::string_view value, Alternatives& out) const {
    if (!given_.modifier.empty() && given_.modifier != "not")
      return bad(given_, "this modifier is not offered");
    const std::vector<std::string> parts = split_escaped(value, '|');
    if (parts.size() > 2) return bad(given_, "a token has at most one |");
    const std::string code = unescape(parts.back());
    Sql condition, join = Sql{}.add("t.parameter = ").bind(number_);
    if (!code.empty()) {
      condition.add(" AND code = ").bind(code);
      join.add(" AND t.code = ").bind(code);
    }
    if (parts.size() == 2) {
      int64_t system = 0;
      if (!parts[0].empty()) {
        XL_TRY(system, compiler_.system_number(unescape(parts[0])));
      } else if (code.empty()) {
        return bad(given_, "a token needs a code or a system");
      }
      condition.add(" AND system = ").bind(system);
      join.add(" AND t.system = ").bind(system);
    }
    const Sql probe =
        Sql{}.add("EXISTS (SELECT 1 FROM record_token t WHERE ").add(join).add(" AND t.resource = r.key)");
    out.add(select().add(condition), code.empty() ? Sql{} : probe);
    return {};
  }

  Result<void> uri(std::string_view value, Alternatives& out) const {
    if (!given_.modifier.empty()) return bad(given_, "this modifier is not offered");
    out.add(select().add(" AND code = ").bind(unescape(value)), Sql{});
    return {};
  }

  // What the value may have been written as: Type/id for each allowed type, or an absolute address.
  Result<std::vector<std::string>> targets(std::string_view value) const {
    std::string text = unescape(value);
    if (!given_.modifier.empty()) {
      if (!fhir::is_type_name(given_.modifier)) return bad(given_, "this modifier is not offered");
      if (fhir::is_valid_id(text)) text = given_.modifier + "/" + text;
    }
    if (fhir::is_valid_id(text)) {
      std::vector<std::string> out;
      for (std::string& type : split_escaped(def_.targets, ',')) out.push_back(type + "/" + text);
      return out;
    }
    const auto parsed = fhir::parse_reference(text);
    if (!parsed || parsed->kind == fhir::Reference::Kind::Contained)
      return bad(given_, "a reference is an id, Type/id or an absolute address");
    if (parsed->kind != fhir::Reference::Kind::Relative) return std::vector<std::string>{text};
    if (!parsed->version.empty()) return bad(given_, "a reference to one version cannot be searched for");
    const bool other_type = (def_.is_alias && parsed->type != def_.targets) ||
                            (!given_.modifier.empty() && parsed->type != given_.modifier);
    if (other_type) return bad(given_, "this type is not meant by this parameter");
    return std::vector<std::string>{parsed->type + "/" + parsed->id};
  }

  Result<void> reference(std::string_view value, Alternatives& out) const {
    XL_TRY(const std::vector<std::string> list, targets(value));
    Sql among;  // one list, not one SELECT each: SQLite bounds how many may be joined
    for (const std::string& target : list) among.add(among.empty() ? "(" : ", ").bind(target);
    among.add(")");
    const Sql probe = Sql{}
                          .add("EXISTS (SELECT 1 FROM record_reference t WHERE t.parameter = ")
                          .bind(number_)
                          .add(" AND t.target IN ")
                          .add(among)
                          .add(" AND t.resource = r.key)");
    out.add(select().add(" AND target IN ").add(among), probe);
    return {};
  }

  Result<void> string(std::string_view value, Alternatives& out) const {
    const std::string text = unescape(value), folded = fold(text);
    Sql set = select();
    if (given_.modifier == "exact")
      set.add(" AND folded = ").bind(folded).add(" AND exact = ").bind(text);
    else if (given_.modifier == "contains")
      set.add(" AND instr(folded, ").bind(folded).add(") > 0");
    else if (given_.modifier.empty())
      set.add(" AND folded >= ").bind(folded).add(" AND folded < ").bind(folded + "\xff");
    else
      return bad(given_, "this modifier is not offered");
    out.add(set, Sql{});
    return {};
  }

  Sql main_set(const Sql& condition) const {
    return Sql{}
        .add("SELECT key AS resource FROM record_resource WHERE type = ")
        .bind(int64_t{compiler_.type.number})
        .add(" AND deleted = 0 AND ")
        .add(condition);
  }

  Result<void> date(std::string_view value, Alternatives& out) const {
    if (!given_.modifier.empty()) return bad(given_, "this modifier is not offered");
    const auto range = parse_date_range(unescape(value), compiler_.now);
    if (!range) return bad(given_, "a date is [eq|ne|lt|gt|le|ge|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss]]]]");
    if (def_.is_main_date)
      out.add(main_set(range->condition("date_first", "date_last")),
              range->condition("r.date_first", "r.date_last"));
    else
      out.add(select().add(" AND ").add(range->condition("first", "last")), Sql{});
    return {};
  }

  Result<void> number(std::string_view value, Alternatives& out) const {
    if (!given_.modifier.empty()) return bad(given_, "this modifier is not offered");
    const std::vector<std::string> parts = split_escaped(value, '|');
    const bool plain = parts.size() == 1;
    if (!plain && (parts.size() != 3 || def_.kind == Kind::Number))
      return bad(given_, "a quantity is [prefix]number or [prefix]number|system|code");
    const auto range = parse_number_range(unescape(parts[0]));
    if (!range) return bad(given_, "a number is [eq|ne|lt|gt|le|ge|sa|eb|ap]decimal");
    Sql set = select().add(" AND ").add(range->condition());
    if (!plain && !parts[1].empty()) {
      XL_TRY(const int64_t system, compiler_.system_number(unescape(parts[1])));
      set.add(" AND system = ").bind(system).add(" AND code = ").bind(unescape(parts[2]));
    } else if (!plain) {
      const std::string unit = unescape(parts[2]);
      set.add(" AND (code = ").bind(unit).add(" OR unit = ").bind(unit).add(")");
    }
    out.add(set, Sql{});
    return {};
  }

  const Compiler& compiler_;
  const ParameterDef& def_;
  const SearchParameter& given_;
  const int64_t number_;
};

constexpr ParameterDef kId{62, "_id", Kind::Token, "", ""};
constexpr ParameterDef kLastUpdated{63, "_lastUpdated", Kind::Date, "", ""};

}  // namespace

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

Result<int64_t> Compiler::system_number(std::string_view uri) const {
  sql::Query query = session.query("SELECT id FROM record_system WHERE uri = ?1", uri);
  const int64_t number = query.next() ? query.integer(0) : -1;
  XL_CHECK(query.status());
  return number;
}

Result<Clause> Compiler::compile(const SearchParameter& parameter) const {
  const Sql of_type = Sql{}
                          .add("SELECT key AS resource FROM record_resource WHERE type = ")
                          .bind(int64_t{type.number})
                          .add(" AND deleted = 0 AND ");
  if (parameter.name == kId.name) {
    if (!parameter.modifier.empty()) return bad(parameter, "this modifier is not offered");
    Alternatives out;
    for (const std::string& id : split_escaped(parameter.value, ','))
      out.add(Sql(of_type).add("id = ").bind(id), Sql{}.add("r.id = ").bind(id));
    return out.finish(true);
  }
  if (parameter.name == kLastUpdated.name) {
    if (!parameter.modifier.empty()) return bad(parameter, "this modifier is not offered");
    Alternatives out;
    for (const std::string& value : split_escaped(parameter.value, ',')) {
      const auto range = parse_date_range(value, now);
      if (!range) return bad(parameter, "a date is [eq|ne|lt|gt|le|ge|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss]]]]");
      out.add(Sql(of_type).add(range->condition("updated_at", "(updated_at + 1000)")),
              range->condition("r.updated_at", "(r.updated_at + 1000)"));
    }
    return out.finish(true);
  }
  const ParameterDef* def = find_parameter(type, parameter.name);
  if (!def)
    return Error(kUnknownParameter,
                 "search parameter '" + parameter.name + "' is not offered for " + std::string(type.name));
  return One(*this, *def, parameter).compile();
}

}  // namespace xinglin::record::detail
