#include "core/archive/detail/match.h"

#include <gtest/gtest.h>

namespace xinglin::archive {
namespace {

// PS3.4 C.2.2.2.4: '*' any sequence of characters, also none; '?' any single character.
TEST(Match, wildcards_stand_for_characters_not_bytes) {
  EXPECT_TRUE(matches_wildcard("", "*"));
  EXPECT_TRUE(matches_wildcard("abdomen", "ab*men"));
  EXPECT_TRUE(matches_wildcard("abdomen", "?bdome?"));
  EXPECT_FALSE(matches_wildcard("abdomen", "?bdome"));
  EXPECT_TRUE(matches_wildcard("王^小东", "王^??"));
  EXPECT_FALSE(matches_wildcard("王^小东", "王^?"));
  EXPECT_TRUE(matches_wildcard("aaaaaaaaaaaaaaaaaaab", "*a*a*a*a*b"));
  EXPECT_FALSE(matches_wildcard("abc", "abc?"));
}

TEST(Match, ranges_of_dates_and_times_include_both_ends) {
  EXPECT_TRUE(matches("DA", "20201231", "20200101-20201231", false));
  EXPECT_FALSE(matches("DA", "20210101", "20200101-20201231", false));
  EXPECT_TRUE(matches("DA", "20210101", "20200101-", false));
  EXPECT_TRUE(matches("DA", "19991231", "-20200101", false));
  EXPECT_FALSE(matches("DA", "", "-20200101", false));
  EXPECT_TRUE(matches("DA", "20200131", "2020.01.31", false));
  EXPECT_TRUE(matches("TM", "093059.25", "0930", false));
  EXPECT_TRUE(matches("TM", "1130", "0930-1130", false));
  EXPECT_FALSE(matches("TM", "1131", "0930-1130", false));
  EXPECT_TRUE(matches("TM", "09", "-10", false));
}

// PS3.4 C.2.2.2.5: what a date time leaves out may be anything; '-' may also be the sign of an offset.
TEST(Match, date_times_may_leave_precision_out) {
  EXPECT_TRUE(matches("DT", "20200615120000", "2020", false));
  EXPECT_TRUE(matches("DT", "20200615120000", "2019-2021", false));
  EXPECT_TRUE(matches("DT", "20200615120000+0800", "202006-", false));
  EXPECT_FALSE(matches("DT", "20200615120000", "20200616-", false));
  EXPECT_TRUE(parse_date_time_key("20200615-0500").ok());
  EXPECT_EQ(parse_date_time_key("20200615-0500")->last, "20200615235959.999999");
}

TEST(Match, keys_that_are_no_date_or_time_are_told) {
  for (const char* key : {"2020", "yesterday", "20200101-2020", "-", "20200101--20200102", "2020010"})
    EXPECT_FALSE(check_key("DA", key).ok()) << key;
  for (const char* key : {"9", "093", "0930.5", "-"}) EXPECT_FALSE(check_key("TM", key).ok()) << key;
  EXPECT_TRUE(check_key("DA", "*").ok());
}

TEST(Match, names_match_in_any_group_without_regard_to_case) {
  const auto name = fold_name("Wang^XiaoDong=王^小东=わん^しゃおどん");
  for (const char* key : {"wang", "WANG^xiaodong", "wang^", "王", "王^小东", "wang*", "*dong", "わん*",
                          "=王*", "Wang*=王^?东", "^xiaodong"})
    EXPECT_TRUE(matches_name(name, key, false)) << key;
  for (const char* key : {"wan", "wang^xiao", "李", "=wang", "Li*=王*", "xiaodong"})
    EXPECT_FALSE(matches_name(name, key, false)) << key;
  EXPECT_TRUE(matches_name(fold_name("MÜLLER^ЖАННА"), "müller^жанна", false));
}

TEST(Match, fuzzy_names_match_by_the_beginning_of_each_component) {
  const auto name = fold_name("Wang^XiaoDong=王^小东");
  for (const char* key : {"wan", "wa^xiao", "王^小"}) EXPECT_TRUE(matches_name(name, key, true)) << key;
  for (const char* key : {"wa^dong", "ang"}) EXPECT_FALSE(matches_name(name, key, true)) << key;
}

TEST(Match, numbers_and_lists_of_values) {
  EXPECT_TRUE(matches("IS", "007", "7", false));
  EXPECT_TRUE(matches("UI", "1.2.3", "1.2\\1.2.3", false));
  EXPECT_FALSE(matches("UI", "1.2.3", "1.2*", false));
  EXPECT_TRUE(matches("CS", "CT\\SR", "SR", false));
  EXPECT_FALSE(matches("CS", "CT\\SR", "MR", false));
  EXPECT_TRUE(matches("LO", "ABDOMEN native", "ABD*", false));
  EXPECT_FALSE(matches("LO", "ABDOMEN native", "abd*", false));
}

}  // namespace
}  // namespace xinglin::archive
