// The _filter language: tests on parameters joined by and, or, not, brackets; paths with filters between.
// "and" and "or" have no precedence: they are read from left to right. FHIR R4 3.1.3 (search_filter.html).
#include <algorithm>
#include <cctype>

#include "codec/fhir/reference.h"
#include "core/record/detail/criteria.h"
#include "core/record/detail/fold.h"
#include "core/record/detail/links.h"

namespace xinglin::record::detail {
namespace {

constexpr size_t kTestsMax = 100;
constexpr int kBracketsMax = 30;

class Filter {
public:
  explicit Filter(std::string_view text) : text_(text) {}

  Result<Clause> whole(const Compiler& compiler) {
    XL_TRY(Clause out, any_or_all(compiler, '\0'));
    skip();
    if (at_ < text_.size()) return bad("something is left over");
    return out;
  }

private:
  Error bad(std::string_view what) const {
    return {kBadParameter, "_filter, character " + std::to_string(at_ + 1) + ": " + std::string(what)};
  }

  Result<Clause> any_or_all(const Compiler& compiler, char closing) {
    XL_TRY(Clause left, one(compiler));
    while (true) {
      skip();
      if (at_ >= text_.size() || text_[at_] == closing) return left;
      const std::string_view word = name();
      if (word != "and" && word != "or") return bad("'and' or 'or' is expected");
      XL_TRY(Clause right, one(compiler));
      std::vector<Clause> both;
      both.push_back(std::move(left));
      both.push_back(std::move(right));
      left = word == "and" ? all_of(compiler.type, std::move(both)) : any_of(compiler.type, std::move(both));
    }
  }

  Result<Clause> one(const Compiler& compiler) {
    if (++tests_ > kTestsMax) return bad("too many tests");
    skip();
    if (accept('(')) return bracketed(compiler);
    const size_t begin = at_;
    if (name() == "not") {
      skip();
      if (accept('(')) {
        XL_TRY(Clause inner, bracketed(compiler));
        inner.negated = !inner.negated;
        return inner;
      }
    }
    at_ = begin;
    return path(compiler);
  }

  Result<Clause> bracketed(const Compiler& compiler) {
    if (++brackets_ > kBracketsMax) return bad("too many brackets");
    XL_TRY(Clause inner, any_or_all(compiler, ')'));
    if (!accept(')')) return bad("')' is expected");
    return inner;
  }

  // name, name[filter].path, name.path, name:Type.path
  Result<Clause> path(const Compiler& compiler) {
    const std::string first(name());
    if (first.empty()) return bad("the name of a search parameter is expected");
    std::string type_name;
    if (first != "_has" && accept(':')) type_name = name();
    if (first == "_has") return test(compiler, first + std::string(until_space()));
    const bool filtered = at_ < text_.size() && text_[at_] == '[';
    const bool linked = at_ < text_.size() && text_[at_] == '.';
    if (!filtered && !linked) return test(compiler, type_name.empty() ? first : first + ":" + type_name);
    const ParameterDef* reference = find_parameter(compiler.type, first);
    if (!reference)
      return Error(kUnknownParameter,
                   "_filter: '" + first + "' is not offered for " + std::string(compiler.type.name));
    if (reference->kind != Kind::Reference) return bad("'" + first + "' is no reference");
    const size_t begin = at_;
    std::vector<Clause> any;
    std::optional<Error> unknown;
    size_t end = at_;
    for (const TypeDef* type : target_types(*reference)) {
      if (!type_name.empty() && type->name != type_name) continue;
      at_ = begin;
      Result<Clause> found = linked_to(compiler, *reference, *type);
      if (!found && !found.error().is(kUnknownParameter)) return found.error();
      if (!found) {
        unknown = found.error();
        continue;
      }
      end = at_;
      any.push_back(std::move(*found));
    }
    if (any.empty()) return unknown.value_or(bad("nothing can follow '" + first + "'"));
    at_ = end;
    return any_of(compiler.type, std::move(any));
  }

  Result<Clause> linked_to(const Compiler& compiler, const ParameterDef& reference, const TypeDef& type) {
    XL_TRY(const Compiler inner, compiler.nested(type));
    std::vector<Clause> clauses;
    if (accept('[')) {
      XL_TRY(Clause clause, any_or_all(inner, ']'));
      if (!accept(']')) return bad("']' is expected");
      clauses.push_back(std::move(clause));
    }
    if (!accept('.')) return bad("'.' is expected");
    XL_TRY(Clause last, path(inner));
    clauses.push_back(std::move(last));
    return refers_to(reference, inner, std::move(clauses));
  }

  Result<Clause> test(const Compiler& compiler, const std::string& parameter) {
    skip();
    const std::string operation(name());
    skip();
    XL_TRY(const std::string value, this->value());
    const size_t colon = std::min(parameter.find(':'), parameter.size());
    const std::string modifier = colon < parameter.size() ? parameter.substr(colon + 1) : "";
    const std::string plain = parameter.substr(0, colon == 0 ? 0 : colon);
    if (plain == "_has") return compare(compiler, nullptr, {plain, modifier, value}, operation);
    const std::string wanted = plain == "id" ? "_id" : plain;
    const ParameterDef* def = find_parameter(compiler.type, wanted);
    if (!def && wanted != "_id" && wanted != "_lastUpdated")
      return Error(kUnknownParameter,
                   "_filter: '" + plain + "' is not offered for " + std::string(compiler.type.name));
    return compare(compiler, def, {wanted, modifier, value}, operation);
  }

  Result<Clause> compare(const Compiler& compiler, const ParameterDef* def, SearchParameter given,
                         const std::string& operation) {
    static constexpr std::string_view kOrdered[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
    const bool ordered =
        given.name == "_lastUpdated" ||
        (def && (def->kind == Kind::Date || def->kind == Kind::Number || def->kind == Kind::Quantity));
    const bool is_ordering =
        std::find(std::begin(kOrdered), std::end(kOrdered), operation) != std::end(kOrdered);
    const bool text = def && def->kind == Kind::String;
    if (operation == "pr") {
      if (given.value != "true" && given.value != "false") return bad("pr takes true or false");
      if (!def) return bad("pr is not offered for " + given.name);
      given.modifier = "missing";
      given.value = given.value == "true" ? "false" : "true";
      return compiler.compile(given);
    }
    given.value = escaped(given.value);
    if (ordered && is_ordering) {
      given.value = operation + given.value;
      return compiler.compile(given);
    }
    if (operation == "po" && ordered) return overlaps(compiler, given);
    if (text || operation == "co" || operation == "sw" || operation == "ew")
      return texts(def, given, operation);
    if (operation == "eq" || operation == "re") return compiler.compile(given);
    if (operation == "ne") return unequal(compiler, def, given);
    static constexpr std::pair<std::string_view, std::string_view> kModifiers[] = {
        {"in", "in"}, {"ni", "not-in"}, {"ss", "above"}, {"sb", "below"}};
    for (const auto& [word, modifier] : kModifiers) {
      if (operation != word) continue;
      given.modifier = modifier;
      return compiler.compile(given);
    }
    return bad("'" + operation + "' is no comparison that '" + given.name + "' has");
  }

  // A value that overlaps the period: it begins before its end and ends after its beginning.
  static Result<Clause> overlaps(const Compiler& compiler, SearchParameter given) {
    std::vector<Clause> both(2);
    const std::string value = given.value;
    given.value = "eb" + value;
    XL_TRY(both[0], compiler.compile(given));
    given.value = "sa" + value;
    XL_TRY(both[1], compiler.compile(given));
    both[0].negated = both[1].negated = true;
    both.push_back(everything(compiler.type));
    if (given.name != "_lastUpdated") {
      given.modifier = "missing", given.value = "false";
      XL_TRY(both.back(), compiler.compile(given));
    }
    return all_of(compiler.type, std::move(both));
  }

  // The texts of a string, or the codes of a token, by their letters; case does not matter.
  Result<Clause> texts(const ParameterDef* def, const SearchParameter& given,
                       const std::string& operation) const {
    if (!def || (def->kind != Kind::String && def->kind != Kind::Token && def->kind != Kind::Uri))
      return bad("'" + operation + "' is no comparison that '" + given.name + "' has");
    const bool string = def->kind == Kind::String;
    const std::string column = string ? "folded" : "lower(code)", wanted = fold(unescape(given.value));
    RowTest test{string ? "record_string" : "record_token", parameter_is(def->numbers), {}};
    test.where.add(string ? "" : " AND code >= ' '").add(" AND ");
    if (operation == "eq" || operation == "ne")
      test.where.add(column).add(operation == "eq" ? " = " : " <> ").bind(wanted);
    else if (operation == "co")
      test.where.add("instr(").add(column).add(", ").bind(wanted).add(") > 0");
    else if (operation == "sw" && string)
      test.where.add("folded >= ").bind(wanted).add(" AND folded < ").bind(wanted + "\xff");
    else if (operation == "sw")
      test.where.add("instr(").add(column).add(", ").bind(wanted).add(") = 1");
    else if (operation == "ew")
      test.where.add("substr(").add(column).add(", -length(").bind(wanted).add(")) = ").bind(wanted);
    else if (operation == "gt" || operation == "lt" || operation == "ge" || operation == "le")
      test.where.add(column)
          .add(operation == "gt"   ? " > "
               : operation == "lt" ? " < "
               : operation == "ge" ? " >= "
                                   : " <= ")
          .bind(wanted);
    else
      return bad("'" + operation + "' is no comparison that '" + given.name + "' has");
    Clause out = clause_of({std::move(test)}, false);
    out.said = given.name + " " + operation;
    return out;
  }

  // A value that is another one.
  Result<Clause> unequal(const Compiler& compiler, const ParameterDef* def,
                         const SearchParameter& given) const {
    if (!def) {
      XL_TRY(Clause same, compiler.compile(given));
      same.negated = !same.negated;
      return same;
    }
    XL_TRY(std::vector<RowTest> tests, compiler.tests(*def, def->numbers, given, given.value));
    std::vector<Clause> any;
    for (const RowTest& test : tests) {
      RowTest other{test.table, parameter_is(def->numbers), {}};
      other.where.add(" AND NOT (").add(test.where).add(")");
      if (test.table == "record_token") other.where.add(" AND code >= ' '");
      any.push_back(clause_of({std::move(other)}, false));
    }
    return all_of(compiler.type, std::move(any));
  }

  // A value stands for itself: no commas that mean or.
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == ',' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }

  Result<std::string> value() {
    std::string out;
    if (!accept('"')) {
      out = until_space();
      if (out.empty()) return bad("a value is expected");
      return out;
    }
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_++];
    }
    if (!accept('"')) return bad("the text does not end");
    return out;
  }
  std::string_view until_space() {
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')' && text_[at_] != ']') ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::string_view name() {
    skip();
    const size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' || text_[at_] == '-'))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  const std::string_view text_;
  size_t at_ = 0, tests_ = 0;
  int brackets_ = 0;
};

}  // namespace

Result<Clause> Compiler::compile_filter(std::string_view filter) const {
  return Filter(filter).whole(*this);
}

}  // namespace xinglin::record::detail
