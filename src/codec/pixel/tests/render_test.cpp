// Pictures worked out by hand: windows, polarity, padding, bit depths, colours, and scaling.
#include "codec/pixel/render.h"

#include <gtest/gtest.h>

#include "codec/pixel/decode.h"
#include "codec/pixel/tests/support.h"

namespace xinglin::pixel {
namespace {

using test::grey;
using test::rgb;
using Bytes = std::vector<uint8_t>;

Frame frame16(const std::vector<int>& values, bool is_signed = false) {
  Frame out;
  out.layout = grey(static_cast<uint32_t>(values.size()), 1, 16);
  out.layout.is_signed = is_signed;
  for (const int value : values) {
    out.bytes.push_back(static_cast<uint8_t>(value));
    out.bytes.push_back(static_cast<uint8_t>(value >> 8));
  }
  return out;
}

Bytes shown(const Frame& frame, const Display& display, const RenderOptions& options = {}) {
  const auto picture = render(frame, display, options);
  EXPECT_TRUE(picture.ok()) << (picture.ok() ? "" : picture.error().message());
  return picture.ok() ? picture->bytes : Bytes{};
}

// Hounsfield units 40 +- 200 after an intercept of -1024: x <= -160 is 0, x > 239 is 255, and 40 is
// ((40 - 39.5) / 399 + 0.5) * 255 = 127.82.
TEST(Render, rescale_then_window) {
  Display display;
  display.intercept = -1024;
  display.windows = {{40, 400, VoiFunction::Linear}};
  EXPECT_EQ(shown(frame16({0, 864, 1064, 1263, 1264, 4000}), display), (Bytes{0, 0, 128, 255, 255, 255}));
  display.inverse = true;
  EXPECT_EQ(shown(frame16({0, 1064, 4000}), display), (Bytes{255, 127, 0}));
}

TEST(Render, a_given_window_wins_over_the_table_and_the_table_over_the_stored_window) {
  Display display;
  display.windows = {{100, 50, VoiFunction::Linear}};
  auto picture = render(frame16({100}), display);
  EXPECT_EQ(picture->source, VoiSource::StoredWindow);
  EXPECT_EQ(picture->window.width, 50);
  display.voi = {Lut{0, 12, {0, 4095, 819}}};
  picture = render(frame16({0, 1, 2, 3}), display);
  EXPECT_EQ(picture->source, VoiSource::StoredTable);
  EXPECT_EQ(picture->bytes, (Bytes{0, 255, 51, 51}));
  RenderOptions options;
  options.window = Window{2, 2, VoiFunction::LinearExact};
  picture = render(frame16({0, 1, 2, 3}), display, options);
  EXPECT_EQ(picture->source, VoiSource::Given);
  EXPECT_EQ(picture->bytes, (Bytes{0, 0, 128, 255}));
}

TEST(Render, windows_that_cannot_be_applied_are_refused) {
  for (const Window& window : {Window{0, 0.5, VoiFunction::Linear}, Window{0, 0, VoiFunction::LinearExact},
                               Window{std::numeric_limits<double>::quiet_NaN(), 10, VoiFunction::Linear}})
    EXPECT_TRUE(render(frame16({1}), {}, {window, {}}).error().is(kBadView));
}

TEST(Render, without_a_window_the_values_span_the_picture_and_padding_does_not_count) {
  Display display;
  display.padding = Padding{-2000, -1999};
  const auto picture = render(frame16({-2000, -100, 0, 100, -1999}, true), display);
  EXPECT_EQ(picture->source, VoiSource::Automatic);
  EXPECT_EQ(picture->window.center, 0);
  EXPECT_EQ(picture->window.width, 200);
  EXPECT_EQ(picture->bytes, (Bytes{0, 0, 128, 255, 0}));
  display.inverse = true;  // padding stays dark
  EXPECT_EQ(shown(frame16({-2000, -100, 100}, true), display), (Bytes{0, 255, 0}));
  EXPECT_EQ(shown(frame16({-2000, -2000}, true), display), (Bytes{0, 0}));
}

// 2000 values: of each end 0.2 %, rounded down to 3, are left out.
TEST(Render, an_automatic_window_leaves_single_outliers_out) {
  std::vector<int> values(2000, 500);
  for (size_t i = 0; i < 1000; ++i) values[i] = 1000;
  values[0] = 60000;
  values[1999] = 0;
  const auto picture = render(frame16(values), {});
  EXPECT_EQ(picture->window.center, 750);
  EXPECT_EQ(picture->window.width, 500);
}

TEST(Render, eight_bits_and_fewer_are_shown_over_their_whole_range) {
  EXPECT_EQ(shown({grey(3, 1), {7, 100, 200}}, {}), (Bytes{7, 100, 200}));
  EXPECT_EQ(shown({grey(2, 1, 1), {0, 1}}, {}), (Bytes{0, 255}));
  Layout seven = grey(2, 1, 8, 7);
  EXPECT_EQ(shown({seven, {0, 127}}, {}), (Bytes{0, 255}));
  Layout minus = grey(3, 1);
  minus.is_signed = true;
  EXPECT_EQ(shown({minus, {0x80, 0x00, 0x7F}}, {}), (Bytes{0, 128, 255}));
}

TEST(Render, thirty_two_bits) {
  Frame frame{grey(3, 1, 32), Bytes(12)};
  frame.bytes[4 + 3] = 0x40;
  frame.bytes[8 + 3] = 0x80;
  EXPECT_EQ(shown(frame, {}), (Bytes{0, 128, 255}));
  frame.layout.is_signed = true;  // 0, 2^30, -2^31
  RenderOptions options;
  options.window = Window{0, 2147483648.0 * 2, VoiFunction::LinearExact};
  EXPECT_EQ(shown(frame, {}, options), (Bytes{128, 191, 0}));
}

TEST(Render, values_above_other_bits) {
  Frame frame = frame16({0x1230, 0xFF0F});
  frame.layout.bits_stored = 12;
  frame.layout.high_bit = 15;
  RenderOptions options;
  options.window = Window{0x123 + 0.5, 1, VoiFunction::LinearExact};
  EXPECT_EQ(shown(frame, {}, options), (Bytes{0, 255}));
}

TEST(Render, colours) {
  EXPECT_EQ(shown({rgb(1, 1), {1, 2, 3}}, {}), (Bytes{1, 2, 3}));
  EXPECT_EQ(shown({rgb(1, 1, 16), {0xFF, 0xFF, 0, 0x80, 0, 0}}, {}), (Bytes{255, 128, 0}));
  Layout ybr = rgb(1, 1);
  ybr.photometric = Photometric::YbrFull;
  // Pure red of BT.601: Y 76, Cb 85, Cr 255 gives 254, 0, 0.
  EXPECT_EQ(shown({ybr, {76, 85, 255}}, {}), (Bytes{254, 0, 0}));
  ybr.bits_allocated = ybr.bits_stored = 16;
  EXPECT_TRUE(render({ybr, Bytes(6)}, {}).error().is(kUnsupported));
  Layout palette = grey(3, 1);
  palette.photometric = Photometric::PaletteColor;
  EXPECT_TRUE(render({palette, {0, 1, 2}}, {}).error().is(kBadDisplay));
  Display display;
  display.palette = {Lut{1, 16, {0, 65535}}, Lut{1, 16, {0, 32768}}, Lut{1, 8, {9, 0}}};
  EXPECT_EQ(shown({palette, {0, 1, 2}}, display), (Bytes{0, 0, 9, 0, 0, 9, 255, 128, 0}));
}

Picture scaled(const Frame& frame, const Viewport& viewport, double aspect = 1) {
  Display display;
  display.aspect = aspect;
  RenderOptions options;
  options.viewport = viewport;
  const auto picture = render(frame, display, options);
  EXPECT_TRUE(picture.ok());
  return picture.ok() ? *picture : Picture{};
}

TEST(Render, smaller_is_the_mean_of_what_a_pixel_covers) {
  const Frame frame{grey(4, 2), {0, 100, 200, 200, 20, 80, 0, 200}};
  EXPECT_EQ(scaled(frame, {2, 1}).bytes, (Bytes{50, 150}));
  // Three columns of 4/3 each: (0 + 100/3) / (4/3) = 25, (100*2/3 + 200*2/3) / (4/3) = 150, 200.
  EXPECT_EQ(scaled({grey(4, 1), {0, 100, 200, 200}}, {3, 9}).bytes, (Bytes{25, 150, 200}));
}

TEST(Render, larger_is_between_neighbours) {
  const Picture picture = scaled({grey(2, 1), {0, 100}}, {4, 2});
  EXPECT_EQ(picture.rows, 2U);
  EXPECT_EQ(picture.bytes, (Bytes{0, 25, 75, 100, 0, 25, 75, 100}));
}

TEST(Render, proportions_are_kept_also_of_pixels_that_are_not_square) {
  const Frame frame{grey(40, 20), Bytes(800)};
  const auto size = [](const Picture& picture) { return std::pair(picture.columns, picture.rows); };
  EXPECT_EQ(size(scaled(frame, {20, 20})), std::pair(20U, 10U));
  EXPECT_EQ(size(scaled(frame, {20, 20}, 2)), std::pair(20U, 20U));
  EXPECT_EQ(size(scaled(frame, {20, 20}, 4)), std::pair(10U, 20U));
  EXPECT_EQ(size(scaled({grey(4000, 1), Bytes(4000)}, {64, 64})), std::pair(64U, 1U));
}

TEST(Render, a_region_and_its_mirror_image) {
  const Frame frame{grey(4, 1), {10, 20, 30, 40}};
  EXPECT_EQ(scaled(frame, {2, 1, 1, 0, 2, 1}).bytes, (Bytes{20, 30}));
  EXPECT_EQ(scaled(frame, {2, 1, 1, 0, -2, 1}).bytes, (Bytes{30, 20}));
  EXPECT_EQ(scaled(frame, {4, 1, 0, 0, -4, 0}).bytes, (Bytes{40, 30, 20, 10}));
  const auto refused = [&](const Viewport& viewport) {
    RenderOptions options;
    options.viewport = viewport;
    const auto picture = render(frame, {}, options);
    return !picture.ok() && picture.error().is(kBadView);
  };
  EXPECT_TRUE(refused({0, 10}));
  EXPECT_TRUE(refused({10, kViewportMax + 1}));
  EXPECT_TRUE(refused({10, 10, 4, 0, 1, 1}));
  EXPECT_TRUE(refused({10, 10, 0, 5, 1, 1}));
  EXPECT_TRUE(refused({10, 10, std::numeric_limits<double>::infinity(), 0, 1, 1}));
}

TEST(Render, colour_is_scaled_by_channel) {
  const Frame frame{rgb(2, 1), {0, 100, 200, 50, 0, 100}};
  EXPECT_EQ(scaled(frame, {1, 1}).bytes, (Bytes{25, 50, 150}));
}

TEST(Render, float_pixels_are_refused_by_name) {
  auto object = test::make_object(grey(1, 1, 32), {});
  object.erase({0x7FE0, 0x0010});
  object.set_bytes({0x7FE0, 0x0008}, "OF", {0, 0, 0, 0});
  const auto decoder = Decoder::open(object, TransferSyntaxUid("1.2.840.10008.1.2.1"));
  ASSERT_FALSE(decoder.ok());
  EXPECT_TRUE(decoder.error().is(kUnsupported));
  EXPECT_NE(decoder.error().message().find("float"), std::string::npos);
}

}  // namespace
}  // namespace xinglin::pixel
