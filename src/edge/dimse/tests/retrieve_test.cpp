// C-MOVE and C-GET over a real archive, with storescp, movescu and getscu of DCMTK and with our own receiver.
#include <fstream>
#include <map>
#include <mutex>

#include "edge/dimse/tests/query_fixture.h"

namespace xinglin::dimse {
namespace {

namespace fs = std::filesystem;
using test::Finished;
using test::QueryTest;
using test::run;

class RetrieveTest : public QueryTest {
protected:
  // A peer that takes what it is sent, and refuses the instance `refused_`.
  void start_destination(archive::PeerRights rights = {.store = true}) {
    Scp::Options receive;
    receive.endpoint = {"127.0.0.1", 0};
    auto started = Scp::start(
        receive,
        [this](const trust::Access&, const archive::Incoming& in) -> Result<archive::Outcome> {
          const std::lock_guard lock(mutex_);
          if (in.sop_instance.str() == refused_) return Error(errors::kBusy);
          arrived_[in.sop_instance.str()] = {in.data_set.begin(), in.data_set.end()};
          return archive::Outcome::Stored;
        },
        clock, metrics);
    ASSERT_TRUE(started.ok());
    destination_ = std::move(*started);
    ASSERT_TRUE(
        peers
            ->put(trust::Access::system("test"), {"DEST", "127.0.0.1", destination_->endpoint().port, rights})
            .ok());
  }
  std::string arrived() {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [uid, bytes] : arrived_) out += (out.empty() ? "" : " ") + uid;
    return out;
  }
  Finished movescu(const std::string& keys, const char* destination = "DEST") {
    return run("movescu -v -S -aem " + std::string(destination) + " " + keys + at());
  }
  Finished getscu(const std::string& options_and_keys) {
    const fs::path into = folder() / "got";
    fs::remove_all(into);
    fs::create_directories(into);
    return run("getscu -v -S -od " + into.string() + " " + options_and_keys + at());
  }
  size_t files_got() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder() / "got"), fs::directory_iterator()));
  }

  std::unique_ptr<Scp> destination_;
  std::string refused_;
  std::mutex mutex_;  // guards arrived_
  std::map<std::string, std::vector<uint8_t>> arrived_;
};

TEST_F(RetrieveTest, movescu_has_a_study_a_series_or_instances_sent_to_a_known_peer) {
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  fill();
  start_destination();
  const Finished study = movescu("-k 0008,0052=STUDY -k StudyInstanceUID=1.1");
  EXPECT_EQ(study.status, 0) << study.output;
  EXPECT_EQ(arrived(), "1.1.1.1 1.1.1.2 1.1.2.1") << study.output;
  EXPECT_EQ(movescu("-k 0008,0052=SERIES -k StudyInstanceUID=1.2 -k SeriesInstanceUID=1.2.1").status, 0);
  EXPECT_EQ(arrived(), "1.1.1.1 1.1.1.2 1.1.2.1 1.2.1.1");
  const auto file = archive_->read(trust::Access::system("test"), SopInstanceUid("1.2.1.1"));
  EXPECT_TRUE(std::equal(arrived_["1.2.1.1"].rbegin(), arrived_["1.2.1.1"].rend(), file->rbegin()));
}

TEST_F(RetrieveTest, what_fails_is_counted_and_named) {
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  fill();
  start_destination();
  refused_ = "1.1.1.2";
  const Finished some = run("movescu -d -S -aem DEST -k 0008,0052=STUDY -k StudyInstanceUID=1.1" + at());
  EXPECT_EQ(arrived(), "1.1.1.1 1.1.2.1");
  EXPECT_NE(some.output.find("0xb000"), std::string::npos) << some.output;
  EXPECT_NE(some.output.find("UI [1.1.1.2"), std::string::npos) << some.output;
  destination_->stop(0);
  const Finished none = run("movescu -d -S -aem DEST -k 0008,0052=STUDY -k StudyInstanceUID=1.1" + at());
  EXPECT_NE(none.output.find("0xa702"), std::string::npos) << none.output;
}

TEST_F(RetrieveTest, only_known_peers_with_the_right_are_sent_to) {
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  fill();
  start_destination({.find = true});
  for (const char* destination : {"DEST", "NOWHERE"}) {
    const Finished moved = run("movescu -d -S -aem " + std::string(destination) +
                               " -k 0008,0052=STUDY -k StudyInstanceUID=1.1" + at());
    EXPECT_NE(moved.output.find("0xa801"), std::string::npos) << moved.output;
  }
  EXPECT_EQ(arrived(), "");
}

TEST_F(RetrieveTest, nothing_is_retrieved_without_a_name_or_by_wildcard) {
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  fill();
  start_destination();
  for (const char* keys : {"-k 0008,0052=STUDY", "-k 0008,0052=STUDY -k 'StudyInstanceUID=*'"}) {
    const Finished moved = run("movescu -d -S -aem DEST " + std::string(keys) + at());
    EXPECT_NE(moved.output.find("0xa900"), std::string::npos) << moved.output;
  }
  EXPECT_EQ(movescu("-k 0008,0052=STUDY -k StudyInstanceUID=9.9").status, 0);
  EXPECT_EQ(arrived(), "");
}

TEST_F(RetrieveTest, getscu_gets_instances_over_its_own_association) {
  if (!test::has("getscu")) GTEST_SKIP() << "skipped: no getscu (dcmtk)";
  fill();
  const Finished study = getscu("-k 0008,0052=STUDY -k StudyInstanceUID=1.1");
  EXPECT_EQ(study.status, 0) << study.output;
  EXPECT_EQ(files_got(), 3u) << study.output;
  // Stored in explicit little endian, accepted in implicit only.
  const Finished implicit = getscu("+xi -k 0008,0052=STUDY -k StudyInstanceUID=1.2");
  EXPECT_EQ(files_got(), 1u) << implicit.output;
  for (const auto& entry : fs::directory_iterator(folder() / "got")) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::vector<uint8_t> bytes((std::istreambuf_iterator<char>(in)), {});
    const auto file = dicom::parse_file(bytes);
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->data_set.text({0x0010, 0x0010}), "Wang^XiaoDong=王^小东");
    EXPECT_EQ(file->data_set.find({0x7FE0, 0x0010})->value,
              test::small_image("").find({0x7FE0, 0x0010})->value);
  }
  const Finished compressed = getscu("-d +xs -k 0008,0052=STUDY -k StudyInstanceUID=1.2");
  EXPECT_EQ(compressed.output.find("Segmentation fault"), std::string::npos) << compressed.output;
}

}  // namespace
}  // namespace xinglin::dimse
