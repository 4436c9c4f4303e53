// Other transfer syntaxes on the way out, pictures and thumbnails, over images that are really decoded.
#include "codec/pixel/transcode.h"
#include "edge/dicomweb/tests/fixture.h"

namespace xinglin::dicomweb {
namespace {

constexpr const char* kExplicit = "1.2.840.10008.1.2.1";
constexpr const char* kRle = "1.2.840.10008.1.2.5";
constexpr const char* kJpeg2000 = "1.2.840.10008.1.2.4.90";
constexpr const char* kSeries = "/studies/2.25.10/series/2.25.20";
constexpr const char* kImage = "/studies/2.25.10/series/2.25.20/instances/2.25.1";
constexpr const char* kBroken = "/studies/2.25.10/series/2.25.20/instances/2.25.2";

// Two frames of 40 columns and 20 rows: a ramp and its reverse, 12 of 16 bits.
dicom::DataSet ramps(const std::string& instance) {
  dicom::DataSet out = image(instance);
  out.set_text({0x0028, 0x0004}, "CS", "MONOCHROME2");
  out.set_integer({0x0028, 0x0010}, "US", {20});
  out.set_integer({0x0028, 0x0011}, "US", {40});
  out.set_integer({0x0028, 0x0100}, "US", {16});
  out.set_integer({0x0028, 0x0101}, "US", {12});
  out.set_integer({0x0028, 0x0102}, "US", {11});
  out.set_integer({0x0028, 0x0103}, "US", {0});
  std::vector<uint8_t> pixels;
  for (int i = 0; i < 1600; ++i) {
    const int value = i < 800 ? i : 1600 - i;
    pixels.push_back(static_cast<uint8_t>(value));
    pixels.push_back(static_cast<uint8_t>(value >> 8));
  }
  out.set_bytes({0x7FE0, 0x0010}, "OW", std::move(pixels));
  return out;
}

std::string as_string(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string pixels_of(const std::string& file) {
  const auto parsed = dicom::parse_file(as_bytes(file));
  const dicom::Element* found = parsed ? parsed->data_set.find({0x7FE0, 0x0010}) : nullptr;
  return found ? as_string(found->value) : "<none>";
}

// "40x20" of a PNG (ISO 15948 11.2.2), "jpeg" of a JPEG.
std::string size_of(const http::ClientResponse& answer) {
  const std::string& body = answer.body;
  if (answer.status != 200) return std::to_string(answer.status);
  if (body.starts_with("\xFF\xD8\xFF") && answer.headers.at("content-type") == "image/jpeg") return "jpeg";
  if (!body.starts_with("\x89PNG") || answer.headers.at("content-type") != "image/png") return "<neither>";
  const auto side = [&](size_t at) {
    unsigned out = 0;
    for (size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<uint8_t>(body[at + i]);
    return std::to_string(out);
  };
  return side(16) + "x" + side(20);
}

class Pictures : public DicomWebTest {
protected:
  void SetUp() override {
    DicomWebTest::SetUp();
    const auto file = pixel::transcode_file(dicom::write_file(ramps("2.25.1")), TransferSyntaxUid(kRle));
    ASSERT_TRUE(file.ok()) << file.error().message();
    store_file(*file);
    stored = as_string(*file);
    original = as_string(ramps("2.25.1").find({0x7FE0, 0x0010})->value);
    store_file(jpeg_file("2.25.2"));  // its fragments are no JPEG
  }
  std::string png(const std::string& path) { return size_of(get(path, "image/png")); }
  std::string stored, original;
};

TEST_F(Pictures, frames_are_decoded_when_no_syntax_is_named) {
  const auto second = get(std::string(kImage) + "/frames/2", "application/octet-stream");
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(second.headers.at("content-type"),
            "application/octet-stream; transfer-syntax=" + std::string(kExplicit));
  EXPECT_EQ(second.body, original.substr(1600));
  const auto both =
      get(std::string(kImage) + "/frames/1,2", "multipart/related; type=application/octet-stream");
  EXPECT_NE(both.body.find(original.substr(0, 1600)), std::string::npos);
  EXPECT_NE(both.body.find(original.substr(1600)), std::string::npos);
  const auto rle = get(std::string(kImage) + "/frames/1", "image/x-dicom-rle");
  EXPECT_EQ(rle.headers.at("content-type"), "image/dicom-rle; transfer-syntax=" + std::string(kRle));
  EXPECT_NE(stored.find(rle.body), std::string::npos);
}

TEST_F(Pictures, frames_and_objects_are_coded_again_without_loss) {
  const auto frame =
      get(std::string(kImage) + "/frames/1", "image/jp2; transfer-syntax=" + std::string(kJpeg2000));
  ASSERT_EQ(frame.status, 200) << frame.body;
  EXPECT_TRUE(frame.body.starts_with("\xFF\x4F\xFF\x51"));  // a bare code stream (PS3.5 A.4.4)
  const auto object = get(kImage, "application/dicom; transfer-syntax=" + std::string(kJpeg2000));
  ASSERT_EQ(object.status, 200) << object.body;
  EXPECT_EQ(object.headers.at("content-type"),
            "application/dicom; transfer-syntax=" + std::string(kJpeg2000));
  const auto back = pixel::transcode_file(as_bytes(object.body), TransferSyntaxUid(kExplicit));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(pixels_of(as_string(*back)), original);
  EXPECT_EQ(pixels_of(get(kImage, "application/dicom").body), original);
  EXPECT_EQ(get(kImage, "application/dicom; transfer-syntax=*").body, stored);
}

TEST_F(Pictures, what_cannot_be_decoded_is_sent_as_stored_or_refused) {
  const std::string file = as_string(jpeg_file("2.25.2"));
  const auto series = get(kSeries, "multipart/related; type=\"application/dicom\"");
  ASSERT_EQ(series.status, 200);
  EXPECT_NE(series.body.find("Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n"),
            std::string::npos);
  EXPECT_NE(series.body.find(
                "Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50\r\n\r\n" + file),
            std::string::npos);
  const auto alone = get(kBroken, "application/dicom");
  EXPECT_EQ(alone.body, file);
  EXPECT_EQ(alone.headers.at("content-type"), "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50");
  for (const char* accept : {"application/dicom; transfer-syntax=1.2.840.10008.1.2.1",
                             "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.102"})
    EXPECT_EQ(get(kBroken, accept).status, 406) << accept;
  EXPECT_EQ(get(std::string(kBroken) + "/frames/1", "application/octet-stream").status, 406);
  EXPECT_EQ(get(std::string(kBroken) + "/rendered", "image/jpeg").status, 406);
}

TEST_F(Pictures, a_frame_is_rendered_as_asked) {
  const std::string rendered = std::string(kImage) + "/rendered";
  EXPECT_EQ(size_of(get(rendered)), "jpeg");
  EXPECT_EQ(size_of(get(rendered, "image/*")), "jpeg");
  EXPECT_EQ(png(rendered), "40x20");
  EXPECT_EQ(png(rendered + "?viewport=20,20"), "20x10");
  EXPECT_EQ(png(rendered + "?viewport=100,100,0,0,10,10"), "100x100");
  EXPECT_EQ(size_of(get(rendered + "?accept=image%2Fpng")), "40x20");
  const auto first = get(std::string(kImage) + "/frames/1/rendered", "image/png");
  const auto second = get(std::string(kImage) + "/frames/2/rendered", "image/png");
  EXPECT_EQ(first.body, get(rendered, "image/png").body);
  EXPECT_NE(first.body, second.body);
  EXPECT_NE(first.body, get(rendered + "?window=100,10,linear", "image/png").body);
  EXPECT_LT(get(rendered + "?quality=1").body.size(), get(rendered + "?quality=100").body.size());
  const std::string etag = first.headers.at("etag");
  EXPECT_EQ(get(std::string(kImage) + "/frames/1/rendered", "image/png", {{"If-None-Match", etag}}).status,
            304);
  EXPECT_NE(etag, second.headers.at("etag"));
}

TEST_F(Pictures, what_cannot_be_rendered_so_is_refused) {
  const std::string rendered = std::string(kImage) + "/rendered";
  for (const char* query : {"viewport=0,10", "viewport=10", "viewport=9000,10", "viewport=a,b",
                            "window=1,0,linear", "window=1", "window=1,2,cubic", "window=nan,2", "quality=0",
                            "quality=101", "annotation=patient", "iccprofile=yes"})
    EXPECT_EQ(code(get(rendered + "?" + query)), "400 dicomweb.bad-request") << query;
  EXPECT_EQ(code(get(rendered + "?viewport=10,10,400,0,5,5")), "400 pixel.bad-view");
  EXPECT_EQ(code(get(rendered, "image/gif")), "406 dicomweb.not-acceptable");
  EXPECT_EQ(code(get(std::string(kImage) + "/frames/3/rendered")), "404 pixel.no-such-frame");
  EXPECT_EQ(code(get(std::string(kImage) + "/frames/1,2/rendered")), "400 dicomweb.bad-request");
  EXPECT_EQ(code(get(std::string(kImage) + "/thumbnail?window=1,2")), "400 dicomweb.bad-request");
}

TEST_F(Pictures, thumbnails_stand_for_every_level) {
  store_image(ramps("2.25.3"));
  for (const std::string path :
       {"/studies/2.25.10", kSeries, kImage, "/studies/2.25.10/series/2.25.20/instances/2.25.3/frames/2"})
    EXPECT_EQ(png(path + "/thumbnail"), "128x64") << path;
  EXPECT_EQ(png(std::string(kImage) + "/thumbnail?viewport=16,16"), "16x8");
  dicom::DataSet report = image("2.25.4", "2.25.23", "2.25.11");
  report.erase({0x7FE0, 0x0010});
  store_image(report);
  EXPECT_EQ(code(get("/studies/2.25.11/thumbnail")), "404 pixel.none");
}

TEST_F(Pictures, wado_uri_gives_pictures_of_single_frames) {
  dicom::DataSet single = ramps("2.25.5");
  single.set_text({0x0028, 0x0008}, "IS", "1");
  store_image(single);
  const auto wado = [&](const std::string& instance, const std::string& query) {
    return send(http::Method::Get,
                "/wado?requestType=WADO&studyUID=2.25.10&seriesUID=2.25.20&objectUID=" + instance + query);
  };
  EXPECT_EQ(size_of(wado("2.25.5", "")), "jpeg");
  EXPECT_EQ(size_of(wado("2.25.5", "&contentType=image/png")), "40x20");
  EXPECT_EQ(size_of(wado("2.25.5", "&contentType=image/png&rows=10")), "20x10");
  EXPECT_EQ(size_of(wado("2.25.5", "&contentType=image/png&region=0.5,0,1,1")), "20x20");
  EXPECT_EQ(size_of(wado("2.25.1", "&contentType=image/png&frameNumber=2&windowCenter=40&windowWidth=400")),
            "40x20");
  EXPECT_EQ(wado("2.25.1", "").headers.at("content-type"),
            "application/dicom; transfer-syntax=" + std::string(kRle));
  EXPECT_EQ(
      pixels_of(
          wado("2.25.1", "&contentType=application/dicom&transferSyntax=" + std::string(kExplicit)).body),
      original);
  for (const char* query : {"&windowCenter=1", "&region=0,0,2,1", "&rows=0", "&imageQuality=x", "&nothing=1",
                            "&contentType=application/dicom&rows=10"})
    EXPECT_EQ(code(wado("2.25.5", query)), "400 dicomweb.bad-request") << query;
  EXPECT_EQ(code(wado("2.25.5", "&anonymize=yes")).substr(4), "dicomweb.not-offered");
  EXPECT_EQ(code(wado("2.25.5", "&contentType=image/gif")), "406 dicomweb.not-acceptable");
}

}  // namespace
}  // namespace xinglin::dicomweb
