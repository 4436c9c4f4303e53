// One value of a parameter as conditions on index rows.
#include <algorithm>

#include "codec/fhir/reference.h"
#include "core/record/detail/criteria.h"
#include "core/record/detail/extract.h"
#include "core/record/detail/fold.h"
#include "core/record/detail/ranges.h"
#include "core/record/detail/values.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kCodesMax = 50'000;  // of one value set
constexpr std::string_view kNotOffered = "this modifier is not offered for its type";

std::string_view text_or(bool condition, std::string_view text) {
  return condition ? text : std::string_view();
}

class Value {
public:
  Value(const Compiler& compiler, const ParameterDef& def, const std::vector<int64_t>& numbers,
        const SearchParameter& given, std::string_view value)
      : compiler_(compiler), def_(def), given_(given), value_(value), parameter_(parameter_is(numbers)) {}

  Result<std::vector<RowTest>> tests() {
    XL_CHECK(make());
    return std::move(out_);
  }

private:
  Result<void> make() {
    switch (def_.kind) {
      case Kind::Token:
        return token();
      case Kind::Uri:
        return uri();
      case Kind::Reference:
        return reference();
      case Kind::String:
        return string();
      case Kind::Date:
        return date();
      case Kind::Number:
      case Kind::Quantity:
        return quantity();
      case Kind::Composite:
      case Kind::Special:
        break;
    }
    return bad("cannot be searched for in this way");
  }
  Error bad(std::string_view what) const { return bad_parameter(given_, what); }
  Sql where() const { return Sql(parameter_); }
  void add(std::string_view table, Sql where, std::vector<Sql> pieces = {}) {
    out_.push_back({table, std::move(where), std::move(pieces)});
  }

  Result<void> token() {
    const std::string& modifier = given_.modifier;
    if (modifier == "text") return phrase();
    if (modifier == "in" || modifier == "not-in") return in_value_set();
    if (modifier == "above" || modifier == "below") return hierarchy();
    if (modifier == "of-type" || modifier == "ofType") return of_type();
    if (!modifier.empty() && modifier != "not") return bad(kNotOffered);
    return code_and_system();
  }

  Result<void> code_and_system() {
    const std::vector<std::string> parts = split_escaped(value_, '|');
    if (parts.size() > 2) return bad("a token has at most one |");
    const std::string code = unescape(parts.back());
    Sql condition = where();
    if (!code.empty())
      condition.add(" AND code = ").bind(code);
    else
      condition.add(" AND code >= ' '");  // not the rows of :of-type
    if (parts.size() == 2) {
      if (parts[0].empty() && code.empty()) return bad("a token needs a code or a system");
      XL_TRY(const int64_t system, compiler_.system_number(unescape(parts[0])));
      condition.add(" AND system = ").bind(system);
    } else if (code.empty()) {
      return bad("a value is empty");
    }
    add("record_token", std::move(condition));
    return {};
  }

  Result<void> phrase() {
    const std::string folded = fold(unescape(value_));
    add("record_phrase_use", where()
                                 .add(" AND phrase IN (SELECT id FROM record_phrase WHERE folded >= ")
                                 .bind(folded)
                                 .add(" AND folded < ")
                                 .bind(folded + "\xff")
                                 .add(")"));
    return {};
  }

  Result<void> of_type() {
    const std::vector<std::string> parts = split_escaped(value_, '|');
    if (parts.size() != 3 || parts[1].empty() || parts[2].empty())
      return bad(":of-type takes type-system|type-code|value");
    XL_TRY(const int64_t system, compiler_.system_number(unescape(parts[0])));
    const std::string code = kOfType + unescape(parts[1]) + "|" + unescape(parts[2]);
    add("record_token", where().add(" AND code = ").bind(code).add(" AND system = ").bind(system));
    return {};
  }

  Result<void> among(const std::vector<Coded>& codes) {
    if (codes.size() > kCodesMax) return bad("the value set has too many codes to search by");
    json::array pairs;
    for (const Coded& coded : codes) {
      XL_TRY(const int64_t system, compiler_.system_number(coded.system));
      if (system >= 0) pairs.push_back(json::array{json::value(system), json::value(coded.code)});
    }
    const std::string list = json::serialize(json::value(std::move(pairs)));
    add("record_token",
        where()
            .add(" AND code IN (SELECT json_extract(value, '$[1]') FROM json_each(")
            .bind(list)
            .add(")) AND (system, code) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')"
                 " FROM json_each(")
            .bind(list)
            .add("))"));
    return {};
  }
  Result<void> in_value_set() {
    if (!compiler_.codes) return bad("value sets are not offered here");
    XL_TRY(const std::vector<Coded> codes, compiler_.codes->members(compiler_.session, unescape(value_)));
    return among(codes);
  }
  Result<void> hierarchy() {
    if (!compiler_.codes) return bad("hierarchies of codes are not offered here");
    const std::vector<std::string> parts = split_escaped(value_, '|');
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) return bad("takes system|code");
    const Coded coded{unescape(parts[0]), unescape(parts[1])};
    XL_TRY(const std::vector<Coded> codes, given_.modifier == "above"
                                               ? compiler_.codes->above(compiler_.session, coded)
                                               : compiler_.codes->below(compiler_.session, coded));
    return among(codes);
  }

  Result<void> uri() {
    const std::string text = unescape(value_);
    if (given_.modifier.empty() || given_.modifier == "not") {
      add("record_token", where().add(" AND code = ").bind(text));
    } else if (given_.modifier == "below") {  // itself and every address under it
      const std::string under = text.ends_with('/') ? text : text + "/";
      std::string beyond = under;
      beyond.back() = '0';  // follows '/'
      add("record_token", where().add(" AND code = ").bind(text));
      add("record_token", where().add(" AND code >= ").bind(under).add(" AND code < ").bind(beyond));
    } else if (given_.modifier == "above") {
      std::vector<std::string> above{text};
      for (size_t at = text.rfind('/'); at != std::string::npos && at > 0; at = text.rfind('/', at - 1)) {
        above.push_back(text.substr(0, at));
        above.push_back(text.substr(0, at + 1));
      }
      add("record_token", where().add(" AND code IN ").bind_list(above));
    } else {
      return bad(kNotOffered);
    }
    return {};
  }

  Result<void> reference() {
    if (given_.modifier == "identifier") return code_and_system();
    XL_TRY(const std::vector<std::string> list, targets());
    Sql condition = where();
    if (list.size() == 1)  // its rows lie in the order of resources
      condition.add(" AND target = (SELECT id FROM record_target WHERE target = ")
          .bind(list.front())
          .add(")");
    else
      condition.add(" AND target IN (SELECT id FROM record_target WHERE target IN ").bind_list(list).add(")");
    add("record_reference", std::move(condition));
    return {};
  }
  // What the value may have been written as: Type/id for each allowed type, or an absolute address.
  Result<std::vector<std::string>> targets() const {
    std::string text = unescape(value_);
    if (!given_.modifier.empty()) {
      if (!find_type(given_.modifier)) return bad(kNotOffered);
      if (fhir::is_valid_id(text)) text = given_.modifier + "/" + text;
    }
    std::vector<std::string> out;
    if (fhir::is_valid_id(text)) {
      if (!def_.only_target.empty()) return std::vector{std::string(def_.only_target) + "/" + text};
      for (const std::string_view type : def_.targets) out.push_back(std::string(type) + "/" + text);
      if (out.empty() || def_.targets.front() == "Resource")
        for (const TypeDef& type : all_types()) out.push_back(std::string(type.name) + "/" + text);
      if (def_.walk.has_uri()) out.push_back(text);  // a canonical may be any text
      return out;
    }
    const auto parsed = fhir::parse_reference(text);
    if (!parsed || parsed->kind == fhir::Reference::Kind::Contained)
      return bad("a reference is an id, Type/id or an absolute address");
    if (parsed->kind != fhir::Reference::Kind::Relative) return std::vector{text};
    if (!parsed->version.empty()) return bad("a reference to one version cannot be searched for");
    const bool other_type = (!def_.only_target.empty() && parsed->type != def_.only_target) ||
                            (!given_.modifier.empty() && parsed->type != given_.modifier);
    if (other_type) return bad("this type is not meant by this parameter");
    return std::vector{parsed->type + "/" + parsed->id};
  }

  Result<void> string() {
    const std::string text = unescape(value_), folded = fold(text);
    Sql condition = where();
    if (given_.modifier == "exact")
      condition.add(" AND folded = ").bind(folded).add(" AND exact = ").bind(text);
    else if (given_.modifier == "contains")
      condition.add(" AND instr(folded, ").bind(folded).add(") > 0");
    else if (given_.modifier.empty())
      condition.add(" AND folded >= ").bind(folded).add(" AND folded < ").bind(folded + "\xff");
    else
      return bad(kNotOffered);
    add("record_string", std::move(condition));
    return {};
  }

  Result<void> date() {
    if (!given_.modifier.empty()) return bad(kNotOffered);
    const auto range = parse_date_range(unescape(value_), compiler_.now);
    if (!range) return bad("a date is [eq|ne|lt|gt|le|ge|sa|eb|ap]YYYY[-MM[-DD[Thh:mm[:ss]]]]");
    DateStretches made = stretches({*range}, parameter_);
    add("record_date", std::move(made.where), std::move(made.pieces));
    return {};
  }

  Result<void> quantity() {
    if (!given_.modifier.empty()) return bad(kNotOffered);
    const std::vector<std::string> parts = split_escaped(value_, '|');
    const bool plain = parts.size() == 1;
    if (!plain && (def_.kind == Kind::Number || parts.size() != 3))
      return bad(def_.kind == Kind::Number ? "takes one number"
                                           : "takes [prefix]number or [prefix]number|system|code");
    const auto range = parse_number_range(unescape(parts[0]));
    if (!range) return bad("a number is [eq|ne|lt|gt|le|ge|sa|eb|ap]decimal");
    const std::string system = plain ? "" : unescape(parts[1]), code = plain ? "" : unescape(parts[2]);
    const auto scaled = [&](double v) { return canonical_amount(v, system, code); };
    if (const auto unit = scaled(range->exact)) {
      const NumberRange in_unit = range->converted([&](double v) { return scaled(v)->value; });
      XL_TRY(const int64_t number, compiler_.system_number(unit->unit));
      const Sql begin = where().add(" AND unit = ").bind(number);
      add("record_quantity", Sql(begin).add(" AND ").add(in_unit.condition()), in_unit.pieces(begin));
      return {};
    }
    Sql narrowed;
    if (!plain && !system.empty()) {
      XL_TRY(const int64_t number, compiler_.system_number(system));
      narrowed.add(" AND system = ").bind(number).add(text_or(!code.empty(), " AND code = "));
      if (!code.empty()) narrowed.bind(code);
    } else if (!plain && !code.empty()) {
      narrowed.add(" AND (code = ").bind(code).add(" OR unit = ").bind(code).add(")");
    }
    std::vector<Sql> pieces = range->pieces(parameter_);
    for (Sql& piece : pieces) piece.add(narrowed);
    add("record_number", where().add(" AND ").add(range->condition()).add(narrowed), std::move(pieces));
    return {};
  }

  const Compiler& compiler_;
  const ParameterDef& def_;
  const SearchParameter& given_;
  const std::string_view value_;
  const Sql parameter_;
  std::vector<RowTest> out_;
};

}  // namespace

Result<std::vector<RowTest>> Compiler::tests(const ParameterDef& def, const std::vector<int64_t>& numbers,
                                             const SearchParameter& given, std::string_view value) const {
  if (value.empty()) return bad_parameter(given, "a value is empty");
  return Value(*this, def, numbers, given, value).tests();
}

Result<int64_t> Compiler::system_number(std::string_view uri) const {
  if (uri.empty()) return int64_t{0};
  sql::Query query = session.query("SELECT id FROM record_system WHERE uri = ?1", uri);
  const int64_t number = query.next() ? query.integer(0) : -1;
  XL_CHECK(query.status());
  return number;
}

}  // namespace xinglin::record::detail
