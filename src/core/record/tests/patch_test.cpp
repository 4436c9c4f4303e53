#include "core/record/patch.h"

#include <gtest/gtest.h>

#include "base/json_text.h"
#include "core/record/errors.h"

namespace xinglin::record {
namespace {

// The resource after the patch, or the code of what refused it.
std::string patched(std::string_view resource, std::string_view operations) {
  auto parsed = json::parse_exact(operations);
  if (!parsed) return "error: " + parsed.error().message();
  const auto patch = Patch::of_json_patch(std::move(*parsed));
  if (!patch) return std::string(patch.error().code().name);
  const auto out = patch->apply(json::parse_exact(resource)->as_object());
  if (!out) return std::string(out.error().code().name);
  std::string text;
  json::append_text(text, *out);
  return text;
}

// Examples of RFC 6902 appendix A, by their numbers.
TEST(JsonPatch, ExamplesOfTheRfc) {
  EXPECT_EQ(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])"),
            R"({"foo":"bar","baz":"qux"})");  // A.1
  EXPECT_EQ(patched(R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])"),
            R"({"foo":["bar","qux","baz"]})");  // A.2
  EXPECT_EQ(patched(R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])"),
            R"({"foo":"bar"})");  // A.3
  EXPECT_EQ(patched(R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])"),
            R"({"foo":["bar","baz"]})");  // A.4
  EXPECT_EQ(patched(R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])"),
            R"({"baz":"boo","foo":"bar"})");  // A.5
  EXPECT_EQ(patched(R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
                    R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])"),
            R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");  // A.6
  EXPECT_EQ(patched(R"({"foo":["all","grass","cows","eat"]})",
                    R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])"),
            R"({"foo":["all","cows","eat","grass"]})");  // A.7
  EXPECT_EQ(patched(R"({"baz":"qux","foo":["a",2,"c"]})",
                    R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])"),
            R"({"baz":"qux","foo":["a",2,"c"]})");  // A.8
  EXPECT_EQ(patched(R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])"),
            "record.patch-failed");  // A.9
  EXPECT_EQ(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])"),
            R"({"foo":"bar","child":{"grandchild":{}}})");  // A.10
  EXPECT_EQ(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])"),
            R"({"foo":"bar","baz":"qux"})");  // A.11
  EXPECT_EQ(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])"),
            "record.patch-failed");  // A.12
  EXPECT_EQ(patched(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])"),
            R"({"/":9,"~1":10})");  // A.14
  EXPECT_EQ(patched(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":"10"}])"),
            "record.patch-failed");  // A.15
  EXPECT_EQ(patched(R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])"),
            R"({"foo":["bar",["abc","def"]]})");  // A.16
}

TEST(JsonPatch, RefusesWhatIsNoPatch) {
  for (const char* bad :
       {"{}", "[1]", R"([{"op":"add","path":"/a"}])", R"([{"op":"jump","path":"/a","value":1}])",
        R"([{"op":"add","path":"a","value":1}])", R"([{"op":"add","path":"/a~2","value":1}])",
        R"([{"op":"move","path":"/a"}])", R"([{"op":"add","value":1}])"})
    EXPECT_EQ(patched("{}", bad), "record.bad-patch") << bad;
  for (const char* unfit :
       {R"([{"op":"remove","path":"/b"}])", R"([{"op":"remove","path":""}])",
        R"([{"op":"add","path":"/a/2","value":1}])", R"([{"op":"add","path":"/a/01","value":1}])",
        R"([{"op":"replace","path":"/a/1","value":1}])", R"([{"op":"move","from":"/a","path":"/a/0"}])",
        R"([{"op":"add","path":"","value":1}])"})
    EXPECT_EQ(patched(R"({"a":[1]})", unfit), "record.patch-failed") << unfit;
}

TEST(JsonPatch, DecimalsKeepTheirDigits) {
  EXPECT_EQ(
      patched(R"({"q":{"value":2.50},"r":{}})", R"([{"op":"move","from":"/q/value","path":"/r/value"}])"),
      R"({"q":{},"r":{"value":2.50}})");
  EXPECT_EQ(patched(R"({"q":{"value":2.50}})", R"([{"op":"copy","from":"/q/value","path":"/v"}])"),
            R"({"q":{"value":2.50},"v":2.50})");
  EXPECT_EQ(patched(R"({"value":2.50})", R"([{"op":"replace","path":"/value","value":3.10}])"),
            R"({"value":3.10})");
  EXPECT_EQ(patched(R"({"value":2.50})", R"([{"op":"replace","path":"/value","value":3}])"),
            R"({"value":3})");
  EXPECT_EQ(patched(R"({"value":2.50})", R"([{"op":"test","path":"","value":{"value":2.5}}])"),
            R"({"value":2.50})");
}

}  // namespace
}  // namespace xinglin::record
