// Resources made by another program (Synthea) must pass.
#include <gtest/gtest.h>

#include "codec/validation/tests/files.h"
#include "codec/validation/validator.h"

namespace xinglin::validation {
namespace {

TEST(Synthea, ResourcesPass) {
  if (!std::filesystem::exists(synthea_folder())) GTEST_SKIP() << "skipped: no Synthea data";
  const SystemClock clock;
  const Validator validator(clock);
  int checked = 0, files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(synthea_folder())) {
    if (entry.path().extension() != ".gz" || entry.path().string().find('\'') != std::string::npos) continue;
    if (++files > 6) break;
    const auto bundle = json::parse(unpacked(entry.path()));
    ASSERT_TRUE(bundle.ok()) << entry.path();
    for (const json::value& item : bundle->at("entry").as_array()) {
      IssueSink issues;
      EXPECT_TRUE(validator.validate(item.at("resource"), issues))
          << issues.issues().front().path << " " << issues.issues().front().message;
      ++checked;
    }
  }
  EXPECT_GT(checked, 500);
}

}  // namespace
}  // namespace xinglin::validation
