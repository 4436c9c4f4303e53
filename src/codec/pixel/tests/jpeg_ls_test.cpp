// The JPEG-LS decoder of this room against CharLS, which codes here and decodes again: every depth,
// interleave mode and tolerance, coding parameters of the stream's own, and restart marks.
#include <charls/charls.h>
#include <gtest/gtest.h>

#include <random>

#include "codec/pixel/decode.h"
#include "codec/pixel/tests/support.h"

namespace xinglin::pixel {
namespace {

using Bytes = std::vector<uint8_t>;
using charls::interleave_mode;

struct Case {
  uint32_t columns, rows;
  int32_t bits, samples;
  interleave_mode mode = interleave_mode::none;
  int32_t near_lossless = 0;
  charls_jpegls_pc_parameters parameters{};
};

size_t width_of(const Case& c) {
  return c.bits > 8 ? 2 : 1;
}

// Flat parts for runs, slopes, edges and noise.
Bytes picture(const Case& c, uint32_t seed) {
  std::mt19937 random(seed);
  const auto most = (1U << c.bits) - 1;
  Bytes out;
  for (uint32_t y = 0; y < c.rows; ++y)
    for (uint32_t x = 0; x < c.columns; ++x)
      for (int s = 0; s < c.samples; ++s) {
        uint32_t value = (y / 8 % 2 != 0) ? most / 3 : (x * 3 + y * 2) * (most / 64 + 1);
        if (y % 5 == 3) value += static_cast<uint32_t>(random() % (most / 8 + 1));
        if (x % 11 == 7 && y > c.rows / 2) value = static_cast<uint32_t>(random());
        value = (value + static_cast<uint32_t>(s) * (most / 5)) & most;
        out.push_back(static_cast<uint8_t>(value));
        if (c.bits > 8) out.push_back(static_cast<uint8_t>(value >> 8));
      }
  return out;
}

Bytes by_plane(const Bytes& pixels, const Case& c) {
  const size_t width = width_of(c), samples = static_cast<size_t>(c.samples),
               count = pixels.size() / width / samples;
  Bytes out(pixels.size());
  for (size_t i = 0; i < count * samples; ++i)
    for (size_t b = 0; b < width; ++b)
      out[((i % samples) * count + i / samples) * width + b] = pixels[i * width + b];
  return out;
}

Bytes encoded(const Case& c, const Bytes& pixels) {
  auto* encoder = charls_jpegls_encoder_create();
  const charls_frame_info info{c.columns, c.rows, c.bits, c.samples};
  Bytes out(pixels.size() * 2 + 2048);
  const Bytes source = c.mode == interleave_mode::none ? by_plane(pixels, c) : pixels;
  size_t written = 0;
  const bool done =
      charls_jpegls_encoder_set_frame_info(encoder, &info) == charls::jpegls_errc::success &&
      charls_jpegls_encoder_set_interleave_mode(encoder, c.mode) == charls::jpegls_errc::success &&
      charls_jpegls_encoder_set_near_lossless(encoder, c.near_lossless) == charls::jpegls_errc::success &&
      charls_jpegls_encoder_set_preset_coding_parameters(encoder, &c.parameters) ==
          charls::jpegls_errc::success &&
      charls_jpegls_encoder_set_destination_buffer(encoder, out.data(), out.size()) ==
          charls::jpegls_errc::success &&
      charls_jpegls_encoder_encode_from_buffer(encoder, source.data(), source.size(), 0) ==
          charls::jpegls_errc::success &&
      charls_jpegls_encoder_get_bytes_written(encoder, &written) == charls::jpegls_errc::success;
  charls_jpegls_encoder_destroy(encoder);
  EXPECT_TRUE(done);
  out.resize(written);
  return out;
}

// What CharLS makes of its own stream, by pixel.
Bytes decoded_by_charls(const Case& c, const Bytes& stream) {
  auto* decoder = charls_jpegls_decoder_create();
  size_t size = 0;
  Bytes out;
  EXPECT_EQ(charls_jpegls_decoder_set_source_buffer(decoder, stream.data(), stream.size()),
            charls::jpegls_errc::success);
  EXPECT_EQ(charls_jpegls_decoder_read_header(decoder), charls::jpegls_errc::success);
  EXPECT_EQ(charls_jpegls_decoder_get_destination_size(decoder, 0, &size), charls::jpegls_errc::success);
  out.resize(size);
  EXPECT_EQ(charls_jpegls_decoder_decode_to_buffer(decoder, out.data(), size, 0),
            charls::jpegls_errc::success);
  charls_jpegls_decoder_destroy(decoder);
  if (c.mode != interleave_mode::none) return out;
  const size_t width = width_of(c), samples = static_cast<size_t>(c.samples),
               count = out.size() / width / samples;
  Bytes pixels(out.size());
  for (size_t i = 0; i < count * samples; ++i)
    for (size_t b = 0; b < width; ++b)
      pixels[i * width + b] = out[((i % samples) * count + i / samples) * width + b];
  return pixels;
}

Layout layout_of(const Case& c) {
  const uint32_t allocated = c.bits > 8 ? 16 : 8;
  Layout out =
      c.samples == 3 ? test::rgb(c.columns, c.rows, allocated) : test::grey(c.columns, c.rows, allocated);
  out.bits_stored = static_cast<uint32_t>(c.bits);
  out.high_bit = out.bits_stored - 1;
  return out;
}

Result<Frame> decoded(const Case& c, const Bytes& stream) {
  return decode_compressed(layout_of(c), *syntax_of(TransferSyntaxUid("1.2.840.10008.1.2.4.81")), stream);
}

void compare(const Case& c) {
  SCOPED_TRACE(testing::Message() << c.columns << " x " << c.rows << ", " << c.bits << " bits, " << c.samples
                                  << " samples, mode " << static_cast<int>(c.mode) << ", near "
                                  << c.near_lossless);
  const Bytes pixels = picture(c, static_cast<uint32_t>(c.bits * 100 + c.samples));
  const Bytes stream = encoded(c, pixels);
  const auto frame = decoded(c, stream);
  ASSERT_TRUE(frame.ok()) << frame.error().message();
  EXPECT_EQ(frame->bytes, decoded_by_charls(c, stream));
  EXPECT_EQ(frame->loss, c.near_lossless == 0 ? Loss::None : Loss::Lossy);
  if (c.near_lossless == 0) {
    EXPECT_EQ(frame->bytes, pixels);
  }
}

TEST(JpegLs, every_depth_and_tolerance) {
  for (int32_t bits = 2; bits <= 16; ++bits)
    for (const int32_t near_lossless : {0, 1, 3, 60})
      if (near_lossless <= ((1 << bits) - 1) / 2)
        compare({67, 41, bits, 1, interleave_mode::none, near_lossless});
}

TEST(JpegLs, every_interleave_mode) {
  for (const auto mode : {interleave_mode::none, interleave_mode::line, interleave_mode::sample})
    for (const int32_t bits : {8, 12, 16})
      for (const int32_t near_lossless : {0, 2}) compare({53, 37, bits, 3, mode, near_lossless});
}

TEST(JpegLs, odd_sizes) {
  for (const auto& [columns, rows] :
       {std::pair{1U, 1U}, {1U, 50U}, {50U, 1U}, {2U, 3U}, {4096U, 3U}, {3U, 700U}}) {
    compare({columns, rows, 8, 1});
    compare({columns, rows, 16, 3, interleave_mode::line});
  }
}

TEST(JpegLs, flat_pictures_are_one_long_run) {
  const Case c{3000, 500, 12, 1};
  const Bytes pixels(size_t{3000} * 500 * 2, 0x05);
  const auto frame = decoded(c, encoded(c, pixels));
  ASSERT_TRUE(frame.ok()) << frame.error().message();
  EXPECT_EQ(frame->bytes, pixels);
}

TEST(JpegLs, coding_parameters_of_the_stream) {
  compare({67, 41, 8, 1, interleave_mode::none, 0, {255, 9, 20, 40, 31}});
  compare({67, 41, 12, 1, interleave_mode::none, 1, {4095, 5, 60, 300, 255}});
}

// Two pictures coded apart and joined are one picture with a restart mark between them (T.81 B.2.4.4, in
// lines).
TEST(JpegLs, restart_marks) {
  const Case half{40, 6, 8, 1}, whole{40, 12, 8, 1};
  const Bytes first = picture(half, 1), second = picture(half, 2);
  const Bytes a = encoded(half, first), b = encoded(half, second);
  const auto coded = [](const Bytes& stream) {
    size_t at = 2;
    while (stream[at + 1] != 0xDA) at += 2 + (stream[at + 2] << 8 | stream[at + 3]);
    return at + 2 + (stream[at + 2] << 8 | stream[at + 3]);
  };
  const auto body = [&](const Bytes& stream) {
    return Bytes(stream.begin() + static_cast<std::ptrdiff_t>(coded(stream)), stream.end() - 2);
  };
  Bytes joined(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(coded(a)));
  size_t frame_header = 2;
  while (joined[frame_header + 1] != 0xF7) ++frame_header;
  joined[frame_header + 6] = 12;  // rows
  const Bytes interval{0xFF, 0xDD, 0, 4, 0, 6}, mark{0xFF, 0xD0}, end{0xFF, 0xD9};
  joined.insert(joined.begin() + 2, interval.begin(), interval.end());
  for (const Bytes& part : {body(a), mark, body(b), end})
    joined.insert(joined.end(), part.begin(), part.end());
  const auto frame = decoded(whole, joined);
  ASSERT_TRUE(frame.ok()) << frame.error().message();
  Bytes expected = first;
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(frame->bytes, expected);
  joined[joined.size() - 3 - body(b).size()] = 0xD3;
  EXPECT_FALSE(decoded(whole, joined).ok());
}

TEST(JpegLs, what_is_no_jpeg_ls_of_dicom_is_refused) {
  const Case c{20, 12, 8, 1};
  const Bytes good = encoded(c, picture(c, 5));
  ASSERT_TRUE(decoded(c, good).ok());
  const auto inserted = [&](const Bytes& segment) {
    Bytes out = good;
    out.insert(out.begin() + 2, segment.begin(), segment.end());
    return decoded(c, out);
  };
  EXPECT_TRUE(inserted({0xFF, 0xFE, 0, 3, 'x'}).ok());  // a comment
  EXPECT_TRUE(inserted({0xFF, 0xE8, 0, 7, 'm', 'r', 'f', 'x', 1}).error().is(kUnsupported));
  EXPECT_TRUE(inserted({0xFF, 0xF8, 0, 3, 2}).error().is(kUnsupported));
  EXPECT_TRUE(inserted({0xFF, 0xF8, 0, 13, 1, 0, 255, 0, 9, 0, 5, 0, 40, 0, 31}).error().is(kDamaged));
  EXPECT_TRUE(inserted({0xFF, 0xC0, 0, 2}).error().is(kUnsupported));
  Bytes changed = good;
  changed.resize(changed.size() - 2);
  EXPECT_TRUE(decoded(c, changed).error().is(kDamaged));  // no end mark
  changed = good;
  changed.insert(changed.end() - 2, 9, 0x15);
  EXPECT_TRUE(decoded(c, changed).error().is(kDamaged));  // more than the frame
}

}  // namespace
}  // namespace xinglin::pixel
