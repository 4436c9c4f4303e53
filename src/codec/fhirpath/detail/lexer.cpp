#include "codec/fhirpath/detail/lexer.h"

#include <array>

#include "codec/fhirpath/detail/text.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

Error error_at(const ErrorCode& code, size_t offset, std::string_view what) {
  return {code, std::string(what) + " at offset " + std::to_string(offset)};
}

Error Lexer::wrong(size_t offset, std::string_view what) const {
  return error_at(errors::kSyntax, offset, what);
}

Result<void> Lexer::skip_blank() {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r') {
      ++at_;
    } else if (rest.starts_with("//")) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else if (rest.starts_with("/*")) {
      const size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return wrong(at_, "a comment has no end");
      at_ = end + 2;
    } else {
      break;
    }
  }
  return {};
}

Result<void> Lexer::escape(std::string& out) {
  constexpr std::string_view kFrom = "`'\"\\/fnrt", kTo = "`'\"\\/\f\n\r\t";
  if (at_ + 1 >= text_.size()) return wrong(at_, "a text has no end");
  const char c = text_[at_ + 1];
  if (const size_t i = kFrom.find(c); i != std::string_view::npos) {
    out.push_back(kTo[i]);
    at_ += 2;
    return {};
  }
  if (c != 'u') return wrong(at_, "an unknown escape");
  auto code = hex_value(text_.substr(at_ + 2, 4));
  if (!code) return wrong(at_, "\\u wants four hexadecimal digits");
  size_t used = 6;
  if (*code >= 0xD800 && *code < 0xDC00 && text_.substr(at_ + 6, 2) == "\\u") {
    const auto low = hex_value(text_.substr(at_ + 8, 4));
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
      used = 12;
    }
  }
  if (*code >= 0xD800 && *code < 0xE000) return wrong(at_, "half of a surrogate pair");
  append_utf8(out, *code);
  at_ += used;
  return {};
}

Result<Token> Lexer::quoted(char quote) {
  Token token{quote == '`' ? Lexeme::Quoted : Lexeme::String, {}, {}, at_};
  for (++at_; at_ < text_.size() && text_[at_] != quote;) {
    if (text_[at_] == '\\')
      XL_CHECK(escape(token.value));
    else
      token.value.push_back(text_[at_++]);
  }
  if (at_ >= text_.size()) return wrong(token.offset, "a text has no end");
  ++at_;
  token.text = text_.substr(token.offset, at_ - token.offset);
  return token;
}

size_t Lexer::digits_from(size_t at) const {
  while (at < text_.size() && is_digit(text_[at])) ++at;
  return at;
}

// The end of hh[:mm[:ss[.fff]]].
size_t Lexer::time_end(size_t at) const {
  at = digits_from(at);
  for (int part = 0; part < 2 && at + 1 < text_.size() && text_[at] == ':' && is_digit(text_[at + 1]);
       ++part) {
    at = digits_from(at + 1);
    if (part == 1 && at + 1 < text_.size() && text_[at] == '.' && is_digit(text_[at + 1]))
      at = digits_from(at + 1);
  }
  return at;
}

Result<Token> Lexer::moment() {
  const size_t start = at_, first = at_ + 1;
  Token token{Lexeme::Date, {}, {}, start};
  size_t end = first;
  if (first < text_.size() && text_[first] == 'T') {
    token.kind = Lexeme::Time;
    end = time_end(first + 1);
    token.text = text_.substr(first + 1, end - first - 1);
  } else {
    end = digits_from(first);
    for (int part = 0; part < 2 && end + 1 < text_.size() && text_[end] == '-' && is_digit(text_[end + 1]);
         ++part)
      end = digits_from(end + 1);
    if (end < text_.size() && text_[end] == 'T') {
      token.kind = Lexeme::DateTime;
      const size_t time = end + 1;
      end = time_end(time);
      if (end > time && end < text_.size() && text_[end] == 'Z') {
        ++end;
      } else if (end > time && end + 1 < text_.size() && (text_[end] == '+' || text_[end] == '-') &&
                 is_digit(text_[end + 1]) && digits_from(end + 1) < text_.size() &&
                 text_[digits_from(end + 1)] == ':') {
        end = digits_from(digits_from(end + 1) + 1);
      }
    }
    token.text = text_.substr(first, end - first);
  }
  if (token.text.empty()) return wrong(start, "a date or time is expected after @");
  at_ = end;
  return token;
}

Token Lexer::symbol() {
  constexpr std::array<std::string_view, 4> kPairs{"<=", ">=", "!=", "!~"};
  Token token{Lexeme::Symbol, text_.substr(at_, 1), {}, at_};
  for (const std::string_view pair : kPairs)
    if (text_.substr(at_).starts_with(pair)) token.text = text_.substr(at_, 2);
  at_ += token.text.size();
  return token;
}

Result<Token> Lexer::next() {
  XL_CHECK(skip_blank());
  if (at_ >= text_.size()) return Token{Lexeme::End, {}, {}, at_};
  const char c = text_[at_];
  const size_t start = at_;
  if (c == '\'' || c == '`') return quoted(c);
  if (c == '@') return moment();
  if (is_digit(c)) {
    at_ = digits_from(at_);
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) at_ = digits_from(at_ + 1);
    return Token{Lexeme::Number, text_.substr(start, at_ - start), {}, start};
  }
  if (is_name_start(c) || c == '$') {
    for (++at_; at_ < text_.size() && (is_name_start(text_[at_]) || is_digit(text_[at_]));) ++at_;
    return Token{c == '$' ? Lexeme::Dollar : Lexeme::Identifier, text_.substr(start, at_ - start), {}, start};
  }
  constexpr std::string_view kSymbols = ".[](){}+-*/&|<>=~!,%";
  if (kSymbols.find(c) == std::string_view::npos) return wrong(at_, "an unexpected character");
  return symbol();
}

}  // namespace xinglin::fhirpath::detail
