#include "base/options.h"

#include <gtest/gtest.h>

namespace xinglin::options {
namespace {

constexpr Declaration kTable[] = {
    {.name = "dimse.associations_max",
     .type = Type::Integer,
     .default_value = "64",
     .prose = "Associations at once.",
     .min = 1,
     .max = 1000},
    {.name = "dimse.ae_title", .default_value = "XINGLIN", .prose = "Our AE title."},
    {.name = "http.secure", .type = Type::Boolean, .default_value = "false", .prose = "Cookies need https."},
    {.name = "key", .default_value = "", .prose = "A secret.", .secret = true},
};

TEST(Options, DefaultsFileAndCommandLine) {
  Values values(kTable);
  EXPECT_EQ(values.integer("dimse.associations_max"), 64);
  ASSERT_TRUE(values.load_toml("key='k'\n[dimse]\nassociations_max = 5\n[http]\nsecure=true", "x.toml").ok());
  ASSERT_TRUE(values.set("dimse.ae_title", "A").ok());
  EXPECT_EQ(values.integer("dimse.associations_max"), 5);
  EXPECT_EQ(values.text("dimse.ae_title"), "A");
  EXPECT_TRUE(values.boolean("http.secure"));
  EXPECT_EQ(values.shown().back().second, "***");
  EXPECT_NE(values.help().find("--dimse.associations_max"), std::string::npos);
  EXPECT_NE(values.markdown().find("| 1..1000 |"), std::string::npos);
}

TEST(Options, ErrorsNameKeyAndRange) {
  Values values(kTable);
  EXPECT_TRUE(values.load_toml("[dimse]\nasociations_max=5", "x.toml").error().is(kUnknownKey));
  const auto bad = values.load_toml("[dimse]\nassociations_max=0", "x.toml");
  EXPECT_TRUE(bad.error().is(kBadValue));
  EXPECT_NE(bad.error().message().find("1..1000"), std::string::npos);
  EXPECT_TRUE(values.load_toml("a = ", "x.toml").error().is(kBadValue));
  EXPECT_TRUE(values.set("http.secure", "yes").error().is(kBadValue));
  EXPECT_TRUE(values.load_toml("key=[1]", "x.toml").error().is(kBadValue));
}

}  // namespace
}  // namespace xinglin::options
