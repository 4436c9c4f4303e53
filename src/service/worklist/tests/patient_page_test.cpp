#include "service/worklist/tests/house.h"

namespace xinglin::worklist {
namespace {

class PatientPageTest : public testing::Test {
protected:
  void SetUp() override { patient_ = house_.admit("Berg", "Anna", "", "10001", "3W", "1"); }
  json::object get(Result<json::object> found) {
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message());
    return found ? *found : json::object();
  }
  json::object reference_to_patient() const { return {{"reference", "Patient/" + patient_}}; }
  House house_;
  trust::Access nurse_ = house_.as(trust::Role::Nurse);
  std::string patient_;
  PatientId id() const { return PatientId(patient_); }
};

TEST_F(PatientPageTest, TheBannerSaysEverythingAndNeverGuesses) {
  const json::object banner = get(house_.worklist->patient(nurse_, id()));
  EXPECT_EQ(at(banner, "name"), "Berg, Anna");
  EXPECT_EQ(at(banner, "mrn"), "10001");
  EXPECT_EQ(at(banner, "ward"), "3W");
  EXPECT_EQ(at(banner, "age_years"), "75") << "one day before the birthday";
  EXPECT_EQ(at(banner, "encounter.class"), "IMP");
  EXPECT_EQ(at(banner, "encounter.admitted"), "2026-11-17T08:00:00Z");
  EXPECT_EQ(at(banner, "allergies.known"), "false");
  EXPECT_EQ(at(banner, "deceased"), "false");
  EXPECT_EQ(at(banner, "merged_into"), "null");
  EXPECT_EQ(at(banner, "news2"), "null");
  EXPECT_EQ(at(banner, "identifiers.0.type"), "MR");
  EXPECT_TRUE(house_.worklist->patient(nurse_, PatientId("nobody")).error().kind() == ErrorKind::NotFound);
}

TEST_F(PatientPageTest, VitalSignsComeAsSeriesInTheOrderOfThePage) {
  house_.vital(patient_, "8310-5", 37.2, "Cel");
  house_.vital(patient_, "8867-4", 80, "/min");
  house_.clock.advance(kHourUs);
  house_.vital(patient_, "8867-4", 90, "/min");
  house_.vital(patient_, "2708-6", 97, "%");
  house_.create(parse(R"({"resourceType": "Observation", "status": "final",
      "category": [{"coding": [{"code": "vital-signs"}]}], "code": {"coding": [{"code": "85354-9"}]},
      "effectiveDateTime": ")" +
                      format_rfc3339(house_.clock.now()) + R"(",
      "subject": {"reference": "Patient/)" +
                      patient_ + R"("},
      "component": [{"code": {"coding": [{"code": "8480-6"}]},
                     "valueQuantity": {"value": 120, "unit": "mm[Hg]"}},
                    {"code": {"coding": [{"code": "8462-4"}]},
                     "valueQuantity": {"value": 70, "unit": "mm[Hg]"}}]})"));
  const json::object vitals = get(house_.worklist->vitals(nurse_, id(), 24));
  std::string codes;
  for (const json::value& series : *json::find_array(vitals, "series"))
    codes += at(series.as_object(), "code") + " ";
  EXPECT_EQ(codes, "8867-4 59408-5 8310-5 8480-6 8462-4 ");
  EXPECT_EQ(at(vitals, "series.0.points.0.value"), "80");
  EXPECT_EQ(at(vitals, "series.0.points.1.value"), "90");
  EXPECT_EQ(at(vitals, "series.0.name.zh"), "心率");
  EXPECT_EQ(at(vitals, "series.3.unit"), "mm[Hg]");
  house_.clock.advance(23 * kHourUs + kMinuteUs);
  EXPECT_EQ(at(get(house_.worklist->vitals(nurse_, id(), 24)), "series.0.points.1"), "")
      << "the window moves on";
}

TEST_F(PatientPageTest, LaboratoryComesByReportAndWhatBelongsToNoneLast) {
  const auto lab = [&](const std::string& name, double value, const std::string& flag) {
    return house_.create(
        parse(R"({"resourceType": "Observation", "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}], "code": {"coding": [{"code": ")" +
              name + R"("}], "text": ")" + name + R"("}, "effectiveDateTime": ")" +
              format_rfc3339(house_.clock.now()) + R"(",
        "subject": {"reference": "Patient/)" +
              patient_ + R"("}, "valueQuantity": {"value": )" + std::to_string(value) +
              R"(, "unit": "mmol/L"}, "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1}}],
        "interpretation": [{"coding": [{"code": ")" +
              flag + R"("}]}]})"));
  };
  const std::string potassium = lab("K", 5.6, "H");
  lab("Na", 140, "N");
  house_.create(
      parse(R"({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Electrolytes"},
      "category": [{"coding": [{"code": "LAB"}]}], "effectiveDateTime": ")" +
            format_rfc3339(house_.clock.now()) + R"(",
      "subject": {"reference": "Patient/)" +
            patient_ + R"("}, "result": [{"reference": "Observation/)" + potassium + R"("}]})"));
  const json::object labs = get(house_.worklist->labs(nurse_, id(), 24));
  EXPECT_EQ(at(labs, "reports.0.name"), "Electrolytes");
  EXPECT_EQ(at(labs, "reports.0.observations.0.flag"), "H");
  EXPECT_EQ(at(labs, "reports.0.observations.0.value"), "5.6");
  EXPECT_EQ(at(labs, "reports.0.observations.0.reference_range"), "3.5 - 5.1");
  EXPECT_EQ(at(labs, "reports.1.id"), "null");
  EXPECT_EQ(at(labs, "reports.1.observations.0.name"), "Na");
}

TEST_F(PatientPageTest, AnEcgComesAsMicrovoltByLead) {
  const std::string sop = house_.store_ecg(patient_);
  const json::object ecg = get(house_.worklist->ecg(nurse_, SopInstanceUid(sop)));
  EXPECT_EQ(at(ecg, "rate_hz"), "500");
  EXPECT_EQ(at(ecg, "leads.11.name"), "V6");
  EXPECT_EQ(at(ecg, "leads.0.samples.250"), "1000");
  EXPECT_EQ(at(ecg, "leads.0.samples.0"), "0");
  EXPECT_EQ(at(ecg, "leads.0.samples.5000"), "");
  EXPECT_EQ(at(ecg, "recorded_at"), "2026-11-18T11:00:00.000Z");
  EXPECT_EQ(at(ecg, "synthetic"), "true");
  EXPECT_EQ(at(ecg, "patient"), patient_);
  EXPECT_EQ(at(ecg, "result"), "null");
  const json::object studies = get(house_.worklist->studies(nurse_, id()));
  EXPECT_EQ(at(studies, "items.0.date"), "2026-11-18");
  EXPECT_EQ(at(studies, "items.0.series.0.instances.0.sop"), sop);
  EXPECT_TRUE(house_.worklist->ecg(nurse_, SopInstanceUid("1.2.3")).error().is(archive::kNoInstance));
  EXPECT_TRUE(house_.worklist->ecg(house_.as(trust::Role::Auditor), SopInstanceUid(sop))
                  .error()
                  .is(trust::kNotAllowed));
}

TEST_F(PatientPageTest, TheResultCardTheTrendAndTheTaskTellOneStory) {
  house_.journal->start();
  for (const double rate : {80.0, 140.0}) {
    house_.vital(patient_, "8867-4", rate, "/min");
    house_.settle();
    house_.clock.advance(kHourUs);
  }
  const json::object trend = get(house_.worklist->news2(nurse_, id(), 24));
  EXPECT_EQ(at(trend, "points.0.score"), "2");
  EXPECT_EQ(at(trend, "points.1.score"), "8");
  EXPECT_EQ(at(trend, "points.1.components.0.value"), "140 /min");
  EXPECT_EQ(at(trend, "points.1.components.0.name_zh"), "脉搏");
  const InferenceId newest(at(trend, "points.1.result"));
  const json::object card = get(house_.worklist->result(nurse_, newest));
  EXPECT_EQ(at(card, "application.version"), "1.2.3");
  EXPECT_EQ(at(card, "application.intended_use.en"), "Scores heart rates in tests.");
  EXPECT_EQ(at(card, "findings.0.value"), "8");
  EXPECT_EQ(at(card, "findings.0.state"), "measured");
  EXPECT_EQ(at(card, "risk.rationale"), R"({"en":"Fast.","zh":"快。"})");
  EXPECT_EQ(at(card, "escalation.text"), R"({"en":"Look at the patient","zh":"查看患者"})");
  EXPECT_EQ(at(card, "escalation.priority"), "stat");
  EXPECT_EQ(at(card, "feedback"), "null");
  EXPECT_EQ(at(card, "status"), "unread");
  EXPECT_EQ(at(card, "limits"), R"([{"en":"Knows one sign.","zh":"仅知一项体征。"}])");
  EXPECT_EQ(at(card, "read"), "null");
  ASSERT_TRUE(house_.inference->results().mark_read(nurse_, newest).ok());
  EXPECT_EQ(at(get(house_.worklist->result(nurse_, newest)), "read.who"), nurse_.who());
  const json::object tasks = get(house_.worklist->tasks(nurse_, id()));
  EXPECT_EQ(at(tasks, "items.0.priority"), "stat");
  EXPECT_EQ(at(tasks, "items.0.result"), newest.str());
  const json::object timeline = get(house_.worklist->timeline(nurse_, id(), 100));
  std::string kinds;
  for (const json::value& item : *json::find_array(timeline, "items"))
    kinds += at(item.as_object(), "kind") + " ";
  EXPECT_EQ(kinds, "result task vitals result vitals admission ");
  EXPECT_EQ(json::find_array(get(house_.worklist->timeline(nurse_, id(), 2)), "items")->size(), 2U);
}

}  // namespace
}  // namespace xinglin::worklist
