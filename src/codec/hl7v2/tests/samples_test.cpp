// All public sample messages of the shared data: each must parse, and parse to the same whatever its line
// ends.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.h"
#include "codec/hl7v2/message.h"

namespace xinglin::hl7v2 {
namespace {

std::filesystem::path samples() {
  const char* set = std::getenv("XL_SHARED_DATA");
  return std::filesystem::path(set != nullptr ? set : XL_SOURCE_DIR "/../shared/data") / "hl7v2/messages";
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Hl7Samples, AllParse) {
  if (!std::filesystem::exists(samples())) GTEST_SKIP() << "skipped: no sample messages at " << samples();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(samples())) {
    if (entry.path().extension() != ".hl7") continue;
    ++files;
    std::string text = read(entry.path());
    const auto with_lf = parse(as_bytes(text));
    ASSERT_TRUE(with_lf.ok()) << entry.path() << ": " << with_lf.error().message();
    for (char& c : text)
      if (c == '\n') c = '\r';
    const auto with_cr = parse(as_bytes(text));
    ASSERT_TRUE(with_cr.ok()) << entry.path();
    EXPECT_EQ(with_cr->size(), with_lf->size()) << entry.path();
    EXPECT_FALSE(with_cr->header().type.empty()) << entry.path();
    EXPECT_TRUE(with_cr->header().version.starts_with("2.")) << entry.path();
  }
  EXPECT_EQ(files, 93);
}

}  // namespace
}  // namespace xinglin::hl7v2
