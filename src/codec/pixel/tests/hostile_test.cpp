// What an attacker or a broken writer sends: refused with the code that says why, before any large
// allocation.
#include <gtest/gtest.h>

#include "codec/pixel/tests/support.h"
#include "codec/pixel/transcode.h"

namespace xinglin::pixel {
namespace {

using test::grey;
using test::items;
using test::rgb;
using Parts = std::vector<std::vector<uint8_t>>;

const TransferSyntaxUid kExplicit("1.2.840.10008.1.2.1"), kRle("1.2.840.10008.1.2.5");

// The error of opening and decoding every frame; "" when all decode.
std::string_view outcome(const dicom::DataSet& object, const char* syntax) {
  const auto decoder = Decoder::open(object, TransferSyntaxUid(syntax));
  if (!decoder.ok()) return decoder.error().code().name;
  for (size_t i = 0; i < decoder->layout().frames; ++i) {
    const auto frame = decoder->frame(i);
    if (!frame.ok()) return frame.error().code().name;
  }
  return "";
}

dicom::DataSet encapsulated(const Layout& layout, std::vector<uint8_t> value) {
  auto out = test::make_object(layout, std::move(value));
  out.elements()[{0x7FE0, 0x0010}].encapsulated = true;
  return out;
}

std::vector<uint8_t> rle_frame(const Layout& layout) {
  const Frame frame{layout, std::vector<uint8_t>(layout.decoded_bytes(), 9)};
  return *encode_frame(frame, kRle);
}

TEST(Hostile, attributes_that_lie) {
  const auto object = test::make_object(grey(4, 4), std::vector<uint8_t>(16));
  const auto with = [&](dicom::Tag tag, int64_t value) {
    auto changed = object;
    changed.set_integer(tag, "US", {value});
    return outcome(changed, "1.2.840.10008.1.2.1");
  };
  EXPECT_EQ(outcome(object, "1.2.840.10008.1.2.1"), "");
  EXPECT_EQ(with({0x0028, 0x0010}, 5), kBadLength.name);
  EXPECT_EQ(with({0x0028, 0x0010}, 0), kBadLayout.name);
  EXPECT_EQ(with({0x0028, 0x0101}, 9), kBadLayout.name);
  EXPECT_EQ(with({0x0028, 0x0101}, 0), kBadLayout.name);
  EXPECT_EQ(with({0x0028, 0x0102}, 8), kBadLayout.name);
  EXPECT_EQ(with({0x0028, 0x0100}, 12), kUnsupported.name);
  EXPECT_EQ(with({0x0028, 0x0002}, 3), kBadLayout.name);
  auto frames = object;
  frames.set_text({0x0028, 0x0008}, "IS", "2000000000");
  EXPECT_EQ(outcome(frames, "1.2.840.10008.1.2.1"), kTooLarge.name);
  frames.set_text({0x0028, 0x0008}, "IS", "-1");
  EXPECT_EQ(outcome(frames, "1.2.840.10008.1.2.1"), kBadLayout.name);
  auto large = test::make_object(rgb(65535, 65535, 16), {});
  EXPECT_EQ(outcome(large, "1.2.840.10008.1.2.1"), kTooLarge.name);
  large.erase({0x7FE0, 0x0010});
  EXPECT_EQ(outcome(large, "1.2.840.10008.1.2.1"), kNoPixelData.name);
  EXPECT_EQ(outcome(object, "1.2.840.10008.1.2.5"), kBadFragments.name);
  EXPECT_EQ(outcome(object, "1.2.840.10008.1.2.4.102"), kUnsupported.name);
}

TEST(Hostile, fragments_and_tables_that_do_not_fit) {
  Layout two = grey(8, 8);
  two.frames = 2;
  const auto frame = rle_frame(grey(8, 8));
  const auto step = static_cast<uint8_t>(frame.size() + 8);
  const auto tried = [&](const std::vector<uint8_t>& value) {
    return outcome(encapsulated(two, value), "1.2.840.10008.1.2.5");
  };
  EXPECT_EQ(tried(items({{}, frame, frame})), "");
  EXPECT_EQ(tried(items({{0, 0, 0, 0, step, 0, 0, 0}, frame, frame})), "");
  EXPECT_EQ(tried(items({{0, 0, 0, 0, 7, 0, 0, 0}, frame, frame})), kBadFragments.name);
  EXPECT_EQ(tried(items({{0, 0, 0, 0, 0, 0, 0, 0}, frame, frame})), kBadFragments.name);
  EXPECT_EQ(tried(items({{0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF}, frame, frame})), kBadFragments.name);
  EXPECT_EQ(tried(items({{step, 0, 0, 0, 0, 0, 0, 0}, frame, frame})), kBadFragments.name);
  EXPECT_EQ(tried(items({{0, 0, 0, 0}, frame, frame})), kBadFragments.name);
  EXPECT_EQ(tried(items({{}, frame})), kBadFragments.name);
  EXPECT_EQ(tried(items({{}, frame, frame, frame})), kBadFragments.name);
  EXPECT_EQ(tried({}), kBadFragments.name);
  auto cut = items({{}, frame, frame});
  cut.pop_back();
  EXPECT_EQ(tried(cut), kBadFragments.name);
  cut[0] = 0;
  EXPECT_EQ(tried(cut), kBadFragments.name);
}

TEST(Hostile, extended_offset_table) {
  Layout two = grey(8, 8);
  two.frames = 2;
  const auto frame = rle_frame(grey(8, 8));
  const auto length = static_cast<uint8_t>(frame.size());
  const auto u64s = [](uint8_t a, uint8_t b) {
    std::vector<uint8_t> out(16);
    out[0] = a;
    out[8] = b;
    return out;
  };
  const auto tried = [&](std::vector<uint8_t> offsets, std::vector<uint8_t> lengths) {
    auto object = encapsulated(two, items({{}, frame, frame}));
    object.set_bytes({0x7FE0, 0x0001}, "OV", std::move(offsets));
    object.set_bytes({0x7FE0, 0x0002}, "OV", std::move(lengths));
    return outcome(object, "1.2.840.10008.1.2.5");
  };
  const auto next = static_cast<uint8_t>(length + 8);
  EXPECT_EQ(tried(u64s(0, next), u64s(length, length)), "");
  EXPECT_EQ(tried(u64s(0, 1), u64s(length, length)), kBadFragments.name);
  EXPECT_EQ(tried(u64s(0, next), u64s(length, 200)), kBadFragments.name);
  EXPECT_EQ(tried(u64s(0, next), {}), kBadFragments.name);
}

TEST(Hostile, rle_that_lies) {
  const Layout layout = grey(8, 8);
  const auto good = rle_frame(layout);
  const auto tried = [&](const Layout& l, const std::vector<uint8_t>& frame) {
    return outcome(encapsulated(l, items({{}, frame})), "1.2.840.10008.1.2.5");
  };
  EXPECT_EQ(tried(layout, good), "");
  EXPECT_EQ(tried(rgb(8, 8), good), kMismatch.name);
  EXPECT_EQ(tried(grey(8, 9), good), kDamaged.name);
  EXPECT_EQ(tried(grey(7, 4), good), kDamaged.name);          // a run longer than the frame
  EXPECT_EQ(tried(grey(30000, 10000), good), kDamaged.name);  // a bomb: the stream is too short for it
  auto offset = good;
  offset[4] = 200;
  EXPECT_EQ(tried(layout, offset), kDamaged.name);
  EXPECT_EQ(tried(layout, std::vector<uint8_t>(10)), kDamaged.name);
}

// Every coding: cut at every length and with every byte changed, a frame is refused or keeps its size.
void cut_and_change(std::initializer_list<const char*> uids) {
  const Layout layout = rgb(20, 12);
  std::vector<uint8_t> pixels(layout.decoded_bytes());
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 7 + i / 60 * 13);
  const Frame frame{layout, pixels};
  for (const char* uid : uids) {
    const auto syntax = *syntax_of(TransferSyntaxUid(uid));
    const auto coded = encode_frame(frame, TransferSyntaxUid(uid));
    ASSERT_TRUE(coded.ok());
    for (size_t length = 0; length + 8 < coded->size(); length += 3) {
      const auto cut = decode_compressed(layout, syntax, std::span(*coded).first(length));
      EXPECT_FALSE(cut.ok()) << uid << " cut to " << length << " of " << coded->size();
    }
    for (size_t at = 0; at < coded->size(); at += 2) {
      auto changed = *coded;
      changed[at] ^= 0x55;
      const auto decoded = decode_compressed(layout, syntax, changed);
      if (decoded.ok()) {
        EXPECT_EQ(decoded->bytes.size(), layout.decoded_bytes());
      }
    }
  }
}

TEST(Hostile, cut_and_changed_frames_never_escape) {
  cut_and_change({"1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.4.90"});
}

TEST(Hostile, cut_and_changed_jpeg_ls_frames_never_escape) {
  cut_and_change({"1.2.840.10008.1.2.4.80"});
}

TEST(Hostile, sizes_inside_a_stream_must_be_those_of_the_attributes) {
  const Frame frame{rgb(20, 12), std::vector<uint8_t>(20 * 12 * 3, 100)};
  for (const char* uid : {"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"}) {
    const auto coded = encode_frame(frame, TransferSyntaxUid(uid));
    ASSERT_TRUE(coded.ok());
    for (const Layout& other : {rgb(21, 12), rgb(20, 11), grey(20, 12), grey(20, 36)})
      EXPECT_EQ(outcome(encapsulated(other, items({{}, *coded})), uid), kMismatch.name) << uid;
  }
}

// SOC, SIZ and COD of a grey picture of 8 bits in one tile, and the start of a tile-part with a COD of its
// own.
std::vector<uint8_t> j2k_header(uint16_t side, std::vector<uint8_t> style, std::vector<uint8_t> tile_style) {
  const auto high = static_cast<uint8_t>(side >> 8), low = static_cast<uint8_t>(side);
  std::vector<uint8_t> out{0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, high, low,  0,   0, high,
                           low,  0,    0,    0,    0, 0,  0, 0, 0, 0, 0,    high, low, 0, 0,
                           high, low,  0,    0,    0, 0,  0, 0, 0, 0, 0,    1,    7,   1, 1};
  const auto add_style = [&](const std::vector<uint8_t>& body) {
    out.insert(out.end(), {0xFF, 0x52, 0, static_cast<uint8_t>(body.size() + 2)});
    out.insert(out.end(), body.begin(), body.end());
  };
  add_style(style);
  out.insert(out.end(), {0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1});
  if (!tile_style.empty()) add_style(tile_style);
  out.insert(out.end(), {0xFF, 0x93, 0, 0, 0xFF, 0xD9});
  return out;
}

// A few bytes that make a decoder allocate gigabytes: precincts of one sample, code blocks of 16, 65535
// layers.
TEST(Hostile, jpeg_2000_parts_are_counted_before_they_are_allocated) {
  const std::vector<uint8_t> normal{0, 0, 0, 1, 0, 5, 4, 4, 0, 1};
  const std::vector<uint8_t> fine_precincts{1, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0x00};
  const std::vector<uint8_t> fine_blocks{0, 0, 0, 1, 0, 5, 0, 0, 0, 1};
  const std::vector<uint8_t> many_layers{1, 0, 0xFF, 0xFF, 0, 1, 4, 4, 0, 1, 0x88, 0x88};
  const auto tried = [](const std::vector<uint8_t>& style, const std::vector<uint8_t>& tile_style = {}) {
    const auto stream = j2k_header(8192, style, tile_style);
    return outcome(encapsulated(grey(8192, 8192), items({{}, stream})), "1.2.840.10008.1.2.4.90");
  };
  EXPECT_EQ(tried(normal), kDamaged.name);
  EXPECT_EQ(tried(fine_precincts), kTooLarge.name);
  EXPECT_EQ(tried(fine_blocks), kTooLarge.name);
  EXPECT_EQ(tried(many_layers), kTooLarge.name);
  EXPECT_EQ(tried(normal, fine_precincts), kTooLarge.name);
  auto broken = normal;
  broken[5] = 33;
  EXPECT_EQ(tried(broken), kDamaged.name);
}

TEST(Hostile, a_large_picture_does_not_come_from_a_few_bytes) {
  const Frame frame{grey(20, 12), std::vector<uint8_t>(20 * 12, 100)};
  auto stream = *encode_frame(frame, TransferSyntaxUid("1.2.840.10008.1.2.4.80"));
  const std::vector<uint8_t> size{0x4E, 0x20, 0x4E, 0x20};  // 20000 x 20000
  std::copy(size.begin(), size.end(), stream.begin() + 7);
  EXPECT_EQ(outcome(encapsulated(grey(20000, 20000), items({{}, stream})), "1.2.840.10008.1.2.4.80"),
            kDamaged.name);
}

TEST(Hostile, an_object_over_the_limit_is_not_transcoded) {
  Layout many = grey(100, 100);
  many.frames = 50;
  const auto object = test::make_object(many, std::vector<uint8_t>(500'000));
  Limits limits;
  limits.object_bytes_max = 499'999;
  EXPECT_TRUE(transcode(object, kExplicit, kRle, limits).error().is(kTooLarge));
  limits.object_bytes_max = 500'000;
  EXPECT_TRUE(transcode(object, kExplicit, kRle, limits).ok());
}

}  // namespace
}  // namespace xinglin::pixel
