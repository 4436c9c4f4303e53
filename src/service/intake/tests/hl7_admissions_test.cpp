// Admission messages: stays, demographics, merges.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "service/intake/tests/hl7_house.h"

namespace xinglin::intake {
namespace {

std::string adt(std::string_view trigger, std::string_view control, std::string_view number,
                std::string_view pv1, std::string_view family = "Doe") {
  std::string out = msh("ADT^" + std::string(trigger), control) + "EVN||20260103\r" + pid(number, family);
  if (!pv1.empty()) out += "PV1|1|I|" + std::string(pv1) + "\r";
  return out;
}
const std::string kVisit = "||||||||||||||||V1^^^HOSP^VN";

std::string a40(std::string_view control, std::string_view survivor, std::string_view merged) {
  return msh("ADT^A40^ADT_A39", control) + "EVN||20260103\r" + pid(survivor) + "MRG|" + std::string(merged) +
         "^^^HOSP^MR\r";
}

TEST_F(IntakeTest, AStayRunsItsCourse) {
  const auto status = [&] { return std::string(only("Encounter").at("status").as_string()); };
  EXPECT_EQ(sent(adt("A01", "1", "100", "3W^301^1^HOSP" + kVisit)), "AA");
  EXPECT_EQ(status(), "in-progress");
  EXPECT_EQ(sent(adt("A02", "2", "100", "ICU^1^7^HOSP" + kVisit)), "AA");
  EXPECT_EQ(sent(adt("A03", "3", "100", "ICU^1^7^HOSP" + kVisit)), "AA");
  EXPECT_EQ(status(), "finished");
  EXPECT_EQ(sent(adt("A13", "4", "100", "ICU^1^7^HOSP" + kVisit)), "AA");
  EXPECT_EQ(status(), "in-progress");
  EXPECT_EQ(sent(adt("A11", "5", "100", kVisit)), "AA");
  EXPECT_EQ(status(), "cancelled");
  EXPECT_EQ(count("Patient"), 1u);
}

TEST_F(IntakeTest, NamesOfPlacesMayHoldAnything) {
  EXPECT_EQ(sent(adt("A01", "1", "100", "HUH AE OMU^Room 1^Bed 03^HOMERTON UNIVER" + kVisit)), "AA");
  EXPECT_EQ(only("Encounter").at("location").at(2).at("location").at("display"), "HUH AE OMU");
}

// Everything the public samples hold of the handled kinds can be stored.
TEST_F(IntakeTest, PublicSamplesAreAccepted) {
  const char* set = std::getenv("XL_SHARED_DATA");
  const auto folder =
      std::filesystem::path(set != nullptr ? set : XL_SOURCE_DIR "/../shared/data") / "hl7v2/messages";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no sample messages";
  MessageIntake::Options options;
  options.processing_ids_accepted = "PT";
  MessageIntake intake(*store_, clock_, *audit_, *journal_, *record_, *identity_, *archive_, options);
  int accepted = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".hl7") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const Acknowledgement a = intake.accept(sender_, as_bytes(text), entry.path().filename().string());
    EXPECT_NE(a.code, AckCode::AE) << entry.path().filename() << " " << as_text(a.bytes);
    accepted += a.code == AckCode::AA ? 1 : 0;
  }
  EXPECT_EQ(accepted, 29);
}

TEST_F(IntakeTest, TheOrderOfMessagesIsTolerated) {
  EXPECT_EQ(sent(oru("1", "100", "F1", "5")), "AA");
  EXPECT_EQ(sent(adt("A03", "2", "100", "3W" + kVisit)), "AA");
  EXPECT_EQ(sent(adt("A01", "3", "100", "3W" + kVisit, "Roe")), "AA");
  EXPECT_EQ(only("Encounter").at("status"), "finished");
  EXPECT_EQ(only("Patient").at("name").at(0).at("family"), "Roe");
}

TEST_F(IntakeTest, AVisitNumberOfAnotherPatientIsAnError) {
  EXPECT_EQ(sent(adt("A01", "1", "100", "3W" + kVisit)), "AA");
  EXPECT_EQ(sent(adt("A01", "2", "200", "3W" + kVisit)), "AE PV1^1^19^1 205");
  EXPECT_EQ(count("Patient"), 1u);
}

TEST_F(IntakeTest, DemographicsFollowTheAdmissionMessages) {
  send(adt("A28", "1", "100", ""));
  EXPECT_EQ(sent(adt("A31", "2", "100", "", "Roe")), "AA");
  EXPECT_EQ(only("Patient").at("name").at(0).at("family"), "Roe");
  EXPECT_EQ(sent(adt("A31", "3", "100", "", "Roe")), "AA");
  EXPECT_EQ(search("Patient").matches[0].version, 2);
  EXPECT_EQ(sent(oru("4", "100", "F", "5")), "AA");  // says Doe, but a result does not rename a patient
  EXPECT_EQ(only("Patient").at("name").at(0).at("family"), "Roe");
}

TEST_F(IntakeTest, AnUpdateMayChangeAllThatIsKnownOfAPerson) {
  const auto who = [](const std::string& event, const std::string& control, const std::string& demographics) {
    return msh("ADT^" + event, control) + "EVN||20260103\rPID|1||100^^^HOSP^MR||" + demographics + "\r";
  };
  EXPECT_EQ(sent(who("A28", "1", "Unknown^Male||19000101|M")), "AA");
  EXPECT_EQ(sent(who("A08", "2", "Roe^Richard||19610203|M")), "AA");
  EXPECT_EQ(only("Patient").at("birthDate"), "1961-02-03");
  EXPECT_EQ(sent(who("A31", "3", "Doe^Jane||19701231|F")), "AA");
  EXPECT_EQ(only("Patient").at("name").at(0).at("family"), "Doe");
  EXPECT_EQ(sent(who("A28", "4", "Li^Na||19880808|F")), "AA");
  EXPECT_EQ(count("Patient"), 2u) << "an admission is not a correction: a conflict waits";
}

TEST_F(IntakeTest, IdentifiersOfTwoPatientsAreAnError) {
  send(adt("A28", "1", "100", ""));
  send(adt("A28", "2", "200", ""));
  const std::string both =
      msh("ADT^A31", "3") + "EVN||20260103\rPID|1||100^^^HOSP^MR~200^^^HOSP^MR||Mix^Up\r";
  EXPECT_EQ(sent(both), "AE PID^1^3 205");
  for (const record::Resource& p : search("Patient").matches) EXPECT_EQ(p.version, 1);
}

TEST_F(IntakeTest, AMergeCanBeUndone) {
  send(oru("1", "100", "F1", "5"));
  send(oru("2", "200", "F2", "6"));
  const PatientId survivor = *patient_of("100"), merged = *patient_of("200");
  EXPECT_EQ(sent(a40("3", "100", "200")), "AA");
  EXPECT_EQ(*patient_of("200"), survivor);
  EXPECT_EQ(search("Observation", {{"patient", "", "Patient/" + survivor.str()}}).matches.size(), 4u);
  EXPECT_EQ(events("identity.merged"), 1);
  // A correction under the old number reaches the survivor.
  EXPECT_EQ(sent(oru("4", "200", "F2", "7", "C")), "AA");
  EXPECT_EQ(count("Observation"), 4u);
  // The same merge again changes nothing.
  EXPECT_EQ(sent(a40("5", "100", "200")), "AA");
  EXPECT_EQ(events("identity.merged"), 1);
  for (const MessageRow& row : rows()) EXPECT_EQ(row.patient, survivor);
  const auto merges = *store_->read([&](sql::Session& s) { return identity_->merges(s, system_, 10); });
  ASSERT_EQ(merges.size(), 1u);
  ASSERT_TRUE(
      store_->write([&](sql::Tx& tx) { return identity_->undo_merge(tx, system_, merges[0].id); }).ok());
  EXPECT_EQ(*patient_of("200"), merged);
  EXPECT_EQ(search("Observation", {{"patient", "", "Patient/" + merged.str()}}).matches.size(), 2u);
  EXPECT_EQ(rows().back().patient, survivor);
  EXPECT_EQ(intake_->messages(system_, {.before_id = 3})->at(0).patient, merged);
  // What was remembered of the number while it was merged misleads nobody.
  EXPECT_EQ(sent(oru("6", "200", "F3", "8")), "AA");
  EXPECT_EQ(search("Observation", {{"patient", "", "Patient/" + merged.str()}}).matches.size(), 4u);
}

TEST_F(IntakeTest, MergingAnUnknownNumberLinksIt) {
  EXPECT_EQ(sent(a40("1", "100", "200")), "AA");
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(*patient_of("200"), *patient_of("100"));
  EXPECT_EQ(sent(oru("2", "200", "F1", "5")), "AA");
  EXPECT_EQ(count("Patient"), 1u);
}

TEST_F(IntakeTest, AMergeWithoutPriorNumberIsAnError) {
  EXPECT_EQ(sent(msh("ADT^A40^ADT_A39", "1") + pid("100")), "AE MRG^1 101");
  EXPECT_EQ(sent(msh("ADT^A40^ADT_A39", "2") + pid("100") + "MRG|\r"), "AE MRG^1^1^1^1 101");
}

}  // namespace
}  // namespace xinglin::intake
