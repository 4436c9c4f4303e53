#include "core/archive/archive.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCt = "1.2.840.10008.5.1.4.1.1.2";
constexpr const char* kExplicit = "1.2.840.10008.1.2.1";

dicom::DataSet image(const std::string& instance, const std::string& series = "2.25.20",
                     const std::string& study = "2.25.10") {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", kCt);
  out.set_text({0x0008, 0x0018}, "UI", instance);
  out.set_text({0x0008, 0x0020}, "DA", "20261122");
  out.set_text({0x0008, 0x0050}, "SH", "A77");
  out.set_text({0x0008, 0x0060}, "CS", "CT");
  out.set_text({0x0008, 0x1030}, "LO", "腹部CT");
  out.set_text({0x0010, 0x0010}, "PN", "Wang^XiaoDong=王^小东");
  out.set_text({0x0010, 0x0020}, "LO", "4711");
  out.set_text({0x0010, 0x0021}, "LO", "HOSPITAL");
  out.set_text({0x0020, 0x000D}, "UI", study);
  out.set_text({0x0020, 0x000E}, "UI", series);
  out.set_text({0x0020, 0x0011}, "IS", "3");
  out.set_text({0x0020, 0x0013}, "IS", "12");
  out.set_integer({0x0028, 0x0010}, "US", {2});
  out.set_bytes({0x7FE0, 0x0010}, "OW", {1, 2, 3, 4, 5, 6, 7, 8});
  return out;
}

class ArchiveTest : public ArchiveHouse {
protected:
  ArchiveTest() { open({}); }
  void open(Archive::Limits limits) {
    open_archive(limits, [this](const PatientAttributes& attributes) -> Result<PatientId> {
      if (resolver_error_) return *resolver_error_;
      return PatientId("p-" + attributes.issuer + "-" + attributes.id);
    });
  }
  Result<Outcome> send(const dicom::DataSet& data_set, const std::string& sop_class,
                       const std::string& instance) {
    const auto bytes = dicom::write_data_set(data_set);
    return send(bytes, sop_class, instance);
  }
  Result<Outcome> send(std::span<const uint8_t> bytes, const std::string& sop_class,
                       const std::string& instance, const char* syntax = kExplicit) {
    Incoming in;
    in.data_set = bytes;
    in.transfer_syntax = TransferSyntaxUid(syntax);
    in.sop_class = SopClassUid(sop_class);
    in.sop_instance = SopInstanceUid(instance);
    in.calling_ae = "CT1";
    in.called_ae = "XINGLIN";
    in.peer = "10.0.0.7:4000";
    return archive_->store(sender_, in);
  }
  Result<Outcome> send(const dicom::DataSet& data_set) {
    return send(data_set, kCt, data_set.text({0x0008, 0x0018}));
  }
  std::vector<Quarantined> quarantined() { return archive_->quarantined(system_, 100).value(); }

  const trust::Access sender_ = trust::Access::sender("dimse", "CT1@10.0.0.7");
  const trust::Access system_ = trust::Access::system("test");
  std::optional<Error> resolver_error_;
};

TEST_F(ArchiveTest, what_is_stored_can_be_found_and_read_back_as_received) {
  ASSERT_EQ(send(image("2.25.1")), Outcome::Stored);
  const auto found = archive_->find(system_, SopInstanceUid("2.25.1"));
  ASSERT_TRUE(found.ok()) << found.error().message();
  EXPECT_EQ(found->study.str(), "2.25.10");
  EXPECT_EQ(found->series.str(), "2.25.20");
  EXPECT_EQ(found->modality, "CT");
  EXPECT_EQ(found->patient.str(), "p-HOSPITAL-4711");
  EXPECT_EQ(found->sender, "dimse:CT1@10.0.0.7");
  EXPECT_EQ(found->received_at, clock_.now());
  const auto bytes = archive_->read(system_, SopInstanceUid("2.25.1"));
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(sha256(std::span<const uint8_t>(*bytes)), found->blob.digest);
  const auto file = dicom::parse_file(*bytes);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(dicom::write_data_set(file->data_set), dicom::write_data_set(image("2.25.1")));
  EXPECT_EQ(file->meta.text({0x0002, 0x0003}), "2.25.1");
}

TEST_F(ArchiveTest, counts_series_and_modalities_follow_each_instance) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(send(image("2.25.10" + std::to_string(i))).ok());
  dicom::DataSet report = image("2.25.200", "2.25.21");
  report.set_text({0x0008, 0x0060}, "CS", "SR");
  ASSERT_TRUE(send(report).ok());
  const auto study = archive_->study(system_, StudyUid("2.25.10"));
  ASSERT_TRUE(study.ok());
  EXPECT_EQ(study->instances, 6);
  EXPECT_EQ(study->description, "腹部CT");
  EXPECT_EQ(study->accession_number, "A77");
  ASSERT_EQ(study->series.size(), 2u);
  EXPECT_EQ(study->series[0].instances, 5);
  EXPECT_EQ(study->series[1].modality, "SR");
  EXPECT_EQ(archive_->instances(system_, SeriesUid("2.25.20"))->size(), 5u);
  EXPECT_EQ(archive_->studies(system_, PatientId("p-HOSPITAL-4711"))->size(), 1u);
  EXPECT_TRUE(archive_->studies(system_, PatientId("other"))->empty());
  const auto figures = archive_->figures();
  EXPECT_EQ(figures->studies, 1);
  EXPECT_EQ(figures->instances, 6);
  EXPECT_GT(figures->stored_bytes, 6u * 132);
}

TEST_F(ArchiveTest, the_event_and_the_audit_leaf_come_with_the_instance) {
  const int64_t before = *audit_->size();
  ASSERT_TRUE(send(image("2.25.1")).ok());
  const auto events = journal_->events_after(0, 10);
  ASSERT_EQ(events->size(), 1u);
  const journal::Event& event = events->front();
  EXPECT_EQ(event.type, "archive.instance-stored");
  EXPECT_EQ(event.subject, "2.25.1");
  EXPECT_EQ(event.patient, "p-HOSPITAL-4711");
  EXPECT_EQ(json::find_string(event.data, "study"), "2.25.10");
  EXPECT_EQ(json::find_string(event.data, "sop_class"), kCt);
  EXPECT_EQ(json::find_string(event.data, "transfer_syntax"), kExplicit);
  EXPECT_EQ(*audit_->size(), before + 1);
}

TEST_F(ArchiveTest, attributes_are_answered_without_the_file) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  fs::remove_all(directory_.path("blobs"));
  const auto attributes = archive_->attributes(system_, SopInstanceUid("2.25.1"));
  ASSERT_TRUE(attributes.ok()) << attributes.error().message();
  EXPECT_EQ(json::serialize(*json::find(*attributes, "00280010")), R"({"vr":"US","Value":[2]})");
  EXPECT_EQ(json::serialize(*json::find(*attributes, "7FE00010")), R"({"vr":"OW","BulkDataURI":"7FE00010"})");
}

TEST_F(ArchiveTest, the_same_data_set_again_is_acknowledged_and_stored_once) {
  ASSERT_EQ(send(image("2.25.1")), Outcome::Stored);
  ASSERT_EQ(send(image("2.25.1")), Outcome::AlreadyStored);
  const auto file = dicom::write_file(image("2.25.1"));  // with other meta information, as a file import
  Incoming in;
  in.data_set = file;
  EXPECT_EQ(archive_->store(sender_, in), Outcome::AlreadyStored);
  EXPECT_EQ(archive_->figures()->instances, 1);
  EXPECT_EQ(journal_->events_after(0, 10)->size(), 1u);
}

// A file written by another version of this program differs in its meta information only.
TEST_F(ArchiveTest, other_meta_information_of_the_stored_file_does_not_make_it_another_instance) {
  ASSERT_EQ(send(image("2.25.1")), Outcome::Stored);
  const auto key = archive_->find(system_, SopInstanceUid("2.25.1"))->blob.key;
  auto other =
      dicom::write_meta(SopClassUid(kCt), SopInstanceUid("2.25.1"), TransferSyntaxUid(kExplicit), "OLDER");
  const auto body = dicom::write_data_set(image("2.25.1"));
  other.insert(other.end(), body.begin(), body.end());
  const auto ref = blobs_->put(key, other);
  ASSERT_TRUE(store_
                  ->write([&](sql::Tx& tx) -> Result<void> {
                    XL_CHECK(tx.run("UPDATE archive_instance SET blob_bytes = ?1, blob_digest = ?2",
                                    static_cast<int64_t>(ref->size_bytes),
                                    std::span<const uint8_t>(ref->digest)));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(send(image("2.25.1")), Outcome::AlreadyStored);
}

TEST_F(ArchiveTest, other_bytes_under_a_known_uid_are_refused_and_kept) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  dicom::DataSet other = image("2.25.1");
  other.set_bytes({0x7FE0, 0x0010}, "OW", {8, 7, 6, 5, 4, 3, 2, 1});
  const auto refused = send(other);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().is(kDifferentBytes));
  ASSERT_EQ(quarantined().size(), 1u);
  EXPECT_EQ(quarantined()[0].reason_code, "archive.different-bytes");
  const auto kept = archive_->quarantined_object(system_, quarantined()[0].id, UINT64_MAX);
  EXPECT_EQ(dicom::parse_file(*kept->bytes)->data_set.find({0x7FE0, 0x0010})->value[0], 8);
  EXPECT_EQ(dicom::parse_file(*archive_->read(system_, SopInstanceUid("2.25.1")))
                ->data_set.find({0x7FE0, 0x0010})
                ->value[0],
            1);
}

TEST_F(ArchiveTest, empty_wrong_or_contradicting_uids_are_refused) {
  const auto code = [&](dicom::DataSet data_set, dicom::Tag tag, const char* uid) {
    data_set.set_text(tag, "UI", uid);
    const auto refused = send(data_set, kCt, "2.25.1");
    return refused.ok() ? std::string_view("stored") : refused.error().code().name;
  };
  EXPECT_EQ(code(image("2.25.1"), {0x0008, 0x0018}, ""), "archive.uid-mismatch");
  EXPECT_EQ(code(image("2.25.1"), {0x0008, 0x0018}, "2.25.2"), "archive.uid-mismatch");
  EXPECT_EQ(code(image("2.25.1"), {0x0008, 0x0016}, "1.2.840.10008.5.1.4.1.1.4"), "archive.uid-mismatch");
  EXPECT_EQ(code(image("2.25.1"), {0x0020, 0x000D}, ""), "archive.uid-mismatch");
  EXPECT_EQ(code(image("2.25.1"), {0x0020, 0x000E}, "../../etc"), "archive.uid-mismatch");
  EXPECT_EQ(quarantined().size(), 5u);
  EXPECT_EQ(archive_->figures()->instances, 0);
}

TEST_F(ArchiveTest, a_series_cannot_belong_to_two_studies) {
  ASSERT_TRUE(send(image("2.25.1", "2.25.20", "2.25.10")).ok());
  const auto refused = send(image("2.25.2", "2.25.20", "2.25.11"));
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().is(kUidMismatch));
  EXPECT_EQ(archive_->figures()->studies, 1);
  EXPECT_FALSE(blobs_->exists("dicom/" + to_hex(sha256("2.25.11")).substr(0, 2) + "/2.25.11/2.25.2.dcm"));
}

TEST_F(ArchiveTest, what_cannot_be_read_is_kept_once_and_counted) {
  const std::vector<uint8_t> garbage(100, 0xFF);
  for (int i = 0; i < 3; ++i) {
    const auto refused = send(garbage, kCt, "2.25.1");
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(refused.error().is(kUnreadable));
  }
  ASSERT_EQ(quarantined().size(), 1u);
  EXPECT_EQ(quarantined()[0].times, 3);
  EXPECT_EQ(quarantined()[0].source, "dimse");
  EXPECT_EQ(archive_->quarantine_count(), 1);
  open({.instance_bytes_max = 50});
  EXPECT_TRUE(send(garbage, kCt, "2.25.1").error().is(kOverLimit));
  open({.quarantine_max = 1});
  EXPECT_TRUE(send(std::vector<uint8_t>(99, 0xFE), kCt, "2.25.1").error().is(kQuarantineFull));
}

TEST_F(ArchiveTest, a_failed_transaction_leaves_neither_rows_nor_file) {
  resolver_error_ = Error(errors::kBusy);
  EXPECT_TRUE(send(image("2.25.1")).error().is(errors::kBusy));
  EXPECT_EQ(archive_->figures()->instances, 0);
  EXPECT_TRUE(archive_->find(system_, SopInstanceUid("2.25.1")).error().is(kNoInstance));
  EXPECT_TRUE(quarantined().empty());
  resolver_error_.reset();
  EXPECT_EQ(send(image("2.25.1")), Outcome::Stored);
}

TEST_F(ArchiveTest, two_senders_of_one_instance_take_turns) {
  dicom::DataSet other = image("2.25.1");
  other.set_bytes({0x7FE0, 0x0010}, "OW", {8, 7, 6, 5, 4, 3, 2, 1});
  std::atomic<int> stored = 0, repeated = 0, refused = 0;
  std::vector<std::thread> senders;
  for (int i = 0; i < 8; ++i)
    senders.emplace_back([&, i] {
      const auto outcome = send(i % 2 == 0 ? image("2.25.1") : other);
      ++(!outcome.ok() ? refused : *outcome == Outcome::Stored ? stored : repeated);
    });
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(repeated, 3);
  EXPECT_EQ(refused, 4);
  EXPECT_TRUE(archive_->read(system_, SopInstanceUid("2.25.1")).ok());
}

TEST_F(ArchiveTest, each_call_asks_for_its_permission) {
  ASSERT_TRUE(send(image("2.25.1")).ok());
  EXPECT_EQ(archive_->quarantined(sender_, 10).error().kind(), ErrorKind::Denied);
  EXPECT_EQ(archive_->quarantined_object(sender_, 1, UINT64_MAX).error().kind(), ErrorKind::Denied);
  EXPECT_EQ(archive_->read(sender_, SopInstanceUid("2.25.1")).error().kind(), ErrorKind::Denied);
}

TEST_F(ArchiveTest, slices_without_uids_go_to_quarantine_not_under_one_empty_key) {
  const char* given = std::getenv("XL_SHARED_DATA");
  const fs::path folder =
      (given != nullptr ? fs::path(given) : fs::path(XL_SOURCE_DIR) / "../shared/data") / "dicom/ct-abdomen";
  if (!fs::exists(folder)) GTEST_SKIP() << "skipped: no shared data";
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".dcm") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<uint8_t> bytes((std::istreambuf_iterator<char>(in)), {});
    Incoming file;
    file.data_set = bytes;
    EXPECT_TRUE(archive_->store(sender_, file).error().is(kUidMismatch));
    ++files;
  }
  EXPECT_EQ(files, 20u);
  EXPECT_EQ(quarantined().size(), files);
  EXPECT_EQ(quarantined()[0].source, "import");
  EXPECT_EQ(archive_->figures()->instances, 0);
}

}  // namespace
}  // namespace xinglin::archive
