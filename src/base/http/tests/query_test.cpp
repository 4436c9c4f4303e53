#include <gtest/gtest.h>

#include "base/http/detail/target.h"

namespace xinglin::http {
namespace {

TEST(Query, KeepsOrderAndRepeats) {
  const auto query = parse_query("code=a%7Cb&date=ge2020&date=lt2021&empty=&flag&name=Zo%C3%AB+X");
  ASSERT_TRUE(query.ok());
  ASSERT_EQ(query->size(), 6u);
  EXPECT_EQ((*query)[0].value, "a|b");
  EXPECT_EQ((*query)[2].name, "date");
  EXPECT_EQ((*query)[2].value, "lt2021");
  EXPECT_EQ((*query)[4].name, "flag");
  EXPECT_EQ((*query)[4].value, "");
  EXPECT_EQ((*query)[5].value, "Zo\xC3\xAB X");
}

TEST(Query, RefusesBrokenText) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%ff=1", "a=%C3", "a=b%00"}) {
    const auto query = parse_query(text);
    ASSERT_FALSE(query.ok()) << text;
    EXPECT_TRUE(query.error().is(kBadQuery)) << text;
  }
  std::string many;
  for (int i = 0; i < 513; ++i) many += "a=1&";
  EXPECT_FALSE(parse_query(many).ok());
}

TEST(Target, DecodesOriginAndAbsoluteForm) {
  const auto origin = detail::parse_target("/fhir/Patient/%E4%BD%A0?x=1");
  ASSERT_TRUE(origin.ok());
  EXPECT_EQ(origin->path, "/fhir/Patient/\xE4\xBD\xA0");
  EXPECT_EQ(origin->raw_query, "x=1");
  const auto absolute = detail::parse_target("http://host:81/a/b");
  ASSERT_TRUE(absolute.ok());
  EXPECT_EQ(absolute->path, "/a/b");
}

TEST(Target, RefusesWhatCouldBeReadTwoWays) {
  for (const char* text : {"", "a", "*", "/a/../b", "/..", "/%2e%2E/b", "/a/./b", "/a%2Fb", "/a%00b", "/a%",
                           "/%C0%AE", "http://host"})
    EXPECT_FALSE(detail::parse_target(text).ok()) << text;
  EXPECT_TRUE(detail::parse_target("/a/...").ok());
  EXPECT_TRUE(detail::parse_target("/a//b").ok());
}

}  // namespace
}  // namespace xinglin::http
