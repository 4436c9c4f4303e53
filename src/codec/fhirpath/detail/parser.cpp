// Precedence climbing over the grammar of FHIRPath 2.0, appendix B. Names that follow each other become one
// path.
#include <algorithm>
#include <array>
#include <optional>

#include "base/json_text.h"
#include "codec/fhirpath/detail/functions.h"
#include "codec/fhirpath/detail/lexer.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/detail/program.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

struct Infix {
  std::string_view text;
  int level;
  Op op;
};
constexpr std::array<Infix, 24> kInfix{{{"implies", 1, Op::Implies}, {"or", 2, Op::Or},
                                        {"xor", 2, Op::Xor},         {"and", 3, Op::And},
                                        {"in", 4, Op::In},           {"contains", 4, Op::Contains},
                                        {"=", 5, Op::Equal},         {"~", 5, Op::Equivalent},
                                        {"!=", 5, Op::NotEqual},     {"!~", 5, Op::NotEquivalent},
                                        {"<", 6, Op::Less},          {"<=", 6, Op::LessOrEqual},
                                        {">", 6, Op::Greater},       {">=", 6, Op::GreaterOrEqual},
                                        {"|", 7, Op::Union},         {"is", 8, Op::Is},
                                        {"as", 8, Op::As},           {"+", 9, Op::Add},
                                        {"-", 9, Op::Subtract},      {"&", 9, Op::Concatenate},
                                        {"*", 10, Op::Multiply},     {"/", 10, Op::Divide},
                                        {"div", 10, Op::Div},        {"mod", 10, Op::Mod}}};
constexpr int kLowest = 1, kTypeLevel = 8;

class Parser {
public:
  explicit Parser(Program& program) : program_(program), lexer_(program.text) {}

  Result<void> run() {
    XL_CHECK(advance());
    XL_TRY(program_.root, expression(kLowest));
    if (token_.kind != Lexeme::End) return wrong("something follows the end of the expression");
    return {};
  }

private:
  using NodeId = Result<uint32_t>;

  NodeId expression(int level);
  NodeId infix(uint32_t left, const Infix& found);
  NodeId prefixed();
  NodeId term();
  NodeId postfix(uint32_t left);
  NodeId parenthesized();
  NodeId invocation(uint32_t input);
  NodeId call(uint32_t input, const std::string& name, size_t offset);
  NodeId literal();
  NodeId number();
  NodeId moment();
  NodeId variable();
  Result<TypeTarget> type_name();
  Result<TypeTarget> type_of_argument(uint32_t node);
  Result<void> finish_call(Node& node);

  Error wrong(std::string_view what) const { return error_at(errors::kSyntax, token_.offset, what); }
  Result<void> advance() {
    XL_TRY(token_, lexer_.next());
    return {};
  }
  bool is(std::string_view symbol) const { return token_.kind == Lexeme::Symbol && token_.text == symbol; }
  Result<void> expect(std::string_view symbol) {
    if (!is(symbol)) return wrong(std::string("'").append(symbol).append("' is expected"));
    return advance();
  }
  const Infix* infix_here() const {
    if (token_.kind != Lexeme::Symbol && token_.kind != Lexeme::Identifier) return nullptr;
    for (const Infix& candidate : kInfix)
      if (candidate.text == token_.text) return &candidate;
    return nullptr;
  }
  NodeId add(Node node) {
    if (program_.nodes.size() >= kMaxNodes)
      return error_at(errors::kLimit, node.offset, "the expression has too many parts");
    program_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(program_.nodes.size() - 1);
  }
  NodeId add(Op op, size_t offset) {
    Node node;
    node.op = op, node.offset = offset;
    return add(std::move(node));
  }
  NodeId add_literal(const Value& value, size_t offset) {
    Node node;
    node.op = Op::Literal, node.offset = offset, node.literal = value;
    return add(std::move(node));
  }
  std::string_view keep(std::string text) { return program_.texts.emplace_back(std::move(text)); }

  // Counts how deep the text is nested while it lives.
  class Deeper {
  public:
    explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

  private:
    int& depth_;
  };

  Program& program_;
  Lexer lexer_;
  Token token_;
  int depth_ = 0;
};

Result<uint32_t> Parser::expression(int level) {
  const Deeper deeper(depth_);
  if (depth_ > kMaxDepth)
    return error_at(errors::kLimit, token_.offset, "the expression is nested too deeply");
  XL_TRY(uint32_t left, prefixed());
  // A long chain of operators is a deep tree too.
  for (int length = 0;; ++length) {
    const Infix* found = infix_here();
    if (found == nullptr || found->level < level) return left;
    if (length > kMaxDepth * 2)
      return error_at(errors::kLimit, token_.offset, "the chain of operators is too long");
    XL_TRY(left, infix(left, *found));
  }
}

Result<uint32_t> Parser::infix(uint32_t left, const Infix& found) {
  Node node;
  node.op = found.op, node.offset = token_.offset;
  XL_CHECK(advance());
  if (found.level == kTypeLevel) {
    node.input = left;
    XL_TRY(node.target, type_name());
    return add(std::move(node));
  }
  XL_TRY(const uint32_t right, expression(found.level + 1));
  node.args = {left, right};
  return add(std::move(node));
}

Result<uint32_t> Parser::prefixed() {
  if (!is("+") && !is("-")) return term();
  const Deeper deeper(depth_);
  if (depth_ > kMaxDepth)
    return error_at(errors::kLimit, token_.offset, "the expression is nested too deeply");
  Node node;
  node.op = is("-") ? Op::Negate : Op::Keep, node.offset = token_.offset;
  XL_CHECK(advance());
  XL_TRY(const uint32_t operand, prefixed());
  node.args = {operand};
  return add(std::move(node));
}

Result<uint32_t> Parser::term() {
  if (is("(")) {
    XL_TRY(const uint32_t inner, parenthesized());
    return postfix(inner);
  }
  if (is("%")) {
    XL_TRY(const uint32_t inner, variable());
    return postfix(inner);
  }
  const bool is_word = token_.kind == Lexeme::Identifier && token_.text != "true" && token_.text != "false";
  if (is_word || token_.kind == Lexeme::Quoted || token_.kind == Lexeme::Dollar) {
    XL_TRY(const uint32_t first, invocation(kNoNode));
    return postfix(first);
  }
  XL_TRY(const uint32_t value, literal());
  return postfix(value);
}

Result<uint32_t> Parser::parenthesized() {
  XL_CHECK(advance());
  XL_TRY(const uint32_t inner, expression(kLowest));
  XL_CHECK(expect(")"));
  return inner;
}

Result<uint32_t> Parser::postfix(uint32_t left) {
  for (int length = 0;; ++length) {
    if (length > kMaxDepth * 2) return error_at(errors::kLimit, token_.offset, "the path is too long");
    if (is(".")) {
      XL_CHECK(advance());
      XL_TRY(left, invocation(left));
    } else if (is("[")) {
      Node node;
      node.op = Op::Indexer, node.offset = token_.offset, node.input = left;
      XL_CHECK(advance());
      XL_TRY(const uint32_t index, expression(kLowest));
      XL_CHECK(expect("]"));
      node.args = {index};
      XL_TRY(left, add(std::move(node)));
    } else {
      return left;
    }
  }
}

Result<uint32_t> Parser::invocation(uint32_t input) {
  const size_t offset = token_.offset;
  if (token_.kind == Lexeme::Dollar) {
    const std::string_view word = token_.text;
    const Op op = word == "$this"    ? Op::This
                  : word == "$index" ? Op::Index
                  : word == "$total" ? Op::Total
                                     : Op::Nothing;
    if (op == Op::Nothing || input != kNoNode) return wrong("an unknown name after $");
    XL_CHECK(advance());
    return add(op, offset);
  }
  if (token_.kind != Lexeme::Identifier && token_.kind != Lexeme::Quoted) return wrong("a name is expected");
  std::string name = token_.kind == Lexeme::Quoted ? token_.value : std::string(token_.text);
  XL_CHECK(advance());
  if (is("(")) return call(input, name, offset);

  Step step;
  step.companion_key = "_" + name, step.kept_key = json::kept_key(name);
  step.may_be_type = input == kNoNode;
  step.name = std::move(name);
  if (input != kNoNode && program_.node(input).op == Op::Path) {
    program_.nodes[input].steps.push_back(std::move(step));
    return input;
  }
  Node node;
  node.op = Op::Path, node.offset = offset, node.input = input;
  node.steps.push_back(std::move(step));
  return add(std::move(node));
}

Result<uint32_t> Parser::call(uint32_t input, const std::string& name, size_t offset) {
  Node node;
  node.op = Op::Call, node.offset = offset, node.input = input, node.name = name;
  node.function = find_function(name);
  if (node.function == nullptr)
    return error_at(errors::kSemantic, offset, "there is no function " + name + "()");
  XL_CHECK(advance());
  while (!is(")")) {
    XL_TRY(const uint32_t argument, expression(kLowest));
    node.args.push_back(argument);
    if (is(",")) {
      XL_CHECK(advance());
      if (is(")")) return wrong("an argument is expected");
    } else if (!is(")")) {
      return wrong("',' or ')' is expected");
    }
  }
  XL_CHECK(advance());
  XL_CHECK(finish_call(node));
  return add(std::move(node));
}

Result<void> Parser::finish_call(Node& node) {
  const FunctionDef& f = *node.function;
  if (node.args.size() < f.min_args || node.args.size() > f.max_args)
    return error_at(errors::kSemantic, node.offset, node.name + "() has another number of arguments");
  if (f.args == Arguments::Type) {
    XL_TRY(node.target, type_of_argument(node.args[0]));
    node.args.clear();
    if (node.name == "is" || node.name == "as") {
      node.op = node.name == "is" ? Op::Is : Op::As;
      if (node.input == kNoNode) {
        XL_TRY(node.input, add(Op::This, node.offset));
      }
    }
  }
  return {};
}

Result<TypeTarget> target_of(const std::string& space, const std::string& name, size_t offset) {
  TypeTarget target;
  target.name = name;
  target.is_fhir = space.empty() || space == "FHIR";
  target.is_system = space.empty() || space == "System";
  if (!target.is_fhir && !target.is_system)
    return error_at(errors::kSemantic, offset, "there is no model " + space);
  target.type = target.is_fhir && name.find('.') == std::string::npos ? find_type(name) : kUnknownType;
  const TypeId system = target.is_system ? find_system_type(name) : kUnknownType;
  target.is_known = target.type != kUnknownType || system != kUnknownType;
  target.is_system = target.is_system && system != kUnknownType;
  if (!target.is_known && space.empty())
    return error_at(errors::kSemantic, offset, "there is no type " + name);
  return target;
}

Result<TypeTarget> Parser::type_name() {
  std::array<std::string, 2> names;
  size_t count = 0;
  const size_t offset = token_.offset;
  do {
    if (count > 0) XL_CHECK(advance());
    if (token_.kind != Lexeme::Identifier && token_.kind != Lexeme::Quoted)
      return wrong("a type is expected");
    if (count == names.size()) return wrong("a type has at most two names");
    names[count++] = token_.kind == Lexeme::Quoted ? token_.value : std::string(token_.text);
    XL_CHECK(advance());
  } while (is(".") && count < 2);
  return count == 2 ? target_of(names[0], names[1], offset) : target_of("", names[0], offset);
}

Result<TypeTarget> Parser::type_of_argument(uint32_t argument) {
  const Node& node = program_.node(argument);
  if (node.op != Op::Path || node.input != kNoNode || node.steps.size() > 2)
    return error_at(errors::kSemantic, node.offset, "a type is expected");
  return node.steps.size() == 2 ? target_of(node.steps[0].name, node.steps[1].name, node.offset)
                                : target_of("", node.steps[0].name, node.offset);
}

Result<uint32_t> Parser::variable() {
  Node node;
  node.op = Op::Variable, node.offset = token_.offset;
  XL_CHECK(advance());
  if (token_.kind == Lexeme::Identifier)
    node.name = token_.text;
  else if (token_.kind == Lexeme::Quoted || token_.kind == Lexeme::String)
    node.name = token_.value;
  else
    return wrong("a name is expected after %");
  XL_CHECK(advance());
  return add(std::move(node));
}

Result<uint32_t> Parser::literal() {
  const size_t offset = token_.offset;
  switch (token_.kind) {
    case Lexeme::Number:
      return number();
    case Lexeme::Date:
    case Lexeme::DateTime:
    case Lexeme::Time:
      return moment();
    case Lexeme::String: {
      const std::string_view text = keep(std::move(token_.value));
      XL_CHECK(advance());
      return add_literal(Value::string(text), offset);
    }
    case Lexeme::Identifier: {
      const bool value = token_.text == "true";
      XL_CHECK(advance());
      return add_literal(Value::boolean(value), offset);
    }
    default:
      break;
  }
  if (!is("{"))
    return wrong(token_.kind == Lexeme::End ? "the expression ends too early" : "an unexpected symbol");
  XL_CHECK(advance());
  XL_CHECK(expect("}"));
  return add(Op::Nothing, offset);
}

Result<uint32_t> Parser::number() {
  const size_t offset = token_.offset;
  const auto value = Decimal::parse(token_.text);
  if (!value) return wrong("the number has too many digits");
  const bool is_whole = token_.text.find('.') == std::string_view::npos;
  XL_CHECK(advance());
  const auto unit = token_.kind == Lexeme::Identifier ? parse_calendar_unit(token_.text) : std::nullopt;
  if (unit || token_.kind == Lexeme::String) {
    Quantity quantity{*value, {}, unit.has_value()};
    std::string_view word = token_.text;
    if (unit && word.ends_with('s')) word.remove_suffix(1);
    quantity.unit = keep(unit ? std::string(word) : token_.value);
    XL_CHECK(advance());
    return add_literal(Value::quantity(&program_.quantities.emplace_back(quantity)), offset);
  }
  const auto whole = is_whole ? value->to_integer() : std::nullopt;
  if (is_whole && (!whole || *whole > INT32_MAX)) {
    // 2^31 itself is written only to be negated; anything beyond is no Integer.
    if (!whole || *whole != int64_t{INT32_MAX} + 1)
      return error_at(errors::kSyntax, offset, "the number is too large for an Integer");
  }
  if (is_whole) return add_literal(Value::integer(*whole), offset);
  return add_literal(Value::decimal(&program_.decimals.emplace_back(*value)), offset);
}

Result<uint32_t> Parser::moment() {
  const size_t offset = token_.offset;
  const Kind kind = token_.kind == Lexeme::Date       ? Kind::Date
                    : token_.kind == Lexeme::DateTime ? Kind::DateTime
                                                      : Kind::Time;
  const auto value = kind == Kind::Date       ? parse_date(token_.text)
                     : kind == Kind::DateTime ? parse_date_time(token_.text)
                                              : parse_time(token_.text);
  if (!value) return wrong("the date or time is not one of the calendar");
  XL_CHECK(advance());
  return add_literal(Value::temporal(kind, *value), offset);
}

}  // namespace

Result<void> parse_into(Program& program) {
  if (program.text.size() > kMaxTextBytes)
    return error_at(errors::kLimit, kMaxTextBytes, "the expression is too long");
  XL_CHECK(Parser(program).run());
  // Children come before their parents: one pass tells how high the tree is, which is how deep evaluating it
  // goes.
  std::vector<int> heights;
  for (const Node& node : program.nodes) {
    int height = node.input == kNoNode ? 0 : heights[node.input];
    for (const uint32_t child : node.args) height = std::max(height, heights[child]);
    if (height > kMaxHeight)
      return error_at(errors::kLimit, node.offset, "the expression is nested too deeply");
    heights.push_back(height + 1);
  }
  return {};
}

}  // namespace xinglin::fhirpath::detail
