// Value sets and code systems that are no part of the package: handed in with a request, written to the
// record.
#include <gtest/gtest.h>

#include "core/terminology/terminology.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::terminology {
namespace {

json::object object_of(std::string_view text) {
  return json::parse(text).value().get_object();
}

constexpr std::string_view kSystem =
    R"({"resourceType":"CodeSystem","id":"bp","url":"http://example.org/bp","version":"1",
  "status":"active","content":"complete","caseSensitive":false,
  "property":[{"code":"abstract","uri":"http://hl7.org/fhir/concept-properties#notSelectable",
    "type":"boolean"},
              {"code":"unit","type":"string"}],
  "concept":[
    {"code":"A","display":"All","property":[{"code":"abstract","valueBoolean":true}],"concept":[
      {"code":"A1","display":"First","designation":[{"language":"zh-CN","value":"第一"}],
       "property":[{"code":"unit","valueString":"mm"}]},
      {"code":"A2","display":"Second","property":[{"code":"status","valueCode":"retired"}]}]},
    {"code":"B","display":"Beside","property":[{"code":"parent","valueCode":"A1"}]},
    {"code":"C9","display":"Other"}]})";

json::object set_of(std::string_view compose) {
  return object_of(
      R"({"resourceType":"ValueSet","url":"http://example.org/vs","status":"active","compose":)" +
      std::string(compose) + "}");
}

class ResourceTest : public ::testing::Test {
protected:
  void SetUp() override { write("CodeSystem", "bp", kSystem); }

  void write(std::string_view type, std::string_view id, std::string_view text, bool deleted = false) {
    const auto done = store_->write(
        [&](sql::Tx& tx) { return terminology_->resource_written(tx, type, id, text, deleted); });
    ASSERT_TRUE(done.ok()) << done.error().message();
  }

  std::string codes(std::string_view compose, ExpandOptions options = {.exclude_nested = true}) {
    const auto expansion = terminology_->expand_resource(set_of(compose), options);
    if (!expansion) return std::string(expansion.error().code().name);
    std::string out;
    for (const Expanded& one : expansion->contains) out += (out.empty() ? "" : " ") + one.coding.code;
    return out;
  }

  sql::testing::TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<sql::Store> store_ = sql::Store::open(dir_.path() + "/t.db").value();
  std::unique_ptr<Terminology> terminology_ = std::make_unique<Terminology>(store_.get(), clock_);
};

TEST_F(ResourceTest, EvaluatesFilters) {
  const auto filtered = [&](std::string_view property, std::string_view op, std::string_view value) {
    return codes(R"({"include":[{"system":"http://example.org/bp","filter":[{"property":")" +
                 std::string(property) + R"(","op":")" + std::string(op) + R"(","value":")" +
                 std::string(value) + R"("}]}]})");
  };
  EXPECT_EQ(codes(R"({"include":[{"system":"http://example.org/bp"}]})"), "A1 B A2 C9");
  EXPECT_EQ(filtered("concept", "is-a", "A"), "A1 B A2");
  EXPECT_EQ(filtered("concept", "is-a", "A1"), "A1 B");
  EXPECT_EQ(filtered("concept", "descendent-of", "A1"), "B");
  EXPECT_EQ(filtered("concept", "is-not-a", "A1"), "A2 C9");
  EXPECT_EQ(filtered("concept", "generalizes", "B"), "A1 B");
  EXPECT_EQ(filtered("unit", "=", "mm"), "A1");
  EXPECT_EQ(filtered("unit", "exists", "true"), "A1");
  EXPECT_EQ(filtered("unit", "exists", "false"), "B A2 C9");
  EXPECT_EQ(filtered("code", "in", "B, C9"), "B C9");
  EXPECT_EQ(filtered("code", "not-in", "B,C9"), "A1 A2");
  EXPECT_EQ(filtered("code", "regex", "[A-C][0-9]"), "A1 A2 C9");
  EXPECT_EQ(filtered("parent", "=", "A"), "A1 A2");
  EXPECT_EQ(filtered("code", "regex", "["), kBadRegex.name);
  EXPECT_EQ(filtered("code", "nearby", "x"), kBadFilter.name);
}

TEST_F(ResourceTest, JoinsIncludesAndTakesExcludesAway) {
  EXPECT_EQ(codes(
                R"({"include":[{"system":"http://example.org/bp","concept":[{"code":"C9"},{"code":"A1",
      "display":"One"}]}]})"),
            "C9 A1");
  EXPECT_EQ(codes(
                R"({"include":[{"system":"http://example.org/bp"}],"exclude":[{"system":
      "http://example.org/bp","concept":[{"code":"A1"}]}]})"),
            "B A2 C9");
  EXPECT_EQ(codes(R"({"inactive":false,"include":[{"system":"http://example.org/bp"}]})"), "A1 B C9");
  EXPECT_EQ(codes(R"({"include":[{"system":"http://example.org/bp"}]})",
                  {.active_only = true, .exclude_nested = true}),
            "A1 B C9");
  EXPECT_EQ(codes(R"({"include":[{"system":"http://nobody.example.org"}]})"), kUnknownSystem.name);
  EXPECT_EQ(codes(R"({"include":[{"valueSet":["http://nobody.example.org"]}]})"), kUnknownValueSet.name);
  EXPECT_EQ(codes(R"({"include":[{}]})"), kBadResource.name);
  write("ValueSet", "one",
        R"({"resourceType":"ValueSet","url":"http://example.org/one","compose":{"include":[{"system":
      "http://example.org/bp","concept":[{"code":"A1"},{"code":"B"}]}]}})");
  write("ValueSet", "two",
        R"({"resourceType":"ValueSet","url":"http://example.org/two","compose":{"include":[
      {"valueSet":["http://example.org/one"],"system":"http://example.org/bp","filter":[{"property":
      "concept","op":"=","value":"B"}]}]}})");
  EXPECT_EQ(codes(R"({"include":[{"valueSet":["http://example.org/one"]}]})"), "A1 B");
  EXPECT_EQ(codes(R"({"include":[{"valueSet":["http://example.org/one",
      "http://example.org/two"]}]})"),
            "B");
  EXPECT_EQ(terminology_->member("http://example.org/two", "http://example.org/bp", "B"), Membership::In);
  EXPECT_EQ(terminology_->member("http://example.org/two", "http://example.org/bp", "A1"), Membership::NotIn);
}

TEST_F(ResourceTest, RefusesCircles) {
  write("ValueSet", "x",
        R"({"resourceType":"ValueSet","url":"http://example.org/x","compose":{"include":[{"valueSet":[
      "http://example.org/y"]}]}})");
  write("ValueSet", "y",
        R"({"resourceType":"ValueSet","url":"http://example.org/y","compose":{"include":[{"valueSet":[
      "http://example.org/x"]}]}})");
  EXPECT_EQ(terminology_->expand("http://example.org/x").error().code().name, kCircular.name);
  EXPECT_EQ(terminology_->member_code("http://example.org/x", "A1"), Membership::CannotTell);
}

TEST_F(ResourceTest, IsUsableFromItsCommitOn) {
  EXPECT_EQ(
      terminology_
          ->lookup({.system = "http://example.org/bp", .version = {}, .code = "a1", .display = {}}, "zh")
          ->display,
      "第一");
  EXPECT_EQ(terminology_->url_of(Kind::CodeSystem, "bp"), "http://example.org/bp|1");
  Terminology other(store_.get(), clock_);  // another process sees it too
  EXPECT_TRUE(other.knows_system("http://example.org/bp"));
  write("CodeSystem", "bp",
        R"({"resourceType":"CodeSystem","url":"http://example.org/bp","version":"2","content":
      "complete","concept":[{"code":"Z"}]})");
  EXPECT_EQ(
      terminology_->lookup({.system = "http://example.org/bp", .version = {}, .code = "A1", .display = {}})
          .error()
          .code()
          .name,
      kUnknownCode.name);
  EXPECT_TRUE(
      terminology_->lookup({.system = "http://example.org/bp", .version = "2", .code = "Z", .display = {}}));
  write("CodeSystem", "bp", "", true);
  EXPECT_FALSE(terminology_->knows_system("http://example.org/bp"));
  // One of the package may be replaced, and comes back.
  const std::string gender = "http://hl7.org/fhir/administrative-gender";
  write("CodeSystem", "g",
        R"({"resourceType":"CodeSystem","url":")" + gender +
            R"(","content":"complete","concept":[{"code":"x"}]})");
  EXPECT_FALSE(
      terminology_->validate_in_system({.system = gender, .version = {}, .code = "male", .display = {}})
          ->result);
  write("CodeSystem", "g", "", true);
  EXPECT_TRUE(
      terminology_->validate_in_system({.system = gender, .version = {}, .code = "male", .display = {}})
          ->result);
}

TEST_F(ResourceTest, SurvivesWhatCannotBeUsed) {
  write("CodeSystem", "bad",
        R"({"resourceType":"CodeSystem","url":"http://example.org/bad","content":"complete","concept":
      [{"display":"no code"}]})");
  EXPECT_FALSE(terminology_->knows_system("http://example.org/bad"));
  write("CodeSystem", "circle",
        R"({"resourceType":"CodeSystem","url":"http://example.org/circle","content":"complete","concept":[
    {"code":"a","property":[{"code":"parent","valueCode":"b"}]},
    {"code":"b","property":[{"code":"parent","valueCode":"a"}]}]})");
  EXPECT_TRUE(terminology_->subsumes("http://example.org/circle", "a", "b").has_value());
}

}  // namespace
}  // namespace xinglin::terminology
