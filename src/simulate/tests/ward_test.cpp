#include "simulate/ward.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/digest.h"
#include "codec/dicom/data_set.h"
#include "codec/hl7v2/message.h"
#include "codec/hl7v2/to_fhir.h"
#include "simulate/detail/ecg_object.h"
#include "simulate/person.h"

namespace xinglin::simulate {
namespace {

constexpr Instant kStart{1'790'000'000'000'000};  // 2026-09-21

WardOptions options(uint64_t seed = 20) {
  return {.seed = seed, .beds = 8, .start = kStart, .back_fill_us = 24 * kHourUs, .speed = 1};
}

std::vector<Event> history(const WardOptions& o) {
  Ward ward(o);
  std::vector<Event> out;
  for (Event e = ward.next(); e.due <= o.start; e = ward.next()) out.push_back(std::move(e));
  return out;
}

hl7v2::Message parse(const Event& e) {
  auto message = hl7v2::parse(as_bytes(e.message));
  EXPECT_TRUE(message) << message.error().message();
  return *message;
}

std::string digest_of(const std::vector<Event>& events) {
  Sha256 hash;
  for (const Event& e : events) {
    hash.update(e.message);
    hash.update(e.file);
  }
  return to_hex(hash.finish());
}

TEST(Ward, TheSameOptionsGiveTheSameBytesAndOthersDoNot) {
  EXPECT_EQ(digest_of(history(options())), digest_of(history(options())));
  EXPECT_NE(digest_of(history(options(20))), digest_of(history(options(21))));
}

TEST(Ward, EventsComeInTheOrderOfTimeAndNeverRepeatAControlId) {
  std::set<std::string> ids;
  Instant last{};
  for (const Event& e : history(options())) {
    EXPECT_GE(e.due, last);
    last = e.due;
    if (e.message.empty()) continue;
    EXPECT_TRUE(ids.insert(parse(e).header().control_id).second);
  }
  WardOptions again = options();
  again.start = again.start + 1;
  EXPECT_FALSE(ids.contains(parse(Ward(again).next()).header().control_id));
}

TEST(Ward, EveryKindOfEventHappensWithinTwoDays) {
  WardOptions o = options();
  o.back_fill_us = 4 * kDayUs;
  std::map<EventKind, int> counts;
  for (const Event& e : history(o)) ++counts[e.kind];
  EXPECT_GE(counts[EventKind::Admission], 8);
  EXPECT_GE(counts[EventKind::Vitals], 8 * 96);
  for (const EventKind kind : {EventKind::Transfer, EventKind::Update, EventKind::Discharge, EventKind::Labs,
                               EventKind::Culture, EventKind::Ecg})
    EXPECT_GE(counts[kind], 1) << static_cast<int>(kind);
}

TEST(Ward, EveryMessageMapsToFhirWithoutAnIssue) {
  WardOptions o = options();
  o.back_fill_us = 3 * kDayUs;
  hl7v2::MapOptions mapping;
  mapping.system_of_authority = [](std::string_view name, std::string_view, std::string_view) {
    return "urn:test:" + std::string(name);
  };
  std::set<EventKind> seen;
  int checked = 0;
  for (const Event& e : history(o)) {
    if (e.message.empty() || (e.kind == EventKind::Vitals && ++checked > 200)) continue;
    seen.insert(e.kind);
    IssueSink issues;
    const auto mapped = hl7v2::map_to_fhir(parse(e), mapping, issues);
    ASSERT_TRUE(mapped) << mapped.error().message() << "\n" << e.message;
    for (const Issue& issue : issues.issues())
      ADD_FAILURE() << issue.path << " " << issue.message << "\n" << e.message;
  }
  EXPECT_EQ(seen.size(), 7u);
}

TEST(Ward, EverythingSaysThatItIsSynthetic) {
  for (const Event& e : history(options())) {
    if (e.message.empty()) {
      const auto file = dicom::parse_file(e.file);
      ASSERT_TRUE(file);
      const dicom::DataSet& d = file->data_set;
      EXPECT_EQ(d.text({0x0010, 0x4000}), kNotice);
      EXPECT_EQ(d.text({0x0020, 0x4000}), kNotice);
      EXPECT_EQ(d.text({0x0010, 0x0021}), kAuthority);
      EXPECT_EQ(d.text({0x0010, 0x0020}), e.mrn);
      EXPECT_NE(d.text({0x0010, 0x0010}).find(kNameSuffix), std::string::npos);
      EXPECT_EQ(d.text({0x0008, 0x0016}), kTwelveLeadEcg);
      EXPECT_TRUE(dicom::is_valid_uid(d.text({0x0008, 0x0018})));
      continue;
    }
    const hl7v2::Message m = parse(e);
    EXPECT_EQ(m.header().sending_application, "XINGLIN-SIM");
    const auto pid = m.find("PID");
    ASSERT_TRUE(pid);
    EXPECT_EQ(pid->field(3).component(4).str(), kAuthority);
    EXPECT_EQ(pid->field(3).component(1).str(), e.mrn);
    EXPECT_NE(e.message.find(kNameSuffix), std::string::npos);
    const auto note = m.find("NTE");
    EXPECT_EQ(note.has_value(), m.header().type == "ORU^R01^ORU_R01" || m.header().type == "ORU")
        << e.message;
    EXPECT_TRUE(!note || note->field(3).str() == kNotice);
  }
}

TEST(Ward, FieldsStandWhereTheStandardHasThem) {
  WardOptions o = options();
  o.back_fill_us = 4 * kDayUs;
  for (const Event& e : history(o)) {
    if (e.message.empty()) continue;
    const hl7v2::Message m = parse(e);
    const auto pv1 = m.find("PV1");
    EXPECT_EQ(pv1->field(2).str(), "I");
    EXPECT_EQ(pv1->field(19).component(5).str(), "VN");
    EXPECT_FALSE(pv1->field(44).empty());
    EXPECT_EQ(pv1->field(45).empty(), e.kind != EventKind::Discharge);
    EXPECT_EQ(pv1->field(6).empty(), e.kind != EventKind::Transfer);
    if (const auto obr = m.find("OBR")) {
      EXPECT_FALSE(obr->field(7).empty());
      EXPECT_EQ(obr->field(22).str(), obr->field(7).str());
      EXPECT_EQ(obr->field(25).str(), "F");
    }
    if (const auto obx = m.find("OBX")) {
      EXPECT_EQ(obx->field(11).str(), "F");
      EXPECT_FALSE(obx->field(14).empty());
    }
  }
}

TEST(Ward, LiveTimePassesFasterButIsWrittenAsRealTime) {
  WardOptions slow = options(), fast = options();
  slow.back_fill_us = fast.back_fill_us = 0;
  fast.speed = 60;
  Ward a(slow), b(fast);
  for (int i = 0; i < 200; ++i) {
    const Event x = a.next(), y = b.next();
    EXPECT_EQ(x.kind, y.kind);
    EXPECT_NEAR(static_cast<double>(x.due - kStart), 60.0 * static_cast<double>(y.due - kStart), 100.0);
    EXPECT_TRUE(y.kind != EventKind::Vitals || parse(y).find("OBR")->field(7).str() == format_compact(y.due));
  }
}

TEST(Ward, OptionsOutOfBoundsAreBroughtWithin) {
  Ward w({.seed = 1, .beds = 0, .start = kStart, .back_fill_us = -1, .speed = 0});
  EXPECT_EQ(w.options().beds, 1);
  EXPECT_EQ(w.options().speed, 1);
  EXPECT_EQ(w.next().due, kStart);
}

TEST(Ward, PeopleHaveNamesInBothLanguagesAndAreAdults) {
  int chinese = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    SeededRandom random(i);
    const Person p = make_person(random, "m", 2026);
    EXPECT_FALSE(p.family.empty() || p.given.empty());
    EXPECT_EQ(p.family_zh.empty(), p.given_zh.empty());
    chinese += p.family_zh.empty() ? 0 : 1;
    EXPECT_GE(2026 - p.birth_year, 19);
    EXPECT_LE(2026 - p.birth_year, 95);
    EXPECT_TRUE(is_valid_date(p.birth_year, p.birth_month, p.birth_day));
    EXPECT_EQ(p.birth_date().size(), 8u);
  }
  EXPECT_GT(chinese, 100);
  EXPECT_LT(chinese, 200);
}

}  // namespace
}  // namespace xinglin::simulate
