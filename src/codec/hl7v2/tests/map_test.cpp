#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "codec/hl7v2/detail/mapper.h"
#include "codec/hl7v2/tests/mapping.h"

namespace xinglin::hl7v2 {
namespace {

Mapped mapped(std::string_view text) {
  IssueSink issues;
  auto out = map_text(text, issues);
  EXPECT_TRUE(out.ok());
  for (const Issue& i : issues.issues()) EXPECT_NE(i.severity, Severity::Error) << i.path << " " << i.message;
  return out.ok() ? std::move(*out) : Mapped{};
}

std::string head(std::string_view type, std::string_view processing = "P",
                 std::string_view version = "2.5.1") {
  return "MSH|^~\\&|A|B|||20260102030405+0800||" + std::string(type) + "|C1|" + std::string(processing) +
         "|" + std::string(version) + "\rPID|1||7^^^H^MR||Doe^Jane\r";
}

std::string refusal(std::string_view text) {
  IssueSink issues;
  const auto out = map_text(text, issues);
  return out.ok() ? "ok" : std::string(out.error().code().name);
}

TEST(Hl7Map, RefusesWhatIsNotHandled) {
  EXPECT_EQ(refusal(head("SIU^S12")), kUnsupportedType.name);
  EXPECT_EQ(refusal(head("ADT^A60")), kUnsupportedEvent.name);
  EXPECT_EQ(refusal(head("ORU^R03")), kUnsupportedEvent.name);
  EXPECT_EQ(refusal(head("ADT^A31", "T")), kUnsupportedProcessing.name);
  EXPECT_EQ(refusal(head("ADT^A31", "")), kUnsupportedProcessing.name);
  EXPECT_EQ(refusal(head("ADT^A31", "P", "3.0")), kUnsupportedVersion.name);
  EXPECT_EQ(refusal(head("ADT^A31", "P", "2.9")), kUnsupportedVersion.name);
  EXPECT_EQ(refusal(head("ADT^A31", "P", "2.8.2")), "ok");
  EXPECT_EQ(refusal(head("ADT^A31", "P", "2.1")), "ok");
}

TEST(Hl7Map, TheEventMayStandInEvnOnly) {
  const Mapped m = mapped(head("ADT") + "EVN|A31|20260101");
  EXPECT_EQ(m.trigger, "A31");
}

// A corrected result must meet the one it corrects: same filler number, code and sub-id.
TEST(Hl7Map, IdsOfResultsFollowTheOrder) {
  const auto ids = [](std::string_view filler, std::string_view obx) {
    const Mapped m = mapped(head("ORU^R01") + "OBR|1||" + std::string(filler) +
                            "|P^^L|||20260101||||||||||||||||||F\r" + std::string(obx));
    return std::pair{m.groups[0].resources[0].id, m.groups[0].resources[1].id};
  };
  const auto first = ids("F1^LAB", "OBX|1|NM|X^^L||1||||||F");
  const auto corrected = ids("F1^LAB", "OBX|1|NM|X^^L||2||||||C|||20260102");
  EXPECT_EQ(first, corrected);
  EXPECT_NE(first.first, ids("F2^LAB", "OBX|1|NM|X^^L||1||||||F").first);
  EXPECT_NE(first.first, ids("F1^LAB", "OBX|1|NM|Y^^L||1||||||F").first);
  EXPECT_NE(first.first, ids("F1^LAB", "OBX|1|NM|X^^L|2|1||||||F").first);
  EXPECT_NE(first.first, ids("F1^OTHER", "OBX|1|NM|X^^L||1||||||F").first);
  // No order number: the measurement is told by patient and time.
  EXPECT_EQ(ids("", "OBX|1|NM|X^^L||1||||||F|||20260101").first,
            ids("", "OBX|1|NM|X^^L||2||||||C|||20260101").first);
  EXPECT_NE(ids("", "OBX|1|NM|X^^L||1||||||F|||20260101").first,
            ids("", "OBX|1|NM|X^^L||1||||||F|||20260102").first);
}

TEST(Hl7Map, EqualObxOfOneReportStaySeparate) {
  const Mapped m = mapped(
      head("ORU^R01") +
      "OBR|1||F|P^^L|||20260101||||||||||||||||||F\rOBX|1|TX|N^^L||one||||||F\rOBX|2|TX|N^^L||two||||||F\r");
  std::set<std::string> ids;
  for (const MappedResource& r : m.groups[0].resources) ids.insert(r.id);
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_EQ(m.groups[0].resources[2].resource.at("result").get_array().size(), 2u);
}

TEST(Hl7Map, SeveralPatientsInOneMessage) {
  const Mapped m =
      mapped(head("ORU^R01") +
             "OBR|1||F|P^^L|||20260101||||||||||||||||||F\rOBX|1|NM|N^^L||1||||||F\r"
             "PID|2||8^^^H^MR\rOBR|1||G|P^^L|||20260101||||||||||||||||||F\rOBX|1|NM|N^^L||1||||||F\r");
  ASSERT_EQ(m.groups.size(), 2u);
  EXPECT_EQ(m.groups[1].patient.identifiers[0].value, "8");
  EXPECT_EQ(m.groups[1].resources.size(), 2u);
}

TEST(Hl7Map, ANoteBelongsToWhatComesBeforeItOfTheSamePatient) {
  const Mapped m =
      mapped(head("ORU^R01") + "OBX|1|NM|N^^L||1||||||F\rNTE|1||first\rPID|2||8^^^H^MR\rNTE|1||nobody's\r");
  ASSERT_EQ(m.groups.size(), 2u);
  EXPECT_EQ(m.groups[0].resources.at(0).resource.at("note").get_array().size(), 1u);
  EXPECT_TRUE(m.groups[1].resources.empty());
}

TEST(Hl7Map, ReadsNumbers) {
  const auto text = [](std::string_view t) {
    const auto n = number(t);
    return n ? *n : "none";
  };
  EXPECT_EQ(text("42"), "42");
  EXPECT_EQ(text("+42"), "42");
  EXPECT_EQ(text("-3"), "-3");
  EXPECT_EQ(text("5.25"), "5.25");
  EXPECT_EQ(text(".5"), "0.5");
  EXPECT_EQ(text("5."), "5");
  EXPECT_EQ(text("-007.50"), "-7.50") << "the zero at the end says how exact the value is";
  for (const char* bad : {"", "-", ".", "1.2.3", "1,5", "5 ", "1e3", "0x1", "nan", "--1", "120/80"})
    EXPECT_EQ(text(bad), "none") << bad;
}

json::object encounter(std::string_view trigger, std::string_view pv1, std::string_view evn = "20260103") {
  const Mapped m = mapped(head("ADT^" + std::string(trigger)) + "EVN||" + std::string(evn) + "\rPV1|1|I|" +
                          std::string(pv1));
  return m.groups.at(0).encounter->resource;
}

MappedEncounter change(EncounterChange kind, json::object resource) {
  MappedEncounter out;
  out.change = kind;
  out.resource = std::move(resource);
  return out;
}

std::string status(const json::object& e) {
  return std::string(e.at("status").get_string());
}

TEST(Hl7Map, AStayFromAdmissionToDischargeAndBack) {
  const std::string visit = "||||||||||||||||V1^^^H^VN";
  json::object e = encounter("A01", "3W^301^1^H" + visit);
  EXPECT_EQ(status(e), "in-progress");
  EXPECT_EQ(e.at("period").at("start"), "2026-01-03");
  e = merge_encounter(
      e, change(EncounterChange::Transfer, encounter("A02", "ICU^1^7^H|||3W^301^1^H|||||||||||||V1^^^H^VN")));
  const auto active = [&] {
    std::set<std::string> out;
    for (const json::value& l : e.at("location").get_array())
      if (l.at("status") == "active") out.insert(std::string(l.at("location").at("display").get_string()));
    return out;
  };
  EXPECT_EQ(active(), (std::set<std::string>{"ICU", "1", "7", "H"}));
  EXPECT_EQ(e.at("location").get_array().size(),
            7u);  // bed, room, ward now; bed, room, ward before; one site
  e = merge_encounter(e,
                      change(EncounterChange::Discharge, encounter("A03", "ICU^1^7^H" + visit, "20260105")));
  EXPECT_EQ(status(e), "finished");
  EXPECT_EQ(e.at("period").at("end"), "2026-01-05");
  EXPECT_EQ(e.at("period").at("start"), "2026-01-03");
  e = merge_encounter(e, change(EncounterChange::Update, encounter("A08", "ICU^1^8^H" + visit)));
  EXPECT_EQ(status(e), "finished");
  e = merge_encounter(e, change(EncounterChange::CancelDischarge, encounter("A13", "ICU^1^8^H" + visit)));
  EXPECT_EQ(status(e), "in-progress");
  EXPECT_FALSE(e.at("period").get_object().contains("end"));
  e = merge_encounter(e, change(EncounterChange::CancelStart, encounter("A11", visit)));
  EXPECT_EQ(status(e), "cancelled");
}

TEST(Hl7Map, AnAdmissionAfterItsDischargeDoesNotOpenTheStayAgain) {
  const std::string visit = "3W^301^1^H||||||||||||||||V1^^^H^VN";
  json::object e = encounter("A03", visit, "20260105");
  e = merge_encounter(e, change(EncounterChange::Start, encounter("A01", visit, "20260103")));
  EXPECT_EQ(status(e), "finished");
  EXPECT_EQ(e.at("period").at("start"), "2026-01-03");
  EXPECT_EQ(e.at("period").at("end"), "2026-01-05");
}

TEST(Hl7Map, AResultMessageDoesNotChangeTheStay) {
  const json::object e = encounter("A01", "3W||||||||||||||||V1^^^H^VN");
  EXPECT_EQ(
      merge_encounter(e, change(EncounterChange::Mention, encounter("A08", "X||||||||||||||||V1^^^H^VN"))),
      e);
}

TEST(Hl7Map, ReportsKeepTheResultsOfBoth) {
  const auto report = [](std::initializer_list<const char*> results) {
    json::array list;
    for (const char* r : results) list.push_back(json::object{{"reference", r}});
    return json::object{{"status", "final"}, {"result", std::move(list)}};
  };
  json::object now = report({"Observation/b", "Observation/c"});
  now["status"] = "corrected";
  const json::object out = merge_report(report({"Observation/a", "Observation/b"}), now);
  EXPECT_EQ(out.at("status"), "corrected");
  EXPECT_EQ(out.at("result").get_array().size(), 3u);
}

// The public samples of the handled types map without a failure of the program, whatever their content.
TEST(Hl7Map, PublicSamples) {
  const char* set = std::getenv("XL_SHARED_DATA");
  const auto folder =
      std::filesystem::path(set != nullptr ? set : XL_SOURCE_DIR "/../shared/data") / "hl7v2/messages";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no sample messages";
  MapOptions options = test_options();
  options.processing_ids_accepted = "PT";
  int handled = 0, clean = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (entry.path().extension() != ".hl7") continue;
    IssueSink issues;
    const auto out = map_text(text, issues, options);
    if (!out.ok()) continue;
    ++handled;
    clean += issues.has_errors() ? 0 : 1;
    for (const Issue& i : issues.issues())
      if (i.severity == Severity::Error)
        std::cout << entry.path().filename() << " " << i.path << " " << i.message << "\n";
    for (const PatientGroup& g : out->groups) EXPECT_TRUE(g.patient.resource.contains("resourceType"));
  }
  std::cout << handled << " handled, " << clean << " without errors\n";
  EXPECT_EQ(handled, 29);
  EXPECT_EQ(clean, 29);
}

}  // namespace
}  // namespace xinglin::hl7v2
