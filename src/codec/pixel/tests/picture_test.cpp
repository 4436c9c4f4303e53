// Pictures as files: PNG read back byte for byte by a reader of its own, JPEG by the decoder of this room.
#include <gtest/gtest.h>
#include <zlib.h>

#include "codec/pixel/decode.h"
#include "codec/pixel/render.h"
#include "codec/pixel/tests/support.h"

namespace xinglin::pixel {
namespace {

Picture gradient(uint32_t columns, uint32_t rows, uint32_t samples) {
  Picture out;
  out.columns = columns;
  out.rows = rows;
  out.samples = samples;
  for (size_t i = 0; i < size_t{columns} * rows * samples; ++i)
    out.bytes.push_back(static_cast<uint8_t>(i % samples * 90 + i / samples % columns * 2 + i / 97));
  return out;
}

uint32_t u32(const std::vector<uint8_t>& bytes, size_t at) {
  uint32_t out = 0;
  for (size_t i = 0; i < 4; ++i) out = out << 8 | bytes[at + i];
  return out;
}

struct Png {
  std::vector<uint8_t> header, packed;
};

// ISO/IEC 15948 5.3: signature, then length, type, body and CRC of each chunk.
Png chunks_of(const std::vector<uint8_t>& file) {
  Png out;
  EXPECT_EQ(std::vector<uint8_t>(file.begin(), file.begin() + 8),
            (std::vector<uint8_t>{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}));
  for (size_t at = 8; at + 12 <= file.size();) {
    const size_t length = u32(file, at);
    const auto* type = file.data() + at + 4;
    EXPECT_EQ(crc32_z(0, type, length + 4), u32(file, at + 8 + length));
    std::vector<uint8_t> body(type + 4, type + 4 + length);
    if (type[1] == 'H') out.header = body;
    if (type[1] == 'D') out.packed = body;
    at += 12 + length;
    EXPECT_TRUE(type[1] != 'E' || at == file.size());
  }
  return out;
}

std::vector<uint8_t> without_filters(const std::vector<uint8_t>& lines, size_t width, size_t step) {
  std::vector<uint8_t> out, above(width, 0);
  for (size_t at = 0; at < lines.size(); at += width + 1) {
    std::vector<uint8_t> row(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                             lines.begin() + static_cast<std::ptrdiff_t>(at + width) + 1);
    for (size_t i = 0; i < width; ++i) {
      const int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
      const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
      const int guess[] = {0, a, b, (a + b) / 2, pa <= pb && pa <= pc ? a : pb <= pc ? b : c};
      row[i] = static_cast<uint8_t>(row[i] + guess[lines[at]]);
    }
    out.insert(out.end(), row.begin(), row.end());
    above = row;
  }
  return out;
}

TEST(Picture, png_comes_back_byte_for_byte) {
  for (const uint32_t samples : {1U, 3U}) {
    const Picture picture = gradient(61, 37, samples);
    const auto file = encode_png(picture);
    ASSERT_TRUE(file.ok());
    const Png png = chunks_of(*file);
    ASSERT_EQ(png.header.size(), 13U);
    EXPECT_EQ(u32(png.header, 0), 61U);
    EXPECT_EQ(u32(png.header, 4), 37U);
    EXPECT_EQ(png.header[8], 8);
    EXPECT_EQ(png.header[9], samples == 3 ? 2 : 0);
    const size_t width = size_t{61} * samples;
    std::vector<uint8_t> lines((width + 1) * 37);
    uLongf size = lines.size();
    ASSERT_EQ(uncompress(lines.data(), &size, png.packed.data(), png.packed.size()), Z_OK);
    ASSERT_EQ(size, lines.size());
    EXPECT_EQ(without_filters(lines, width, samples), picture.bytes);
  }
}

TEST(Picture, jpeg_decodes_to_nearly_the_same) {
  for (const uint32_t samples : {1U, 3U}) {
    const Picture picture = gradient(64, 40, samples);
    const auto file = encode_jpeg(picture, 95);
    ASSERT_TRUE(file.ok());
    const Layout layout = samples == 3 ? test::rgb(64, 40) : test::grey(64, 40);
    const auto frame =
        decode_compressed(layout, *syntax_of(TransferSyntaxUid("1.2.840.10008.1.2.4.50")), *file);
    ASSERT_TRUE(frame.ok());
    double sum = 0;
    for (size_t i = 0; i < picture.bytes.size(); ++i) sum += std::abs(frame->bytes[i] - picture.bytes[i]);
    EXPECT_LT(sum / static_cast<double>(picture.bytes.size()), 4.0);
  }
}

TEST(Picture, quality_decides_the_size) {
  const Picture picture = gradient(200, 200, 3);
  EXPECT_LT(encode_jpeg(picture, 10)->size(), encode_jpeg(picture, 90)->size());
  EXPECT_TRUE(encode_jpeg(picture, 0).error().is(kBadView));
  EXPECT_TRUE(encode_jpeg(picture, 101).error().is(kBadView));
  Picture wide = gradient(65501, 1, 1);
  EXPECT_TRUE(encode_jpeg(wide, 50).error().is(kTooLarge));
}

}  // namespace
}  // namespace xinglin::pixel
