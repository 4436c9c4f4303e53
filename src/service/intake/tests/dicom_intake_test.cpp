#include "service/intake/dicom_intake.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "codec/dicom/data_set.h"
#include "core/archive/deletion.h"

namespace xinglin::intake {
namespace {

namespace fs = std::filesystem;

dicom::DataSet image(const std::string& instance, const std::string& series = "2.25.20") {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.2");
  out.set_text({0x0008, 0x0018}, "UI", instance);
  out.set_text({0x0008, 0x0020}, "DA", "20261122");
  out.set_text({0x0008, 0x0030}, "TM", "081530.5");
  out.set_text({0x0008, 0x0050}, "SH", "A77");
  out.set_text({0x0008, 0x0060}, "CS", "CT");
  out.set_text({0x0008, 0x1030}, "LO", "腹部CT");
  out.set_text({0x0010, 0x0010}, "PN", "Wang^XiaoDong=王^小东");
  out.set_text({0x0010, 0x0020}, "LO", "4711");
  out.set_text({0x0010, 0x0021}, "LO", "HOSPITAL");
  out.set_text({0x0010, 0x0030}, "DA", "19591231");
  out.set_text({0x0010, 0x0040}, "CS", "M");
  out.set_text({0x0020, 0x000D}, "UI", "2.25.10");
  out.set_text({0x0020, 0x000E}, "UI", series);
  out.set_text({0x0020, 0x0011}, "IS", "3");
  out.set_text({0x0020, 0x0013}, "IS", "12");
  return out;
}

class DicomIntakeTest : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ =
        fs::path(::testing::TempDir()) /
        ("xl_dicom_intake_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "keys");
    store_ = std::move(*sql::Store::open((folder_ / "db").string()));
    blobs_ = std::move(*blob::BlobStore::open((folder_ / "blobs").string()));
    audit_ = std::move(*trust::AuditLog::open(*store_, clock_, (folder_ / "keys").string()));
    journal_ = std::make_unique<journal::Journal>(*store_, clock_, metrics_);
    record_ = std::make_unique<record::Record>(*store_, clock_, random_, *audit_, *journal_);
    identity_ = std::make_unique<identity::Identity>(*record_, clock_, *audit_, *journal_);
    archive_ = std::make_unique<archive::Archive>(*store_, *blobs_, clock_, *audit_, *journal_,
                                                  patient_resolver(*identity_), archive::Archive::Limits{});
    intake_ =
        std::make_unique<DicomIntake>(*archive_, *record_, *journal_, DicomIntake::Options{.quiet_us = 0});
  }
  void TearDown() override { journal_->stop(); }

  Result<archive::Outcome> send(const dicom::DataSet& data_set) {
    const auto file = dicom::write_file(data_set);
    archive::Incoming in;
    in.data_set = file;
    return intake_->store(sender_, in);
  }
  json::object resource(const char* type, const std::string& id) {
    const auto read = record_->read_now(system_, type, id);
    EXPECT_TRUE(read.ok()) << read.error().message();
    return read.ok() ? read->parsed().value() : json::object{};
  }
  json::value at(const json::object& resource, std::string_view path) {
    const json::value whole(resource);
    const json::value* found = json::at_path(whole, path);
    return found == nullptr ? json::value() : *found;
  }
  std::string patient_of_study() { return archive_->study(system_, StudyUid("2.25.10"))->patient.str(); }

  const trust::Access sender_ = trust::Access::sender("dimse", "CT1@10.0.0.7");
  const trust::Access system_ = trust::Access::system("test");
  fs::path folder_;
  ManualClock clock_{from_civil({2026, 11, 22, 9, 0, 0, 0})};
  SeededRandom random_{7};
  Metrics metrics_;
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::unique_ptr<trust::AuditLog> audit_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<record::Record> record_;
  std::unique_ptr<identity::Identity> identity_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<DicomIntake> intake_;
};

TEST_F(DicomIntakeTest, control_characters_in_the_header_do_not_cost_the_image) {
  dicom::DataSet data_set = image("2.25.1");
  data_set.set_text({0x0008, 0x1030}, "LO", "chest\x01");
  data_set.set_text({0x0010, 0x0010}, "PN", std::string("Wang\0Li^Xiao", 12));
  ASSERT_TRUE(send(data_set).ok());
  EXPECT_EQ(at(resource("Patient", patient_of_study()), "name.0.family"), json::value("Wang Li"));
  ASSERT_TRUE(intake_->project(StudyUid("2.25.10")).ok());
  EXPECT_EQ(at(resource("ImagingStudy", "2.25.10"), "description"), json::value("chest"));
}

TEST_F(DicomIntakeTest, the_first_image_makes_the_patient_and_later_ones_find_it) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  const std::string patient = patient_of_study();
  const json::object made = resource("Patient", patient);
  EXPECT_EQ(at(made, "name.0.family"), "Wang");
  EXPECT_EQ(at(made, "name.1.family"), "王");
  EXPECT_EQ(at(made, "name.1.given.0"), "小东");
  EXPECT_EQ(at(made, "name.1.extension.0.valueCode"), "IDE");
  EXPECT_EQ(at(made, "birthDate"), "1959-12-31");
  EXPECT_EQ(at(made, "gender"), "male");
  EXPECT_EQ(at(made, "identifier.0.value"), "4711");
  EXPECT_EQ(at(made, "identifier.0.system"), json::value(identity::system_of_authority("HOSPITAL")));
  ASSERT_TRUE(send(image("2.25.2")).ok());
  EXPECT_EQ(archive_->find(system_, SopInstanceUid("2.25.2"))->patient.str(), patient);
}

TEST_F(DicomIntakeTest, images_do_not_change_what_is_known_of_a_person) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  dicom::DataSet renamed = image("2.25.2");
  renamed.set_text({0x0010, 0x0010}, "PN", "Somebody^Else");
  ASSERT_TRUE(send(renamed).ok());
  EXPECT_EQ(at(resource("Patient", patient_of_study()), "name.0.family"), "Wang");
}

TEST_F(DicomIntakeTest, equal_numbers_of_two_issuers_are_two_people) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  dicom::DataSet other = image("2.25.2", "2.25.21");
  other.set_text({0x0010, 0x0021}, "LO", "CLINIC");
  other.set_text({0x0020, 0x000D}, "UI", "2.25.11");
  ASSERT_TRUE(send(other).ok());
  EXPECT_NE(archive_->find(system_, SopInstanceUid("2.25.1"))->patient,
            archive_->find(system_, SopInstanceUid("2.25.2"))->patient);
}

TEST_F(DicomIntakeTest, without_a_patient_id_nobody_is_taken_for_somebody_else) {
  dicom::DataSet first = image("2.25.1"), second = image("2.25.2", "2.25.21");
  second.set_text({0x0020, 0x000D}, "UI", "2.25.11");
  for (dicom::DataSet* one : {&first, &second}) one->set_text({0x0010, 0x0020}, "LO", "");
  ASSERT_TRUE(send(first).ok());
  ASSERT_TRUE(send(second).ok());
  EXPECT_NE(archive_->find(system_, SopInstanceUid("2.25.1"))->patient,
            archive_->find(system_, SopInstanceUid("2.25.2"))->patient);
}

TEST_F(DicomIntakeTest, the_study_becomes_a_resource_and_is_kept_in_step) {
  journal_->start();
  ASSERT_TRUE(send(image("2.25.1")).ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  const json::object study = resource("ImagingStudy", "2.25.10");
  EXPECT_EQ(at(study, "status"), "available");
  EXPECT_EQ(at(study, "identifier.0.value"), "urn:oid:2.25.10");
  EXPECT_EQ(at(study, "identifier.1.value"), "A77");
  EXPECT_EQ(at(study, "subject.reference"), json::value("Patient/" + patient_of_study()));
  EXPECT_TRUE(at(study, "started").as_string().starts_with("2026-11-22T08:15:30"));
  EXPECT_EQ(at(study, "description"), "腹部CT");
  EXPECT_EQ(at(study, "modality.0.code"), "CT");
  EXPECT_EQ(at(study, "series.0.instance.0.uid"), "2.25.1");
  EXPECT_EQ(at(study, "series.0.instance.0.number"), 12);
  ASSERT_TRUE(send(image("2.25.2")).ok());
  ASSERT_TRUE(send(image("2.25.3", "2.25.21")).ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  const json::object grown = resource("ImagingStudy", "2.25.10");
  EXPECT_EQ(at(grown, "numberOfSeries"), 2);
  EXPECT_EQ(at(grown, "numberOfInstances"), 3);
  EXPECT_TRUE(journal_->dead_letters(10)->empty());
}

// FHIR R4 ImagingStudy.numberOfInstances, by who knows before the images come.
TEST_F(DicomIntakeTest, another_system_announces_how_many_come) {
  const auto announced = [&]() -> std::string {
    const auto read = store_->read([](sql::Session& session) -> Result<std::string> {
      auto row = session.query("SELECT detail FROM archive_evidence WHERE study = '2.25.10'");
      return row.next() ? std::string(row.text(0)) : std::string();
    });
    return *read;
  };
  journal_->start();
  ASSERT_TRUE(send(image("2.25.1")).ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  EXPECT_EQ(announced(), "") << "our own resource counts what is here";
  json::object theirs{
      {"resourceType", "ImagingStudy"},
      {"id", "from-ris"},
      {"status", "registered"},
      {"subject", json::object{{"reference", "Patient/" + patient_of_study()}}},
      {"identifier", json::array{json::object{{"system", "urn:dicom:uid"}, {"value", "urn:oid:2.25.10"}}}},
      {"numberOfInstances", 7}};
  IssueSink issues;
  ASSERT_TRUE(record_->update_now(trust::Access::system("test"), std::move(theirs), issues).ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  EXPECT_EQ(announced(), R"({"instances":7})");
}

TEST_F(DicomIntakeTest, a_study_whose_images_are_deleted_is_no_longer_told) {
  archive::Deletion deletion(*store_, *blobs_, clock_, *audit_, *journal_, metrics_, {.rule = {.years = 0}});
  journal_->start();
  ASSERT_TRUE(send(image("2.25.1")).ok());
  ASSERT_TRUE(send(image("2.25.2")).ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  const archive::Selection one{StudyUid("2.25.10"), SeriesUid("2.25.20"), SopInstanceUid("2.25.1")};
  ASSERT_TRUE(deletion.remove(trust::Access::system("test"), one, "x").ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  EXPECT_EQ(at(resource("ImagingStudy", "2.25.10"), "numberOfInstances"), 1);
  ASSERT_TRUE(deletion.remove(trust::Access::system("test"), {StudyUid("2.25.10")}, "x").ok());
  ASSERT_TRUE(journal_->wait_idle(10'000));
  EXPECT_FALSE(record_->read_now(trust::Access::system("test"), "ImagingStudy", "2.25.10").ok());
}

TEST_F(DicomIntakeTest, a_study_with_little_in_it_still_becomes_a_resource) {
  dicom::DataSet bare;
  bare.set_text({0x0008, 0x0016}, "UI", "1.2.840.10008.5.1.4.1.1.7");
  bare.set_text({0x0008, 0x0018}, "UI", "2.25.1");
  bare.set_text({0x0020, 0x000D}, "UI", "2.25.10");
  bare.set_text({0x0020, 0x000E}, "UI", "2.25.20");
  bare.set_text({0x0008, 0x0030}, "TM", "25:61");
  ASSERT_TRUE(send(bare).ok());
  const auto projected = intake_->project(StudyUid("2.25.10"));
  ASSERT_TRUE(projected.ok()) << projected.error().message();
  EXPECT_EQ(at(resource("ImagingStudy", "2.25.10"), "numberOfInstances"), 1);
}

TEST_F(DicomIntakeTest, a_merge_takes_the_studies_along) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  dicom::DataSet other = image("2.25.2", "2.25.21");
  other.set_text({0x0010, 0x0020}, "LO", "4712");
  other.set_text({0x0020, 0x000D}, "UI", "2.25.11");
  ASSERT_TRUE(send(other).ok());
  const PatientId survivor = archive_->find(system_, SopInstanceUid("2.25.1"))->patient;
  const PatientId merged = archive_->find(system_, SopInstanceUid("2.25.2"))->patient;
  ASSERT_TRUE(store_
                  ->write([&](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(identity_->merge(tx, system_, survivor, merged));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(archive_->studies(system_, survivor)->size(), 2u);
  EXPECT_EQ(archive_->find(system_, SopInstanceUid("2.25.2"))->patient, survivor);
}

}  // namespace
}  // namespace xinglin::intake
