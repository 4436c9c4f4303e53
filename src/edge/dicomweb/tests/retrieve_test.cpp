#include "edge/dicomweb/tests/fixture.h"

namespace xinglin::dicomweb {
namespace {

constexpr const char* kOne = "/studies/2.25.10/series/2.25.20/instances/2.25.1";
constexpr const char* kTwo = "/studies/2.25.10/series/2.25.20/instances/2.25.2";
constexpr const char* kAnyDicom = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
constexpr const char* kAnyFrame = "multipart/related; type=application/octet-stream; transfer-syntax=*";

class Retrieve : public DicomWebTest {
protected:
  void SetUp() override {
    DicomWebTest::SetUp();
    store_image(image("2.25.1"));
    store_file(jpeg_file("2.25.2"));
  }
};

// The parts of a multipart answer: headers and body of each, by the boundary of Content-Type.
std::vector<std::pair<std::string, std::string>> parts(const http::ClientResponse& response) {
  std::vector<std::pair<std::string, std::string>> out;
  const std::string& type = response.headers.at("content-type");
  const std::string mark = "--" + type.substr(type.find("boundary=") + 9);
  size_t at = response.body.find(mark);
  EXPECT_EQ(at, 0u);
  while (at != std::string::npos && response.body.compare(at + mark.size(), 2, "--") != 0) {
    const size_t head = at + mark.size() + 2, data = response.body.find("\r\n\r\n", head) + 4;
    at = response.body.find("\r\n" + mark, data);
    out.emplace_back(response.body.substr(head, data - head), response.body.substr(data, at - data));
    if (at != std::string::npos) at += 2;
  }
  EXPECT_TRUE(response.body.ends_with(mark + "--\r\n"));
  return out;
}

std::string as_string(const std::vector<uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST_F(Retrieve, nothing_without_sign_in) {
  for (const char* path : {kOne, "/studies/2.25.10", "/studies/2.25.10/metadata"}) {
    const auto answer =
        http::Client(server->endpoint()).send(http::Method::Get, std::string("/dicom-web") + path);
    EXPECT_EQ(answer->status, 401) << path;
    EXPECT_EQ(answer->headers.at("www-authenticate"), "Bearer");
  }
}

TEST_F(Retrieve, a_study_is_its_files) {
  for (const char* path : {"/studies/2.25.10", "/studies/2.25.10/series/2.25.20"}) {
    const auto answer = get(path, kAnyDicom);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(
        answer.headers.at("content-type").starts_with("multipart/related; type=\"application/dicom\"; "));
    const auto found = parts(answer);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_NE(found[0].first.find("Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1\r\n"),
              std::string::npos);
    EXPECT_NE(found[1].first.find("transfer-syntax=1.2.840.10008.1.2.4.50"), std::string::npos);
    EXPECT_EQ(found[0].second, as_string(dicom::write_file(image("2.25.1"))));
    EXPECT_EQ(found[1].second, as_string(jpeg_file("2.25.2")));
  }
}

TEST_F(Retrieve, what_is_not_there_is_404_and_what_is_no_uid_400) {
  EXPECT_EQ(code(get("/studies/2.25.11")), "404 archive.not-found");
  EXPECT_EQ(code(get("/studies/2.25.10/series/2.25.21")), "404 archive.not-found");
  EXPECT_EQ(code(get("/studies/2.25.11/series/2.25.20")), "404 archive.not-found");
  EXPECT_EQ(code(get("/studies/2.25.10/series/2.25.21/instances/2.25.1")), "404 archive.not-found");
  EXPECT_EQ(code(get("/studies/abc")), "400 dicomweb.bad-request");
}

TEST_F(Retrieve, what_cannot_be_sent_is_406_and_says_what_is_stored) {
  const auto answer = get(kTwo, "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.102");
  EXPECT_EQ(code(answer), "406 dicomweb.not-acceptable");
  EXPECT_NE(answer.body.find("1.2.840.10008.1.2.4.50"), std::string::npos);
}

TEST_F(Retrieve, one_instance_alone_by_range_condition_and_head) {
  const std::string file = as_string(dicom::write_file(image("2.25.1")));
  const auto whole = get(kOne, "application/dicom");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, file);
  EXPECT_EQ(whole.headers.at("content-type"), "application/dicom; transfer-syntax=1.2.840.10008.1.2.1");
  EXPECT_EQ(whole.headers.at("accept-ranges"), "bytes");
  const std::string etag = whole.headers.at("etag");
  EXPECT_EQ(get(kOne, "application/dicom", {{"If-None-Match", etag}}).status, 304);
  const auto part = get(kOne, "application/dicom", {{"Range", "bytes=128-131"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "DICM");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 128-131/" + std::to_string(file.size()));
  EXPECT_EQ(get(kOne, "application/dicom", {{"Range", "bytes=1-2"}, {"If-Range", "\"other\""}}).status, 200);
  EXPECT_EQ(code(get(kOne, "application/dicom", {{"Range", "bytes=999999-"}})), "416 dicomweb.bad-range");
  auto stream = net::Stream::connect(server->endpoint(), 5000);
  const std::string head =
      "HEAD /dicom-web" + std::string(kOne) +
      " HTTP/1.1\r\nHost: a\r\nAccept: application/dicom\r\nAuthorization: Bearer good\r\n"
      "Connection: close\r\n\r\n";
  ASSERT_TRUE(stream->write_all(as_bytes(head)).ok());
  std::string answer;
  uint8_t bytes[4096];
  for (auto n = stream->read_some(bytes); n.ok(); n = stream->read_some(bytes))
    answer += as_text({bytes, *n});
  EXPECT_NE(answer.find("Content-Length: " + std::to_string(file.size())), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(Retrieve, a_damaged_file_is_not_sent_as_if_it_were_whole) {
  for (const auto& entry : fs::recursive_directory_iterator(folder / "blobs"))
    if (entry.path().filename() == "2.25.1.dcm") {
      FILE* file = std::fopen(entry.path().c_str(), "r+b");
      std::fseek(file, 140, SEEK_SET);
      std::fputc('X', file);
      std::fclose(file);
    }
  EXPECT_EQ(get(kOne, "application/dicom").status, 500);
}

TEST_F(Retrieve, a_large_instance_is_streamed) {
  dicom::DataSet large = image("2.25.3", "2.25.21");
  large.set_bytes({0x7FE0, 0x0010}, "OB", std::vector<uint8_t>(3'000'000, 5));
  store_image(large);
  const auto answer = get("/studies/2.25.10/series/2.25.21/instances/2.25.3", "application/dicom");
  EXPECT_EQ(answer.body, as_string(dicom::write_file(large)));
  EXPECT_EQ(parts(get("/studies/2.25.10", kAnyDicom)).size(), 3u);
}

TEST_F(Retrieve, metadata_is_that_of_the_standard) {
  fs::remove_all(folder / "blobs" / "data");  // no image file is read
  const auto answer = get("/studies/2.25.10/metadata", "application/dicom+json");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.at("content-type"), "application/dicom+json");
  const json::value all = body(answer);
  ASSERT_EQ(all.get_array().size(), 2u);
  const auto at = [&](std::string_view path) { return json::serialize(*json::at_path(all, path)); };
  EXPECT_EQ(at("0.00080018.Value.0"), "\"2.25.1\"");
  EXPECT_EQ(at("0.00100010.Value.0"), R"({"Alphabetic":"Wang^XiaoDong","Ideographic":"王^小东"})");
  EXPECT_EQ(at("0.7FE00010"), R"({"vr":"OB","BulkDataURI":")" + base + kOne + R"(/bulkdata/7FE00010"})");
}

TEST_F(Retrieve, metadata_is_conditional_and_compressed_on_demand) {
  const auto plain = get("/studies/2.25.10/series/2.25.20/metadata");
  const auto zipped = get("/studies/2.25.10/series/2.25.20/metadata", "", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(zipped.headers.at("content-encoding"), "gzip");
  EXPECT_LT(zipped.body.size(), plain.body.size());
  EXPECT_NE(zipped.headers.at("etag"), plain.headers.at("etag"));
  EXPECT_EQ(get("/studies/2.25.10/series/2.25.20/metadata", "", {{"If-None-Match", plain.headers.at("etag")}})
                .status,
            304);
  EXPECT_EQ(code(get("/studies/2.25.10/metadata", "application/dicom+xml")), "406 dicomweb.not-acceptable");
}

TEST_F(Retrieve, metadata_of_many_instances_is_one_array) {
  for (int i = 100; i < 250; ++i) store_image(image("2.25." + std::to_string(i), "2.25.22", "2.25.12"));
  const json::value all = body(get("/studies/2.25.12/metadata"));
  ASSERT_EQ(all.get_array().size(), 150u);
  EXPECT_EQ(json::serialize(*json::at_path(all, "149.00080018.Value.0")), "\"2.25.249\"");
}

TEST_F(Retrieve, bulk_data_is_at_the_address_that_metadata_gives) {
  const json::value all = body(get(std::string(kOne) + "/metadata"));
  for (const auto& [path, size] : {std::pair{"0.54000100.Value.0.54001010.BulkDataURI", 2000u},
                                   std::pair{"0.7FE00010.BulkDataURI", 8u}}) {
    const json::value* uri = json::at_path(all, path);
    ASSERT_NE(uri, nullptr) << path;
    const std::string target(std::string_view(uri->get_string()).substr(base.size()));
    const auto alone = get(target, "application/octet-stream");
    EXPECT_EQ(alone.status, 200) << alone.body;
    EXPECT_EQ(alone.body.size(), size);
    const auto related = parts(get(target, "multipart/related; type=\"application/octet-stream\""));
    ASSERT_EQ(related.size(), 1u);
    EXPECT_EQ(related[0].second, alone.body);
  }
  EXPECT_EQ(code(get(std::string(kOne) + "/bulkdata/00420011")), "404 dicomweb.no-bulk-data");
  EXPECT_EQ(code(get(std::string(kOne) + "/bulkdata/54000100/9/54001010")), "404 dicomweb.no-bulk-data");
  const auto fragments = parts(get(std::string(kTwo) + "/bulkdata/7FE00010", kAnyFrame));
  ASSERT_EQ(fragments.size(), 2u);
  EXPECT_EQ(fragments[1].second, "jpg2");
}

TEST_F(Retrieve, frames_in_the_order_asked) {
  const auto found = parts(get(std::string(kOne) + "/frames/2,1", kAnyFrame));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].second, "ABCD");
  EXPECT_EQ(found[1].second, "abcd");
  EXPECT_NE(found[0].first.find("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"),
            std::string::npos);
  const auto jpeg = parts(get(std::string(kTwo) + "/frames/1", kAnyFrame));
  ASSERT_EQ(jpeg.size(), 1u);
  EXPECT_EQ(jpeg[0].second, "jpg1");
  EXPECT_NE(jpeg[0].first.find("transfer-syntax=1.2.840.10008.1.2.4.50"), std::string::npos);
  EXPECT_EQ(get(std::string(kTwo) + "/frames/2", "image/jpeg").body, "jpg2");
  EXPECT_EQ(get(std::string(kOne) + "/frames/2", "application/octet-stream").body, "ABCD");
}

TEST_F(Retrieve, frames_that_are_not_there_or_not_asked_rightly) {
  EXPECT_EQ(code(get(std::string(kOne) + "/frames/3", kAnyFrame)), "404 pixel.no-such-frame");
  for (const char* bad : {"/frames/0", "/frames/x", "/frames/1,", "/frames/1,,2", "/frames/99999999999"})
    EXPECT_EQ(code(get(std::string(kOne) + bad, kAnyFrame)), "400 dicomweb.bad-request") << bad;
  EXPECT_EQ(code(get(std::string(kTwo) + "/frames/1", "application/octet-stream")),
            "406 dicomweb.not-acceptable");
  dicom::DataSet report = image("2.25.4", "2.25.23");
  report.erase({0x7FE0, 0x0010});
  store_image(report);
  EXPECT_EQ(code(get("/studies/2.25.10/series/2.25.23/instances/2.25.4/frames/1", kAnyFrame)),
            "404 pixel.none");
}

TEST_F(Retrieve, wado_uri) {
  const auto wado = [&](const std::string& query) { return send(http::Method::Get, "/wado?" + query); };
  const std::string uids = "requestType=WADO&studyUID=2.25.10&seriesUID=2.25.20&objectUID=2.25.2";
  const auto answer = wado(uids + "&contentType=application%2Fdicom");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, as_string(jpeg_file("2.25.2")));
  EXPECT_EQ(code(wado(uids + "&contentType=text/html")), "406 dicomweb.not-acceptable");
  EXPECT_EQ(code(wado(uids + "&transferSyntax=1.2.840.10008.1.2.4.102")), "406 dicomweb.not-acceptable");
  EXPECT_EQ(code(wado("requestType=WADO&studyUID=2.25.10")), "400 dicomweb.bad-request");
  EXPECT_EQ(code(wado("requestType=WADO&studyUID=2.25.10&seriesUID=2.25.20&objectUID=2.25.9")),
            "404 archive.not-found");
}

TEST_F(Retrieve, every_read_is_in_the_audit_log) {
  get(kOne, "application/dicom");
  get(std::string(kOne) + "/frames/1", kAnyFrame);
  ASSERT_TRUE(audit->flush().ok());
  std::string all;
  const auto leaves = audit->leaves(0, 100);
  for (const auto& leaf : *leaves) all += leaf.record;
  EXPECT_NE(all.find("frames 1"), std::string::npos);
  EXPECT_NE(all.find("Instance/2.25.1"), std::string::npos);
}

TEST_F(DicomWebTest, DeleteTakesAnInstanceASeriesOrAStudy) {
  for (const char* instance : {"2.25.101", "2.25.102"}) store_image(image(instance));
  store_image(image("2.25.103", "2.25.21"));
  const auto remove = [&](const std::string& target) {
    return send(http::Method::Delete, "/dicom-web" + target).status;
  };
  const std::string study = "/studies/2.25.10";
  EXPECT_EQ(remove(study + "/series/2.25.20/instances/2.25.101"), 204);
  EXPECT_EQ(get(study + "/series/2.25.20/instances/2.25.101").status, 404);
  EXPECT_EQ(get(study + "/series/2.25.20/instances/2.25.102").status, 200);
  EXPECT_EQ(body(get(study + "/instances")).as_array().size(), 2u);
  EXPECT_EQ(remove(study + "/series/2.25.20/instances/2.25.101"), 404);
  EXPECT_EQ(remove(study + "/series/2.25.21"), 204);
  EXPECT_EQ(body(get(study + "/series")).as_array().size(), 1u);
  EXPECT_EQ(remove(study + "?reason=x"), 204);
  EXPECT_EQ(get(study + "/metadata").status, 404);
  EXPECT_EQ(get("/studies").status, 204);
  EXPECT_EQ(remove("/studies/9"), 404);
  EXPECT_EQ(remove("/studies/not-a-uid"), 400);
  EXPECT_EQ(deletion->list(trust::Access::system("test"), 10)->size(), 3u);
}

TEST_F(DicomWebTest, DeleteIsRefusedBeforeItsTime) {
  store_image(image("2.25.101"));
  rule = {};
  deletion = std::make_unique<archive::Deletion>(*store, *blobs, clock, *audit, *journal, metrics,
                                                 archive::Deletion::Options{.rule = rule});
  const auto refused = send(http::Method::Delete, "/dicom-web/studies/2.25.10");
  EXPECT_EQ(code(refused), "409 archive.kept");
  EXPECT_NE(refused.body.find("2056-11-22"), std::string::npos) << refused.body;
  EXPECT_EQ(get("/studies/2.25.10/metadata").status, 200);
}

}  // namespace
}  // namespace xinglin::dicomweb
