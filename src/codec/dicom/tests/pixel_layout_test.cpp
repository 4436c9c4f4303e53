// Frames by each of the ways PS3.5 A.4 allows, on data sets put together byte by byte.
#include "codec/dicom/pixel_layout.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "codec/dicom/tests/build.h"

namespace xinglin::dicom {
namespace {

using test::Build;

constexpr const char* kJpeg = "1.2.840.10008.1.2.4.50";

std::vector<uint8_t> file(const char* syntax, const Build& rest, const char* frames = "3 ") {
  auto out = write_meta(SopClassUid("1.2"), SopInstanceUid("1.3"), TransferSyntaxUid(syntax), "");
  Build head;
  head.text(0x0028, 0x0008, "IS", frames);
  head.header(0x0028, 0x0010, "US", 2).u16(2).header(0x0028, 0x0011, "US", 2).u16(3);
  head.header(0x0028, 0x0100, "US", 2).u16(8);
  out.insert(out.end(), head.bytes().begin(), head.bytes().end());
  out.insert(out.end(), rest.bytes().begin(), rest.bytes().end());
  return out;
}

Build& fragment(Build& build, std::string_view bytes) {
  return build.item(static_cast<uint32_t>(bytes.size())).raw(bytes);
}

std::string frame(const std::vector<uint8_t>& bytes, const PixelLayout& layout, uint32_t number) {
  const auto place = layout.frame(number);
  if (!place.ok()) return std::string(place.error().code().name);
  const std::span<const uint8_t> from = layout.inflated ? std::span<const uint8_t>(*layout.inflated) : bytes;
  std::string out;
  for (const Segment& segment : place->segments) out += as_text(from.subspan(segment.offset, segment.size));
  return out;
}

std::string frames(const std::vector<uint8_t>& bytes) {
  const auto layout = pixel_layout(bytes);
  if (!layout.ok()) return std::string(layout.error().code().name);
  std::string out;
  for (uint32_t i = 1; i <= layout->frames; ++i) out += frame(bytes, *layout, i) + "|";
  return out;
}

TEST(PixelLayout, uncompressed_frames_follow_each_other) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 18).raw("abcdefABCDEF123456");
  const auto bytes = file("1.2.840.10008.1.2.1", pixels);
  EXPECT_EQ(frames(bytes), "abcdef|ABCDEF|123456|");
  EXPECT_EQ(frame(bytes, *pixel_layout(bytes), 4), "dicom.no-frame");
  EXPECT_EQ(frame(bytes, *pixel_layout(bytes), 0), "dicom.no-frame");
}

TEST(PixelLayout, pixel_data_shorter_than_its_frames_is_refused) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 16).raw("abcdefABCDEF1234");
  EXPECT_EQ(frames(file("1.2.840.10008.1.2.1", pixels)), "dicom.bad-pixels");
  EXPECT_EQ(frames(file("1.2.840.10008.1.2.1", Build())), "dicom.no-pixels");
}

TEST(PixelLayout, fragments_by_the_basic_offset_table) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(12).u32(0).u32(20).u32(30);
  fragment(fragment(fragment(fragment(pixels, "ab"), "cd"), "EF"), "12").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "abcd|EF|12|");
}

TEST(PixelLayout, fragments_by_the_extended_offset_table) {
  Build pixels;
  pixels.u16(0x7FE0).u16(0x0001).raw("OV").u16(0).u32(24);
  for (const uint32_t offset : {0u, 10u, 30u}) pixels.u32(offset).u32(0);
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(fragment(pixels, "ab"), "cd"), "EF"), "12").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "ab|cdEF|12|");
}

TEST(PixelLayout, one_fragment_for_each_frame_needs_no_table) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(pixels, "ab"), "cd"), "EF").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "ab|cd|EF|");
  EXPECT_EQ(frames(file(kJpeg, pixels, "1 ")), "abcdEF|");
  EXPECT_EQ(frames(file(kJpeg, pixels, "4 ")), "dicom.bad-pixels");
  EXPECT_EQ(frames(file(kJpeg, pixels, "2 ")), "dicom.bad-pixels");
}

TEST(PixelLayout, start_marks_tell_when_nothing_else_does) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(pixels, "\xFF\xD8\xFF\xE0"), "more"), "\xFF\x4F\xFF\x51").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels, "2 ")), "\xFF\xD8\xFF\xE0more|\xFF\x4F\xFF\x51|");
}

TEST(PixelLayout, a_table_that_lies_is_not_followed) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(12).u32(0).u32(9999).u32(30);
  fragment(fragment(fragment(fragment(pixels, "ab"), "cd"), "EF"), "12").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "dicom.bad-pixels");
}

TEST(PixelLayout, one_bit_frames_may_begin_inside_a_byte) {
  DataSet in;
  in.set_text({0x0008, 0x0016}, "UI", "1.2");
  in.set_text({0x0008, 0x0018}, "UI", "1.3");
  in.set_text({0x0028, 0x0008}, "IS", "2");
  in.set_integer({0x0028, 0x0010}, "US", {3});
  in.set_integer({0x0028, 0x0011}, "US", {3});
  in.set_integer({0x0028, 0x0100}, "US", {1});
  in.set_bytes({0x7FE0, 0x0010}, "OB", {1, 2, 3, 0});
  const auto bytes = write_file(in);
  const auto layout = pixel_layout(bytes);
  ASSERT_TRUE(layout.ok());
  const auto second = layout->frame(2);
  EXPECT_EQ(second->first_bit, 1u);
  EXPECT_EQ(second->bits, 9u);
  EXPECT_EQ(second->segments.front().offset, layout->value.offset + 1);
  EXPECT_EQ(second->segments.front().size, 2u);
}

}  // namespace
}  // namespace xinglin::dicom
