// A server with a real archive and search behind it, and the tools of DCMTK as its peers.
#pragma once

#include <array>
#include <cstdio>
#include <filesystem>

#include "core/archive/evidence.h"
#include "core/archive/peers.h"
#include "core/archive/retrieve.h"
#include "edge/dimse/tests/fixture.h"

namespace xinglin::dimse::test {

struct Finished {
  int status = -1;
  std::string output;
};

inline Finished run(const std::string& command) {
  Finished out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (pipe != nullptr && fgets(buffer.data(), buffer.size(), pipe) != nullptr) out.output += buffer.data();
  if (pipe != nullptr) out.status = pclose(pipe);
  return out;
}

inline bool has(const char* program) {
  return run(std::string("command -v ") + program).status == 0;
}

class QueryTest : public ::testing::Test {
protected:
  ~QueryTest() override { scp.reset(); }  // its associations use what is below
  // Three studies of two patients; `more` studies of a third.
  void fill(int more = 0) {
    open();
    add("1.1", "1.1.1", "1.1.1.1", "CT", "4711", "Wang^XiaoDong=王^小东", "20261122");
    add("1.1", "1.1.1", "1.1.1.2", "CT", "4711", "Wang^XiaoDong=王^小东", "20261122");
    add("1.1", "1.1.2", "1.1.2.1", "SR", "4711", "Wang^XiaoDong=王^小东", "20261122");
    add("1.2", "1.2.1", "1.2.1.1", "MR", "4711", "Wang^XiaoDong=王^小东", "20261120");
    add("2.1", "2.1.1", "2.1.1.1", "CT", "0815", "Li^Na=李^娜", "20200301");
    for (int i = 0; i < more; ++i) {
      const std::string uid = "3." + std::to_string(i + 1);
      add(uid, uid + ".1", uid + ".1.1", "US", "77", "More", "20250101");
    }
    auto started = Scp::start(options,
                              [this](const trust::Access& access, const archive::Incoming& in) {
                                return archive_->store(access, in);
                              },
                              clock, metrics, {}, services(),
                              {.commitment = commitment.get(),
                               .sent = sent.get(),
                               .schedule = schedule.get(),
                               .performed = performed.get(),
                               .released = [this](std::span<const SopInstanceUid> stored) {
                                 return archive::note_association_end(*store_, stored, clock.now());
                               }});
    ASSERT_TRUE(started.ok()) << started.error().message();
    scp = std::move(*started);
  }
  Scp::Query services() {
    Scp::Query out;
    out.rights = [this](const std::string& ae, const std::string& address) {
      return peers->rights_of(ae, address);
    };
    out.find = [this](const trust::Access& access, const archive::Query& query) {
      return search_->run(access, query);
    };
    out.open = [this](const trust::Access& access, const SopInstanceUid& uid) {
      return archive::Retrieval(*store_, *blobs_, *audit_).open(access, uid);
    };
    out.destination = [this](const std::string& ae) { return peers->find(ae); };
    return out;
  }
  std::string at() const { return " 127.0.0.1 " + std::to_string(scp->endpoint().port) + " "; }

  SystemClock clock;
  Metrics metrics;
  Scp::Options options;
  std::unique_ptr<archive::Peers> peers;
  std::unique_ptr<archive::Commitment> commitment;
  std::unique_ptr<archive::Sent> sent;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<procedure::Schedule> schedule;
  std::unique_ptr<procedure::Performed> performed;
  std::unique_ptr<archive::StudyLife> life;  // completes by evidence at once, by silence after an hour
  std::unique_ptr<Scp> scp;

  std::filesystem::path folder() const { return folder_; }
  // A PS3.10 file.
  void store_file(std::span<const uint8_t> file) {
    archive::Incoming in;
    in.data_set = file;
    const auto stored = archive_->store(trust::Access::system("test"), in);
    ASSERT_TRUE(stored.ok()) << stored.error().message();
  }

private:
  void open() {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("xl_retrieve_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "keys");
    store_ = std::move(*sql::Store::open((folder_ / "db").string()));
    blobs_ = std::move(*blob::BlobStore::open((folder_ / "blobs").string()));
    audit_ = std::move(*trust::AuditLog::open(*store_, clock, (folder_ / "keys").string()));
    journal_ = std::make_unique<journal::Journal>(*store_, clock, metrics);
    archive_ = std::make_unique<archive::Archive>(
        *store_, *blobs_, clock, *audit_, *journal_,
        [](sql::Tx&, const trust::Access&, const archive::PatientAttributes& a) -> Result<PatientId> {
          return PatientId("p-" + a.id);
        },
        archive::Archive::Limits{});
    search_ = std::make_unique<archive::Search>(*store_, *audit_);
    peers = std::make_unique<archive::Peers>(*store_, *audit_);
    custody_ = std::make_unique<archive::Custody>(*store_, *blobs_, clock, *audit_, *journal_, metrics,
                                                  archive::Custody::Options{});
    commitment = std::make_unique<archive::Commitment>(*store_, clock, *audit_, *journal_, *custody_);
    sent = std::make_unique<archive::Sent>(*store_, clock, random_, *audit_, *journal_);
    record = std::make_unique<record::Record>(*store_, clock, random_, *audit_, *journal_);
    schedule = std::make_unique<procedure::Schedule>(*store_, *record, *audit_, *journal_);
    performed = std::make_unique<procedure::Performed>(*store_, clock, random_, *audit_, *journal_);
    life = std::make_unique<archive::StudyLife>(
        *store_, clock, *audit_, *journal_,
        archive::StudyLife::Options{.quiet_us = kHourUs, .quiet_after_end_us = 0});
    const archive::PeerRights all{true, true, true, true};
    for (const char* title : {"FINDSCU", "MOVESCU", "GETSCU"})
      ASSERT_TRUE(peers->put(trust::Access::system("test"), {title, "127.0.0.1", 104, all}).ok());
    options.endpoint = {"127.0.0.1", 0};
    options.called_ae = CalledAe::Any;
  }
  void add(const std::string& study, const std::string& series, const std::string& instance,
           const char* modality, const char* patient, const char* name, const char* date) {
    dicom::DataSet image = small_image(instance);
    image.set_text({0x0008, 0x0020}, "DA", date);
    image.set_text({0x0008, 0x0060}, "CS", modality);
    image.set_text({0x0010, 0x0010}, "PN", name);
    image.set_text({0x0010, 0x0020}, "LO", patient);
    image.set_text({0x0020, 0x000D}, "UI", study);
    image.set_text({0x0020, 0x000E}, "UI", series);
    image.set_integer({0x0028, 0x0010}, "US", {2});
    store_file(dicom::write_file(image));
  }

  std::filesystem::path folder_;
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::unique_ptr<trust::AuditLog> audit_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<archive::Search> search_;
  std::unique_ptr<archive::Custody> custody_;
  SystemRandom random_;

protected:
  std::unique_ptr<archive::Archive> archive_;
};

}  // namespace xinglin::dimse::test
