// Pictures of real objects against DCMTK's dcm2pnm: stored windows, given windows, sigmoid, MONOCHROME1,
// palettes and colours. Objects are first made uncompressed here, so that only the rendering is compared.
// Tolerance: one step of 255, since DCMTK works its tables out in another order of operations.
#include <gtest/gtest.h>

#include <sstream>

#include "codec/pixel/decode.h"
#include "codec/pixel/render.h"
#include "codec/pixel/tests/support.h"
#include "codec/pixel/transcode.h"

namespace xinglin::pixel {
namespace {

using test::fs::path;

const TransferSyntaxUid kExplicit("1.2.840.10008.1.2.1");

struct Pnm {
  uint32_t columns = 0, rows = 0;
  std::vector<uint8_t> bytes;
};

Pnm read_pnm(const path& file) {
  const auto bytes = test::read_bytes(file);
  std::istringstream in(std::string(bytes.begin(), bytes.end()));
  std::string magic;
  size_t most = 0;
  Pnm out;
  in >> magic;
  while ((in >> std::ws).peek() == '#') in.ignore(4096, '\n');
  in >> out.columns >> out.rows >> most;
  const auto at = static_cast<std::ptrdiff_t>(in.tellg()) + 1;
  if (in && most == 255) out.bytes.assign(bytes.begin() + at, bytes.end());
  return out;
}

class RenderDcmtk : public testing::Test {
protected:
  void SetUp() override {
    if (!test::fs::exists(test::shared())) GTEST_SKIP() << "skipped: no shared data";
    if (!test::runs("dcm2pnm --version")) GTEST_SKIP() << "skipped: no dcm2pnm";
  }

  // The object as uncompressed file in folder_, and its data set.
  dicom::DataSet plain(const std::string& name) {
    const auto file = transcode_file(test::read_bytes(test::shared() / name), kExplicit);
    EXPECT_TRUE(file.ok()) << name << (file.ok() ? "" : file.error().message());
    if (!file.ok()) return {};
    test::write_bytes(folder_.file("plain.dcm"), *file);
    return std::move(dicom::parse_file(*file)->data_set);
  }

  void compare(const std::string& name, const std::string& options, const RenderOptions& ours,
               int tolerance = 1) {
    SCOPED_TRACE(name + " " + options);
    const auto object = plain(name);
    const auto decoder = Decoder::open(object, kExplicit);
    ASSERT_TRUE(decoder.ok());
    const auto display = read_display(object, decoder->layout());
    ASSERT_TRUE(display.ok());
    const auto picture = render(*decoder->frame(0), *display, ours);
    ASSERT_TRUE(picture.ok()) << picture.error().message();
    ASSERT_TRUE(test::runs("dcm2pnm -O +op +F 1 " + options + " '" + folder_.file("plain.dcm").string() +
                           "' '" + folder_.file("out.pnm").string() + "'"));
    const Pnm theirs = read_pnm(folder_.file("out.pnm"));
    ASSERT_EQ(picture->columns, theirs.columns);
    ASSERT_EQ(picture->rows, theirs.rows);
    ASSERT_EQ(picture->bytes.size(), theirs.bytes.size());
    int largest = 0;
    for (size_t i = 0; i < theirs.bytes.size(); ++i)
      largest = std::max(largest, std::abs(picture->bytes[i] - theirs.bytes[i]));
    EXPECT_LE(largest, tolerance);
  }

  test::Folder folder_;
};

RenderOptions given(double center, double width, VoiFunction function = VoiFunction::Linear) {
  RenderOptions out;
  out.window = Window{center, width, function};
  return out;
}

TEST_F(RenderDcmtk, stored_windows) {
  for (const char* name : {"codecs/693_J2KI.dcm", "codecs/693_UNCR.dcm", "codecs/MR2_J2KR.dcm",
                           "codecs/MR_small.dcm", "codecs/MR_small_expb.dcm", "codecs/RG3_J2KI.dcm",
                           "cxr/RG1_J2KI.dcm", "codecs/JPGLosslessP14SV1_1s_1f_8b.dcm"})
    compare(name, "+Wi 1", {});
}

TEST_F(RenderDcmtk, given_windows) {
  for (const char* name : {"codecs/CT_small.dcm", "codecs/693_J2KR.dcm", "mr-brain-t1/N2D_0169.dcm",
                           "codecs/emri_small.dcm", "codecs/RG3_J2KI.dcm", "codecs/JPGExtended.dcm"}) {
    compare(name, "+Ww 40 400", given(40, 400));
    compare(name, "+Ww 300 77.5", given(300, 77.5));
    compare(name, "+Wfs +Ww 300 500", given(300, 500, VoiFunction::Sigmoid));
  }
}

TEST_F(RenderDcmtk, colours_and_palettes) {
  for (const char* name :
       {"codecs/OBXXXX1A_rle.dcm", "us-multiframe/US-PAL-8-10x-echo.dcm", "us-multiframe/jpeg-ls-Palette.dcm",
        "codecs/US1_UNCR.dcm", "codecs/US1_J2KR.dcm", "codecs/SC_rgb_16bit.dcm", "codecs/SC_rgb_jpeg.dcm",
        "codecs/examples_ybr_color.dcm", "codecs/JLSL_RGB_ILV1.dcm",
        "wsi/multiframe_camelyon_challenge_image.dcm"})
    compare(name, "", {});
}

}  // namespace
}  // namespace xinglin::pixel
