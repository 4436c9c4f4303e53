#include "codec/waveform/dicom_waveform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace xinglin::waveform {
namespace {

using dicom::DataSet;
using dicom::Tag;

constexpr Tag kWaveformSequence{0x5400, 0x0100}, kChannels{0x003A, 0x0005}, kSampleCount{0x003A, 0x0010};
constexpr Tag kDefinitions{0x003A, 0x0200}, kSource{0x003A, 0x0208}, kUnits{0x003A, 0x0211};

struct Options {
  int64_t bits = 16;
  std::string interpretation = "SS";
  std::vector<uint8_t> data = {1, 0, 2, 0, 0xff, 0xff, 4, 0};  // 2 channels x 2 samples: 1 2 -1 4
};

void add_definition(DataSet& group, std::string_view code, std::string_view scheme, double sensitivity) {
  DataSet& definition = group.add_item(kDefinitions);
  DataSet& source = definition.add_item(kSource);
  source.set_text({0x0008, 0x0100}, "SH", code);
  source.set_text({0x0008, 0x0102}, "SH", scheme);
  definition.set_number({0x003A, 0x0210}, "DS", {sensitivity});
  definition.add_item(kUnits).set_text({0x0008, 0x0100}, "SH", "uV");
  definition.set_number({0x003A, 0x0212}, "DS", {2});
  definition.set_number({0x003A, 0x0213}, "DS", {10});
}

DataSet small_object(const Options& options = {}) {
  DataSet data_set;
  DataSet& group = data_set.add_item(kWaveformSequence);
  group.set_integer(kChannels, "US", {2});
  group.set_integer(kSampleCount, "UL", {2});
  group.set_number({0x003A, 0x001A}, "DS", {500});
  group.set_text({0x003A, 0x0020}, "SH", "RHYTHM");
  add_definition(group, "5.6.3-9-62", "SCPECG", 5);
  add_definition(group, "2:3", "MDC", 0.5);
  group.set_integer({0x5400, 0x1004}, "US", {options.bits});
  group.set_text({0x5400, 0x1006}, "CS", options.interpretation);
  group.set_bytes({0x5400, 0x1010}, "OW", options.data);
  return data_set;
}

DataSet& group_of(DataSet& data_set) {
  return data_set.elements()[kWaveformSequence].items.front();
}
DataSet& definition_of(DataSet& data_set, size_t i) {
  return group_of(data_set).elements()[kDefinitions].items[i];
}

TEST(DicomWaveform, ScalesBySensitivityCorrectionAndBaseline) {
  const auto recording = from_data_set(small_object());
  ASSERT_TRUE(recording.ok()) << recording.error().message();
  const Group& group = recording->groups.at(0);
  EXPECT_EQ(group.label, "RHYTHM");
  EXPECT_EQ(group.rate_hz, 500);
  ASSERT_EQ(group.channels.size(), 2u);
  EXPECT_EQ(group.channels[0].name, "aVR");
  EXPECT_EQ(group.channels[1].name, "V1");
  EXPECT_EQ(group.channels[0].samples, (std::vector<float>{20, 0}));  // 1 x 5 x 2 + 10, -1 x 5 x 2 + 10
  EXPECT_EQ(group.channels[1].samples, (std::vector<float>{12, 14}));
}

TEST(DicomWaveform, ReadsEveryLinearEncoding) {
  struct Row {
    int64_t bits;
    const char* name;
    std::vector<uint8_t> data;
    float first_of_second_sample;
  };
  // The third encoded value is -1 or the largest unsigned one.
  const Row rows[] = {{8, "SB", {1, 2, 0xff, 4}, -1.0f * 10 + 10},
                      {8, "UB", {1, 2, 0xff, 4}, 255.0f * 10 + 10},
                      {16, "US", {1, 0, 2, 0, 0xff, 0xff, 4, 0}, 65535.0f * 10 + 10},
                      {32, "SL", {1, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 4, 0, 0, 0}, 0.0f}};
  for (const Row& row : rows) {
    const auto recording = from_data_set(small_object({row.bits, row.name, row.data}));
    ASSERT_TRUE(recording.ok()) << row.name << ": " << recording.error().message();
    EXPECT_FLOAT_EQ(recording->groups[0].channels[0].samples[1], row.first_of_second_sample) << row.name;
  }
}

TEST(DicomWaveform, MillivoltBecomesMicrovoltAndOtherUnitsStay) {
  DataSet data_set = small_object();
  definition_of(data_set, 0).elements()[kUnits].items.front().set_text({0x0008, 0x0100}, "SH", "mV");
  definition_of(data_set, 1).elements()[kUnits].items.front().set_text({0x0008, 0x0100}, "SH", "mm[Hg]");
  const auto recording = from_data_set(data_set);
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(recording->groups[0].channels[0].unit, "uV");
  EXPECT_FLOAT_EQ(recording->groups[0].channels[0].samples[0], 20'000);
  EXPECT_EQ(recording->groups[0].channels[1].unit, "mm[Hg]");
  EXPECT_FLOAT_EQ(recording->groups[0].channels[1].samples[0], 12);
}

TEST(DicomWaveform, PaddingIsNotANumberAndSkewIsTakenOut) {
  DataSet data_set = small_object();
  group_of(data_set).set_bytes({0x5400, 0x100A}, "OW", {0xff, 0xff});
  definition_of(data_set, 1).set_number({0x003A, 0x0215}, "DS", {1});
  const auto recording = from_data_set(data_set);
  ASSERT_TRUE(recording.ok());
  EXPECT_TRUE(std::isnan(recording->groups[0].channels[0].samples[1]));
  EXPECT_EQ(recording->groups[0].channels[1].samples, (std::vector<float>{12, 12}));
}

TEST(DicomWaveform, LeadNameFallsBackToMeaningAndLabel) {
  DataSet data_set = small_object();
  DataSet& source = definition_of(data_set, 0).elements()[kSource].items.front();
  source.set_text({0x0008, 0x0100}, "SH", "L-9");
  source.set_text({0x0008, 0x0104}, "LO", "Lead avl (augmented)");
  definition_of(data_set, 1).erase(kSource);
  definition_of(data_set, 1).set_text({0x003A, 0x0203}, "SH", "Pleth");
  const auto recording = from_data_set(data_set);
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(recording->groups[0].channels[0].name, "aVL");
  EXPECT_EQ(recording->groups[0].channels[1].name, "Pleth");
}

TEST(DicomWaveform, RefusesWhatContradictsItself) {
  const auto none = from_data_set(DataSet());
  ASSERT_FALSE(none.ok());
  EXPECT_TRUE(none.error().is(kNoWaveform));

  std::vector<std::pair<const char*, DataSet>> cases;
  cases.emplace_back("too few bytes", small_object({16, "SS", {1, 0, 2, 0}}));
  cases.emplace_back("mu-law", small_object({8, "MB", {1, 2, 3, 4}}));
  cases.emplace_back("bits against interpretation", small_object({8, "SS", {1, 2, 3, 4}}));
  cases.emplace_back("channels without definition", small_object());
  group_of(cases.back().second).set_integer(kChannels, "US", {1});
  cases.emplace_back("no channels", small_object());
  group_of(cases.back().second).set_integer(kChannels, "US", {0});
  cases.emplace_back("samples beyond the limit", small_object());
  group_of(cases.back().second).set_integer(kSampleCount, "UL", {4'000'000'000});
  cases.emplace_back("no rate", small_object());
  group_of(cases.back().second).set_number({0x003A, 0x001A}, "DS", {0});
  cases.emplace_back("zero sensitivity", small_object());
  definition_of(cases.back().second, 1).set_number({0x003A, 0x0210}, "DS", {0});
  for (const auto& [name, data_set] : cases) {
    const auto recording = from_data_set(data_set);
    ASSERT_FALSE(recording.ok()) << name;
    EXPECT_TRUE(recording.error().is(kBadWaveform)) << name;
  }
}

Recording two_lead_recording() {
  Recording recording;
  Group& group = recording.groups.emplace_back();
  group.label = "RHYTHM";
  group.rate_hz = 500;
  for (const char* name : {"I", "aVF"}) {
    Channel& channel = group.channels.emplace_back();
    channel.name = name;
    channel.unit = "uV";
    channel.highpass_hz = 0.05;
    channel.lowpass_hz = 150;
    channel.samples = {0, 100, -250, 32767, -40'000, NAN};
  }
  recording.annotations.push_back({"2:16016", "MDC", "Heart rate", 61, "/min", ""});
  return recording;
}

TEST(DicomWaveform, WritesWhatItReads) {
  DataSet data_set;
  data_set.set_text({0x0008, 0x0023}, "DA", "20260102");
  data_set.set_text({0x0008, 0x0033}, "TM", "101500");
  add_ecg(data_set, two_lead_recording());
  EXPECT_EQ(data_set.text({0x0008, 0x002A}), "20260102101500");
  const auto parsed =
      dicom::parse_data_set(dicom::write_data_set(data_set), TransferSyntaxUid("1.2.840.10008.1.2.1"));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  const auto recording = from_data_set(*parsed);
  ASSERT_TRUE(recording.ok()) << recording.error().message();
  const Channel& channel = recording->groups.at(0).channels.at(1);
  EXPECT_EQ(channel.name, "aVF");
  EXPECT_EQ(channel.source_code, "2:64");
  EXPECT_EQ(channel.lowpass_hz, 150);
  ASSERT_EQ(channel.samples.size(), 6u);
  EXPECT_EQ(channel.samples[2], -250);
  EXPECT_EQ(channel.samples[3], 32767);
  EXPECT_TRUE(std::isnan(channel.samples[4]));  // outside 16 bit: said to be missing, not clipped silently
  EXPECT_TRUE(std::isnan(channel.samples[5]));
  ASSERT_EQ(recording->annotations.size(), 1u);
  EXPECT_EQ(recording->annotations[0].value, 61);
}

std::filesystem::path real_file() {
  const char* shared = std::getenv("XL_SHARED_DATA");
  const std::filesystem::path roots[] = {
      std::filesystem::path(shared != nullptr ? shared : XL_SOURCE_DIR "/../shared/data") / "dicom/ecg",
      "/usr/lib/python3/dist-packages/pydicom/data/test_files"};
  for (const auto& root : roots)
    if (std::filesystem::exists(root / "waveform_ecg.dcm")) return root / "waveform_ecg.dcm";
  return {};
}

// Known values: dcmdump of the object (DCMTK 3.6.7); the first samples are 0x0050, 0x005a of channels I and
// II, 1.25 uV.
TEST(DicomWaveform, RealTwelveLeadObject) {
  const auto path = real_file();
  if (path.empty()) GTEST_SKIP() << "waveform_ecg.dcm is not on this machine";
  std::ifstream in(path, std::ios::binary);
  const std::vector<uint8_t> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto file = dicom::parse_file(bytes);
  ASSERT_TRUE(file.ok()) << file.error().message();
  const auto recording = from_data_set(file->data_set);
  ASSERT_TRUE(recording.ok()) << recording.error().message();
  ASSERT_EQ(recording->groups.size(), 2u);
  EXPECT_EQ(recording->groups[1].label, "MEDIAN BEAT");
  EXPECT_EQ(recording->groups[1].samples(), 1200u);
  const Group& rhythm = recording->groups[0];
  EXPECT_EQ(rhythm.rate_hz, 1000);
  EXPECT_EQ(rhythm.samples(), 10'000u);
  const char* leads[] = {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(rhythm.channels.at(i).name, leads[i]);
  EXPECT_FLOAT_EQ(rhythm.channels[0].samples[0], 100.0f);
  EXPECT_FLOAT_EQ(rhythm.channels[1].samples[0], 112.5f);
  bool found = false;
  for (const Annotation& annotation : recording->annotations)
    if (annotation.meaning == "PR Interval") {
      found = true;
      EXPECT_EQ(annotation.value, 161);
      EXPECT_EQ(annotation.unit, "ms");
    }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace xinglin::waveform
