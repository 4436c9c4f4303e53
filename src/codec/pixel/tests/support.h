// Shared files, foreign tools and made-up images for the tests of codec/pixel.
#pragma once

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
#include "codec/pixel/layout.h"

namespace xinglin::pixel::test {

namespace fs = std::filesystem;

inline fs::path shared() {
  const char* given = std::getenv("XL_SHARED_DATA");
  return (given != nullptr ? fs::path(given) : fs::path(XL_SOURCE_DIR) / "../shared/data") / "dicom";
}

inline std::vector<uint8_t> read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const fs::path& path, const std::vector<uint8_t>& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

class Folder {
public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "xl-pixel-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path file(const std::string& name) const { return path_ / name; }

private:
  fs::path path_;
};

// Image Pixel attributes of an object around `pixels`, native explicit VR little endian.
inline dicom::DataSet make_object(const Layout& layout, std::vector<uint8_t> pixels) {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.7");
  out.set_text({0x0008, 0x0018}, "UI", "2.25.42");
  out.set_integer({0x0028, 0x0002}, "US", {static_cast<int64_t>(layout.samples)});
  out.set_text({0x0028, 0x0004}, "CS", name_of(layout.photometric));
  if (layout.samples > 1) out.set_integer({0x0028, 0x0006}, "US", {layout.planar ? 1 : 0});
  if (layout.frames > 1) out.set_text({0x0028, 0x0008}, "IS", std::to_string(layout.frames));
  out.set_integer({0x0028, 0x0010}, "US", {static_cast<int64_t>(layout.rows)});
  out.set_integer({0x0028, 0x0011}, "US", {static_cast<int64_t>(layout.columns)});
  out.set_integer({0x0028, 0x0100}, "US", {static_cast<int64_t>(layout.bits_allocated)});
  out.set_integer({0x0028, 0x0101}, "US", {static_cast<int64_t>(layout.bits_stored)});
  out.set_integer({0x0028, 0x0102}, "US", {static_cast<int64_t>(layout.high_bit)});
  out.set_integer({0x0028, 0x0103}, "US", {layout.is_signed ? 1 : 0});
  out.set_bytes({0x7FE0, 0x0010}, layout.bits_allocated > 8 ? "OW" : "OB", std::move(pixels));
  return out;
}

// Pixel data items: an offset table and fragments, as they stand in an encapsulated element.
inline std::vector<uint8_t> items(const std::vector<std::vector<uint8_t>>& parts) {
  std::vector<uint8_t> out;
  for (const auto& part : parts) {
    out.insert(out.end(), {0xFE, 0xFF, 0x00, 0xE0});
    for (size_t i = 0; i < 4; ++i) out.push_back(static_cast<uint8_t>(part.size() >> (8 * i)));
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

inline Layout grey(uint32_t columns, uint32_t rows, uint32_t allocated = 8, uint32_t stored = 0) {
  Layout out;
  out.columns = columns;
  out.rows = rows;
  out.bits_allocated = allocated;
  out.bits_stored = stored != 0 ? stored : allocated;
  out.high_bit = out.bits_stored - 1;
  return out;
}

inline Layout rgb(uint32_t columns, uint32_t rows, uint32_t allocated = 8) {
  Layout out = grey(columns, rows, allocated);
  out.samples = 3;
  out.photometric = Photometric::Rgb;
  return out;
}

}  // namespace xinglin::pixel::test
