// A file with another name in it: the rest stays as it was, byte for byte, in every encoding.
#include "codec/dicom/amend.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace xinglin::dicom {
namespace {

constexpr Tag kName{0x0010, 0x0010}, kPixels{0x7FE0, 0x0010}, kAfter{0xFFFC, 0xFFFC};

DataSet image() {
  DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.7");
  out.set_text({0x0008, 0x0018}, "UI", "2.25.1");
  out.set_text(kName, "PN", "Doe^Jane");
  out.add_item({0x0040, 0x0275}).set_text({0x0040, 0x0007}, "LO", "step");
  out.set_bytes({0x0009, 0x1001}, "UN", {1, 2, 3, 4});
  out.set_bytes(kPixels, "OW", std::vector<uint8_t>(600, 7));
  out.set_bytes(kAfter, "OB", {0, 0});
  return out;
}

std::vector<uint8_t> joined(const Amended& made, const std::vector<uint8_t>& file) {
  std::vector<uint8_t> out = made.head;
  out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(made.rest_offset), file.end());
  return out;
}

class Amend : public testing::TestWithParam<const char*> {};

TEST_P(Amend, ChangesTheHeadAndLeavesTheRest) {
  const TransferSyntaxUid syntax{std::string(GetParam())};
  const auto file = *write_file(image(), syntax);
  const auto made = amend_file(file, [](DataSet& d) { d.set_text(kName, "PN", "王^小东"); });
  ASSERT_TRUE(made.ok()) << made.error().message();
  DataSet expected = image();
  expected.set_text(kName, "PN", "王^小东");
  EXPECT_EQ(joined(*made, file), *write_file(expected, syntax));
  const bool deflated = syntax.str().ends_with(".99");
  EXPECT_EQ(made->rest_offset == file.size(), deflated) << "pixel data is not brought into memory";
}

INSTANTIATE_TEST_SUITE_P(Syntaxes, Amend,
                         testing::Values("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
                                         "1.2.840.10008.1.2.1.99"));

TEST(AmendEncapsulated, FragmentsStayAsTheyCame) {
  DataSet data = image();
  Element& pixels = data.elements()[kPixels];
  pixels.vr = "OB";
  pixels.encapsulated = true;
  pixels.value = {0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0x00, 0xE0, 2, 0, 0, 0, 9, 9};
  const TransferSyntaxUid jpeg{"1.2.840.10008.1.2.4.50"};
  const auto file = *write_file(data, jpeg);
  const auto made = amend_file(file, [](DataSet& d) { d.set_text(kName, "PN", "Roe"); });
  ASSERT_TRUE(made.ok()) << made.error().message();
  EXPECT_LT(made->rest_offset, file.size());
  data.set_text(kName, "PN", "Roe");
  EXPECT_EQ(joined(*made, file), *write_file(data, jpeg));
}

TEST(AmendEncapsulated, WithoutPixelDataAllIsInTheHead) {
  DataSet data = image();
  data.erase(kPixels);
  data.erase(kAfter);
  const auto file = write_file(data);
  const auto made = amend_file(file, [](DataSet&) {});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->rest_offset, file.size());
  EXPECT_EQ(made->head, file);
}

TEST(AmendEncapsulated, WhatIsNoFileIsRefused) {
  EXPECT_FALSE(amend_file(std::vector<uint8_t>(10, 1), [](DataSet&) {}).ok());
}

}  // namespace
}  // namespace xinglin::dicom
