#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/issue.h"
#include "base/json.h"
#include "base/strong_id.h"

namespace xinglin {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error(errors::kInvalid, "odd");
  return n / 2;
}
Result<std::string> quarter(int n) {
  XL_TRY(const int h, half(n));
  XL_TRY(const int q, half(h));
  return std::to_string(q);
}
Result<void> must_be_even(int n) {
  XL_CHECK(half(n));
  return {};
}

TEST(Result, CarriesValueOrError) {
  EXPECT_EQ(*quarter(8), "2");
  ASSERT_FALSE(quarter(6).ok());
  EXPECT_TRUE(quarter(6).error().is(errors::kInvalid));
  EXPECT_EQ(quarter(6).error().kind(), ErrorKind::Invalid);
  EXPECT_TRUE(must_be_even(2).ok());
  EXPECT_EQ(must_be_even(3).error().with_context("check").message(), "check: odd");
}

TEST(Result, DefaultIsUnset) {
  const Result<int> r;
  EXPECT_TRUE(r.error().is(errors::kUnset));
}

TEST(Result, HoldsMoveOnlyValues) {
  Result<std::unique_ptr<int>> r = std::make_unique<int>(4);
  EXPECT_EQ(**r, 4);
}

TEST(StrongId, KindsDoNotMix) {
  static_assert(!std::is_convertible_v<std::string, StudyUid>);
  static_assert(!std::is_constructible_v<StudyUid, SeriesUid>);
  EXPECT_LT(StudyUid("1.2"), StudyUid("1.3"));
}

TEST(IssueSink, TellsErrors) {
  IssueSink sink;
  sink.warning("value", "PID-7", "unusual");
  EXPECT_FALSE(sink.has_errors());
  sink.error("required", "PID-3", "missing");
  EXPECT_TRUE(sink.has_errors());
}

TEST(Json, RefusesWhatIsNotStrictJson) {
  for (const std::string_view text :
       {"", "{", "{\"a\":1,}", "[1 2]", "{\"a\":1} x", "{\"a\":1,\"a\":2}", "{\"o\":{\"k\":[],\"k\":1}}",
        "nul", "\"\xff\"", "{'a':1}", "[1,2", "01"})
    EXPECT_FALSE(json::parse(text).ok()) << text;
  const std::string deep(json::kMaxDepth + 2, '[');
  EXPECT_FALSE(json::parse(deep).ok());
  EXPECT_EQ(json::parse("{\n \"a\": x}").error().message().find("line 2") != std::string::npos, true);
}

TEST(Json, EqualKeysInDifferentObjectsAreFine) {
  const auto v = json::parse(R"({"a":{"k":1},"b":[{"k":2},{"k":3}],"k":"\"k\": {"})");
  ASSERT_TRUE(v.ok()) << v.error().message();
  EXPECT_EQ(json::at_path(*v, "b.1.k")->to_number<int>(), 3);
  EXPECT_EQ(json::at_path(*v, "b.2.k"), nullptr);
  EXPECT_EQ(json::find_string(v->get_object(), "k"), R"("k": {)");
}

}  // namespace
}  // namespace xinglin
