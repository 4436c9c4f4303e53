// Every file of the codec collection, frame by frame, against another implementation: DCMTK for the JPEG
// family, RLE and the uncompressed syntaxes, the opj_decompress program for JPEG 2000, and the uncompressed
// twins that the collection itself names. Lossless must be equal, lossy within the tolerance written below.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "codec/pixel/decode.h"
#include "codec/pixel/tests/support.h"

namespace xinglin::pixel {
namespace {

using test::Folder;
using test::fs::path;

struct Opened {
  dicom::DataSet data_set;
  TransferSyntaxUid syntax;
};

// The headless files of the collection say nothing of their syntax: their frames are JPEG-LS (its README).
Opened open_file(const path& file) {
  auto parsed = dicom::parse_file(test::read_bytes(file));
  EXPECT_TRUE(parsed.ok()) << file << parsed.error().message();
  const auto* pixels = parsed->data_set.find({0x7FE0, 0x0010});
  const bool headless = parsed->meta.elements().empty() && pixels != nullptr && pixels->encapsulated;
  return {std::move(parsed->data_set),
          headless ? TransferSyntaxUid("1.2.840.10008.1.2.4.80") : parsed->transfer_syntax};
}

struct Decoded {
  std::vector<int64_t> values;
  size_t frames = 0;
  Photometric photometric{};
};

Decoded decode_all(const Opened& file, const std::string& name) {
  Decoded out;
  const auto decoder = Decoder::open(file.data_set, file.syntax);
  EXPECT_TRUE(decoder.ok()) << name << ": " << (decoder.ok() ? "" : decoder.error().message());
  if (!decoder.ok()) return out;
  for (size_t i = 0; i < decoder->layout().frames; ++i) {
    const auto frame = decoder->frame(i);
    EXPECT_TRUE(frame.ok()) << name << ": " << (frame.ok() ? "" : frame.error().message());
    if (!frame.ok()) return out;
    const Frame rgb = to_rgb(*frame);
    out.photometric = rgb.layout.photometric;
    for (size_t k = 0; k < rgb.layout.values(); ++k) out.values.push_back(sample_at(rgb, k));
    ++out.frames;
  }
  return out;
}

int64_t largest_difference(const Decoded& a, const Decoded& b) {
  if (a.values.size() != b.values.size() || a.values.empty()) return INT64_MAX;
  int64_t out = 0;
  for (size_t i = 0; i < a.values.size(); ++i) out = std::max(out, std::abs(a.values[i] - b.values[i]));
  return out;
}

// Largest difference allowed against the peer: colour of lossy JPEG is upsampled and converted by another
// library version; every other entry of the collection must be equal.
int64_t tolerance(const std::string& name) {
  static const std::map<std::string, int64_t> kLossy{{"JPGExtended.dcm", 1},
                                                     {"examples_ybr_color.dcm", 3},
                                                     {"SC_rgb_dcmtk_+eb+cy+np.dcm", 3},
                                                     {"SC_rgb_small_odd_jpeg.dcm", 3}};
  const auto found = kLossy.find(name);
  return found == kLossy.end() ? 0 : found->second;
}

std::string peer_for(const std::string& syntax) {
  if (syntax == "1.2.840.10008.1.2.5") return "dcmdrle";
  if (syntax.starts_with("1.2.840.10008.1.2.4.8")) return "dcmdjpls";
  if (syntax == "1.2.840.10008.1.2.4.50" || syntax == "1.2.840.10008.1.2.4.51" ||
      syntax == "1.2.840.10008.1.2.4.57" || syntax == "1.2.840.10008.1.2.4.70")
    return "dcmdjpeg";
  return syntax.starts_with("1.2.840.10008.1.2.4") || syntax == "1.2.840.10008.1.2.8.1" ? "" : "dcmconv +te";
}

std::vector<path> codec_files() {
  std::vector<path> out;
  std::error_code error;
  for (const auto& entry : test::fs::directory_iterator(test::shared() / "codecs", error))
    if (entry.path().extension() == ".dcm") out.push_back(entry.path());
  for (const char* more : {"us-multiframe/US-PAL-8-10x-echo.dcm", "us-multiframe/jpeg-ls-Palette.dcm",
                           "wsi/multiframe_camelyon_challenge_image.dcm", "cxr/RG1_J2KI.dcm"})
    if (test::fs::exists(test::shared() / more)) out.push_back(test::shared() / more);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(SharedCodecs, every_file_decodes_in_every_frame) {
  const auto files = codec_files();
  if (files.empty()) GTEST_SKIP() << "skipped: no shared data";
  for (const path& file : files) {
    const Opened opened = open_file(file);
    const Decoded decoded = decode_all(opened, file.filename().string());
    EXPECT_EQ(static_cast<int64_t>(decoded.frames), opened.data_set.integer({0x0028, 0x0008}).value_or(1))
        << file;
  }
}

TEST(SharedCodecs, frames_are_those_of_dcmtk) {
  const auto files = codec_files();
  if (files.empty()) GTEST_SKIP() << "skipped: no shared data";
  if (!test::runs("command -v dcmdjpeg")) GTEST_SKIP() << "skipped: no DCMTK programs";
  const Folder folder;
  int compared = 0;
  for (const path& file : files) {
    const Opened opened = open_file(file);
    const std::string name = file.filename().string(), peer = peer_for(opened.syntax.str());
    if (peer.empty()) continue;
    const auto in = folder.file("in.dcm"), out = folder.file("out.dcm");
    const auto rewritten = dicom::write_file(opened.data_set, opened.syntax);  // headless files get a header
    ASSERT_TRUE(rewritten.ok());
    test::write_bytes(in, *rewritten);
    if (!test::runs(peer + " '" + in.string() + "' '" + out.string() + "'")) {
      std::cout << "not read by " << peer << ": " << name << '\n';
      continue;
    }
    const int64_t difference =
        largest_difference(decode_all(opened, name), decode_all(open_file(out), "peer of " + name));
    if (difference != 0) std::cout << name << ": largest difference " << difference << '\n';
    EXPECT_LE(difference, tolerance(name)) << name;
    ++compared;
  }
  EXPECT_GE(compared, 25);
}

// opj_decompress writes raw little-endian planes of the stream's own depth.
TEST(SharedCodecs, jpeg_2000_frames_are_those_of_opj_decompress) {
  const auto files = codec_files();
  if (files.empty()) GTEST_SKIP() << "skipped: no shared data";
  if (!test::runs("command -v opj_decompress")) GTEST_SKIP() << "skipped: no opj_decompress";
  const Folder folder;
  int compared = 0;
  for (const path& file : files) {
    const Opened opened = open_file(file);
    const auto syntax = syntax_of(opened.syntax);
    if (!syntax.ok() || syntax->coding != Coding::Jpeg2000) continue;
    const auto decoder = Decoder::open(opened.data_set, opened.syntax);
    ASSERT_TRUE(decoder.ok()) << file;
    const Layout& layout = decoder->layout();
    for (size_t i = 0; i < layout.frames; ++i) {
      const auto pixels = pixel_data_of(opened.data_set);
      const auto bytes = decoder->index().bytes(pixels->value, i);
      const bool boxed = bytes->view[0] == 0;
      const auto in = folder.file(boxed ? "in.jp2" : "in.j2k"), out = folder.file("out.rawl");
      test::write_bytes(in, {bytes->view.begin(), bytes->view.end()});
      ASSERT_TRUE(test::runs("opj_decompress -i '" + in.string() + "' -o '" + out.string() + "'")) << file;
      const auto raw = test::read_bytes(out);
      const auto frame = decoder->frame(i);
      ASSERT_TRUE(frame.ok()) << file;
      const size_t width = raw.size() / layout.values();
      ASSERT_EQ(raw.size(), layout.values() * width) << file;
      const uint32_t depth = boxed ? 8 : (bytes->view[42] & 0x7Fu) + 1;  // Ssiz, after SOC and SIZ
      const auto mask = static_cast<int64_t>((uint64_t{1} << std::min(layout.bits_stored, depth)) - 1);
      size_t wrong = 0;
      for (size_t k = 0; k < layout.values(); ++k) {
        const size_t at = ((k % layout.samples) * layout.pixels() + k / layout.samples) * width;
        const int64_t theirs = width == 1 ? raw[at] : raw[at] | raw[at + 1] << 8;
        if ((sample_at(*frame, k) & mask) != (theirs & mask)) ++wrong;
      }
      EXPECT_EQ(wrong, 0u) << file << " frame " << i;
      ++compared;
    }
  }
  EXPECT_GE(compared, 12);
}

// Twins named by the README of the collection.
TEST(SharedCodecs, lossless_files_equal_their_uncompressed_twins) {
  const auto folder = test::shared() / "codecs";
  if (!test::fs::exists(folder)) GTEST_SKIP() << "skipped: no shared data";
  const std::map<std::string, std::vector<std::string>> twins{
      {"MR_small",
       {"MR_small_implicit", "MR_small_expb", "MR_small_RLE", "MR_small_jp2klossless",
        "MR_small_jpeg_ls_lossless"}},
      {"emri_small",
       {"emri_small_big_endian", "emri_small_RLE", "emri_small_jpeg_2k_lossless",
        "emri_small_jpeg_ls_lossless"}},
      {"US1_UNCR", {"US1_J2KR"}},
      {"SC_rgb_16bit", {"SC_rgb_rle_16bit"}},
      {"JPEG2000_UNC", {"JPEG2000"}},
      {"liver", {"liver_j2k", "liver_rle", "liver_deflate"}}};
  for (const auto& [plain, others] : twins) {
    const Decoded expected = decode_all(open_file(folder / (plain + ".dcm")), plain);
    for (const auto& other : others)
      EXPECT_EQ(largest_difference(expected, decode_all(open_file(folder / (other + ".dcm")), other)), 0)
          << other;
  }
}

// 14 of 16 bits, and two files of one picture (trap 5 and 6 of the README).
TEST(SharedCodecs, twins_that_differ_in_depth_or_loss_stay_close) {
  const auto folder = test::shared() / "codecs";
  if (!test::fs::exists(folder)) GTEST_SKIP() << "skipped: no shared data";
  const Decoded plain = decode_all(open_file(folder / "693_UNCR.dcm"), "693_UNCR");
  const Decoded deep = decode_all(open_file(folder / "693_J2KR.dcm"), "693_J2KR");
  ASSERT_EQ(plain.values.size(), deep.values.size());
  size_t wrong = 0;
  for (size_t i = 0; i < plain.values.size(); ++i)
    if ((plain.values[i] & 0x3FFF) != (deep.values[i] & 0x3FFF)) ++wrong;
  EXPECT_EQ(wrong, 0u);
  EXPECT_LE(largest_difference(decode_all(open_file(folder / "HTJ2KLossless_08_RGB.dcm"), "lossless"),
                               decode_all(open_file(folder / "HTJ2K_08_RGB.dcm"), "lossy")),
            4);
}

}  // namespace
}  // namespace xinglin::pixel
