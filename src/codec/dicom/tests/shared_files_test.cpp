// Real files: every one parses, and index values are those that dcmdump of DCMTK prints.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "codec/dicom/data_set.h"

namespace xinglin::dicom {
namespace {

namespace fs = std::filesystem;

fs::path shared() {
  const char* given = std::getenv("XL_SHARED_DATA");
  return given != nullptr ? fs::path(given) : fs::path(XL_SOURCE_DIR) / "../shared/data";
}

std::vector<uint8_t> read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error))
    if (entry.is_regular_file() && entry.path().extension() == ".dcm") out.push_back(entry.path());
  return out;
}

std::string run(const std::string& command) {
  struct Close {
    void operator()(FILE* f) const { pclose(f); }
  };
  const std::unique_ptr<FILE, Close> pipe(popen(command.c_str(), "r"));
  std::string out;
  std::array<char, 4096> buffer;
  while (pipe && fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) out += buffer.data();
  return out;
}

// The value dcmdump prints for one tag: "[text]" or "number".
std::string dumped(const fs::path& file, Tag tag) {
  const std::string line =
      run("dcmdump -q +P " + tag.str().substr(1, 9) + " '" + file.string() + "' 2>/dev/null | head -1");
  const size_t open = line.find('[');
  if (open != std::string::npos && open < 20) return line.substr(open + 1, line.rfind(']') - open - 1);
  if (line.size() < 16 || line.find("(no value") != std::string::npos) return "";
  const size_t start = 15;
  std::string value = line.substr(start, line.find_first_of(" #", start) - start);
  return value.empty() || value[0] != '=' ? value : "";
}

TEST(SharedFiles, every_file_parses_whole_and_as_index) {
  const auto files = files_below(shared() / "dicom");
  if (files.empty()) GTEST_SKIP() << "skipped: no shared data";
  for (const auto& path : files) {
    const auto bytes = read_bytes(path);
    Limits index;
    index.value_bytes_kept = 64 * 1024;
    index.stop_at_pixel_data = true;
    const auto whole = parse_file(bytes);
    const auto indexed = parse_file(bytes, index);
    ASSERT_TRUE(whole.ok()) << path << ' ' << whole.error().message();
    ASSERT_TRUE(indexed.ok()) << path << ' ' << indexed.error().message();
    EXPECT_EQ(whole->data_set.elements().size(), indexed->data_set.elements().size()) << path;
  }
}

TEST(SharedFiles, index_values_are_those_of_dcmdump) {
  const auto files = files_below(shared() / "dicom" / "codecs");
  if (files.empty()) GTEST_SKIP() << "skipped: no shared data";
  if (run("command -v dcmdump").empty()) GTEST_SKIP() << "skipped: no dcmdump";
  int compared = 0;
  for (const auto& path : files) {
    const auto file = parse_file(read_bytes(path));
    ASSERT_TRUE(file.ok()) << path;
    if (!file->had_preamble || dumped(path, {0x0008, 0x0018}).empty())
      continue;  // dcmdump cannot read SC_rgb_jpeg
    for (const Tag tag :
         {Tag{0x0008, 0x0018}, Tag{0x0020, 0x000D}, Tag{0x0008, 0x0060}, Tag{0x0010, 0x0020}}) {
      EXPECT_EQ(file->data_set.text(tag), dumped(path, tag)) << path << tag.str();
      ++compared;
    }
    EXPECT_EQ(std::to_string(file->data_set.integer({0x0028, 0x0010}).value_or(-1)),
              dumped(path, {0x0028, 0x0010}))
        << path;
  }
  EXPECT_GT(compared, 150);
}

// Written again as explicit VR little endian, a data set reads the same.
TEST(SharedFiles, uncompressed_files_survive_rewriting) {
  const auto files = files_below(shared() / "dicom" / "sr-seg");
  if (files.empty()) GTEST_SKIP() << "skipped: no shared data";
  for (const auto& path : files) {
    const auto file = parse_file(read_bytes(path));
    ASSERT_TRUE(file.ok()) << path;
    const auto again = parse_file(write_file(file->data_set));
    ASSERT_TRUE(again.ok()) << path << again.error().message();
    EXPECT_EQ(write_data_set(again->data_set), write_data_set(file->data_set)) << path;
  }
}

TEST(SharedFiles, files_of_debian_pydicom_parse_or_are_refused_with_a_code) {
  const fs::path folder = "/usr/lib/python3/dist-packages/pydicom/data";
  const auto files = files_below(folder);
  if (files.empty()) GTEST_SKIP() << "skipped: python3-pydicom is not installed";
  size_t parsed = 0;
  for (const auto& path : files) {
    const auto file = parse_file(read_bytes(path));
    if (file.ok()) {
      ++parsed;
    } else {
      std::cout << "refused " << path.filename() << ": " << file.error().message() << '\n';
    }
  }
  EXPECT_GE(parsed * 100, files.size() * 90);
}

}  // namespace
}  // namespace xinglin::dicom
