#include "edge/dicomweb/tests/fixture.h"

namespace xinglin::dicomweb {
namespace {

constexpr const char* kType = "multipart/related; type=\"application/dicom\"; boundary=xyz";

class StoreTest : public DicomWebTest {
protected:
  static std::string related(const std::vector<std::vector<uint8_t>>& files) {
    std::string out;
    for (const auto& file : files)
      out += "\r\n--xyz\r\nContent-Type: application/dicom\r\n\r\n" + std::string(file.begin(), file.end());
    return out + "\r\n--xyz--\r\n";
  }
  http::ClientResponse post(const std::string& text, std::string type = kType, std::string path = "") {
    return send(http::Method::Post, "/dicom-web/studies" + path, text,
                {{"Content-Type", type}, {"Accept", "application/dicom+json"}});
  }
  static std::string at(const json::value& root, std::string_view path) {
    const json::value* found = json::at_path(root, path);
    return found ? json::serialize(*found) : "<none>";
  }
};

TEST_F(StoreTest, instances_are_stored_and_named) {
  const auto answer = post(related({dicom::write_file(image("2.25.1")), jpeg_file("2.25.2")}));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.headers.at("content-type"), "application/dicom+json");
  const json::value root = body(answer);
  EXPECT_EQ(at(root, "00081190.Value.0"), '"' + base + "/studies/2.25.10\"");
  EXPECT_EQ(at(root, "00081199.Value.0.00081150.Value.0"), "\"1.2.840.10008.5.1.4.1.1.2\"");
  EXPECT_EQ(at(root, "00081199.Value.1.00081155.Value.0"), "\"2.25.2\"");
  EXPECT_EQ(at(root, "00081199.Value.1.00081190.Value.0"),
            '"' + base + "/studies/2.25.10/series/2.25.20/instances/2.25.2\"");
  EXPECT_EQ(at(root, "00081198"), "<none>");
  const auto back =
      get("/studies/2.25.10/series/2.25.20/instances/2.25.2", "application/dicom; transfer-syntax=*");
  const auto sent = jpeg_file("2.25.2");
  EXPECT_EQ(back.body, std::string(sent.begin(), sent.end()));
  // The same again is stored already, which is no failure.
  EXPECT_EQ(post(related({jpeg_file("2.25.2")})).status, 200);
  EXPECT_EQ(archive->figures()->instances, 2);
}

TEST_F(StoreTest, some_refused_is_202_and_all_refused_409) {
  dicom::DataSet other = image("2.25.1");
  other.set_bytes({0x7FE0, 0x0010}, "OB", {9, 9, 9, 9, 9, 9, 9, 9});
  ASSERT_EQ(post(related({dicom::write_file(image("2.25.1"))})).status, 200);
  const auto mixed = post(related({dicom::write_file(other), dicom::write_file(image("2.25.3"))}));
  EXPECT_EQ(mixed.status, 202);
  EXPECT_EQ(at(body(mixed), "00081198.Value.0.00081155.Value.0"), "\"2.25.1\"");
  EXPECT_EQ(at(body(mixed), "00081198.Value.0.00081197"), R"({"vr":"US","Value":[273]})");  // 0111H
  EXPECT_EQ(at(body(mixed), "00081199.Value.0.00081155.Value.0"), "\"2.25.3\"");
  const auto unreadable = post(related({std::vector<uint8_t>(300, 0xFF)}));
  EXPECT_EQ(unreadable.status, 409);
  EXPECT_EQ(at(body(unreadable), "0008119A.Value.0.00081197.Value.0"), std::to_string(0xC000));
  const auto kept = archive->quarantined(trust::Access::system("test"), 10);
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ(kept->front().source, "dicomweb");
}

TEST_F(StoreTest, an_instance_of_another_study_than_the_address_is_refused) {
  const auto answer = post(related({dicom::write_file(image("2.25.1"))}), kType, "/2.25.99");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(at(body(answer), "00081198.Value.0.00081197.Value.0"), std::to_string(0xA900));
  EXPECT_EQ(post(related({dicom::write_file(image("2.25.1"))}), kType, "/2.25.10").status, 200);
}

TEST_F(StoreTest, one_instance_may_be_the_whole_body) {
  const auto file = dicom::write_file(image("2.25.1"));
  EXPECT_EQ(post(std::string(file.begin(), file.end()), "application/dicom").status, 200);
  EXPECT_EQ(archive->figures()->instances, 1);
}

TEST_F(StoreTest, a_large_instance_goes_through_a_file) {
  dicom::DataSet large = image("2.25.1");
  large.set_bytes({0x7FE0, 0x0010}, "OB", std::vector<uint8_t>(20'000'000, 5));
  const auto file = dicom::write_file(large);
  ASSERT_EQ(post(related({file, dicom::write_file(image("2.25.2"))})).status, 200);
  EXPECT_EQ(get("/studies/2.25.10/series/2.25.20/instances/2.25.1", "application/dicom").body,
            std::string(file.begin(), file.end()));
}

TEST_F(StoreTest, over_the_limit_is_out_of_resources_and_the_rest_is_stored) {
  open({.instance_bytes_max = 10'000});
  dicom::DataSet large = image("2.25.1");
  large.set_bytes({0x7FE0, 0x0010}, "OB", std::vector<uint8_t>(20'000, 5));
  const auto answer = post(related({dicom::write_file(large), dicom::write_file(image("2.25.2"))}));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(at(body(answer), "0008119A.Value.0.00081197.Value.0"), std::to_string(0xA700));
}

TEST_F(StoreTest, what_is_no_store_request_is_refused_before_anything_is_stored) {
  const std::string good = related({dicom::write_file(image("2.25.1"))});
  EXPECT_EQ(code(post(good, "text/plain")), "415 dicomweb.media-type");
  EXPECT_EQ(code(post(good, "multipart/related; type=\"application/dicom+json\"; boundary=xyz")),
            "415 dicomweb.media-type");
  EXPECT_EQ(code(post(good, "multipart/related; type=\"application/dicom\"")), "400 dicomweb.bad-request");
  EXPECT_EQ(code(post(good, "multipart/related; type=\"application/dicom\"; boundary=other")),
            "400 dicomweb.bad-multipart");
  EXPECT_EQ(code(post("--xyz--\r\n")), "400 dicomweb.bad-request");
  EXPECT_EQ(code(post("")), "400 dicomweb.bad-multipart");
  EXPECT_EQ(code(post("--xyz\r\nContent-Type: text/html\r\n\r\nx\r\n--xyz--")), "415 dicomweb.media-type");
  EXPECT_EQ(archive->figures()->instances, 0);
  const auto stranger = http::Client(server->endpoint())
                            .send(http::Method::Post, "/dicom-web/studies", good, {{"Content-Type", kType}});
  EXPECT_EQ(stranger->status, 401);
}

}  // namespace
}  // namespace xinglin::dicomweb
