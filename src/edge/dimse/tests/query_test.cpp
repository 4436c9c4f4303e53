// Query and retrieve over a real archive, asked by the tools of DCMTK and by hand. Skipped where DCMTK is
// absent.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "edge/dimse/tests/query_fixture.h"

namespace xinglin::dimse {
namespace {

using test::Finished;
using test::QueryTest;
using test::run;

size_t count(const std::string& text, const std::string& word) {
  size_t out = 0;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++out;
  return out;
}

TEST_F(QueryTest, findscu_finds_studies_series_and_instances) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  fill();
  const Finished studies =
      run("findscu -v -S -k 0008,0052=STUDY -k StudyDate=20261101- -k PatientName -k StudyInstanceUID "
          "-k NumberOfStudyRelatedInstances -k ModalitiesInStudy" +
          at());
  EXPECT_EQ(studies.status, 0) << studies.output;
  EXPECT_EQ(count(studies.output, "Pending"), 2u) << studies.output;
  EXPECT_NE(studies.output.find("UI [1.1"), std::string::npos) << studies.output;
  EXPECT_NE(studies.output.find("[CT\\SR ]"), std::string::npos) << studies.output;
  EXPECT_NE(studies.output.find("=王^小东]"), std::string::npos) << studies.output;
  for (const char* syntax : {"-xe", "-xb", "-xi"}) {
    const Finished series =
        run("findscu -v -S " + std::string(syntax) +
            " -k 0008,0052=SERIES -k StudyInstanceUID=1.1 -k Modality -k SeriesInstanceUID" + at());
    EXPECT_EQ(count(series.output, "Pending"), 2u) << series.output;
    EXPECT_NE(series.output.find("[SR]"), std::string::npos) << series.output;
  }
  const Finished images =
      run("findscu -v -P -k 0008,0052=IMAGE -k PatientID=4711 -k StudyInstanceUID=1.1 "
          "-k SeriesInstanceUID=1.1.1 -k SOPInstanceUID -k Rows" +
          at());
  EXPECT_EQ(count(images.output, "Pending"), 2u) << images.output;
  const Finished patients = run("findscu -v -P -k 0008,0052=PATIENT -k PatientName=li* -k PatientID" + at());
  EXPECT_EQ(count(patients.output, "Pending"), 1u) << patients.output;
}

TEST_F(QueryTest, names_are_asked_and_answered_in_gb18030) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  fill();
  const std::string li = "\xC0\xEE";  // 李 in GB18030
  const Finished found =
      run("findscu -v -S -k 0008,0005=GB18030 -k 0008,0052=STUDY -k 'PatientName=" + li + "*'" + at());
  EXPECT_EQ(count(found.output, "Pending"), 1u) << found.output;
  EXPECT_NE(found.output.find(li + "^\xC4\xC8"), std::string::npos) << found.output;
  EXPECT_NE(found.output.find("GB18030"), std::string::npos) << found.output;
}

TEST_F(QueryTest, what_cannot_be_answered_gets_its_status) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  options.matches_max = 1;
  fill();
  const auto answer = [&](const std::string& keys) { return run("findscu -d " + keys + at()).output; };
  EXPECT_NE(answer("-S -k 0008,0052=SERIES -k Modality").find("0xa900"), std::string::npos)
      << answer("-S -k 0008,0052=SERIES -k Modality");
  EXPECT_NE(answer("-S -k 0008,0052=STUDY -k StudyDate=never").find("0xc000"), std::string::npos)
      << answer("-d -S -k 0008,0052=STUDY -k StudyDate=never");
  EXPECT_NE(answer("-S -k 0008,0052=STUDY -k PatientID").find("0xa700"), std::string::npos)
      << answer("-S -k 0008,0052=STUDY -k PatientID");
}

TEST_F(QueryTest, findscu_can_cancel) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  fill(300);
  const Finished found = run("findscu -v --cancel 2 -S -k 0008,0052=STUDY -k StudyInstanceUID" + at());
  EXPECT_NE(found.output.find("ancel"), std::string::npos) << found.output;
}

TEST_F(QueryTest, who_has_no_right_is_offered_nothing) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  fill();
  const Finished found = run("findscu -v -aet STRANGER -S -k 0008,0052=STUDY" + at());
  EXPECT_NE(found.status, 0);
  EXPECT_NE(found.output.find("No Acceptable Presentation Contexts"), std::string::npos) << found.output;
}

}  // namespace
}  // namespace xinglin::dimse
