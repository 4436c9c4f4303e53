#include "codec/dicom/structured_report.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

namespace xinglin::dicom {
namespace {

using Kind = ContentItem::Kind;

DataSet ecg_evidence() {
  DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.9.1.1");
  out.set_text({0x0008, 0x0018}, "UI", "2.25.11");
  out.set_text({0x0008, 0x0020}, "DA", "20261122");
  out.set_text({0x0008, 0x0030}, "TM", "081500");
  out.set_text({0x0008, 0x0201}, "SH", "+0800");
  out.set_text({0x0008, 0x0050}, "SH", "A1");
  out.set_text({0x0010, 0x0010}, "PN", "Wang^XiaoDong=王^小东");
  out.set_text({0x0010, 0x0020}, "LO", "4711");
  out.set_text({0x0010, 0x0040}, "CS", "M");
  out.set_text({0x0020, 0x000D}, "UI", "2.25.12");
  out.set_text({0x0020, 0x000E}, "UI", "2.25.13");
  return out;
}

ContentItem measurement(CodedEntry name, std::optional<double> value, CodedEntry unit) {
  ContentItem out;
  out.kind = Kind::Num;
  out.relationship = "CONTAINS";
  out.concept_name = std::move(name);
  out.number = value;
  out.unit = std::move(unit);
  if (!value) out.number_qualifier = CodedEntry{"114006", "DCM", "Measurement failure"};
  return out;
}

StructuredReport ecg_report(const DataSet* evidence) {
  StructuredReport report;
  report.sop_instance = SopInstanceUid("2.25.21");
  report.series = SeriesUid("2.25.22");
  report.study = StudyUid("2.25.12");
  report.content_time = from_civil({2026, 11, 22, 23, 30, 0, 0});
  report.title = {"28010-7", "LN", "ECG Report"};
  report.template_id = "3700";
  report.manufacturer = "Xinglin";
  report.model_name = "resting-ecg";
  report.software_version = "1.0.0";
  report.series_description = "静息心电图测量";
  report.evidence = evidence;
  ContentItem language;
  language.kind = Kind::Code;
  language.relationship = "HAS CONCEPT MOD";
  language.concept_name = {"121049", "DCM", "Language of Content Item and Descendants"};
  language.code = {"en", "RFC5646", "English"};
  ContentItem findings;
  findings.relationship = "CONTAINS";
  findings.concept_name = {"122158", "DCM", "ECG Global Measurements"};
  findings.children = {measurement({"8867-4", "LN", "Heart rate"}, 72.5, {"/min", "UCUM", "/min"}),
                       measurement({"8634-8", "LN", "QTc interval"}, std::nullopt, {})};
  ContentItem text;
  text.kind = Kind::Text;
  text.relationship = "CONTAINS";
  text.concept_name = {"121071", "DCM", "Finding"};
  text.text = "Sinus rhythm. 窦性心律。";
  ContentItem source;
  source.kind = Kind::Waveform;
  source.relationship = "INFERRED FROM";
  source.referenced_class = SopClassUid("1.2.840.10008.5.1.4.1.1.9.1.1");
  source.referenced_instance = SopInstanceUid("2.25.11");
  text.children = {source};
  report.content = {language, findings, text};
  return report;
}

std::string errors_of_dciodvfy(const DataSet& data_set) {
  const auto path =
      std::filesystem::temp_directory_path() / ("xl_sr_" + data_set.text({0x0008, 0x0018}) + ".dcm");
  const auto bytes = write_file(data_set);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  struct Close {
    void operator()(FILE* f) const { pclose(f); }
  };
  const std::unique_ptr<FILE, Close> pipe(popen(("dciodvfy '" + path.string() + "' 2>&1").c_str(), "r"));
  std::string all, errors;
  std::array<char, 4096> buffer;
  while (pipe && fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    all += buffer.data();
    if (std::string_view(buffer.data()).starts_with("Error")) errors += buffer.data();
  }
  std::filesystem::remove(path);
  EXPECT_NE(all.find("ComprehensiveSR"), std::string::npos) << all;
  return errors;
}

TEST(StructuredReport, holds_the_content_and_the_attributes_of_the_evidence) {
  const DataSet evidence = ecg_evidence();
  const auto out =
      parse_data_set(write_data_set(build(ecg_report(&evidence))), TransferSyntaxUid("1.2.840.10008.1.2.1"));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->text({0x0010, 0x0010}), "Wang^XiaoDong=王^小东");
  EXPECT_EQ(out->text({0x0008, 0x0020}), "20261122");
  EXPECT_EQ(out->text({0x0008, 0x0023}), "20261123");  // 23:30 UTC is the next day at +0800
  EXPECT_EQ(out->text({0x0008, 0x0033}).substr(0, 6), "073000");
  const auto content = out->items({0x0040, 0xA730});
  ASSERT_EQ(content.size(), 3u);
  const DataSet& rate = content[1].items({0x0040, 0xA730})[0];
  EXPECT_EQ(rate.items({0x0040, 0xA300})[0].number({0x0040, 0xA30A}), 72.5);
  EXPECT_EQ(content[2].text({0x0040, 0xA160}), "Sinus rhythm. 窦性心律。");
  const auto listed = out->items({0x0040, 0xA375});
  ASSERT_EQ(listed.size(), 1u);
  const DataSet& series = listed[0].items({0x0008, 0x1115})[0];
  EXPECT_EQ(series.text({0x0020, 0x000E}), "2.25.13");
  EXPECT_EQ(series.items({0x0008, 0x1199})[0].text({0x0008, 0x1155}), "2.25.11");
}

TEST(StructuredReport, verification_needs_an_observer) {
  StructuredReport report = ecg_report(nullptr);
  report.content.pop_back();
  report.verified = true;
  EXPECT_EQ(build(report).text({0x0040, 0xA493}), "UNVERIFIED");
  report.verifying_observer = "Li^Na";
  report.verifying_organization = "Hospital";
  EXPECT_EQ(build(report).text({0x0040, 0xA493}), "VERIFIED");
  EXPECT_EQ(build(report).items({0x0040, 0xA073})[0].text({0x0040, 0xA075}), "Li^Na");
}

TEST(StructuredReport, dciodvfy_finds_no_error) {
  if (std::system("command -v dciodvfy >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "skipped: no dciodvfy (dicom3tools)";
  const DataSet evidence = ecg_evidence();
  EXPECT_EQ(errors_of_dciodvfy(build(ecg_report(&evidence))), "");
  StructuredReport verified = ecg_report(&evidence);
  verified.verified = true;
  verified.verifying_observer = "Li^Na";
  verified.verifying_organization = "Hospital";
  verified.study = StudyUid("2.25.99");  // the evidence is then of another study
  EXPECT_EQ(errors_of_dciodvfy(build(verified)), "");
  StructuredReport bare = ecg_report(nullptr);
  bare.content.pop_back();
  bare.template_id.clear();
  EXPECT_EQ(errors_of_dciodvfy(build(bare)), "");
}

}  // namespace
}  // namespace xinglin::dicom
