// An archive on a temporary directory, and the same with images to send into it: what the tests stand on.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "codec/dicom/data_set.h"
#include "core/archive/archive.h"
#include "core/archive/query.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::archive {

inline constexpr const char* kCtStorage = "1.2.840.10008.5.1.4.1.1.2";

struct TestImage {
  std::string sop, series, study, modality = "CT", patient = "4711", name = "Wang^XiaoDong=王^小东",
                                  date = "20261122", time = "080000", accession = "A77",
                                  description = "Chest routine", issuer = "";
};

// The attributes of one image, without pixels.
inline dicom::DataSet data_set_of(const TestImage& image) {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", kCtStorage);
  out.set_text({0x0008, 0x0018}, "UI", image.sop);
  out.set_text({0x0008, 0x0020}, "DA", image.date);
  out.set_text({0x0008, 0x0030}, "TM", image.time);
  out.set_text({0x0008, 0x0050}, "SH", image.accession);
  out.set_text({0x0008, 0x0060}, "CS", image.modality);
  out.set_text({0x0008, 0x1030}, "LO", image.description);
  out.set_text({0x0010, 0x0010}, "PN", image.name);
  out.set_text({0x0010, 0x0020}, "LO", image.patient);
  out.set_text({0x0010, 0x0021}, "LO", image.issuer);
  out.set_text({0x0010, 0x0030}, "DA", "19700101");
  out.set_text({0x0010, 0x0040}, "CS", "M");
  out.set_text({0x0020, 0x000D}, "UI", image.study);
  out.set_text({0x0020, 0x000E}, "UI", image.series);
  out.set_text({0x0020, 0x0013}, "IS", "12");
  return out;
}

class ArchiveHouse : public ::testing::Test {
protected:
  ArchiveHouse() { open(); }
  void open() {
    store_ = std::move(*sql::Store::open(directory_.path("db")));
    blobs_ = std::move(*blob::BlobStore::open(directory_.path("blobs")));
    std::filesystem::create_directories(directory_.path("keys"));
    audit_ = std::move(*trust::AuditLog::open(*store_, clock_, directory_.path("keys")));
    journal_ = std::make_unique<journal::Journal>(*store_, clock_, metrics_);
    open_archive({}, [](const PatientAttributes& a) { return PatientId("p-" + a.id); });
    search_ = std::make_unique<Search>(*store_, *audit_);
  }
  void open_archive(Archive::Limits limits,
                    std::function<Result<PatientId>(const PatientAttributes&)> resolve_patient) {
    archive_ = std::make_unique<Archive>(
        *store_, *blobs_, clock_, *audit_, *journal_,
        [resolve = std::move(resolve_patient)](sql::Tx&, const trust::Access&, const PatientAttributes& a) {
          return resolve(a);
        },
        limits);
  }
  void close() {
    search_.reset();
    archive_.reset();
    journal_.reset();
    audit_.reset();
    blobs_.reset();
    store_.reset();
  }
  Result<Outcome> store(const dicom::DataSet& data_set) {
    const auto bytes = dicom::write_data_set(data_set);
    Incoming in;
    in.data_set = bytes;
    in.transfer_syntax = TransferSyntaxUid("1.2.840.10008.1.2.1");
    in.calling_ae = "CT1";
    in.called_ae = "XINGLIN";
    return archive_->store(trust::Access::sender("dimse", "CT1@10.0.0.7"), in);
  }
  std::filesystem::path file_of(const std::string& sop) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path("blobs/data")))
      if (entry.path().filename() == sop + ".dcm") return entry.path();
    return {};
  }

  const trust::Access access_ = trust::Access::system("test");
  sql::testing::TempDir directory_;
  ManualClock clock_{from_civil({2026, 11, 22, 8, 0, 0, 0})};
  Metrics metrics_;
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::unique_ptr<trust::AuditLog> audit_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Archive> archive_;
  std::unique_ptr<Search> search_;
};

class StudyHouse : public ArchiveHouse {
protected:
  void add(const TestImage& image) {
    const auto stored = store(data_set_of(image));
    ASSERT_TRUE(stored.ok()) << stored.error().message();
  }
  // Two patients, four studies, five series, seven instances.
  void fill() {
    add({"1.1.1.1", "1.1.1", "1.1"});
    add({"1.1.1.2", "1.1.1", "1.1"});
    add({"1.1.2.1", "1.1.2", "1.1", "SR"});
    add({"1.2.1.1", "1.2.1", "1.2", "MR", "4711", "Wang^XiaoDong=王^小东", "20261120", "113000", "A78",
         "HEAD"});
    add({"2.1.1.1", "2.1.1", "2.1", "CT", "0815", "Li^Na=李娜", "20261122", "100000", "B1", "abdomen"});
    add({"2.1.1.2", "2.1.1", "2.1", "CT", "0815", "Li^Na=李娜", "20261122", "100000", "B1", "abdomen"});
    add({"2.2.1.1", "2.2.1", "2.2", "US", "0815", "Li^Na=李娜", "20200301", "235959", "B2", ""});
  }
};

}  // namespace xinglin::archive
