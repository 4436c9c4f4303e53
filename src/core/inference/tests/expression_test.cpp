#include "core/inference/expression.h"

#include <gtest/gtest.h>

namespace xinglin::inference {
namespace {

const json::object kData = {{"codes", json::array{"http://loinc.org|8867-4", "x|y"}},
                            {"status", "final"},
                            {"age", 40},
                            {"weight", 71.5},
                            {"modality", "ECG"},
                            {"urgent", true},
                            {"nothing", nullptr},
                            {"study", {{"uid", "1.2"}, {"instances", 3}}}};

bool matches(std::string_view text) {
  const Result<Expression> e = Expression::compile(text);
  if (!e.ok()) {
    ADD_FAILURE() << text << ": " << e.error().message();
    return false;
  }
  return e->matches(kData);
}

TEST(Expression, TrueOfTheData) {
  for (const std::string_view text : {
           R"(status == "final")",
           R"("final" == status)",
           R"(status != "draft")",
           R"(age == 40)",
           R"(age == 40.0)",
           R"(age < 40.5 and age >= 40 and not (age > 40))",
           R"(weight <= 71.5)",
           R"(modality in ["ECG", "HD"])",
           R"("x|y" in codes)",
           R"(codes intersects ["http://loinc.org|8867-4", "a|b"])",
           R"(modality intersects ["ECG"])",
           R"(urgent)",
           R"(not missing)",
           R"(missing != "x")",
           R"(study.uid == "1.2" and study.instances > 2)",
           R"(status == "draft" or age == 40)",
           R"(status == "draft" and age == 1 or urgent)",
           R"((status == "final") == true)",
           R"(status < "g")",
           R"(true)",
           "status\n==\t\"final\"",
           R"(age == -40 or "a\"b" == "a\"b")",
       })
    EXPECT_TRUE(matches(text)) << text;
}

TEST(Expression, NotTrueOfTheData) {
  for (const std::string_view text : {
           R"(status == "draft")",
           R"(missing == "x")",
           R"(missing < 3)",
           R"(missing in ["x"])",
           R"(missing intersects ["x"])",
           R"(nothing)",
           R"(nothing == nothing)",
           R"(age == "40")",
           R"(age < "50")",
           R"(status)",
           R"(codes intersects [])",
           R"(codes == "x|y")",
           R"(status.uid == "1.2")",
           R"(not urgent)",
           R"(false)",
           R"(urgent and (status == "draft" or age > 40))",
       })
    EXPECT_FALSE(matches(text)) << text;
}

struct Bad {
  std::string_view text, column;
};

TEST(Expression, FaultsNameTheColumn) {
  for (const Bad& bad : {Bad{"", "column 1:"},
                         {"status ==", "column 10:"},
                         {"status = \"x\"", "column 8:"},
                         {"status == \"x", "column 11:"},
                         {"(status == \"x\"", "column 15:"},
                         {"status == \"x\" age", "column 15:"},
                         {"age in 3", "column 5:"},
                         {"age in [3, [4]]", "column 12:"},
                         {"age in [3 4]", "column 11:"},
                         {"age in [3,", "column 11:"},
                         {"and", "column 1:"},
                         {"not", "column 4:"},
                         {"age == 1 == 2", "column 10:"},
                         {"a & b", "column 3:"},
                         {"age < -", "column 7:"},
                         {"age in [status]", "column 9:"}}) {
    const Result<Expression> e = Expression::compile(bad.text);
    ASSERT_FALSE(e.ok()) << bad.text;
    EXPECT_TRUE(e.error().is(kBadExpression));
    EXPECT_TRUE(e.error().message().starts_with(bad.column)) << bad.text << " -> " << e.error().message();
  }
}

TEST(Expression, LimitsOnLengthPartsAndDepth) {
  EXPECT_FALSE(Expression::compile(std::string(Expression::kLengthMax + 1, ' ')).ok());
  std::string deep(Expression::kDepthMax + 1, '(');
  EXPECT_FALSE(Expression::compile(deep + "a" + std::string(Expression::kDepthMax + 1, ')')).ok());
  std::string nots;
  for (size_t i = 0; i <= Expression::kDepthMax; ++i) nots += "not ";
  EXPECT_FALSE(Expression::compile(nots + "a").ok());
  std::string wide = "a";
  for (size_t i = 0; i <= Expression::kNodesMax; ++i) wide += " or a";
  EXPECT_FALSE(Expression::compile(wide).ok());
  EXPECT_TRUE(Expression::compile("((((a))))").ok());
}

}  // namespace
}  // namespace xinglin::inference
