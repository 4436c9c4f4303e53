// Resources of the types offered here, made by another program (Synthea), must pass.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "codec/fhir/validate.h"

namespace xinglin::fhir {
namespace {

std::string unpacked(const std::filesystem::path& path) {
  const std::string command = "gzip -dc -- '" + path.string() + "'";
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[65536];
  for (size_t n = fread(buffer, 1, sizeof buffer, pipe); n > 0; n = fread(buffer, 1, sizeof buffer, pipe))
    out.append(buffer, n);
  pclose(pipe);
  return out;
}

TEST(Synthea, ResourcesPass) {
  const char* root = std::getenv("XL_SHARED_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(root ? root : XL_SOURCE_DIR "/../shared/data") / "fhir/synthea";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no Synthea data at " << folder;
  int checked = 0, files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".gz" || entry.path().string().find('\'') != std::string::npos) continue;
    if (++files > 6) break;
    const auto bundle = json::parse(unpacked(entry.path()));
    ASSERT_TRUE(bundle.ok()) << entry.path();
    for (const json::value& item : bundle->at("entry").as_array()) {
      const json::object& resource = item.at("resource").as_object();
      if (!is_known_type(std::string_view(resource.at("resourceType").as_string()))) continue;
      IssueSink issues;
      EXPECT_TRUE(validate(resource, issues))
          << issues.issues().front().path << " " << issues.issues().front().message;
      ++checked;
    }
  }
  EXPECT_GT(checked, 500);
}

}  // namespace
}  // namespace xinglin::fhir
