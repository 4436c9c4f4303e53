// Letters and regular expressions of Unicode: the only place that names ICU.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xinglin::fhirpath::detail {

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

// A regular expression (ICU's syntax, which holds PCRE's common ground), compiled once, shared by threads.
// Matching has a time limit; one that runs into it is an error, never a hang.
class Pattern {
public:
  static Result<std::shared_ptr<const Pattern>> compile(std::string_view expression);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  Result<bool> found_in(std::string_view text) const;
  Result<bool> is_whole(std::string_view text) const;
  Result<std::string> replace_all(std::string_view text,
                                  std::string_view replacement) const;  // $1 are groups

private:
  struct Compiled;

public:
  explicit Pattern(std::unique_ptr<Compiled> compiled);  // by compile()

private:
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace xinglin::fhirpath::detail
