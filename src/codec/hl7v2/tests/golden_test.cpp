// Behaviour as data: testdata/NAME.hl7 is mapped and compared with NAME.expected.json, issues included.
// With XL_UPDATE_GOLDEN set the expected files are rewritten; review the difference before committing it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.h"
#include "base/json_text.h"
#include "codec/hl7v2/tests/mapping.h"

namespace xinglin::hl7v2 {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void pretty(const json::value& v, std::string indent, std::string& out) {
  const bool flat = json::serialize(v).size() + indent.size() < 100;
  if (flat || (!v.is_object() && !v.is_array())) {
    out += json::serialize(v);
    return;
  }
  const std::string inner = indent + "  ";
  bool first = true;
  const auto open = [&] {
    out += first ? "\n" : ",\n";
    out += inner;
    first = false;
  };
  out += v.is_object() ? '{' : '[';
  if (v.is_object()) {
    for (const auto& [key, member] : v.get_object()) {
      if (json::is_kept(key)) continue;
      open();
      const std::string name = json::serialize(json::value(key));
      out += name + ": ";
      if (member.is_number()) {  // as it was sent
        std::string text;
        json::append_member(text, v.get_object(), key, member);
        out += text.substr(name.size() + 1);
      } else {
        pretty(member, inner, out);
      }
    }
  } else {
    for (const json::value& member : v.get_array()) {
      open();
      pretty(member, inner, out);
    }
  }
  out += "\n" + indent + (v.is_object() ? "}" : "]");
}

json::array identifiers(const std::vector<PatientIdentifier>& list) {
  json::array out;
  for (const PatientIdentifier& id : list) out.push_back(json::value(id.system + "|" + id.value));
  return out;
}

json::value described(std::string_view text) {
  IssueSink issues;
  const auto mapped = map_text(text, issues);
  json::object out;
  json::array issue_list;
  for (const Issue& issue : issues.issues())
    issue_list.push_back(json::value((issue.severity == Severity::Error ? "error " : "warning ") +
                                     issue.code + " " + issue.path));
  out["issues"] = std::move(issue_list);
  if (!mapped.ok()) {
    out["refused"] = mapped.error().code().name;
    return out;
  }
  json::array groups;
  for (const PatientGroup& g : mapped->groups) {
    json::object group{{"identifiers", identifiers(g.patient.identifiers)}, {"patient", g.patient.resource}};
    if (!g.merged.empty()) group["merged"] = identifiers(g.merged);
    if (g.encounter) group["encounter"] = g.encounter->resource;
    json::array resources;
    for (const MappedResource& r : g.resources) resources.push_back(r.resource);
    if (!resources.empty()) group["resources"] = std::move(resources);
    groups.push_back(std::move(group));
  }
  out["groups"] = std::move(groups);
  return out;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, MapsAsExpected) {
  const auto folder = std::filesystem::path(XL_TEST_DIR) / "testdata";
  std::string actual;
  pretty(described(read(folder / (GetParam() + ".hl7"))), "", actual);
  actual += '\n';
  const auto expected = folder / (GetParam() + ".expected.json");
  if (std::getenv("XL_UPDATE_GOLDEN") != nullptr) std::ofstream(expected, std::ios::binary) << actual;
  EXPECT_EQ(actual, read(expected));
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(XL_TEST_DIR) / "testdata"))
    if (entry.path().extension() == ".hl7") out.push_back(entry.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

INSTANTIATE_TEST_SUITE_P(Messages, Golden, testing::ValuesIn(names()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace xinglin::hl7v2
