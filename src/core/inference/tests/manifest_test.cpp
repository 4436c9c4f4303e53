#include "core/inference/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/inference/tests/manifests.h"

namespace xinglin::inference {
namespace {

using ::testing::HasSubstr;

TEST(Manifest, ReadsEveryKey) {
  const Manifest m = parse_manifest(testing_manifests::kFull).value();
  EXPECT_EQ(m.id.str(), "lead-reader");
  EXPECT_EQ(m.version, "2.10.3");
  EXPECT_EQ(m.name.zh, "导联阅读");
  EXPECT_EQ(m.intended_use.en, "Reads leads.");
  ASSERT_EQ(m.triggers.size(), 2u);
  EXPECT_EQ(m.triggers[0].event, "archive.instance-stored");
  EXPECT_TRUE(m.triggers[0].where->matches({{"modality", "ECG"}}));
  EXPECT_FALSE(m.triggers[0].where->matches({{"modality", "CT"}}));
  EXPECT_EQ(m.triggers[0].per, Trigger::Per::Subject);
  EXPECT_EQ(m.triggers[1].per, Trigger::Per::Patient);
  EXPECT_EQ(m.triggers[1].settle_us, 250 * kMillisecondUs);
  EXPECT_EQ(m.triggers[1].priority, 2);
  EXPECT_FALSE(m.triggers[1].where.has_value());
  EXPECT_TRUE(m.waveform);
  EXPECT_EQ(m.previous_results, 3);
  ASSERT_EQ(m.observations.size(), 1u);
  EXPECT_EQ(m.observations[0].codes, (std::vector<std::string>{"http://loinc.org|8867-4"}));
  EXPECT_EQ(m.observations[0].hours, 48);
  EXPECT_EQ(m.observations[0].count_max, 10);
  EXPECT_EQ(m.time_limit_us, 1500 * kMillisecondUs);
  EXPECT_EQ(m.concurrency, 2);
  EXPECT_TRUE(m.writes_observation && m.writes_report && m.writes_sr && m.writes_task && !m.writes_risk);
  EXPECT_TRUE(m.supersedes);
  EXPECT_EQ(m.category, "procedure");
  EXPECT_EQ(*m.report_code, (Code{"http://loinc.org", "11524-6", "EKG study"}));
  ASSERT_EQ(m.known_limits.size(), 1u);
  EXPECT_EQ(m.known_limits[0].zh, "不适用于儿童。");
  EXPECT_EQ(m.input_mb, 64);
  ASSERT_EQ(m.operating_points.size(), 1u);
  EXPECT_EQ(m.operating_points[0].value, 0.25);
  ASSERT_EQ(m.models.size(), 1u);
  EXPECT_EQ(m.models[0].path, "model/net.onnx");
}

TEST(Manifest, ObservationsMayBeOneInlineTable) {
  const std::string text =
      testing_manifests::minimal("observations = {codes = [\"http://loinc.org|8867-4\"], hours = 2}");
  const Manifest m = parse_manifest(text).value();
  ASSERT_EQ(m.observations.size(), 1u);
  EXPECT_EQ(m.observations[0].hours, 2);
  EXPECT_EQ(m.observations[0].count_max, 500);
}

TEST(Manifest, EveryFaultIsReportedWithItsLine) {
  const Result<Manifest> m = parse_manifest(R"([application]
id = "Bad Id"
version = "1.0"
kind = "remote"
colour = "red"
[application.name]
en = "A"
[[trigger]]
event = "x"
where = 'a =='
per = "ward"
[inputs]
waveform = "yes"
observations = {codes = ["8867-4"], hours = 0}
[limits]
time_ms = 0
[outputs]
objects = ["Observation", "Poem", "dicom-sr"]
[[model]]
path = "../x.onnx"
sha256 = "abc"
format = "pickle"
[extra]
)");
  ASSERT_FALSE(m.ok());
  EXPECT_TRUE(m.error().is(kBadManifest));
  const std::string& text = m.error().message();
  for (const std::string_view wanted :
       {"line 2: 'application.id'", "line 3: 'application.version'", "line 4: 'application.kind'",
        "line 5: there is no key 'application.colour'", "'application.name.zh' is missing",
        "'application.intended_use' is missing", "line 10: 'trigger.where' column 5:",
        "line 11: 'trigger.per'", "line 13: 'inputs.waveform' must be true or false",
        "line 14: '8867-4' must have the form system|code", "line 14: 'inputs.observations.hours'",
        "line 16: 'limits.time_ms'", "line 18: 'Poem'", "'outputs.report_code' is needed",
        "line 20: 'model.path'", "line 21: 'model.sha256'", "line 22: 'model.format'",
        "line 23: there is no key 'extra'"})
    EXPECT_THAT(text, HasSubstr(wanted));
}

TEST(Manifest, BrokenTomlNamesTheLine) {
  const Result<Manifest> m = parse_manifest("[application]\nid = \n");
  ASSERT_FALSE(m.ok());
  EXPECT_THAT(m.error().message(), HasSubstr("line 2"));
}

}  // namespace
}  // namespace xinglin::inference
