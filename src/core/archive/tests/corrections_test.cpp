// Corrections: what is given out changes, says what it was before (PS3.3 C.12.1.1.9), and can be taken back;
// what was received does not change.
#include "core/archive/corrections.h"

#include "codec/dicom/dicom_json.h"
#include "core/archive/retrieve.h"
#include "core/archive/studies.h"
#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

constexpr dicom::Tag kName{0x0010, 0x0010}, kId{0x0010, 0x0020}, kDescription{0x0008, 0x1030},
    kAccession{0x0008, 0x0050}, kOriginal{0x0400, 0x0561}, kModified{0x0400, 0x0550};
const PatientAttributes kOther{"999", "NORTH", "Lin^Wei=林^伟", "19800102", "F", StudyUid()};

class CorrectionsTest : public StudyHouse {
protected:
  dicom::DataSet given_out(const std::string& sop) {
    const auto bytes = retrieval_.whole(access_, SopInstanceUid(sop));
    EXPECT_TRUE(bytes.ok()) << (bytes.ok() ? "" : bytes.error().message());
    auto file = bytes.ok() ? dicom::parse_file(*bytes) : Result<dicom::File>(bytes.error());
    EXPECT_TRUE(file.ok());
    return file.ok() ? std::move(file->data_set) : dicom::DataSet();
  }
  std::vector<InstanceInfo> find(const std::string& study) {
    auto found = retrieval_.find(access_, {StudyUid(study)}, "metadata");
    EXPECT_TRUE(found.ok());
    return found.ok() ? std::move(*found) : std::vector<InstanceInfo>();
  }
  json::object metadata(const std::string& study) {
    const auto texts = retrieval_.attributes(find(study));
    return json::parse(texts->front())->as_object();
  }
  // Studies found by one key, as "uid uid".
  std::string found(dicom::Tag tag, const std::string& value, std::vector<dicom::Tag> include = {}) {
    Query query;
    query.keys = {{tag, value}};
    query.include = std::move(include);
    const auto page = search_->run(access_, query);
    std::string out;
    for (const json::object& row : page->rows)
      out += (out.empty() ? "" : " ") + std::string(row.at("0020000D").at("Value").at(0).as_string());
    return out;
  }
  Result<int64_t> correct(std::map<std::string, std::string> values, const std::string& study = "1.1") {
    return corrections_.correct(doctor_, StudyUid(study), values, "misread request");
  }
  PatientId patient_of(const std::string& study) {
    return archive_->study(access_, StudyUid(study))->patient;
  }

  const trust::Access doctor_ = trust::Access::system("doctor");
  Corrections corrections_{*store_, clock_, *audit_, *journal_};
  Retrieval retrieval_{*store_, *blobs_, *audit_};
};

TEST_F(CorrectionsTest, WhatIsGivenOutSaysTheNewValueAndTheOldOne) {
  fill();
  const auto before = retrieval_.whole(access_, SopInstanceUid("1.1.1.1"));
  clock_.advance(5405 * kSecondUs);  // since 08:00
  ASSERT_TRUE(correct({{"PatientName", "Wang^Xiaodan"}, {"AccessionNumber", "A99"}}).ok());
  const dicom::DataSet out = given_out("1.1.1.1");
  EXPECT_EQ(out.text(kName), "Wang^Xiaodan");
  EXPECT_EQ(out.text(kAccession), "A99");
  EXPECT_EQ(out.text(kDescription), "Chest routine");
  ASSERT_EQ(out.items(kOriginal).size(), 1U);
  const dicom::DataSet& item = out.items(kOriginal)[0];
  EXPECT_EQ(item.text({0x0400, 0x0562}), "20261122093005+0000");
  EXPECT_EQ(item.text({0x0400, 0x0563}), "XINGLIN");
  EXPECT_NE(item.find({0x0400, 0x0564}), nullptr) << "type 2";
  EXPECT_EQ(item.text({0x0400, 0x0565}), "CORRECT");
  ASSERT_EQ(item.items(kModified).size(), 1U);
  const dicom::DataSet& old = item.items(kModified)[0];
  EXPECT_EQ(old.text(kName), "Wang^XiaoDong=王^小东");
  EXPECT_EQ(old.text(kAccession), "A77");
  EXPECT_EQ(old.elements().size(), 2U);
  EXPECT_EQ(out.charset(), "ISO_IR 192");
  EXPECT_EQ(*retrieval_.original(access_, SopInstanceUid("1.1.1.1")), *before) << "what came is as it came";
  EXPECT_EQ(given_out("1.2.1.1").text(kAccession), "A78") << "other studies are not touched";
}

TEST_F(CorrectionsTest, MetadataAndFileSayTheSame) {
  dicom::DataSet image = data_set_of({"1.1.1.1", "1.1.1", "1.1"});
  image.add_item(kOriginal).set_text({0x0400, 0x0563}, "LO", "SOMEBODY");
  ASSERT_TRUE(store(image).ok());
  ASSERT_TRUE(correct({{"StudyDescription", "胸部"}, {"PatientSex", ""}}).ok());
  ASSERT_TRUE(correct({{"StudyDescription", "Chest"}}).ok());
  EXPECT_EQ(json::serialize(metadata("1.1")), json::serialize(dicom::to_json(given_out("1.1.1.1"))));
  const dicom::DataSet out = given_out("1.1.1.1");
  ASSERT_EQ(out.items(kOriginal).size(), 3U) << "what others noted stays";
  EXPECT_EQ(out.items(kOriginal)[0].text({0x0400, 0x0563}), "SOMEBODY");
  EXPECT_EQ(out.items(kOriginal)[2].items(kModified)[0].text(kDescription), "胸部");
}

TEST_F(CorrectionsTest, SearchesGoByWhatIsGivenOut) {
  fill();
  ASSERT_TRUE(correct({{"AccessionNumber", "A99"},
                       {"StudyDescription", ""},
                       {"PatientName", "Zhao^Min"},
                       {"PatientBirthDate", "19810102"},
                       {"StudyDate", "20261101"}})
                  .ok());
  EXPECT_EQ(found(kAccession, "A99"), "1.1");
  EXPECT_EQ(found(kAccession, "A77"), "");
  EXPECT_EQ(found(kName, "zhao*"), "1.1");
  EXPECT_EQ(found(kName, "wang*"), "1.2");
  EXPECT_EQ(found({0x0010, 0x0030}, "19810102"), "1.1");
  EXPECT_EQ(found({0x0008, 0x0020}, "20261101"), "1.1");
  Query instances;
  instances.level = Level::Instance;
  instances.keys = {{{0x0020, 0x000D}, "1.1"}};
  instances.fields = Fields::All;
  const auto page = search_->run(access_, instances);
  ASSERT_EQ(page->rows.size(), 3U);
  for (const json::object& row : page->rows) {
    EXPECT_FALSE(row.at("00081030").as_object().contains("Value")) << json::serialize(row);
    EXPECT_TRUE(row.contains("04000561"));
  }
}

TEST_F(CorrectionsTest, UndoingGivesOutWhatCame) {
  fill();
  const auto before = retrieval_.whole(access_, SopInstanceUid("1.1.1.1"));
  const std::string said = json::serialize(metadata("1.1"));
  const auto first = correct({{"StudyDescription", "one"}, {"PatientSex", "F"}});
  const auto second = correct({{"StudyDescription", "two"}});
  const int64_t version = find("1.1").front().corrected;
  ASSERT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), *first, "it was right").ok());
  EXPECT_NE(find("1.1").front().corrected, version) << "copies made before are out of date";
  EXPECT_EQ(given_out("1.1.1.1").text(kDescription), "two");
  EXPECT_EQ(given_out("1.1.1.1").text({0x0010, 0x0040}), "M");
  EXPECT_EQ(given_out("1.1.1.1").items(kOriginal).size(), 1U);
  EXPECT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), *first, "again").error().is(kNoCorrection));
  EXPECT_TRUE(corrections_.undo(doctor_, StudyUid("1.2"), *second, "elsewhere").error().is(kNoCorrection));
  EXPECT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), *second, "").error().is(kNoReason));
  ASSERT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), *second, "as well").ok());
  EXPECT_EQ(*retrieval_.whole(access_, SopInstanceUid("1.1.1.1")), *before);
  EXPECT_EQ(json::serialize(metadata("1.1")), said);
  EXPECT_EQ(find("1.1").front().corrected, 0);
  EXPECT_EQ(found(kDescription, "Chest routine"), "1.1");
}

TEST_F(CorrectionsTest, EveryActIsKept) {
  fill();
  const auto id = correct({{"AccessionNumber", "A99"}, {"StudyDescription", "Chest routine"}});
  ASSERT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), *id, "no").ok());
  const auto kept = corrections_.of(access_, StudyUid("1.1"));
  ASSERT_EQ(kept->size(), 1U);
  const Correction& one = kept->front();
  EXPECT_EQ(one.who, "system:doctor");
  EXPECT_EQ(one.why, "misread request");
  ASSERT_EQ(one.changes.size(), 1U) << "the description was right";
  EXPECT_EQ(one.changes[0].keyword, "AccessionNumber");
  EXPECT_EQ(one.changes[0].before, "A77");
  EXPECT_EQ(one.changes[0].after, "A99");
  EXPECT_EQ(one.undone_why, "no");
  std::string acts;
  StudyLife life(*store_, clock_, *audit_, *journal_, {});
  const auto lived = life.of(access_, StudyUid("1.1"));
  for (const LifeAct& act : lived->history) acts += act.act + " ";
  EXPECT_EQ(acts, "correction-undone corrected ");
  ASSERT_TRUE(audit_->flush().ok());
  int leaves = 0;
  const auto all = audit_->leaves(0, *audit_->size());
  for (const trust::LogLeaf& leaf : *all)
    leaves += leaf.record.find("corrected: misread request") != std::string::npos ? 1 : 0;
  EXPECT_EQ(leaves, 1);
}

TEST_F(CorrectionsTest, ValuesMustBeOfTheStandard) {
  fill();
  const std::map<std::string, std::string> bad[] = {
      {{"PatientID", "1"}},           {{"Modality", "MR"}},
      {{"PatientSex", "female"}},     {{"PatientBirthDate", "1980-01-01"}},
      {{"StudyDate", "20260231"}},    {{"StudyTime", "2501"}},
      {{"StudyTime", "0961"}},        {{"StudyTime", "10:00"}},
      {{"PatientName", "A=B=C=D"}},   {{"PatientName", std::string(65, 'x')}},
      {{"StudyDescription", "a\\b"}}, {{"AccessionNumber", "12345678901234567"}},
      {{"StudyDescription", "a\nb"}}, {{"AccessionNumber", "A77"}},
  };
  for (const auto& values : bad) {
    const auto refused = correct(values);
    ASSERT_FALSE(refused.ok()) << values.begin()->first << "=" << values.begin()->second;
    EXPECT_TRUE(refused.error().is(kBadCorrection)) << values.begin()->first;
  }
  EXPECT_TRUE(correct({{"StudyID", "1"}}, "9.9").error().is(kNoInstance));
  const auto nurse = trust::Access::peer("dimse", "X");
  EXPECT_TRUE(
      corrections_.correct(nurse, StudyUid("1.1"), {{"StudyID", "1"}}, "x").error().is(trust::kNotAllowed));
  EXPECT_EQ(find("1.1").front().corrected, 0);
}

TEST_F(CorrectionsTest, AStudyIsMovedToAnotherPatientAndBack) {
  fill();
  const auto id =
      corrections_.move(doctor_, StudyUid("1.1"), PatientId("p-999"), kOther, "wrong worklist entry");
  ASSERT_TRUE(id.ok()) << id.error().message();
  EXPECT_EQ(patient_of("1.1").str(), "p-999");
  const dicom::DataSet out = given_out("1.1.2.1");
  EXPECT_EQ(out.text(kId), "999");
  EXPECT_EQ(out.text({0x0010, 0x0021}), "NORTH");
  EXPECT_EQ(out.items(kOriginal)[0].text({0x0400, 0x0565}), "COERCE");
  EXPECT_EQ(out.items(kOriginal)[0].items(kModified)[0].text(kId), "4711");
  EXPECT_EQ(found(kId, "999"), "1.1");
  EXPECT_EQ(found(kId, "4711"), "1.2");
  Query patients;
  patients.level = Level::Patient;
  patients.keys = {{kId, "999"}, {{0x0020, 0x1204}, ""}};
  const auto page = search_->run(access_, patients);
  ASSERT_EQ(page->rows.size(), 1U);
  EXPECT_EQ(page->rows[0].at("00201204").at("Value").at(0).as_int64(), 3) << "counts follow";
  add({"1.1.1.9", "1.1.1", "1.1"});
  EXPECT_EQ(archive_->find(access_, SopInstanceUid("1.1.1.9"))->patient.str(), "p-999") << "late images, too";
  EXPECT_EQ(given_out("1.1.1.9").text(kId), "999");
  ASSERT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), *id, "it was right").ok());
  EXPECT_EQ(patient_of("1.1").str(), "p-4711");
  EXPECT_EQ(found(kId, "4711"), "1.1 1.2");
  EXPECT_EQ(found(kId, "999"), "");
}

TEST_F(CorrectionsTest, StudiesFollowAMergeUntilItIsUndone) {
  fill();
  ASSERT_TRUE(
      corrections_.follow_merge(doctor_, StudyUid("1.1"), 5, {"999", "", "Lin^Wei", "", "", {}}).ok());
  ASSERT_TRUE(corrections_.follow_merge(doctor_, StudyUid("1.1"), 5, {"998", "", "", "", "", {}}).ok());
  EXPECT_EQ(given_out("1.1.1.1").text(kId), "999") << "once";
  EXPECT_EQ(given_out("1.1.1.1").text({0x0010, 0x0040}), "M") << "what the survivor does not say stays";
  EXPECT_EQ(patient_of("1.1").str(), "p-4711") << "the link is the business of identity";
  const auto id = corrections_.of(access_, StudyUid("1.1"))->front().id;
  EXPECT_TRUE(corrections_.undo(doctor_, StudyUid("1.1"), id, "x").error().is(kBadCorrection));
  ASSERT_TRUE(corrections_.undo_merge(doctor_, 5).ok());
  EXPECT_EQ(given_out("1.1.1.1").text(kId), "4711");
  EXPECT_EQ(found(kId, "4711"), "1.1 1.2");
}

TEST_F(CorrectionsTest, TextInOtherCharacterSetsStaysReadable) {
  dicom::DataSet image = data_set_of({"1.1.1.1", "1.1.1", "1.1"});
  image.set_text({0x0008, 0x0005}, "CS", "ISO_IR 100");
  image.set_bytes(kName, "PN", {'M', 0xFC, 'l', 'l', 'e', 'r'});
  image.set_bytes({0x0008, 0x0080}, "LO", {'Z', 0xFC, 'r', 'i', 'c', 'h'});
  ASSERT_TRUE(store(image).ok());
  ASSERT_TRUE(correct({{"PatientName", "Mueller"}}).ok());
  const dicom::DataSet out = given_out("1.1.1.1");
  EXPECT_EQ(out.text({0x0008, 0x0080}), "Zürich");
  EXPECT_EQ(out.items(kOriginal)[0].items(kModified)[0].text(kName), "Müller");
  EXPECT_EQ(out.text(kName), "Mueller");
}

}  // namespace
}  // namespace xinglin::archive
