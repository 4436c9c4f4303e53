// Bundle-valueset-expansions.json of the R4 package (HL7, CC0): the expansions that HL7 published. Each is
// compared with ours: systems, codes, displays and order. What differs has a reason: the code system is not
// part of the package, or one of kExceptions.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "core/terminology/terminology.h"

namespace xinglin::terminology {
namespace {

const std::map<std::string, std::string> kExceptions{
    {"http://hl7.org/fhir/ValueSet/c80-doc-typecodes",
     "the published expansion stops at 1000 of the listed codes"},
    {"http://hl7.org/fhir/ValueSet/c80-practice-codes", "the published expansion gives two codes twice"},
    {"http://hl7.org/fhir/ValueSet/units-of-time",
     "the published displays are designations in other languages"},
    {"http://hl7.org/fhir/ValueSet/languages", "the published displays are designations in other languages"},
    {"http://hl7.org/fhir/ValueSet/servicerequest-orderdetail",
     "the published displays are those of SNOMED CT, not of the value set"},
};

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

std::vector<Coding> published(const json::object& value_set) {
  std::vector<Coding> out;
  const json::object* expansion = json::find_object(value_set, "expansion");
  if (const json::array* list = json::find_array(*expansion, "contains"))
    for (const json::value& item : *list) {
      const json::object& entry = item.get_object();
      out.push_back({.system = text_of(entry, "system"),
                     .version = {},
                     .code = text_of(entry, "code"),
                     .display = text_of(entry, "display")});
    }
  return out;
}

bool same_codes(const std::vector<Expanded>& ours, const std::vector<Coding>& theirs, bool with_display) {
  return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                    [&](const Expanded& a, const Coding& b) {
                      return a.coding.system == b.system && a.coding.code == b.code &&
                             (!with_display || a.coding.display == b.display);
                    });
}

// "" when equal.
std::string difference(const Terminology& terminology, const std::string& url,
                       const std::vector<Coding>& theirs) {
  const auto ours = terminology.expand(url, {.exclude_nested = true});
  if (!ours) return ours.error().message();
  if (same_codes(ours->contains, theirs, true)) return {};
  if (!same_codes(ours->contains, theirs, false))
    return "other codes: " + std::to_string(ours->contains.size()) + " instead of " +
           std::to_string(theirs.size());
  for (size_t i = 0; i < theirs.size(); ++i)
    if (const Coding& own = ours->contains[i].coding; own.display != theirs[i].display)
      return own.code + " is \"" + own.display + "\" instead of \"" + theirs[i].display + "\"";
  return "?";
}

// The package holds no content of this system: the reason a difference may have.
bool needs_what_is_not_here(const Terminology& terminology, const std::string& url,
                            const std::vector<Coding>& theirs) {
  const auto ours = terminology.expand(url, {.exclude_nested = true});
  if (!ours)
    return ours.error().is(kUnknownSystem) || ours.error().is(kTooCostly) ||
           ours.error().is(kUnknownValueSet);
  if (!same_codes(ours->contains, theirs, false)) return false;
  for (size_t i = 0; i < theirs.size(); ++i)
    if (ours->contains[i].coding.display != theirs[i].display &&
        (!ours->contains[i].coding.display.empty() || terminology.knows_system(theirs[i].system)))
      return false;
  return true;
}

TEST(Expansions, AreThosePublished) {
  const auto path = std::filesystem::path(XL_SOURCE_DIR) /
                    "tools/definitions/node_modules/hl7.fhir.r4.examples/Bundle-valueset-expansions.json";
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto bundle = json::parse(text);
  ASSERT_TRUE(bundle) << path;
  const SystemClock clock;
  const Terminology terminology(nullptr, clock);
  int equal = 0, all = 0;
  for (const json::value& item : *json::find_array(bundle->get_object(), "entry")) {
    const json::object& value_set = *json::find_object(item.get_object(), "resource");
    const std::string url = text_of(value_set, "url");
    const std::vector<Coding> theirs = published(value_set);
    ++all;
    const std::string problem = difference(terminology, url, theirs);
    if (problem.empty()) {
      ++equal;
      continue;
    }
    const auto exception = kExceptions.find(url);
    const bool absent = needs_what_is_not_here(terminology, url, theirs);
    EXPECT_TRUE(absent || exception != kExceptions.end()) << url << ": " << problem;
    std::cout << "exception " << url << ": " << (exception != kExceptions.end() ? exception->second : problem)
              << '\n';
  }
  std::cout << "expansions: equal " << equal << " of " << all << '\n';
  EXPECT_GT(equal, 450);
}

}  // namespace
}  // namespace xinglin::terminology
