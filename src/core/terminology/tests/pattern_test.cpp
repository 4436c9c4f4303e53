#include "core/terminology/detail/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace xinglin::terminology::detail {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto read = Pattern::read(pattern);
  EXPECT_TRUE(read) << pattern;
  return read && read->matches(text);
}

TEST(Pattern, MatchesTheWholeText) {
  EXPECT_TRUE(matches("abc", "abc"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_TRUE(matches("^a.c$", "axc"));
  EXPECT_TRUE(matches("a|bc|", ""));
  EXPECT_TRUE(matches("(ab)+", "ababab"));
  EXPECT_FALSE(matches("(ab)+", "aba"));
  EXPECT_TRUE(matches("[A-Z][0-9]{2}(\\.[0-9]{1,3})?", "E11.65"));
  EXPECT_FALSE(matches("[A-Z][0-9]{2}(\\.[0-9]{1,3})?", "E11."));
  EXPECT_TRUE(matches("[^a-c]\\d\\w\\s", "x1_ "));
  EXPECT_TRUE(matches("[\\]a-]*", "]a-"));
  EXPECT_TRUE(matches("x{3}", "xxx"));
  EXPECT_FALSE(matches("x{3}", "xxxx"));
  EXPECT_TRUE(matches("x{2,}", "xxxxx"));
  EXPECT_FALSE(matches("x{2,}", "x"));
  EXPECT_TRUE(matches("(?:a|b)*c", "ababc"));
  EXPECT_TRUE(matches(".*", "糖尿病"));
}

TEST(Pattern, TakesTimeInProportionWhateverThePattern) {
  EXPECT_FALSE(matches("(a*)*b", std::string(2000, 'a')));
  EXPECT_FALSE(matches("(a|aa)+$b", std::string(2000, 'a')));
}

TEST(Pattern, RefusesWhatItCannotRead) {
  for (const char* bad :
       {"(", ")", "a)", "[a", "*a", "a{2", "a{3,2}", "\\", "a{999}", "[z-a]", "\\1", "((a{200}){200}){200}"})
    EXPECT_FALSE(Pattern::read(bad)) << bad;
  EXPECT_FALSE(Pattern::read(std::string(100, '(')));
  EXPECT_FALSE(Pattern::read(std::string(2000, 'a')));
}

}  // namespace
}  // namespace xinglin::terminology::detail
