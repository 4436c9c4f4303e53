#include "edge/dicomweb/tests/fixture.h"

namespace xinglin::dicomweb {
namespace {

class SearchTest : public DicomWebTest {
protected:
  void SetUp() override {
    DicomWebTest::SetUp();
    store_image(image("2.25.1"));
    store_image(image("2.25.2"));
    dicom::DataSet other = image("2.25.3", "2.25.21", "2.25.11");
    other.set_text({0x0010, 0x0010}, "PN", "Li^Na");
    other.set_text({0x0010, 0x0020}, "LO", "4712");
    other.set_text({0x0008, 0x0020}, "DA", "20250101");
    store_image(other);
  }
  size_t count(const std::string& target) {
    const auto answer = get(target);
    if (answer.status == 204) return 0;
    EXPECT_EQ(answer.status, 200) << target << " " << answer.body;
    return body(answer).get_array().size();
  }
  static std::string at(const http::ClientResponse& answer, std::string_view path) {
    const json::value root = body(answer);
    const json::value* found = json::at_path(root, path);
    return found ? json::serialize(*found) : "<none>";
  }
};

TEST_F(SearchTest, every_resource) {
  EXPECT_EQ(count("/studies"), 2u);
  EXPECT_EQ(count("/series"), 2u);
  EXPECT_EQ(count("/instances"), 3u);
  EXPECT_EQ(count("/studies/2.25.10/series"), 1u);
  EXPECT_EQ(count("/studies/2.25.10/instances"), 2u);
  EXPECT_EQ(count("/studies/2.25.10/series/2.25.20/instances"), 2u);
  EXPECT_EQ(count("/studies/2.25.10/series/2.25.21/instances"), 0u);
  EXPECT_EQ(get("/studies/2.25.99/series").status, 204);
}

TEST_F(SearchTest, by_keyword_and_by_tag) {
  EXPECT_EQ(count("/studies?PatientID=4711"), 1u);
  EXPECT_EQ(count("/studies?00100020=4711"), 1u);
  EXPECT_EQ(count("/studies?00100020=*71*&PatientName=*li*"), 1u);
  EXPECT_EQ(count("/studies?StudyDate=20260101-20261231"), 1u);
  EXPECT_EQ(count("/studies?ModalitiesInStudy=CT"), 2u);
  EXPECT_EQ(count("/studies?ModalitiesInStudy=MR"), 0u);
  EXPECT_EQ(count("/studies?StudyInstanceUID=2.25.10,2.25.11"), 2u);
  EXPECT_EQ(count("/instances?SOPInstanceUID=2.25.2"), 1u);
}

// The very request of the study list of OHIF 3.13.
TEST_F(SearchTest, the_list_of_ohif) {
  const auto answer =
      get("/studies?limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060,00080090,00100030");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "0.00080061"), R"({"vr":"CS","Value":["CT"]})");
  EXPECT_EQ(at(answer, "0.00081190.Value.0"), '"' + base + "/studies/2.25.10\"");
  EXPECT_EQ(at(answer, "0.00100010.Value.0.Ideographic"), "\"王^小东\"");
  EXPECT_EQ(at(answer, "0.00201208.Value.0"), "2");
}

TEST_F(SearchTest, pages_and_what_is_left_is_said) {
  EXPECT_EQ(count("/instances?limit=2"), 2u);
  EXPECT_EQ(count("/instances?limit=2&offset=2"), 1u);
  EXPECT_NE(get("/instances?limit=2").headers.at("warning").find("299 "), std::string::npos);
  EXPECT_FALSE(get("/instances").headers.contains("warning"));
}

// A study of unknown modality ends the whole list of OHIF 3.13 when its row has the attribute without a
// value.
TEST_F(SearchTest, modalities_in_study_always_have_a_value) {
  dicom::DataSet nameless = image("2.25.4", "2.25.22", "2.25.12");
  nameless.set_text({0x0008, 0x0060}, "CS", "");
  store_image(nameless);
  const auto answer = get("/studies?StudyInstanceUID=2.25.12&includefield=ModalitiesInStudy");
  EXPECT_EQ(answer.status, 200);
  const std::string modalities = at(answer, "0.00080061");
  EXPECT_TRUE(modalities == "<none>" || modalities.find("\"Value\":[\"") != std::string::npos) << modalities;
}

TEST_F(SearchTest, answers_are_packed_and_conditional) {
  const auto plain = get("/instances?includefield=all"),
             packed = get("/instances?includefield=all", "", {{"Accept-Encoding", "gzip"}});
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(packed.headers.at("content-encoding"), "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size());
  EXPECT_EQ(get("/instances?includefield=all", "", {{"If-None-Match", plain.headers.at("etag")}}).status,
            304);
  store_image(image("2.25.9", "2.25.23", "2.25.13"));
  EXPECT_EQ(get("/instances?includefield=all", "", {{"If-None-Match", plain.headers.at("etag")}}).status,
            200);
}

TEST_F(SearchTest, rows_lead_to_what_they_name) {
  const auto answer = get("/studies/2.25.10/series/2.25.20/instances?includefield=all");
  EXPECT_EQ(at(answer, "0.00081190.Value.0"),
            '"' + base + "/studies/2.25.10/series/2.25.20/instances/2.25.1\"");
  EXPECT_EQ(at(answer, "0.7FE00010.BulkDataURI"),
            '"' + base + "/studies/2.25.10/series/2.25.20/instances/2.25.1/bulkdata/7FE00010\"");
  EXPECT_EQ(at(get("/series?StudyInstanceUID=2.25.11"), "0.00081190.Value.0"),
            '"' + base + "/studies/2.25.11/series/2.25.21\"");
}

TEST_F(SearchTest, what_is_not_understood_is_refused) {
  for (const char* bad :
       {"/studies?Foo=1", "/studies?limit=x", "/studies?limit=-1", "/studies?offset=", "/series?0010=1",
        "/studies?fuzzymatching=maybe", "/studies?includefield=Foo", "/studies?PatientID=1&00100020=2",
        "/studies/2.25.10/series?StudyInstanceUID=2.25.11"})
    EXPECT_EQ(code(get(bad)), "400 dicomweb.bad-request") << bad;
  EXPECT_EQ(code(get("/studies?StudyDate=tomorrow")), "400 archive.bad-key");
  EXPECT_EQ(code(get("/studies", "application/dicom+xml")), "406 dicomweb.not-acceptable");
  EXPECT_EQ(http::Client(server->endpoint()).send(http::Method::Get, "/dicom-web/studies")->status, 401);
}

}  // namespace
}  // namespace xinglin::dicomweb
