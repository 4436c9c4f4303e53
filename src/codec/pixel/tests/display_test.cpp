// Display attributes and the formulas behind them, against PS3.3 worked out by hand.
#include "codec/pixel/display.h"

#include <gtest/gtest.h>

#include "codec/pixel/tests/support.h"

namespace xinglin::pixel {
namespace {

using dicom::DataSet;
using test::grey;

std::vector<uint8_t> words(std::initializer_list<int> values) {
  std::vector<uint8_t> out;
  for (const int value : values) {
    out.push_back(static_cast<uint8_t>(value));
    out.push_back(static_cast<uint8_t>(value >> 8));
  }
  return out;
}

// The four examples of PS3.3 C.11.2.1.2.1: y runs from 0 to 255.
TEST(Display, linear_windows_of_the_standard) {
  const auto y = [](double c, double w, double x) { return apply({c, w, VoiFunction::Linear}, x) * 255; };
  EXPECT_EQ(y(2048, 4096, 0), 0);
  EXPECT_EQ(y(2048, 4096, 4095.5), 255);
  EXPECT_NEAR(y(2048, 4096, 1), ((1 - 2047.5) / 4095 + 0.5) * 255, 1e-9);
  EXPECT_NEAR(y(2048, 4096, 4095), ((4095 - 2047.5) / 4095 + 0.5) * 255, 1e-9);
  EXPECT_EQ(y(2048, 1, 2047.5), 0);
  EXPECT_EQ(y(2048, 1, 2047.6), 255);
  EXPECT_EQ(y(0, 100, -50), 0);
  EXPECT_EQ(y(0, 100, 49.1), 255);
  EXPECT_NEAR(y(0, 100, 10), ((10 + 0.5) / 99 + 0.5) * 255, 1e-9);
  EXPECT_EQ(y(0, 1, -0.5), 0);
  EXPECT_EQ(y(0, 1, -0.4), 255);
}

// C.11.2.1.3.2 and C.11.2.1.3.1.
TEST(Display, exact_and_sigmoid_windows) {
  const auto exact = [](double c, double w, double x) { return apply({c, w, VoiFunction::LinearExact}, x); };
  EXPECT_EQ(exact(2048, 4096, 0), 0);
  EXPECT_EQ(exact(2048, 4096, 4097), 1);
  EXPECT_DOUBLE_EQ(exact(2048, 4096, 1024), 0.25);
  EXPECT_DOUBLE_EQ(exact(0, 100, 10), 0.6);
  EXPECT_DOUBLE_EQ(exact(0, 0.5, 0.125), 0.75);
  const auto sigmoid = [](double x) { return apply({40, 400, VoiFunction::Sigmoid}, x); };
  EXPECT_DOUBLE_EQ(sigmoid(40), 0.5);
  EXPECT_NEAR(sigmoid(140), 0.731058578630005, 1e-12);   // 1 / (1 + e^-1)
  EXPECT_NEAR(sigmoid(-160), 0.119202922022118, 1e-12);  // 1 / (1 + e^2)
}

TEST(Display, windows_that_cannot_be_applied_are_left_out) {
  auto object = test::make_object(grey(2, 2), {0, 0, 0, 0});
  object.set_text({0x0028, 0x1050}, "DS", "10\\20\\30");
  object.set_text({0x0028, 0x1051}, "DS", "0\\0.5\\100");
  const auto display = read_display(object, grey(2, 2));
  ASSERT_TRUE(display.ok());
  ASSERT_EQ(display->windows.size(), 1U);
  EXPECT_EQ(display->windows[0].center, 30);
  object.set_text({0x0028, 0x1056}, "CS", "LINEAR_EXACT");
  EXPECT_EQ(read_display(object, grey(2, 2))->windows.size(), 2U);
}

TEST(Display, enhanced_objects_have_it_in_their_functional_groups) {
  auto object = test::make_object(grey(1, 1, 16), {0, 0});
  DataSet& shared = object.add_item({0x5200, 0x9229});
  DataSet& transformation = shared.add_item({0x0028, 0x9145});
  transformation.set_text({0x0028, 0x1053}, "DS", "2");
  transformation.set_text({0x0028, 0x1052}, "DS", "-7");
  shared.add_item({0x0028, 0x9110}).set_text({0x0028, 0x0030}, "DS", "1.5\\0.5");
  for (const char* center : {"11", "22"}) {
    DataSet& voi = object.add_item({0x5200, 0x9230}).add_item({0x0028, 0x9132});
    voi.set_text({0x0028, 0x1050}, "DS", center);
    voi.set_text({0x0028, 0x1051}, "DS", "40");
  }
  const auto second = read_display(object, grey(1, 1, 16), 1);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->slope, 2);
  EXPECT_EQ(second->intercept, -7);
  EXPECT_EQ(second->aspect, 3);
  ASSERT_EQ(second->windows.size(), 1U);
  EXPECT_EQ(second->windows[0].center, 22);
  EXPECT_EQ(read_display(object, grey(1, 1, 16), 0)->windows[0].center, 11);
}

TEST(Display, polarity_is_that_of_the_shape_or_else_of_the_photometric_interpretation) {
  const auto inverse = [](Photometric photometric, const char* shape) {
    Layout layout = grey(1, 1);
    layout.photometric = photometric;
    auto object = test::make_object(layout, {0, 0});
    if (*shape != '\0') object.set_text({0x2050, 0x0020}, "CS", shape);
    return read_display(object, layout)->inverse;
  };
  EXPECT_FALSE(inverse(Photometric::Monochrome2, ""));
  EXPECT_TRUE(inverse(Photometric::Monochrome1, ""));
  EXPECT_TRUE(inverse(Photometric::Monochrome1, "INVERSE"));
  EXPECT_TRUE(inverse(Photometric::Monochrome2, "INVERSE"));
  EXPECT_FALSE(inverse(Photometric::Monochrome2, "IDENTITY"));
}

TEST(Display, tables_and_their_ends) {
  Layout layout = grey(1, 1, 16);
  layout.is_signed = true;
  auto object = test::make_object(layout, {0, 0});
  DataSet& table = object.add_item({0x0028, 0x3000});
  table.set_integer({0x0028, 0x3002}, "US", {3, 0xFFFE, 16});  // first value -2, written as US
  table.set_bytes({0x0028, 0x3006}, "OW", words({100, 200, 300}));
  const auto display = read_display(object, layout);
  ASSERT_TRUE(display.ok() && display->modality);
  EXPECT_EQ(display->modality->at(-2000), 100);
  EXPECT_EQ(display->modality->at(-1), 200);
  EXPECT_EQ(display->modality->at(9), 300);
  table.set_bytes({0x0028, 0x3006}, "OW", words({100, 200}));
  EXPECT_TRUE(read_display(object, layout).error().is(kBadDisplay));
  table.erase({0x0028, 0x3006});
  EXPECT_TRUE(read_display(object, layout).error().is(kBadDisplay));
  table.set_integer({0x0028, 0x3002}, "US", {3, 0, 40});
  EXPECT_TRUE(read_display(object, layout).error().is(kBadDisplay));
}

TEST(Display, tables_back_to_intensity_are_not_for_display) {
  const Layout layout = grey(1, 1, 16);
  auto object = test::make_object(layout, {0, 0});
  object.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.12.1");
  DataSet& table = object.add_item({0x0028, 0x3000});
  table.set_integer({0x0028, 0x3002}, "US", {1, 0, 16});
  table.set_bytes({0x0028, 0x3006}, "OW", words({7}));
  EXPECT_TRUE(read_display(object, layout)->modality);
  object.set_text({0x0028, 0x1040}, "CS", "LOG");
  EXPECT_FALSE(read_display(object, layout)->modality);
}

DataSet with_palette(const Layout& layout, const std::vector<uint8_t>& red, const char* red_form) {
  auto object = test::make_object(layout, {0, 0});
  for (uint16_t i = 1; i <= 3; ++i) {
    object.set_integer({0x0028, static_cast<uint16_t>(0x1100 + i)}, "US", {8, 0, 16});
    object.set_bytes({0x0028, static_cast<uint16_t>(0x1200 + i)}, "OW", words({1, 2, 3, 4, 5, 6, 7, 8}));
  }
  object.erase({0x0028, 0x1201});
  object.set_bytes({0x0028, static_cast<uint16_t>(*red_form == 's' ? 0x1221 : 0x1201)}, "OW", red);
  return object;
}

TEST(Display, palettes_plain_and_in_segments) {
  Layout layout = grey(1, 1);
  layout.photometric = Photometric::PaletteColor;
  const auto red = [&](std::initializer_list<int> values, const char* form) {
    const auto display = read_display(with_palette(layout, words(values), form), layout);
    return display.ok() ? (*display->palette)[0].values : std::vector<uint16_t>{};
  };
  const std::vector<uint16_t> steps{0, 10, 20, 30, 40, 40, 40, 40};
  EXPECT_EQ(red({0, 10, 20, 30, 40, 40, 40, 40}, "plain"), steps);
  // C.7.9.2: one discrete value, four in a line to 40, three in a line to 40.
  EXPECT_EQ(red({0, 1, 0, 1, 4, 40, 1, 3, 40}, "segments"), steps);
  // Two discrete values, then the first segment again (indirect: one segment at byte 0), then a line.
  EXPECT_EQ(red({0, 2, 5, 6, 2, 1, 0, 0, 1, 4, 10}, "segments"),
            (std::vector<uint16_t>{5, 6, 5, 6, 7, 8, 9, 10}));
  EXPECT_TRUE(red({1, 8, 40}, "segments").empty());                 // a line without a start
  EXPECT_TRUE(red({0, 9, 40}, "segments").empty());                 // cut short
  EXPECT_TRUE(red({0, 1, 4, 2, 1, 6, 0}, "segments").empty());      // a segment that names itself
  EXPECT_TRUE(red({0, 2, 4, 4, 1, 65535, 9}, "segments").empty());  // more than 65536 entries in all
  EXPECT_TRUE(red({0, 1, 4, 2, 1, 9999, 9}, "segments").empty());   // outside of the data
}

TEST(Display, padding_is_read_by_the_sign_of_the_pixels) {
  Layout layout = grey(1, 1, 16);
  auto object = test::make_object(layout, {0, 0});
  object.set_integer({0x0028, 0x0120}, "US", {63536});
  EXPECT_EQ(read_display(object, layout)->padding->low, 63536);
  layout.is_signed = true;
  EXPECT_EQ(read_display(object, layout)->padding->low, -2000);
  object.set_integer({0x0028, 0x0121}, "SS", {-1990});
  EXPECT_EQ(read_display(object, layout)->padding->high, -1990);
}

}  // namespace
}  // namespace xinglin::pixel
