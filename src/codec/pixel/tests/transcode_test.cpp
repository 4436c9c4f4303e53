// Each encoder against its decoder, against foreign decoders, and what the attributes say afterwards.
#include "codec/pixel/transcode.h"

#include <gtest/gtest.h>

#include <random>

#include "codec/pixel/tests/support.h"

namespace xinglin::pixel {
namespace {

using test::grey;
using test::rgb;

const TransferSyntaxUid kExplicit("1.2.840.10008.1.2.1"), kRle("1.2.840.10008.1.2.5");
const TransferSyntaxUid kJpegLs("1.2.840.10008.1.2.4.80"), kJpeg2000("1.2.840.10008.1.2.4.90");
const TransferSyntaxUid kHtj2k("1.2.840.10008.1.2.4.201"), kDeflatedFrames("1.2.840.10008.1.2.8.1");

// Smooth with noise and flat parts, over the whole range of the stored bits.
std::vector<uint8_t> picture(const Layout& layout) {
  std::mt19937 random(7);
  const uint64_t top = (uint64_t{1} << layout.bits_stored) - 1;
  std::vector<uint8_t> out;
  const size_t width = layout.bytes_per_sample();
  for (size_t i = 0; i < layout.values() * layout.frames; ++i) {
    const size_t x = i / layout.samples % layout.columns, y = i / layout.samples / layout.columns;
    uint64_t value = x < layout.columns / 4 ? 0 : (x * 37 + y * 11 + random() % 16) * (top / 97 + 1);
    value &= top;
    if (y == 1) value = top;  // the extremes
    if (layout.is_signed && (value >> (layout.bits_stored - 1)) != 0) value |= ~top;
    for (size_t b = 0; b < width; ++b) out.push_back(static_cast<uint8_t>(value >> (8 * b)));
  }
  if (layout.bits_allocated == 1) {
    std::vector<uint8_t> bits((out.size() + 7) / 8);
    for (size_t i = 0; i < out.size(); ++i)
      bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | (out[i] & 1) << (i % 8));
    out = bits;
  }
  if (out.size() & 1) out.push_back(0);
  return out;
}

struct Case {
  const char* name;
  Layout layout;
};

std::vector<Case> cases() {
  Layout is_signed = grey(33, 17, 16, 12), many = grey(19, 7, 16), ybr = rgb(20, 10), palette = grey(31, 9);
  is_signed.is_signed = true;
  many.frames = 5;
  ybr.photometric = Photometric::YbrFull;
  palette.photometric = Photometric::PaletteColor;
  Layout full_signed = grey(40, 40, 16);
  full_signed.is_signed = true;
  Layout bits = grey(13, 11, 1);
  bits.frames = 3;
  return {{"8 bit", grey(64, 48)},
          {"16 bit", grey(50, 41, 16)},
          {"12 of 16 bit", grey(47, 30, 16, 12)},
          {"12 bit signed", is_signed},
          {"16 bit signed", full_signed},
          {"5 frames", many},
          {"RGB", rgb(37, 29)},
          {"RGB 16 bit", rgb(21, 22, 16)},
          {"YBR_FULL", ybr},
          {"palette", palette},
          {"one pixel", grey(1, 1)},
          {"one row", grey(300, 1)},
          {"3 x 3", rgb(3, 3)},
          {"7 of 8 bit", grey(20, 20, 8, 7)},
          {"1 bit", bits},
          {"32 bit", grey(10, 12, 32)}};
}

bool takes(const TransferSyntaxUid& syntax, const Layout& layout) {
  if (layout.bits_allocated == 32) return syntax != kJpegLs && syntax != kJpeg2000 && syntax != kHtj2k;
  return layout.bits_allocated != 1 || (syntax != kJpegLs && syntax != kHtj2k);
}

TEST(Transcode, every_encoder_gives_back_every_picture) {
  for (const Case& c : cases())
    for (const std::string_view uid : encodable_syntaxes()) {
      const TransferSyntaxUid to{std::string(uid)};
      const auto original = test::make_object(c.layout, picture(c.layout));
      const auto file = dicom::write_file(original);
      const auto coded = transcode_file(file, to);
      if (!takes(to, c.layout)) {
        EXPECT_TRUE(!coded.ok() && coded.error().is(kCannotEncode)) << c.name << ' ' << uid;
        continue;
      }
      ASSERT_TRUE(coded.ok()) << c.name << ' ' << uid << ": " << coded.error().message();
      const auto back = transcode_file(*coded, kExplicit);
      ASSERT_TRUE(back.ok()) << c.name << ' ' << uid << ": " << back.error().message();
      const auto before = dicom::parse_file(file), after = dicom::parse_file(*back);
      EXPECT_EQ(before->data_set.find({0x7FE0, 0x0010})->value, after->data_set.find({0x7FE0, 0x0010})->value)
          << c.name << ' ' << uid;
      EXPECT_EQ(before->data_set.text({0x0028, 0x0004}), after->data_set.text({0x0028, 0x0004}))
          << c.name << uid;
      EXPECT_EQ(after->data_set.find({0x0028, 0x2110}), nullptr) << c.name << ' ' << uid;
    }
}

TEST(Transcode, colour_in_jpeg_2000_is_labelled_by_its_transform) {
  const auto original = test::make_object(rgb(16, 16), picture(rgb(16, 16)));
  for (const auto& to : {kJpeg2000, kHtj2k}) {
    const auto coded = transcode(original, kExplicit, to);
    ASSERT_TRUE(coded.ok());
    EXPECT_EQ(coded->text({0x0028, 0x0004}), "YBR_RCT");
    EXPECT_TRUE(coded->find({0x7FE0, 0x0010})->encapsulated);
  }
  EXPECT_EQ(transcode(original, kExplicit, kJpegLs)->text({0x0028, 0x0004}), "RGB");
}

TEST(Transcode, refuses_what_compression_would_lose) {
  Layout shifted = grey(8, 8, 16, 12);
  shifted.high_bit = 15;
  auto object = test::make_object(shifted, picture(shifted));
  EXPECT_TRUE(transcode(object, kExplicit, kJpegLs).error().is(kCannotEncode));
  EXPECT_TRUE(transcode(object, kExplicit, kRle).ok());
  const Layout plain = grey(8, 8, 16, 12);
  object = test::make_object(plain, picture(plain));
  object.set_integer({0x6000, 0x0102}, "US", {12});
  EXPECT_TRUE(transcode(object, kExplicit, kJpeg2000).error().is(kCannotEncode));
  EXPECT_TRUE(
      transcode(object, kExplicit, TransferSyntaxUid("1.2.840.10008.1.2.4.50")).error().is(kCannotEncode));
}

TEST(Transcode, lossy_sources_stay_marked) {
  const auto file = test::shared() / "codecs" / "JPGExtended.dcm";
  if (!test::fs::exists(file)) GTEST_SKIP() << "skipped: no shared data";
  auto parsed = dicom::parse_file(test::read_bytes(file));
  parsed->data_set.erase({0x0028, 0x2110});
  const auto out = transcode(parsed->data_set, parsed->transfer_syntax, kExplicit);
  ASSERT_TRUE(out.ok()) << out.error().message();
  EXPECT_EQ(out->text({0x0028, 0x2110}), "01");
  EXPECT_EQ(out->text({0x0028, 0x2114}), "ISO_10918_1");
  EXPECT_FALSE(out->text({0x0028, 0x2112}).empty());
}

// Foreign decoders give the original back: DCMTK for RLE, JPEG-LS and the uncompressed syntaxes.
TEST(Transcode, dcmtk_decodes_what_is_written) {
  if (!test::runs("command -v dcmdjpls")) GTEST_SKIP() << "skipped: no DCMTK programs";
  const test::Folder folder;
  const auto in = folder.file("in.dcm"), out = folder.file("out.dcm");
  for (const Case& c : cases()) {
    if (c.layout.bits_allocated == 1 || c.layout.bits_allocated == 32) continue;  // not by DCMTK 3.6.7
    const auto object = test::make_object(c.layout, picture(c.layout));
    const auto expected = Decoder::open(object, kExplicit);
    for (const auto& [uid, peer] : std::initializer_list<std::pair<const char*, const char*>>{
             {"1.2.840.10008.1.2.5", "dcmdrle"},
             {"1.2.840.10008.1.2.4.80", "dcmdjpls"},
             {"1.2.840.10008.1.2", "dcmconv +te"},
             {"1.2.840.10008.1.2.2", "dcmconv +te"},
             {"1.2.840.10008.1.2.1.99", "dcmconv +te"}}) {
      const bool seven = c.layout.bits_stored < 8;
      if (seven && std::string_view(peer) == "dcmdjpls") continue;  // refused by DCMTK
      const auto coded = transcode_file(dicom::write_file(object), TransferSyntaxUid(uid));
      ASSERT_TRUE(coded.ok());
      test::write_bytes(in, *coded);
      ASSERT_TRUE(test::runs(std::string(peer) + " '" + in.string() + "' '" + out.string() + "'"))
          << c.name << uid;
      const auto theirs = dicom::parse_file(test::read_bytes(out));
      const auto decoder = Decoder::open(theirs->data_set, theirs->transfer_syntax);
      ASSERT_TRUE(decoder.ok()) << c.name << ' ' << uid;
      for (size_t i = 0; i < c.layout.frames; ++i) {
        const auto a = expected->frame(i), b = decoder->frame(i);
        size_t wrong = 0;
        for (size_t k = 0; k < c.layout.values(); ++k) wrong += sample_at(*a, k) != sample_at(*b, k);
        EXPECT_EQ(wrong, 0u) << c.name << ' ' << uid;
      }
    }
  }
}

// Lossless JPEG of every predictor and 12-bit extended, written by DCMTK.
TEST(Transcode, jpeg_written_by_dcmtk_decodes) {
  if (!test::runs("command -v dcmcjpeg")) GTEST_SKIP() << "skipped: no DCMTK programs";
  const test::Folder folder;
  const auto in = folder.file("in.dcm"), out = folder.file("out.dcm");
  for (const Layout& layout : {grey(47, 30, 16, 12), grey(50, 41, 16), grey(64, 48), rgb(37, 29)}) {
    const auto object = test::make_object(layout, picture(layout));
    test::write_bytes(in, dicom::write_file(object));
    const auto expected = Decoder::open(object, kExplicit)->frame(0);
    for (const char* options :
         {"+e1", "+el +sv 1", "+el +sv 2", "+el +sv 3", "+el +sv 4", "+el +sv 5", "+el +sv 6", "+el +sv 7"}) {
      ASSERT_TRUE(
          test::runs("dcmcjpeg " + std::string(options) + " '" + in.string() + "' '" + out.string() + "'"))
          << options;
      const auto coded = dicom::parse_file(test::read_bytes(out));
      const auto frame = Decoder::open(coded->data_set, coded->transfer_syntax)->frame(0);
      ASSERT_TRUE(frame.ok()) << options << frame.error().message();
      size_t wrong = 0;
      for (size_t k = 0; k < layout.values(); ++k) wrong += sample_at(*expected, k) != sample_at(*frame, k);
      EXPECT_EQ(wrong, 0u) << options << ' ' << layout.bits_stored << " bits, " << layout.samples
                           << " samples";
    }
  }
}

}  // namespace
}  // namespace xinglin::pixel
