// Result messages: from ORU to resources, and everything that may come with them.
#include <thread>

#include "service/intake/tests/hl7_house.h"

namespace xinglin::intake {
namespace {

TEST_F(IntakeTest, AResultMessageBecomesResources) {
  EXPECT_EQ(sent(oru("1", "100", "F1", "5.4")), "AA");
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(count("Observation"), 2u);
  const json::object report = only("DiagnosticReport");
  const std::string who = "Patient/" + patient_of("100")->str();
  EXPECT_EQ(report.at("subject").at("reference").as_string(), who);
  EXPECT_EQ(report.at("result").as_array().size(), 2u);
  const auto glucose = search("Observation", {{"code", "", "http://loinc.org|2345-7"}, {"patient", "", who}});
  ASSERT_EQ(glucose.matches.size(), 1u);
  EXPECT_EQ(glucose.matches[0].parsed()->at("valueQuantity").at("value").as_double(), 5.4);
  const auto all = rows();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].sender, "HIS|HOSP");
  EXPECT_EQ(all[0].type, "ORU");
  EXPECT_EQ(all[0].trigger, "R01");
  EXPECT_EQ(all[0].control_id, "1");
  EXPECT_EQ(all[0].ack, AckCode::AA);
  EXPECT_EQ(all[0].patient, *patient_of("100"));
  EXPECT_EQ(all[0].error, "");
  EXPECT_EQ(events("intake.message-accepted"), 1);
  EXPECT_EQ(events("record.observation-created"), 2);
}

TEST_F(IntakeTest, AKnownPatientCostsNoNewVersion) {
  send(oru("1", "100", "F1", "5.4"));
  EXPECT_EQ(sent(oru("2", "100", "F2", "5.5")), "AA");
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(search("Patient").matches[0].version, 1);
  EXPECT_EQ(count("Observation"), 4u);
}

TEST_F(IntakeTest, ACorrectionUpdatesTheResult) {
  send(oru("1", "100", "F1", "5.4"));
  EXPECT_EQ(sent(oru("2", "100", "F1", "9.9", "C")), "AA");
  EXPECT_EQ(count("Observation"), 2u);
  const auto glucose = search("Observation", {{"code", "", "http://loinc.org|2345-7"}});
  EXPECT_EQ(glucose.matches[0].version, 2);
  EXPECT_EQ(glucose.matches[0].parsed()->at("valueQuantity").at("value").as_double(), 9.9);
  EXPECT_EQ(glucose.matches[0].parsed()->at("status"), "corrected");
  EXPECT_EQ(only("DiagnosticReport").at("status"), "corrected");
}

TEST_F(IntakeTest, ALaterPartOfAReportKeepsTheEarlierResults) {
  send(oru("1", "100", "F1", "5.4"));
  const std::string more = msh("ORU^R01^ORU_R01", "2") + pid("100") +
                           "OBR|1||F1^LAB|24321-2^Panel^LN|||20260102030000||||||||||||||||||F\r"
                           "OBX|1|NM|2951-2^Sodium^LN||140|mmol/L|||||F\r";
  EXPECT_EQ(sent(more), "AA");
  EXPECT_EQ(only("DiagnosticReport").at("result").as_array().size(), 3u);
}

TEST_F(IntakeTest, TheSameResultAgainMakesNoVersion) {
  send(oru("1", "100", "F1", "5.4"));
  EXPECT_EQ(sent(oru("2", "100", "F1", "5.4")), "AA");
  EXPECT_EQ(search("Observation", {{"code", "", "2345-7"}}).matches[0].version, 1);
  EXPECT_EQ(search("DiagnosticReport").matches[0].version, 1);
}

TEST_F(IntakeTest, AnOrderNumberOfAnotherPatientChangesNothing) {
  send(oru("1", "100", "F1", "5.4"));
  EXPECT_EQ(sent(oru("2", "200", "F1", "9.9")), "AE OBX^1 205");
  EXPECT_EQ(count("Patient"), 1u);
  EXPECT_EQ(search("Observation", {{"code", "", "2345-7"}}).matches[0].version, 1);
  EXPECT_EQ(rows()[0].ack, AckCode::AE);
}

TEST_F(IntakeTest, ARefusedMessageIsTakenOnceItsReasonIsMended) {
  send(oru("1", "100", "F1", "5.4"));
  send(oru("2", "200", "F2", "6.0"));
  const std::string refused = oru("3", "200", "F1", "9.9");
  ASSERT_EQ(sent(refused), "AE OBX^1 205");
  const int64_t first = rows()[0].id;
  const auto again = intake_->replay(system_, first);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(intake_->message(system_, *again)->row.ack, AckCode::AE) << "nothing was mended yet";

  ASSERT_EQ(sent(msh("ADT^A40^ADT_A39", "4") + "EVN||20260103\r" + pid("100") + "MRG|200^^^HOSP^MR\r"), "AA");
  const auto mended = intake_->replay(system_, first);
  ASSERT_TRUE(mended.ok()) << mended.error().message();
  const auto detail = intake_->message(system_, *mended);
  EXPECT_EQ(detail->row.ack, AckCode::AA);
  EXPECT_FALSE(detail->resources.empty());
  EXPECT_EQ(intake_->message(system_, first)->row.ack, AckCode::AE) << "it was answered so";
  EXPECT_EQ(intake_->message(system_, first)->replays, (std::vector<int64_t>{*again, *mended}));
  EXPECT_EQ(sent(refused), "AA") << "the sender may stop repeating it";
  EXPECT_EQ(intake_->replay(system_, first).error().code().name, kNotReplayable.name);
  EXPECT_EQ(intake_->replay(system_, 99).error().kind(), ErrorKind::NotFound);
  EXPECT_EQ(intake_->replay(sender_, first).error().kind(), ErrorKind::Denied);
}

TEST_F(IntakeTest, ARepeatedMessageGetsItsFirstAnswer) {
  const std::string message = oru("1", "100", "F1", "5.4");
  const Acknowledgement first = send(message);
  clock_.advance(kMinuteUs);
  const Acknowledgement again = send(message);
  EXPECT_EQ(again.code, AckCode::AA);
  EXPECT_EQ(again.bytes, first.bytes);
  EXPECT_EQ(rows().size(), 1u);
  EXPECT_EQ(events("intake.message-accepted"), 1);
  EXPECT_EQ(count("Observation"), 2u);
}

TEST_F(IntakeTest, ARepeatIsKnownAfterARestart) {
  const std::string message = oru("1", "100", "F1", "5.4");
  const Acknowledgement first = send(message);
  close();
  open();
  EXPECT_EQ(send(message).bytes, first.bytes);
  EXPECT_EQ(rows().size(), 1u);
}

TEST_F(IntakeTest, OtherContentUnderTheSameControlIdIsTakenWithAWarning) {
  send(oru("1", "100", "F1", "5.4"));
  const Acknowledgement second = send(oru("1", "100", "F2", "6.0"));
  EXPECT_EQ(brief(second), "AA MSH^1^10 205");
  EXPECT_EQ(hl7v2::parse_ack(second.bytes)->errors[0].severity, Severity::Warning);
  EXPECT_EQ(count("Observation"), 4u);
}

TEST_F(IntakeTest, BadContentIsKeptAndChangesNothing) {
  EXPECT_EQ(sent(oru("1", "100", "F1", "much")), "AE OBX^1^5^1 102");
  EXPECT_EQ(count("Patient"), 0u);
  EXPECT_EQ(count("Observation"), 0u);
  const auto all = rows();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].ack, AckCode::AE);
  EXPECT_EQ(all[0].error, "OBX^1^5^1: not a number (type NM)");
  EXPECT_EQ(events("intake.message-rejected"), 1);
  EXPECT_EQ(intake_->counts()->rejected, 1);
  EXPECT_EQ(intake_->counts()->accepted, 0);
  // And its repetition gets the same answer.
  EXPECT_EQ(send(oru("1", "100", "F1", "much")).bytes, send(oru("1", "100", "F1", "much")).bytes);
  EXPECT_EQ(rows().size(), 1u);
}

TEST_F(IntakeTest, WhatCannotBeReadGoesToQuarantine) {
  EXPECT_EQ(sent("hello"), "AR  100");
  EXPECT_EQ(sent("MSH|^~\\&|A|B\rPID|1\rnonsense"), "AR  100");
  EXPECT_EQ(sent(msh("SIU^S12", "1") + pid("1")), "AR MSH^1^9^1^1 200");
  EXPECT_EQ(sent(msh("ADT^A60", "2") + pid("1")), "AR MSH^1^9^1^2 201");
  EXPECT_EQ(sent(msh("ADT^A31", "3", "T|2.5") + pid("1")), "AR MSH^1^11 202");
  EXPECT_EQ(sent(msh("ADT^A31", "4", "P|3.0") + pid("1")), "AR MSH^1^12 203");
  EXPECT_EQ(sent(msh("ADT^A31", "5", "P|2.5||||||KLINGON") + pid("1")), "AR MSH^1^18 103");
  EXPECT_EQ(*archive_->quarantine_count(), 7);
  EXPECT_EQ(rows().size(), 0u);
  const Acknowledgement big = intake_->refuse_oversize(sender_, as_bytes(msh("ADT^A31", "6")), 99'000'000);
  EXPECT_EQ(brief(big), "AR  104");
  EXPECT_EQ(hl7v2::parse_ack(big.bytes)->control_id, "6");
}

TEST_F(IntakeTest, AnswersInTheCharsetOfTheMessage) {
  const std::string head =
      "MSH|^~\\&|\xC0\xCF|HOSP|XL|HOSP|20260102||ADT^A31^ADT_A05|1|P|2.5.1||||||GB 18030-2000\r";
  const Acknowledgement a =
      send(head + "PID|1||100^^^HOSP^MR||\xCD\xF5^\xD0\xA1\r");  // GB 18030 of two Han characters
  EXPECT_EQ(a.code, AckCode::AA);
  EXPECT_NE(as_text(a.bytes).find("|\xC0\xCF|HOSP|"), std::string_view::npos);
  EXPECT_EQ(only("Patient").at("name").at(0).at("family"), "王");
  EXPECT_NE(intake_->raw(system_, rows()[0].id)->find("王"), std::string::npos);
}

TEST_F(IntakeTest, AStayIsMadeOfAResultMessageOnce) {
  const auto message = [](std::string_view control, std::string_view filler, std::string_view ward) {
    return msh("ORU^R01^ORU_R01", control) + pid("100") + "PV1|1|I|" + std::string(ward) +
           "||||||||||||||||V9^^^HOSP^VN\rOBR|1||" + std::string(filler) +
           "^MON|85353-1^Vitals^LN|||20260102||||||||||||||||||F\rOBX|1|NM|8867-4^HR^LN||80|/min|||||F\r";
  };
  EXPECT_EQ(sent(message("1", "F1", "3W")), "AA");
  EXPECT_EQ(sent(message("2", "F2", "ICU")), "AA");
  EXPECT_EQ(search("Encounter").matches.size(), 1u);
  EXPECT_EQ(search("Encounter").matches[0].version, 1);
  const std::string stay = "Encounter/" + search("Encounter").matches[0].id;
  for (const record::Resource& o : search("Observation").matches)
    EXPECT_EQ(o.parsed()->at("encounter").at("reference").as_string(), stay);
}

TEST_F(IntakeTest, ManySendersAtOnceMakeOnePatientEach) {
  std::vector<std::thread> threads;
  std::atomic<int> accepted{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string control = std::to_string(t) + "-" + std::to_string(i);
        if (send(oru(control, std::to_string(i % 5), "F" + control, "5.0")).code == AckCode::AA) ++accepted;
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(accepted, 100);
  EXPECT_EQ(count("Patient"), 5u);
  EXPECT_EQ(count("Observation"), 200u);
}

TEST_F(IntakeTest, ListsPageByPageAndWithoutPatientsForOperators) {
  for (int i = 0; i < 5; ++i)
    send(oru(std::to_string(i), "100", "F" + std::to_string(i), i == 2 ? "x" : "5"));
  const auto page = *intake_->messages(system_, {.limit = 2});
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].control_id, "4");
  const auto next = *intake_->messages(system_, {.before_id = page[1].id, .limit = 2});
  ASSERT_EQ(next.size(), 2u);
  EXPECT_EQ(next[0].control_id, "2");
  EXPECT_EQ(intake_->messages(system_, {.ack = AckCode::AE})->size(), 1u);
  EXPECT_EQ(intake_->message(system_, page[0].id)->row.control_id, "4");
  EXPECT_FALSE(intake_->message(system_, 99).ok());
  EXPECT_FALSE(intake_->raw(system_, 99).ok());
  EXPECT_EQ(intake_->raw(sender_, page[0].id).error().kind(), ErrorKind::Denied);
  EXPECT_EQ(*intake_->raw(system_, page[0].id), oru("4", "100", "F4", "5"));
}

}  // namespace
}  // namespace xinglin::intake
