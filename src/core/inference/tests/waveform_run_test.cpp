// An application that reads a stored ECG: the case holds its samples, the answer comes back as a structured
// report in the same study and as a DiagnosticReport that points at both.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "codec/dicom/data_set.h"
#include "codec/waveform/dicom_waveform.h"
#include "core/inference/tests/house.h"

namespace xinglin::inference {
namespace {

using testing_house::House;

constexpr std::string_view kEcgManifest = R"([application]
id = "ecg-rate"
version = "1.0.0"
kind = "native"
[application.name]
en = "ECG rate"
zh = "心电心率"
[application.intended_use]
en = "Tests."
zh = "测试。"
[[trigger]]
event = "archive.instance-stored"
where = 'sop_class in ["1.2.840.10008.5.1.4.1.1.9.1.1"]'
[inputs]
waveform = true
[limits]
[outputs]
objects = ["Observation", "DiagnosticReport", "dicom-sr"]
category = "procedure"
report_code = {system = "http://loinc.org", code = "11524-6", display = "EKG study"}
)";

constexpr std::string_view kEcgUid = "1.2.3.4.5.6", kStudyUid = "1.2.3.4", kSeriesUid = "1.2.3.4.5";

class WaveformRunTest : public House {
protected:
  void store_ecg(std::string_view sop_class = "1.2.840.10008.5.1.4.1.1.9.1.1") {
    dicom::DataSet d;
    d.set_text({0x0008, 0x0016}, "UI", sop_class);
    d.set_text({0x0008, 0x0018}, "UI", kEcgUid);
    d.set_text({0x0008, 0x0060}, "CS", "ECG");
    d.set_text({0x0008, 0x002A}, "DT", "20260228103000");
    d.set_text({0x0008, 0x0201}, "SH", "+0800");
    d.set_text({0x0010, 0x0010}, "PN", "Test^Patient");
    d.set_text({0x0010, 0x0020}, "LO", "1");
    d.set_text({0x0020, 0x000D}, "UI", kStudyUid);
    d.set_text({0x0020, 0x000E}, "UI", kSeriesUid);
    waveform::Recording recording;
    waveform::Group group;
    group.label = "RHYTHM";
    group.rate_hz = 500;
    for (const char* lead : {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"}) {
      waveform::Channel channel;
      channel.name = lead;
      channel.unit = "uV";
      for (int i = 0; i < 500; ++i) channel.samples.push_back(static_cast<float>(i % 100));
      group.channels.push_back(std::move(channel));
    }
    recording.groups.push_back(std::move(group));
    waveform::add_ecg(d, recording);
    archive::Incoming incoming;
    const std::vector<uint8_t> bytes = dicom::write_file(d);
    incoming.data_set = bytes;
    const auto stored = archive->store(system, incoming);
    ASSERT_TRUE(stored.ok()) << stored.error().message();
  }
  static Result<Findings> measure(const Case& input, RunContext&) {
    Findings f;
    Finding leads;
    leads.code = {"urn:test", "lead-count-with-a-long-code", "Number of leads"};
    leads.value = static_cast<double>(input.waveform->groups.at(0).channels.size());
    leads.unit = "1";
    Finding qt;
    qt.code = {"http://loinc.org", "8634-8", "Q-T interval"};
    qt.unit = "ms";
    qt.state = FindingState::CannotTell;
    qt.reason = "no T wave";
    f.items = {leads, qt};
    f.summary_en = "12 leads";
    f.summary_zh = "12 导联";
    f.flag = "N";
    return f;
  }
};

TEST_F(WaveformRunTest, AStoredEcgBecomesAReportInItsStudy) {
  behave(measure);
  start(kEcgManifest);
  store_ecg();
  settle();
  const json::object r = only_result();
  ASSERT_EQ(r.at("state"), "published") << r.at("reason").as_string();
  EXPECT_EQ(r.at("patient"), "p1");
  EXPECT_EQ(r.at("findings").at(0).at("value").to_number<double>(), 12);
  EXPECT_EQ(r.at("effective"), "2026-02-28T02:30:00.000Z") << "when the ECG was taken, not when it came";
  EXPECT_EQ(r.at("inputs").at(0).at("reference"), json::value("sop:" + std::string(kEcgUid)));

  const SopInstanceUid sr(reference(r, "sr"));
  const archive::InstanceInfo info = archive->find(system, sr).value();
  EXPECT_EQ(info.study.str(), kStudyUid);
  EXPECT_EQ(info.modality, "SR");
  const dicom::File file = dicom::parse_file(archive->read(system, sr).value()).value();
  EXPECT_EQ(file.data_set.text({0x0010, 0x0020}), "1");
  EXPECT_EQ(file.data_set.text({0x0018, 0x1000}), r.at("id").as_string());
  EXPECT_FALSE(file.data_set.items({0x0040, 0xA375}).empty()) << "the ECG is listed as evidence";

  const json::value report = read(reference(r, "diagnostic_report"));
  EXPECT_EQ(report.at("imagingStudy").at(0).at("identifier").at("value"),
            json::value("urn:oid:" + std::string(kStudyUid)));
  EXPECT_EQ(report.at("media").at(0).at("link").at("identifier").at("value"),
            json::value("urn:oid:" + std::string(kEcgUid)));
  EXPECT_EQ(report.at("identifier").at(1).at("value"), json::value("urn:oid:" + sr.str()));
  EXPECT_EQ(report.at("result").as_array().size(), 2u);
}

// dciodvfy of Debian's dicom3tools, the validator of David Clunie.
TEST_F(WaveformRunTest, TheReportPassesTheValidator) {
  if (std::system("command -v dciodvfy >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "skipped: dciodvfy is not installed";
  behave(measure);
  start(kEcgManifest);
  store_ecg();
  settle();
  const std::vector<uint8_t> bytes =
      archive->read(system, SopInstanceUid(reference(only_result(), "sr"))).value();
  const std::string file = dir.path("report.dcm"), log = dir.path("report.log");
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  [[maybe_unused]] const int code = std::system(("dciodvfy '" + file + "' >'" + log + "' 2>&1").c_str());
  std::ifstream lines(log);
  int seen = 0;
  for (std::string line; std::getline(lines, line); ++seen) EXPECT_FALSE(line.starts_with("Error")) << line;
  EXPECT_GT(seen, 0) << "the validator said nothing";
}

TEST_F(WaveformRunTest, AnotherClassDoesNotWakeIt) {
  behave(measure);
  start(kEcgManifest);
  store_ecg("1.2.840.10008.5.1.4.1.1.9.1.2");
  settle();
  EXPECT_TRUE(results({}).empty());
}

// The report is stored before the row; a crash between the two must not leave a second report.
TEST_F(WaveformRunTest, ACrashBetweenReportAndRowLeavesOneReport) {
  behave(measure);
  ASSERT_TRUE(store
                  ->write([](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(
                        tx.run("CREATE TRIGGER refuse BEFORE INSERT ON inference BEGIN SELECT RAISE(ABORT, "
                               "'refused'); END"));
                    return {};
                  })
                  .ok());
  start(kEcgManifest);
  store_ecg();
  settle();  // the job waits for its next try
  EXPECT_EQ(archive->study(system, StudyUid(std::string(kStudyUid))).value().instances, 2)
      << "the report is there";
  ASSERT_TRUE(store
                  ->write([](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(tx.run("DROP TRIGGER refuse"));
                    return {};
                  })
                  .ok());
  clock.advance(10 * kMinuteUs);
  journal->wake();
  settle();
  EXPECT_EQ(only_result().at("state"), "published");
  EXPECT_EQ(archive->study(system, StudyUid(std::string(kStudyUid))).value().instances, 2);
  EXPECT_EQ(archive->quarantine_count().value(), 0);
}

TEST_F(WaveformRunTest, ASubjectThatIsNoWaveformIsARecordedFailure) {
  behave(measure);
  start(kEcgManifest);
  const auto id = inference->run_now(system, ApplicationId("ecg-rate"), "9.9.9");
  ASSERT_TRUE(id.ok());
  const json::object r = inference->results().get(clinician(), *id).value();
  EXPECT_EQ(r.at("state"), "failed");
  EXPECT_TRUE(r.at("reason").as_string().starts_with("archive.not-found"));
}

}  // namespace
}  // namespace xinglin::inference
