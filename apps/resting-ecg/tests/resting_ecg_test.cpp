#include "apps/resting-ecg/resting_ecg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "apps/resting-ecg/findings.h"
#include "apps/resting-ecg/tests/synthetic_ecg.h"
#include "codec/waveform/dicom_waveform.h"
#include "core/inference/manifest.h"

namespace xinglin::resting_ecg {
namespace {

using inference::Case;
using inference::Finding;
using inference::Findings;
using inference::FindingState;

Result<Findings> run(const Case& input) {
  const ManualClock clock(from_civil({2026, 6, 1}));
  inference::RunContext context(clock, clock.monotonic_us() + 10'000'000);
  return native_application().make()->run(input, context);
}

Case case_with(waveform::Group group) {
  Case input;
  input.now = from_civil({2026, 6, 1});
  input.patient_facts = {{"gender", "female"}, {"birthDate", "1971-01-23"}};
  input.waveform.emplace().groups.push_back(std::move(group));
  input.inputs.push_back({"sop:1.2.3.4", "ECG", "00"});
  return input;
}

const Finding* find(const Findings& findings, std::string_view code, std::string_view method = "") {
  for (const Finding& finding : findings.items)
    if (finding.code.code == code && (method.empty() || finding.method == method)) return &finding;
  return nullptr;
}

double number(const Findings& findings, std::string_view code, std::string_view method = "") {
  const Finding* finding = find(findings, code, method);
  const double* value = finding == nullptr ? nullptr : std::get_if<double>(&finding->value);
  return value == nullptr ? std::nan("") : *value;
}

TEST(RestingEcg, ManifestIsValid) {
  const auto manifest = inference::parse_manifest(native_application().manifest_toml);
  ASSERT_TRUE(manifest.ok()) << manifest.error().message();
  const json::object ecg{{"sop_class", "1.2.840.10008.5.1.4.1.1.9.1.1"}};
  const json::object ct{{"sop_class", "1.2.840.10008.5.1.4.1.1.2"}};
  ASSERT_EQ(manifest->triggers.size(), 1u);
  ASSERT_TRUE(manifest->triggers[0].where.has_value());
  EXPECT_TRUE(manifest->triggers[0].where->matches(ecg));
  EXPECT_FALSE(manifest->triggers[0].where->matches(ct));
  const OperatingPoint defaults;
  const std::map<std::string, double> expected = {{"qtc_critical_ms", defaults.qtc_critical_ms},
                                                  {"rate_critical_low", defaults.rate_critical_low},
                                                  {"rate_critical_high", defaults.rate_critical_high}};
  for (const auto& point : manifest->operating_points) EXPECT_EQ(point.value, expected.at(point.name));
  EXPECT_EQ(manifest->operating_points.size(), 3u);
}

TEST(RestingEcg, NormalEcg) {
  testing::SyntheticEcg spec;
  spec.noise_uv = 4;
  const auto findings = run(case_with(testing::make_ecg(spec)));
  ASSERT_TRUE(findings.ok()) << findings.error().message();
  EXPECT_EQ(findings->flag, "N");
  for (const Finding& f : findings->items)
    EXPECT_TRUE(f.flag.empty() || f.flag == "N") << f.code.display << " " << f.flag;
  EXPECT_EQ(number(*findings, "76282-3"), 67);
  EXPECT_NEAR(number(*findings, "8625-6"), 126, 15);
  EXPECT_NEAR(number(*findings, "8634-8"), 374, 25);
  EXPECT_NE(findings->summary_en.find("Rate 67/min"), std::string::npos) << findings->summary_en;
  EXPECT_NE(findings->summary_zh.find("心率 67 次/分"), std::string::npos) << findings->summary_zh;
  EXPECT_NE(findings->summary_en.find("not a diagnosis"), std::string::npos);
  const json::object* ecg = json::find_object(findings->evidence, "ecg");
  ASSERT_NE(ecg, nullptr);
  EXPECT_EQ(json::find_string(*ecg, "sop"), "1.2.3.4");
  const json::array* beats = json::find_array(*ecg, "beats");
  ASSERT_NE(beats, nullptr);
  EXPECT_EQ(beats->size(), testing::beat_times(spec).size());
  EXPECT_NEAR(json::find_number((*beats)[1].as_object(), "r_ms").value_or(0), 1300, 20);
  const json::object* median = json::find_object(*ecg, "median");
  ASSERT_NE(median, nullptr);
  EXPECT_EQ(json::find_object(*median, "leads")->size(), 12u);
  EXPECT_EQ(json::find_array(*ecg, "quality")->size(), 12u);
}

TEST(RestingEcg, CriticalAndAbnormalValues) {
  testing::SyntheticEcg fast, slow, long_qt;
  fast.rr_s = 0.42;
  fast.p_waves = false;
  fast.t_scale = 0.4;
  slow.rr_s = 1.7;
  EXPECT_EQ(run(case_with(testing::make_ecg(fast)))->flag, "AA");
  EXPECT_EQ(run(case_with(testing::make_ecg(slow)))->flag, "AA");
  testing::SyntheticEcg brady;
  brady.rr_s = 1.3;  // 46 per minute
  const auto findings = run(case_with(testing::make_ecg(brady)));
  EXPECT_EQ(find(*findings, "76282-3")->flag, "L");
  EXPECT_EQ(findings->flag, "A");
}

TEST(RestingEcg, CannotTellAndAbsentAreNotNumbers) {
  testing::SyntheticEcg spec;
  spec.p_waves = false;
  spec.noise_uv = 4;
  const auto findings = run(case_with(testing::make_ecg(spec)));
  ASSERT_TRUE(findings.ok());
  EXPECT_EQ(find(*findings, "p-waves")->state, FindingState::Absent);
  const Finding* pr = find(*findings, "8625-6");
  EXPECT_EQ(pr->state, FindingState::CannotTell);
  EXPECT_FALSE(pr->reason.empty());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(pr->value));
  EXPECT_EQ(findings->flag, "A");

  waveform::Group flat = testing::make_ecg({});
  for (waveform::Channel& channel : flat.channels) channel.samples.assign(channel.samples.size(), 0.0f);
  const auto nothing = run(case_with(std::move(flat)));
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->flag, "");
  EXPECT_NE(nothing->summary_en.find("Not measured"), std::string::npos);
  for (const Finding& finding : nothing->items)
    EXPECT_FALSE(std::holds_alternative<double>(finding.value)) << finding.code.display;
}

TEST(RestingEcg, OutsideTheIntendedUse) {
  Case none = case_with(testing::make_ecg({}));
  none.waveform.reset();
  Case child = case_with(testing::make_ecg({}));
  child.patient_facts["birthDate"] = "2010-05-05";
  Case this_year = case_with(testing::make_ecg({}));
  this_year.patient_facts["birthDate"] = "2008";  // perhaps still 17
  Case pleth = case_with(testing::make_ecg({}));
  for (waveform::Channel& channel : pleth.waveform->groups[0].channels) channel.name = "Pleth";
  Case brief = case_with(testing::make_ecg({.seconds = 4}));
  for (const Case* input : {&none, &child, &this_year, &pleth, &brief}) {
    const auto findings = run(*input);
    ASSERT_FALSE(findings.ok());
    EXPECT_TRUE(findings.error().is(inference::kUnsuitable)) << findings.error().message();
  }
  Case unknown = case_with(testing::make_ecg({}));
  unknown.patient_facts.clear();
  const auto findings = run(unknown);
  ASSERT_TRUE(findings.ok());
  EXPECT_NE(findings->summary_en.find("age is not known"), std::string::npos);
}

TEST(RestingEcg, MissingLeadsAreSaidAndNeverCalledNormal) {
  testing::SyntheticEcg spec;
  spec.noise_uv = 4;
  waveform::Group group = testing::make_ecg(spec);
  group.channels.resize(3);
  const auto findings = run(case_with(std::move(group)));
  ASSERT_TRUE(findings.ok());
  EXPECT_NE(findings->flag, "N");
  EXPECT_NE(findings->summary_en.find("9 leads missing"), std::string::npos) << findings->summary_en;
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

// Expected values: the global measurements that the recording device stored in the object's annotations.
// Tolerances: rate 1/min; PR and QRS 10 ms and QT 25 ms (IEC 60601-2-25, mean difference limits); axes 10
// degrees.
TEST(RestingEcg, AgreesWithTheDeviceOnARealEcg) {
  const auto path = real_file();
  if (path.empty()) GTEST_SKIP() << "waveform_ecg.dcm is not on this machine";
  std::ifstream in(path, std::ios::binary);
  const std::vector<uint8_t> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto file = dicom::parse_file(bytes);
  ASSERT_TRUE(file.ok());
  auto recording = waveform::from_data_set(file->data_set);
  ASSERT_TRUE(recording.ok());
  const auto stored = [&](std::string_view meaning) {
    for (const waveform::Annotation& annotation : recording->annotations)
      if (annotation.meaning == meaning) return annotation.value;
    return std::nan("");
  };
  const double rr = stored("RR Interval"), pr = stored("PR Interval"), qrs = stored("QRS Duration");
  const double qt = stored("QT Interval"), qtc = stored("QTc Interval"), axis = stored("QRS Axis");
  const double p_axis = stored("P Axis"), t_axis = stored("T Axis");
  Case input = case_with({});
  input.waveform = std::move(*recording);
  const auto findings = run(input);
  ASSERT_TRUE(findings.ok()) << findings.error().message();
  EXPECT_NEAR(number(*findings, "76282-3"), 60'000 / rr, 1);
  EXPECT_NEAR(number(*findings, "8625-6"), pr, 10);
  EXPECT_NEAR(number(*findings, "8633-0"), qrs, 10);
  EXPECT_NEAR(number(*findings, "8634-8"), qt, 25);
  EXPECT_NEAR(number(*findings, "76635-2"), qtc, 25);
  EXPECT_NEAR(number(*findings, "8632-2"), axis, 10);
  EXPECT_NEAR(number(*findings, "8626-4"), p_axis, 10);
  EXPECT_NEAR(number(*findings, "8638-9"), t_axis, 10);
  EXPECT_EQ(std::get<std::string>(find(*findings, "rhythm-regularity")->value), "regular");
  EXPECT_EQ(find(*findings, "p-waves")->state, FindingState::Measured);
  EXPECT_NE(findings->flag, "AA");
}

}  // namespace
}  // namespace xinglin::resting_ecg
