// The modality worklist asked by findscu of DCMTK, and performed procedure steps.
#include <chrono>
#include <fstream>
#include <thread>

#include "codec/fhir/imaging_order.h"
#include "edge/dimse/detail/identifier.h"
#include "edge/dimse/detail/negotiation.h"
#include "edge/dimse/errors.h"
#include "edge/dimse/tests/query_fixture.h"

namespace xinglin::dimse {
namespace {

using dicom::DataSet;

class ProcedureTest : public test::QueryTest {
protected:
  void SetUp() override {
    fill();
    for (const auto& [title, rights] :
         {std::pair<std::string, archive::PeerRights>{"CT1", {.worklist = true, .mpps = true}},
          {"OTHER", {.find = true}}})
      ASSERT_TRUE(peers->put(trust::Access::system("test"), {title, "127.0.0.1", 104, rights}).ok());
    put({{"resourceType", "Patient"},
         {"id", "p1"},
         {"name", json::array{json::object{{"family", "Wang"}, {"given", json::array{"XiaoDong"}}},
                              json::object{{"family", "王"}, {"given", json::array{"小东"}}}}},
         {"identifier",
          json::array{json::object{{"system", "urn:xinglin:issuer:HOSPITAL"}, {"value", "4711"}}}},
         {"birthDate", "1959-03-14"}});
    order("r1", "A1", "CT", "2026-11-22T08:30:00+08:00");
    order("r2", "A2", "MR", "2026-11-23T09:00:00+08:00");
  }
  void order(const std::string& id, const char* accession, const char* modality, const char* start) {
    json::object r{{"resourceType", "ServiceRequest"},
                   {"id", id},
                   {"status", "active"},
                   {"intent", "order"},
                   {"code", json::object{{"text", "头颅 CT"}}},
                   {"subject", json::object{{"reference", "Patient/p1"}}}};
    fhir::write_imaging_order(r, {.accession_number = accession,
                                  .step_id = "SPS" + id,
                                  .study_instance_uid = "1.2.3." + id.substr(1),
                                  .modality = modality,
                                  .station_ae_title = std::string(modality) + "1",
                                  .start = start});
    put(std::move(r));
    ASSERT_TRUE(schedule->project(id).ok());
  }
  void put(json::object resource) {
    IssueSink issues;
    const auto done = record->update_now(trust::Access::system("test"), std::move(resource), issues);
    ASSERT_TRUE(done.ok()) << done.error().message();
  }
  test::Finished ask(const std::string& keys, const std::string& title = "CT1") {
    return test::run("findscu -W -aet " + title + at() + keys);
  }
  static size_t count(const std::string& text, const std::string& part) {
    size_t out = 0;
    for (size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++out;
    return out;
  }
  Scu::Options as(const std::string& title) const {
    Scu::Options out;
    out.peer = scp->endpoint();
    out.calling_ae = title;
    return out;
  }
  static DataSet begun() {
    DataSet out;
    for (const auto& [tag, vr, value] : {std::tuple{dicom::Tag{0x0040, 0x0253}, "SH", "PPS1"},
                                         {dicom::Tag{0x0040, 0x0241}, "AE", "CT1"},
                                         {dicom::Tag{0x0040, 0x0244}, "DA", "20261122"},
                                         {dicom::Tag{0x0040, 0x0245}, "TM", "083100"},
                                         {dicom::Tag{0x0040, 0x0252}, "CS", "IN PROGRESS"},
                                         {dicom::Tag{0x0008, 0x0060}, "CS", "CT"}})
      out.set_text(tag, vr, value);
    DataSet& scheduled = out.add_item({0x0040, 0x0270});
    scheduled.set_text({0x0020, 0x000D}, "UI", "1.2.3.1");
    scheduled.set_text({0x0040, 0x0009}, "SH", "SPSr1");
    return out;
  }
  static DataSet ended(const char* state) {
    DataSet out;
    out.set_text({0x0040, 0x0252}, "CS", state);
    out.set_text({0x0040, 0x0250}, "DA", "20261122");
    out.set_text({0x0040, 0x0251}, "TM", "084500");
    DataSet& image = out.add_item({0x0040, 0x0340});
    image.set_text({0x0020, 0x000E}, "UI", "1.2.3.1.1");
    DataSet& one = image.add_item({0x0008, 0x1140});
    one.set_text({0x0008, 0x1150}, "UI", test::kCt);
    one.set_text({0x0008, 0x1155}, "UI", "1.2.3.1.1.1");
    return out;
  }
  uint16_t send(Scu& scu, Scu::Operation operation, const std::string& uid, const DataSet& attributes) {
    const auto answer = scu.perform(kContext, {operation, SopInstanceUid(uid)},
                                    encode_identifier(attributes, kContext.syntax.str(), ""));
    return answer.ok() ? answer->status : 0xFFFF;
  }
  const Scu::Context kContext{SopClassUid(std::string(kPerformedStepClass)),
                              TransferSyntaxUid("1.2.840.10008.1.2")};
};

TEST_F(ProcedureTest, findscu_is_told_the_worklist) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  const auto all =
      ask("-k PatientName -k PatientID -k AccessionNumber -k 'ScheduledProcedureStepSequence[0].Modality' "
          "-k 'ScheduledProcedureStepSequence[0].ScheduledStationAETitle' "
          "-k 'ScheduledProcedureStepSequence[0].PreMedication' -k PregnancyStatus");
  EXPECT_EQ(all.status, 0) << all.output;
  EXPECT_EQ(count(all.output, "[CT1"), 1u) << all.output;
  EXPECT_EQ(count(all.output, "[MR1"), 1u);
  EXPECT_EQ(count(all.output, "[4711"), 2u);
  EXPECT_EQ(count(all.output, "(0040,0012)"), 2u) << "also what has no value comes back";
  const std::string of_day =
      "-k AccessionNumber -k 'ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate=";
  const auto today = ask(of_day + "20261122-20261122'");
  EXPECT_EQ(count(today.output, "[A1"), 1u) << today.output;
  EXPECT_EQ(count(today.output, "[A2"), 0u);
  EXPECT_EQ(count(ask("-k 'PatientName=wang^xiao*' -k AccessionNumber").output, "[A"), 2u);
  EXPECT_EQ(count(ask("-k 'PatientName=li*' -k AccessionNumber").output, "[A"), 0u);
  const auto refused = ask("-k PatientName", "OTHER");
  EXPECT_NE(refused.output.find("No Acceptable Presentation Contexts"), std::string::npos) << refused.output;
  const auto unclear = ask("-v " + of_day + "soon'").output;
  EXPECT_TRUE(unclear.find("0xc000") != std::string::npos ||
              unclear.find("UnableToProcess") != std::string::npos)
      << unclear;
}

// Known answer: 王 is CD F5 in GB18030.
TEST_F(ProcedureTest, names_come_in_the_character_set_that_was_asked_for) {
  if (!test::has("findscu")) GTEST_SKIP() << "skipped: no findscu (dcmtk)";
  const auto gb = ask("-k SpecificCharacterSet=GB18030 -k 'PatientName=*' -k AccessionNumber=A1");
  EXPECT_NE(gb.output.find("Wang^XiaoDong=\xCD\xF5^"), std::string::npos) << gb.output;
  const auto utf8 = ask("-k 'SpecificCharacterSet=ISO_IR 192' -k 'PatientName=*=王*' -k AccessionNumber=A1");
  EXPECT_NE(utf8.output.find("Wang^XiaoDong=王^小东"), std::string::npos) << utf8.output;
}

// The status codes of PS3.7 annex C and PS3.4 F.7.2.
TEST_F(ProcedureTest, a_performed_step_is_made_changed_and_closed) {
  auto scu = Scu::associate(as("CT1"), {kContext}, clock);
  ASSERT_TRUE(scu.ok());
  using enum Scu::Operation;
  DataSet missing = begun();
  missing.erase({0x0040, 0x0253});
  EXPECT_EQ(send(*scu, Create, "2.25.1", missing), 0x0120);
  DataSet empty = begun();
  empty.set_text({0x0040, 0x0253}, "SH", "");
  EXPECT_EQ(send(*scu, Create, "2.25.1", empty), 0x0121);
  EXPECT_EQ(send(*scu, Create, "2.25.1", ended("COMPLETED")), 0x0120);
  EXPECT_EQ(send(*scu, Create, "no uid", begun()), 0x0117);
  EXPECT_EQ(send(*scu, Set, "2.25.1", ended("COMPLETED")), 0x0112);
  EXPECT_EQ(send(*scu, Create, "2.25.1", begun()), 0x0000);
  EXPECT_EQ(send(*scu, Create, "2.25.1", begun()), 0x0111);
  EXPECT_EQ(send(*scu, Set, "2.25.1", ended("DONE")), 0x0106);
  EXPECT_EQ(send(*scu, Set, "2.25.1", ended("COMPLETED")), 0x0000);
  EXPECT_EQ(send(*scu, Set, "2.25.1", ended("COMPLETED")), 0x0110);
  EXPECT_EQ(send(*scu, Action, "2.25.1", ended("COMPLETED")), 0x0211);
  EXPECT_EQ(send(*scu, Create, "", begun()), 0x0000) << "the UID is ours to make";
  const auto steps = performed->of_study(trust::Access::system("test"), StudyUid("1.2.3.1"));
  ASSERT_EQ(steps->size(), 2u);
  EXPECT_EQ(steps->front().ae_title, "CT1");
  EXPECT_EQ(steps->front().instances.front().sop_instance.str(), "1.2.3.1.1.1");
  EXPECT_TRUE(dicom::is_valid_uid(steps->back().uid)) << steps->back().uid;
  auto other = Scu::associate(as("OTHER"), {kContext}, clock);
  EXPECT_FALSE(other->accepts(kContext));
}

// PS3.8 9.2: a release says that all was sent, an abort says nothing.
TEST_F(ProcedureTest, a_released_association_ends_its_study) {
  const Scu::Context context{SopClassUid(test::kCt), TransferSyntaxUid(test::kExplicit)};
  const auto send = [&](const std::string& instance, bool polite) {
    auto scu = Scu::associate(as("CT1"), {context}, clock);
    const auto bytes = dicom::write_data_set(test::small_image(instance));
    EXPECT_TRUE(scu->store(context, SopInstanceUid(instance), bytes)->stored());
    EXPECT_TRUE(!polite || scu->release().ok());
  };
  send("2.25.71", false);
  while (scp->associations() > 0) std::this_thread::yield();
  EXPECT_EQ(*life->look(), 0);
  send("2.25.72", true);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  int64_t completed = 0;
  while (completed == 0 && std::chrono::steady_clock::now() < deadline) completed = *life->look();
  EXPECT_EQ(completed, 1);
  const auto state = life->of(trust::Access::system("test"), StudyUid("2.25.1"));
  EXPECT_EQ(state->state, archive::StudyState::Complete);
}

}  // namespace
}  // namespace xinglin::dimse
