#include "codec/fhirpath/detail/unicode.h"

#include <unicode/locid.h>
#include <unicode/regex.h>
#include <unicode/unistr.h>

#include "codec/fhirpath/detail/text.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath::detail {
namespace {

// Units of ICU's own count of steps: about a quarter of a second.
constexpr int32_t kTimeLimit = 250;
constexpr size_t kMaxPatternBytes = 4096;

icu::UnicodeString unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}
std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

Error failed(UErrorCode code, std::string_view what) {
  if (code == U_REGEX_TIME_OUT || code == U_REGEX_STACK_OVERFLOW)
    return {errors::kLimit, "the regular expression takes too long"};
  return {errors::kExecution, std::string(what).append(": ").append(u_errorName(code))};
}

}  // namespace

std::string to_lower(std::string_view text) {
  if (!is_ascii(text)) return utf8(unicode(text).toLower(icu::Locale::getRoot()));
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string to_upper(std::string_view text) {
  if (!is_ascii(text)) return utf8(unicode(text).toUpper(icu::Locale::getRoot()));
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

struct Pattern::Compiled {
  std::unique_ptr<icu::RegexPattern> pattern;

  // A matcher of its own for each use: patterns may be shared between threads, matchers may not.
  Result<std::unique_ptr<icu::RegexMatcher>> on(const icu::UnicodeString& text) const {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<icu::RegexMatcher> matcher(pattern->matcher(text, code));
    if (U_SUCCESS(code)) matcher->setTimeLimit(kTimeLimit, code);
    if (U_FAILURE(code)) return failed(code, "the regular expression cannot be used");
    return matcher;
  }
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;

Result<std::shared_ptr<const Pattern>> Pattern::compile(std::string_view expression) {
  if (expression.size() > kMaxPatternBytes)
    return Error(errors::kLimit, "the regular expression is too long");
  UErrorCode code = U_ZERO_ERROR;
  auto compiled = std::make_unique<Compiled>();
  compiled->pattern.reset(icu::RegexPattern::compile(unicode(expression), UREGEX_DOTALL, code));
  if (U_FAILURE(code)) return failed(code, "the regular expression is not well-formed");
  return std::make_shared<const Pattern>(std::move(compiled));
}

Result<bool> Pattern::found_in(std::string_view text) const {
  const icu::UnicodeString subject = unicode(text);
  XL_TRY(const auto matcher, compiled_->on(subject));
  UErrorCode code = U_ZERO_ERROR;
  const bool found = matcher->find(code) != 0;
  if (U_FAILURE(code)) return failed(code, "the regular expression failed");
  return found;
}

Result<bool> Pattern::is_whole(std::string_view text) const {
  const icu::UnicodeString subject = unicode(text);
  XL_TRY(const auto matcher, compiled_->on(subject));
  UErrorCode code = U_ZERO_ERROR;
  const bool found = matcher->matches(code) != 0;
  if (U_FAILURE(code)) return failed(code, "the regular expression failed");
  return found;
}

Result<std::string> Pattern::replace_all(std::string_view text, std::string_view replacement) const {
  const icu::UnicodeString subject = unicode(text);
  XL_TRY(const auto matcher, compiled_->on(subject));
  UErrorCode code = U_ZERO_ERROR;
  const icu::UnicodeString replaced = matcher->replaceAll(unicode(replacement), code);
  if (U_FAILURE(code)) return failed(code, "the replacement failed");
  return utf8(replaced);
}

}  // namespace xinglin::fhirpath::detail
