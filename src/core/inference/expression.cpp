#include "core/inference/expression.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace xinglin::inference {
namespace {

enum class Op { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, Intersects };

struct Token {
  enum class Kind { End, Name, String, Number, Symbol };
  Kind kind = Kind::End;
  std::string text;
  double number = 0;
  size_t column = 1;
};

Error fault(size_t column, std::string what) {
  return {kBadExpression, "column " + std::to_string(column) + ": " + std::move(what)};
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Lexer {
public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<Token> next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    Token token;
    token.column = at_ + 1;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '"') return string(std::move(token));
    if (is_digit(c) || c == '-') return number(std::move(token));
    if (is_name_start(c)) {
      token.kind = Token::Kind::Name;
      while (at_ < text_.size() && (is_name_start(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.'))
        token.text += text_[at_++];
      return token;
    }
    token.kind = Token::Kind::Symbol;
    for (const std::string_view symbol : {"==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ","})
      if (text_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        token.text = symbol;
        return token;
      }
    return fault(token.column, "this character has no meaning here");
  }

private:
  Result<Token> string(Token token) {
    token.kind = Token::Kind::String;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      token.text += text_[at_];
    }
    if (at_ == text_.size()) return fault(token.column, "the text has no closing quotation mark");
    ++at_;
    return token;
  }

  Result<Token> number(Token token) {
    token.kind = Token::Kind::Number;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), token.number);
    if (error != std::errc{}) return fault(token.column, "not a number");
    at_ += static_cast<size_t>(end - begin);
    return token;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

struct Expression::Node {
  enum class Kind { Or, And, Not, Compare, Constant, Field };
  Kind kind = Kind::Constant;
  Op op = Op::Equal;
  json::value constant;
  std::string path;
  std::vector<Node> children;
};

namespace {

using Node = Expression::Node;

class Parser {
public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<Node> parse() {
    XL_CHECK(advance());
    XL_TRY(Node root, joined(Node::Kind::Or));
    if (token_.kind != Token::Kind::End) return fault(token_.column, "the condition should end here");
    return root;
  }

private:
  Result<void> advance() {
    XL_TRY(token_, lexer_.next());
    return {};
  }
  bool is_symbol(std::string_view text) const {
    return token_.kind == Token::Kind::Symbol && token_.text == text;
  }
  bool is_word(std::string_view text) const {
    return token_.kind == Token::Kind::Name && token_.text == text;
  }

  Result<void> count_node() {
    if (++nodes_ > Expression::kNodesMax) return fault(token_.column, "the condition has too many parts");
    return {};
  }

  Result<Node> joined(Node::Kind kind) {
    const bool is_or = kind == Node::Kind::Or;
    XL_TRY(Node first, is_or ? joined(Node::Kind::And) : unary());
    if (!is_word(is_or ? "or" : "and")) return first;
    Node node;
    node.kind = kind;
    node.children.push_back(std::move(first));
    while (is_word(is_or ? "or" : "and")) {
      XL_CHECK(advance());
      XL_CHECK(count_node());
      XL_TRY(Node next, is_or ? joined(Node::Kind::And) : unary());
      node.children.push_back(std::move(next));
    }
    return node;
  }

  Result<Node> unary() {
    if (!is_word("not")) return comparison();
    XL_CHECK(advance());
    XL_CHECK(deeper());
    XL_TRY(Node child, unary());
    --depth_;
    Node node;
    node.kind = Node::Kind::Not;
    node.children.push_back(std::move(child));
    return node;
  }

  Result<Node> comparison() {
    XL_TRY(Node left, value());
    const auto op = comparison_op();
    if (!op) return left;
    const size_t column = token_.column;
    XL_CHECK(advance());
    XL_TRY(Node right, value());
    if ((*op == Op::In || *op == Op::Intersects) && right.kind == Node::Kind::Constant &&
        !right.constant.is_array())
      return fault(column, "this operator needs a list on its right");
    Node node;
    node.kind = Node::Kind::Compare;
    node.op = *op;
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    return node;
  }

  std::optional<Op> comparison_op() const {
    constexpr std::pair<std::string_view, Op> kOps[] = {{"==", Op::Equal},  {"!=", Op::NotEqual},
                                                        {"<", Op::Less},    {"<=", Op::LessEqual},
                                                        {">", Op::Greater}, {">=", Op::GreaterEqual}};
    for (const auto& [text, op] : kOps)
      if (is_symbol(text)) return op;
    if (is_word("in")) return Op::In;
    if (is_word("intersects")) return Op::Intersects;
    return std::nullopt;
  }

  Result<Node> value() {
    XL_CHECK(count_node());
    if (is_symbol("(")) return group();
    Node node;
    if (token_.kind == Token::Kind::Name && !is_reserved(token_.text)) {
      node.kind = Node::Kind::Field;
      node.path = token_.text;
      XL_CHECK(advance());
      return node;
    }
    XL_TRY(node.constant, constant());
    return node;
  }

  Result<Node> group() {
    XL_CHECK(deeper());
    XL_CHECK(advance());
    XL_TRY(Node inner, joined(Node::Kind::Or));
    if (!is_symbol(")")) return fault(token_.column, "a closing parenthesis is missing");
    XL_CHECK(advance());
    --depth_;
    return inner;
  }

  Result<json::value> constant() {
    json::value out;
    if (token_.kind == Token::Kind::String) {
      out = token_.text;
    } else if (token_.kind == Token::Kind::Number) {
      out = token_.number;
    } else if (is_word("true") || is_word("false")) {
      out = is_word("true");
    } else if (is_symbol("[")) {
      return list();
    } else {
      return fault(token_.column, token_.kind == Token::Kind::End ? "the condition ends too early"
                                                                  : "a value is expected here");
    }
    XL_CHECK(advance());
    return out;
  }

  Result<json::value> list() {
    json::array out;
    XL_CHECK(advance());
    while (!is_symbol("]")) {
      if (!out.empty()) {
        if (!is_symbol(",")) return fault(token_.column, "a comma or the end of the list is missing");
        XL_CHECK(advance());
      }
      if (is_symbol("[")) return fault(token_.column, "a list cannot hold a list");
      XL_CHECK(count_node());
      XL_TRY(json::value element, constant());
      out.push_back(std::move(element));
    }
    XL_CHECK(advance());
    return json::value(std::move(out));
  }

  Result<void> deeper() {
    if (++depth_ > Expression::kDepthMax) return fault(token_.column, "the condition is nested too deeply");
    return {};
  }

  static bool is_reserved(std::string_view word) {
    constexpr std::string_view kReserved[] = {"and", "or", "not", "in", "intersects", "true", "false"};
    return std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
  }

  Lexer lexer_;
  Token token_;
  size_t nodes_ = 0, depth_ = 0;
};

const json::value* find_path(const json::object& data, std::string_view path) {
  const json::object* object = &data;
  while (true) {
    const size_t dot = path.find('.');
    const json::value* found = json::find(*object, path.substr(0, dot));
    if (!found || dot == std::string_view::npos) return found && !found->is_null() ? found : nullptr;
    if (!found->is_object()) return nullptr;
    object = &found->get_object();
    path.remove_prefix(dot + 1);
  }
}

std::optional<double> as_number(const json::value& v) {
  if (v.is_double()) return v.get_double();
  if (v.is_int64()) return static_cast<double>(v.get_int64());
  if (v.is_uint64()) return static_cast<double>(v.get_uint64());
  return std::nullopt;
}

bool equal(const json::value& a, const json::value& b) {
  const auto x = as_number(a), y = as_number(b);
  return x && y ? *x == *y : a == b;
}

bool contains(const json::value& list, const json::value& wanted) {
  if (!list.is_array()) return false;
  const json::array& a = list.get_array();
  return std::any_of(a.begin(), a.end(), [&](const json::value& v) { return equal(v, wanted); });
}

bool ordered(Op op, const json::value& a, const json::value& b) {
  std::optional<int> order;
  if (const auto x = as_number(a), y = as_number(b); x && y) {
    order = *x < *y ? -1 : (*x > *y ? 1 : 0);
  } else if (a.is_string() && b.is_string()) {
    order = std::string_view(a.get_string()).compare(std::string_view(b.get_string()));
  }
  if (!order) return false;
  switch (op) {
    case Op::Less:
      return *order < 0;
    case Op::LessEqual:
      return *order <= 0;
    case Op::Greater:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

bool compare(Op op, const json::value* a, const json::value* b) {
  if (!a || !b) return op == Op::NotEqual && a != b;
  switch (op) {
    case Op::Equal:
      return equal(*a, *b);
    case Op::NotEqual:
      return !equal(*a, *b);
    case Op::In:
      return contains(*b, *a);
    case Op::Intersects:
      if (!a->is_array()) return contains(*b, *a);
      return std::any_of(a->get_array().begin(), a->get_array().end(),
                         [&](const json::value& v) { return contains(*b, v); });
    default:
      return ordered(op, *a, *b);
  }
}

bool holds(const Node& node, const json::object& data);

// The value of a node that stands beside an operator; null when a field is missing. `scratch` keeps a
// computed one.
const json::value* value_of(const Node& node, const json::object& data, json::value& scratch) {
  if (node.kind == Node::Kind::Constant) return &node.constant;
  if (node.kind == Node::Kind::Field) return find_path(data, node.path);
  scratch = holds(node, data);
  return &scratch;
}

bool holds(const Node& node, const json::object& data) {
  const auto child_holds = [&](const Node& child) { return holds(child, data); };
  switch (node.kind) {
    case Node::Kind::Or:
      return std::any_of(node.children.begin(), node.children.end(), child_holds);
    case Node::Kind::And:
      return std::all_of(node.children.begin(), node.children.end(), child_holds);
    case Node::Kind::Not:
      return !holds(node.children[0], data);
    case Node::Kind::Compare: {
      json::value left, right;
      return compare(node.op, value_of(node.children[0], data, left),
                     value_of(node.children[1], data, right));
    }
    case Node::Kind::Constant:
    case Node::Kind::Field: {
      json::value scratch;
      const json::value* v = value_of(node, data, scratch);
      return v && v->is_bool() && v->get_bool();
    }
  }
  return false;
}

}  // namespace

Expression::Expression(std::unique_ptr<const Node> root) : root_(std::move(root)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

Result<Expression> Expression::compile(std::string_view text) {
  if (text.size() > kLengthMax) return fault(kLengthMax, "the condition is too long");
  XL_TRY(Node root, Parser(text).parse());
  return Expression(std::make_unique<const Node>(std::move(root)));
}

bool Expression::matches(const json::object& data) const {
  return holds(*root_, data);
}

}  // namespace xinglin::inference
