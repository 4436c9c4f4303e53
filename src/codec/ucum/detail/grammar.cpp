#include "codec/ucum/detail/grammar.h"

#include <fmt/format.h>

#include "codec/ucum/errors.h"

namespace xinglin::ucum::detail {

namespace {

constexpr int kDepthMax = 16;
constexpr int kExponentMax = 999;
constexpr size_t kFactorDigitsMax = 18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Characters of a symbol outside square brackets.
bool is_symbol(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '\'' || c == '_' || c == '*' ||
         c == '^' || c == '[';
}

class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Component>> run() {
    for (size_t i = 0; i < text_.size(); ++i)
      if (text_[i] < 33 || text_[i] > 126)
        return wrong(i, "only printable ASCII characters are allowed, no spaces");
    const bool leading_slash = peek() == '/';
    if (leading_slash) ++at_;
    XL_CHECK(term(leading_slash, 0));
    if (at_ < text_.size())
      return wrong(at_, text_[at_] == ')' ? "this parenthesis was not opened"
                                          : "a '.' or '/' is needed between two parts of a unit");
    return std::move(components_);
  }

private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  Error wrong(size_t at, std::string_view why, const ErrorCode& code = kSyntax) const {
    return {code, fmt::format("unit \"{}\", character {}: {}", text_, at + 1, why)};
  }

  Result<void> term(bool divided, int depth) {
    if (depth > kDepthMax) return wrong(at_, "parentheses are nested too deep", kOverLimit);
    while (true) {
      XL_CHECK(component(divided, depth));
      if (peek() != '.' && peek() != '/') return {};
      divided = peek() == '/';
      ++at_;
    }
  }

  Result<void> component(bool divided, int depth) {
    Component next;
    next.divided = divided;
    const char c = peek();
    if (at_ >= text_.size()) return wrong(at_, "a unit is expected here, the text ends");
    if (c == '(') {
      next.kind = Component::Kind::Open;
      components_.push_back(next);
      ++at_;
      XL_CHECK(term(false, depth + 1));
      if (peek() != ')') return wrong(at_, "a closing parenthesis is missing");
      ++at_;
      components_.push_back({.kind = Component::Kind::Close});
      return {};
    }
    if (c == '{') {
      XL_CHECK(annotation(next));
    } else if (is_digit(c) && !text_.substr(at_).starts_with("10*") &&
               !text_.substr(at_).starts_with("10^")) {
      XL_CHECK(factor(next));
    } else if (is_digit(c) || is_symbol(c)) {
      XL_CHECK(symbol(next));
    } else {
      return wrong(at_, c == '.' || c == '/' ? "a unit is expected before this operator"
                                             : "this character cannot begin a unit");
    }
    components_.push_back(next);
    return {};
  }

  Result<void> annotation(Component& next) {
    const size_t end = text_.find_first_of("{}", at_ + 1);
    if (end == std::string_view::npos || text_[end] != '}')
      return wrong(at_, "this annotation is not closed");
    next.annotation = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return {};
  }

  Result<void> factor(Component& next) {
    next.kind = Component::Kind::Factor;
    const size_t start = at_;
    next.factor = 0;
    while (is_digit(peek())) {
      if (at_ - start >= kFactorDigitsMax) return wrong(start, "the number has too many digits", kOverLimit);
      next.factor = next.factor * 10 + (text_[at_++] - '0');
    }
    if (next.factor == 0) return wrong(start, "zero is no factor of a unit");
    if (is_symbol(peek())) return wrong(at_, "a number and a unit are joined by '.', as in 12.h");
    if (peek() == '+' || peek() == '-')
      return wrong(at_, "a plain number takes no exponent; powers of ten are 10*3");
    return peek() == '{' ? annotation(next) : Result<void>();
  }

  // The end of the symbol that starts here; npos for an open bracket.
  size_t symbol_end(size_t at) const {
    if (is_digit(text_[at])) at += 2;  // 10* and 10^
    while (at < text_.size() && is_symbol(text_[at])) {
      if (text_[at] == '[') {
        at = text_.find(']', at);
        if (at == std::string_view::npos) return at;
      }
      ++at;
    }
    return at;
  }

  Result<void> symbol(Component& next) {
    next.kind = Component::Kind::Unit;
    const size_t start = at_;
    const size_t end = symbol_end(at_);
    if (end == std::string_view::npos) return wrong(start, "a square bracket is not closed");
    const std::string_view name = text_.substr(start, end - start);
    at_ = end;
    if (!resolve(name, next)) return unknown(start, name);
    XL_CHECK(exponent(next));
    return peek() == '{' ? annotation(next) : Result<void>();
  }

  Result<void> exponent(Component& next) {
    const size_t start = at_;
    const char sign = peek();
    if (sign == '+' || sign == '-') ++at_;
    if (!is_digit(peek()))
      return at_ == start ? Result<void>() : wrong(start, "digits are expected after the sign");
    int number = 0;
    while (is_digit(peek())) {
      number = number * 10 + (text_[at_++] - '0');
      if (number > kExponentMax) return wrong(start, "the exponent is too large", kOverLimit);
    }
    next.exponent = sign == '-' ? -number : number;
    next.has_exponent = true;
    return {};
  }

  static bool resolve(std::string_view name, Component& next) {
    next.unit = find_unit(name);
    if (next.unit) return true;
    for (const PrefixRow& prefix : prefixes()) {
      if (!name.starts_with(prefix.code)) continue;
      const UnitRow* unit = find_unit(name.substr(prefix.code.size()));
      if (!unit || !unit->metric) continue;
      next.unit = unit;
      next.prefix = &prefix;
      return true;
    }
    return false;
  }

  Error unknown(size_t at, std::string_view name) const {
    std::string why = fmt::format("\"{}\" is no unit of UCUM", name);
    if (find_unit("[" + std::string(name) + "]")) why += fmt::format("; did you mean [{}]?", name);
    return wrong(at, why, kUnknownUnit);
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Component> components_;
};

}  // namespace

Result<std::vector<Component>> read(std::string_view code) {
  if (code.size() > kMaxUnitBytes)
    return Error(kOverLimit,
                 fmt::format("a unit of {} bytes; at most {} are read", code.size(), kMaxUnitBytes));
  return Reader(code).run();
}

}  // namespace xinglin::ucum::detail
