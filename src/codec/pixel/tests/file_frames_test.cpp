// Frames by each of the ways PS3.5 A.4 allows, on data sets put together byte by byte.
#include "codec/pixel/file_frames.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "codec/dicom/tests/build.h"

namespace xinglin::pixel {
namespace {

using dicom::DataSet;
using dicom::test::Build;

constexpr const char* kJpeg = "1.2.840.10008.1.2.4.50";

std::vector<uint8_t> file(const char* syntax, const Build& rest, const char* frames = "3 ") {
  auto out = dicom::write_meta(SopClassUid("1.2"), SopInstanceUid("1.3"), TransferSyntaxUid(syntax), "");
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

std::string frame(const std::vector<uint8_t>& bytes, const FileFrames& in, uint32_t number) {
  const auto place = in.place(number);
  if (!place.ok()) return std::string(place.error().code().name);
  const std::span<const uint8_t> from = in.inflated() ? std::span<const uint8_t>(*in.inflated()) : bytes;
  std::string out;
  for (const FileRange& range : place->ranges) out += as_text(from.subspan(range.offset, range.size));
  return out;
}

std::string frames(const std::vector<uint8_t>& bytes) {
  const auto layout = FileFrames::find(bytes);
  if (!layout.ok()) return std::string(layout.error().code().name);
  std::string out;
  for (uint32_t i = 1; i <= layout->frames(); ++i) out += frame(bytes, *layout, i) + "|";
  return out;
}

TEST(FileFrames, uncompressed_frames_follow_each_other) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 18).raw("abcdefABCDEF123456");
  const auto bytes = file("1.2.840.10008.1.2.1", pixels);
  EXPECT_EQ(frames(bytes), "abcdef|ABCDEF|123456|");
  EXPECT_EQ(frame(bytes, *FileFrames::find(bytes), 4), "pixel.no-such-frame");
  EXPECT_EQ(frame(bytes, *FileFrames::find(bytes), 0), "pixel.no-such-frame");
}

TEST(FileFrames, pixel_data_shorter_than_its_frames_is_refused) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 16).raw("abcdefABCDEF1234");
  EXPECT_EQ(frames(file("1.2.840.10008.1.2.1", pixels)), "pixel.bad-length");
  EXPECT_EQ(frames(file("1.2.840.10008.1.2.1", Build())), "pixel.none");
}

TEST(FileFrames, fragments_by_the_basic_offset_table) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(12).u32(0).u32(20).u32(30);
  fragment(fragment(fragment(fragment(pixels, "ab"), "cd"), "EF"), "12").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "abcd|EF|12|");
}

TEST(FileFrames, fragments_by_the_extended_offset_table) {
  Build pixels;
  pixels.u16(0x7FE0).u16(0x0001).raw("OV").u16(0).u32(24);
  for (const uint32_t offset : {0u, 10u, 20u}) pixels.u32(offset).u32(0);
  pixels.u16(0x7FE0).u16(0x0002).raw("OV").u16(0).u32(24);
  for (const uint32_t length : {2u, 1u, 2u}) pixels.u32(length).u32(0);
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(pixels, "ab"), "cd"), "EF").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "ab|c|EF|");
}

TEST(FileFrames, one_fragment_for_each_frame_needs_no_table) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(pixels, "ab"), "cd"), "EF").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "ab|cd|EF|");
  EXPECT_EQ(frames(file(kJpeg, pixels, "1 ")), "abcdEF|");
  EXPECT_EQ(frames(file(kJpeg, pixels, "4 ")), "pixel.bad-fragments");
  EXPECT_EQ(frames(file(kJpeg, pixels, "2 ")), "pixel.bad-fragments");
}

TEST(FileFrames, start_marks_tell_when_nothing_else_does) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(pixels, "\xFF\xD8\xFF\xE0"), "more"), "\xFF\x4F\xFF\x51").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels, "2 ")), "\xFF\xD8\xFF\xE0more|\xFF\x4F\xFF\x51|");
}

TEST(FileFrames, a_table_that_lies_is_not_followed) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(12).u32(0).u32(9999).u32(30);
  fragment(fragment(fragment(fragment(pixels, "ab"), "cd"), "EF"), "12").sequence_end();
  EXPECT_EQ(frames(file(kJpeg, pixels)), "pixel.bad-fragments");
}

TEST(FileFrames, one_bit_frames_may_begin_inside_a_byte) {
  DataSet in;
  in.set_text({0x0008, 0x0016}, "UI", "1.2");
  in.set_text({0x0008, 0x0018}, "UI", "1.3");
  in.set_text({0x0028, 0x0008}, "IS", "2");
  in.set_integer({0x0028, 0x0010}, "US", {3});
  in.set_integer({0x0028, 0x0011}, "US", {3});
  in.set_integer({0x0028, 0x0100}, "US", {1});
  in.set_bytes({0x7FE0, 0x0010}, "OB", {1, 2, 3, 0});
  const auto bytes = dicom::write_file(in);
  const auto layout = FileFrames::find(bytes);
  ASSERT_TRUE(layout.ok());
  const auto second = layout->place(2);
  EXPECT_EQ(second->first_bit, 1u);
  EXPECT_EQ(second->bits, 9u);
  EXPECT_EQ(second->ranges.front().offset, layout->value().offset + 1);
  EXPECT_EQ(second->ranges.front().size, 2u);
}

TEST(FileFrames, frames_are_decoded_one_by_one) {
  Build pixels;
  pixels.header(0x0028, 0x0002, "US", 2).u16(1).text(0x0028, 0x0004, "CS", "MONOCHROME2 ");
  pixels.header(0x0028, 0x0101, "US", 2).u16(8).header(0x7FE0, 0x0010, "OB", 18).raw("abcdefABCDEF123456");
  const auto bytes = file("1.2.840.10008.1.2.1", pixels);
  const auto found = FileFrames::find(bytes);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->decodable().ok());
  const auto second = found->decode(bytes, 2);
  ASSERT_TRUE(second.ok()) << second.error().message();
  EXPECT_EQ(as_text(second->bytes), "ABCDEF");
  EXPECT_FALSE(found->decode(bytes, 4).ok());
}

TEST(FileFrames, what_cannot_be_decoded_is_still_found) {
  Build pixels;
  pixels.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0);
  fragment(fragment(fragment(pixels, "ab"), "cd"), "EF").sequence_end();
  const auto bytes = file("1.2.840.10008.1.2.4.100", pixels);  // MPEG2
  const auto found = FileFrames::find(bytes);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(frame(bytes, *found, 2), "cd");
  EXPECT_TRUE(found->decodable().error().is(kUnsupported));
  EXPECT_TRUE(found->decode(bytes, 2).error().is(kUnsupported));
}

}  // namespace
}  // namespace xinglin::pixel
