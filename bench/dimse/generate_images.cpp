// Writes CT-sized images (512 x 512, 16 bit) with unique UIDs as PS3.10 files: dimse_images_bench FOLDER
// COUNT [SEED] One study of four series of equal size. The pixels are noise over a disc, so they do not
// compress to nothing.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "base/random.h"
#include "codec/dicom/data_set.h"

namespace {

constexpr int kSize = 512;
constexpr int kSeries = 4;

std::vector<uint8_t> disc_with_noise(xinglin::Random& random) {
  std::vector<uint8_t> noise(kSize * kSize), out;
  random.fill(noise);
  out.reserve(2 * noise.size());
  for (int y = 0; y < kSize; ++y) {
    for (int x = 0; x < kSize; ++x) {
      const int dx = x - kSize / 2, dy = y - kSize / 2;
      const int tissue = dx * dx + dy * dy < 220 * 220 ? 1060 : 20;
      const int value = tissue + (noise[static_cast<size_t>(y * kSize + x)] >> 2);
      out.push_back(static_cast<uint8_t>(value));
      out.push_back(static_cast<uint8_t>(value >> 8));
    }
  }
  return out;
}

xinglin::dicom::DataSet header(const std::string& study) {
  xinglin::dicom::DataSet out;
  out.set_text({0x0008, 0x0008}, "CS", "ORIGINAL\\PRIMARY\\AXIAL");
  out.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.2");
  out.set_text({0x0008, 0x0020}, "DA", "20261122");
  out.set_text({0x0008, 0x0030}, "TM", "080000");
  out.set_text({0x0008, 0x0050}, "SH", "BENCH1");
  out.set_text({0x0008, 0x0060}, "CS", "CT");
  out.set_text({0x0008, 0x0070}, "LO", "synthetic");
  out.set_text({0x0008, 0x1030}, "LO", "Throughput measurement");
  out.set_text({0x0010, 0x0010}, "PN", "Synthetic^Patient");
  out.set_text({0x0010, 0x0020}, "LO", "BENCH-1");
  out.set_text({0x0010, 0x0030}, "DA", "19600101");
  out.set_text({0x0010, 0x0040}, "CS", "O");
  out.set_number({0x0018, 0x0050}, "DS", {1.0});
  out.set_text({0x0020, 0x000D}, "UI", study);
  out.set_text({0x0020, 0x0010}, "SH", "1");
  out.set_number({0x0020, 0x0037}, "DS", {1, 0, 0, 0, 1, 0});
  out.set_integer({0x0028, 0x0002}, "US", {1});
  out.set_text({0x0028, 0x0004}, "CS", "MONOCHROME2");
  out.set_integer({0x0028, 0x0010}, "US", {kSize});
  out.set_integer({0x0028, 0x0011}, "US", {kSize});
  out.set_number({0x0028, 0x0030}, "DS", {0.7, 0.7});
  for (const auto& [element, value] : {std::pair{0x0100, 16}, {0x0101, 12}, {0x0102, 11}, {0x0103, 0}})
    out.set_integer({0x0028, static_cast<uint16_t>(element)}, "US", {value});
  out.set_number({0x0028, 0x1052}, "DS", {-1024});
  out.set_number({0x0028, 0x1053}, "DS", {1});
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: " << argv[0] << " FOLDER COUNT [SEED]\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const int count = std::stoi(argv[2]);
  xinglin::SeededRandom random(argc > 3 ? std::stoull(argv[3]) : 1);
  std::filesystem::create_directories(folder);
  auto image = header(xinglin::new_dicom_uid(random));
  const std::vector<uint8_t> pixels = disc_with_noise(random);
  for (int i = 0; i < count; ++i) {
    if (i % ((count + kSeries - 1) / kSeries) == 0)
      image.set_text({0x0020, 0x000E}, "UI", xinglin::new_dicom_uid(random));
    image.set_text({0x0008, 0x0018}, "UI", xinglin::new_dicom_uid(random));
    image.set_integer({0x0020, 0x0013}, "IS", {i + 1});
    image.set_number({0x0020, 0x0032}, "DS", {-180, -180, static_cast<double>(i)});
    auto changed = pixels;
    changed[static_cast<size_t>(i) * 2 % changed.size()] ^= 1;
    image.set_bytes({0x7FE0, 0x0010}, "OW", std::move(changed));
    const auto bytes = xinglin::dicom::write_file(image);
    std::string name = std::to_string(i);
    name.insert(0, 6 - std::min<size_t>(6, name.size()), '0');
    std::ofstream out(folder / (name + ".dcm"), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  return 0;
}
