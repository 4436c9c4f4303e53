// Known answers: Jaro-Winkler from the tables of Winkler 1990; resident numbers from the examples of
// GB 11643-1999.
#include "core/matching/text.h"

#include <gtest/gtest.h>

#include "core/matching/dates.h"
#include "core/matching/resident_id.h"

namespace xinglin::matching {
namespace {

TEST(Alike, JaroWinklerOfThePaper) {
  EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.961, 0.0006);
  EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.840, 0.0006);
  EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.813, 0.0006);
  EXPECT_EQ(jaro_winkler("abc", "xyz"), 0);
  EXPECT_EQ(jaro_winkler("", ""), 0);
  EXPECT_EQ(jaro_winkler("王小明", "王小明"), 1);
}

TEST(Alike, EditsCountASwapAsOne) {
  EXPECT_EQ(edit_distance("19590314", "19590341", 2), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting", 1), 2) << "one more than asked for";
  EXPECT_EQ(edit_distance("王明", "王朋", 2), 1);
  EXPECT_EQ(edit_distance(std::string(500, 'a'), std::string(500, 'b'), 3), 4);
}

TEST(Alike, DiceOfNeighbours) {
  EXPECT_DOUBLE_EQ(dice("night", "nacht"), 0.25);
  EXPECT_EQ(dice("", "a"), 0);
}

TEST(Text, PlainForms) {
  EXPECT_EQ(plain("  O'Brien-Ñandú, MÜLLER "), "obrien nandu muller");
  EXPECT_EQ(plain("ＡＢＣ１２３"), "abc123");
  EXPECT_EQ(plain("歐陽　修"), "欧阳 修");
  EXPECT_EQ(plain("\xFF\xC3"), "");
}

TEST(Text, ReadingsInPinyin) {
  EXPECT_EQ(latin("王小明"), "wangxiaoming");
  EXPECT_EQ(latin("单", Reading::FamilyName), "shan");
  EXPECT_EQ(latin("曾", Reading::FamilyName), "zeng");
  EXPECT_EQ(latin("吕", Reading::FamilyName), "lv");
  EXPECT_EQ(latin("smith jones"), "smithjones");
  EXPECT_EQ(family_characters(U"欧阳修"), 2U);
  EXPECT_EQ(family_characters(U"王小明"), 1U);
}

TEST(Text, WhatIsMistakenForEachOtherSoundsAlike) {
  EXPECT_EQ(sound("catherine"), sound("katherine"));
  EXPECT_EQ(sound("philip"), sound("filip"));
  EXPECT_EQ(sound("knight"), sound("night"));
  EXPECT_NE(sound("smith"), sound("taylor"));
  EXPECT_EQ(sound("123"), "");
}

TEST(ResidentId, ExamplesOfTheStandard) {
  const auto woman = parse_resident_id("11010519491231002x");
  ASSERT_TRUE(woman);
  EXPECT_EQ(woman->birth_date, "19491231");
  EXPECT_EQ(woman->sex, 'f');
  const auto man = parse_resident_id("440524188001010014");
  ASSERT_TRUE(man);
  EXPECT_EQ(man->sex, 'm');
  EXPECT_EQ(parse_resident_id("110105 491231 002")->number, "11010519491231002X");
}

TEST(ResidentId, WhatIsNone) {
  for (const char* text : {"110105194912310021", "11010519490231002X", "1101051949123100", "",
                           "abcdefghijklmnopqr", "010105194912310020", "99999999999999999999999"})
    EXPECT_FALSE(parse_resident_id(text)) << text;
}

TEST(Dates, InTheWritingsOfPeople) {
  for (const char* text : {"1959-03-14", "1959/3/14", "19590314", "14.03.1959", "14/3/1959", "3/14/1959",
                           "1959年3月14日", "14 Mar 1959", "March 14, 1959", "1959-03-14T10:00:00Z"})
    EXPECT_EQ(plain_date(text), "19590314") << text;
  EXPECT_EQ(plain_date("1959-03"), "195903");
  EXPECT_EQ(plain_date("1959"), "1959");
  EXPECT_EQ(plain_date("19590231"), "19590231") << "a slip of one digit is kept as such";
  for (const char* text : {"", "x", "1959-13-01", "31/31/1959", "99", "00000000"})
    EXPECT_EQ(plain_date(text), "") << text;
}

TEST(Phones, WithoutCountryAndDashes) {
  for (const char* text : {"+86 138 0013 8000", "0086-13800138000", "13800138000", "138-0013-8000 x12",
                           "８６１３８００１３８０００"})
    EXPECT_EQ(plain_phone(text), "13800138000") << text;
  EXPECT_EQ(plain_phone("010-62345678"), "1062345678");
  EXPECT_EQ(plain_phone("119"), "");
}

}  // namespace
}  // namespace xinglin::matching
