#include "edge/web/detail/shape.h"

#include <gtest/gtest.h>

namespace xinglin::web::detail {
namespace {

std::string text_of(std::string_view notation) {
  return json::serialize(shape(notation));
}

TEST(Shape, WritesJsonSchemaOfPlainTypes) {
  EXPECT_EQ(text_of("string"), R"({"type":"string"})");
  EXPECT_EQ(text_of("number|null"), R"({"type":["number","null"]})");
  EXPECT_EQ(text_of("integer[]"), R"({"type":"array","items":{"type":"integer"}})");
  EXPECT_EQ(text_of("(integer|null)[]"), R"({"type":"array","items":{"type":["integer","null"]}})");
  EXPECT_EQ(text_of("any"), "{}");
}

TEST(Shape, WritesLiteralsAsAnEnumWithNullAmongThem) {
  EXPECT_EQ(text_of(R"("AA"|"AE"|null)"), R"({"enum":["AA","AE",null]})");
  EXPECT_EQ(text_of(R"("")"), R"({"const":""})");
}

TEST(Shape, RequiresMembersThatAreNotMarkedOptional) {
  EXPECT_EQ(
      text_of("{ a: string; b?: boolean }"),
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"boolean"}},"required":["a"]})");
}

TEST(Shape, UnitesObjectsAndNullAsAnyOf) {
  EXPECT_EQ(text_of("{ a?: string }|null"),
            R"({"anyOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"null"}]})");
}

TEST(Shape, TakesOverTheMembersOfANamedShape) {
  const json::value own = shape("{ ...Text2; more: string }");
  EXPECT_EQ(json::serialize(own.at("required")), R"(["en","zh","more"])");
}

TEST(ShapeDeathTest, AMistakeInAShapeEndsTheProcess) {
  EXPECT_DEATH(shape("{ a: NoSuchShape }"), "");
  EXPECT_DEATH(shape("{ a string }"), "");
}

}  // namespace
}  // namespace xinglin::web::detail
