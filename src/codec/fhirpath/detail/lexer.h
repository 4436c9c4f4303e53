// The tokens of an expression (FHIRPath 2.0 appendix: lexer rules). Views into the text, which must outlive
// it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace xinglin::fhirpath::detail {

enum class Lexeme : uint8_t { End, Identifier, Quoted, String, Number, Date, DateTime, Time, Dollar, Symbol };

struct Token {
  Lexeme kind = Lexeme::End;
  std::string_view text;  // of dates and times without '@'; of Dollar with '$'
  std::string value;      // of Quoted (back-ticks) and String: escapes resolved
  size_t offset = 0;
};

class Lexer {
public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Result<Token> next();

private:
  Result<void> skip_blank();
  Result<Token> quoted(char quote);
  Result<void> escape(std::string& out);
  Result<Token> moment();
  Token symbol();
  size_t digits_from(size_t at) const;
  size_t time_end(size_t at) const;
  Error wrong(size_t offset, std::string_view what) const;

  std::string_view text_;
  size_t at_ = 0;
};

// "...at offset 12", the form of every message of the room.
Error error_at(const ErrorCode& code, size_t offset, std::string_view what);

}  // namespace xinglin::fhirpath::detail
