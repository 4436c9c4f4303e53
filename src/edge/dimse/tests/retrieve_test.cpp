// C-MOVE and C-GET over a real archive, with storescp, movescu and getscu of DCMTK and with our own receiver.
#include <fstream>
#include <map>
#include <mutex>

#include "codec/pixel/transcode.h"
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

  void refuse(const std::string& instance) {
    const std::lock_guard lock(mutex_);
    refused_ = instance;
  }
  std::vector<uint8_t> bytes_of(const std::string& instance) {
    const std::lock_guard lock(mutex_);
    return arrived_[instance];
  }

  std::mutex mutex_;  // guards what follows
  std::string refused_;
  std::map<std::string, std::vector<uint8_t>> arrived_;
  std::unique_ptr<Scp> destination_;  // goes first: it uses the others
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
  const auto arrived_bytes = bytes_of("1.2.1.1");
  EXPECT_TRUE(std::equal(arrived_bytes.rbegin(), arrived_bytes.rend(), file->rbegin()));
}

TEST_F(RetrieveTest, what_fails_is_counted_and_named) {
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  fill();
  start_destination();
  refuse("1.1.1.2");
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

// A compressed image for a receiver that reads no compressed ones; one that cannot be decoded here fails.
TEST_F(RetrieveTest, what_is_compressed_is_decompressed_for_who_needs_it) {
  if (!test::has("getscu")) GTEST_SKIP() << "skipped: no getscu (dcmtk)";
  fill();
  dicom::DataSet image = test::small_image("1.9.1.1", 2 * 600 * 1000);
  const auto pixels = image.find({0x7FE0, 0x0010})->value;
  image.set_text({0x0020, 0x000D}, "UI", "1.9");
  image.set_text({0x0028, 0x0004}, "CS", "MONOCHROME2");
  for (const auto& [number, value] : {std::pair<uint16_t, int64_t>{0x0002, 1},
                                      {0x0010, 600},
                                      {0x0011, 1000},
                                      {0x0100, 16},
                                      {0x0101, 16},
                                      {0x0102, 15},
                                      {0x0103, 0}})
    image.set_integer({0x0028, number}, "US", {value});
  const TransferSyntaxUid rle("1.2.840.10008.1.2.5"), video("1.2.840.10008.1.2.4.102");
  const auto compressed = pixel::transcode_file(dicom::write_file(image), rle);
  ASSERT_TRUE(compressed.ok()) << compressed.error().message();
  store_file(*compressed);
  const auto as_video = dicom::parse_file(*compressed);
  ASSERT_TRUE(as_video.ok());
  dicom::DataSet film = as_video->data_set;
  film.set_text({0x0008, 0x0018}, "UI", "1.9.1.2");
  const auto filmed = dicom::write_file(film, video);
  ASSERT_TRUE(filmed.ok());
  store_file(*filmed);
  const Finished got = getscu("-d +xi -k 0008,0052=STUDY -k StudyInstanceUID=1.9");
  EXPECT_NE(got.output.find("Number of Failed Suboperations    : 1"), std::string::npos) << got.output;
  ASSERT_EQ(files_got(), 1u) << got.output;
  std::ifstream in(fs::directory_iterator(folder() / "got")->path(), std::ios::binary);
  const std::vector<uint8_t> bytes((std::istreambuf_iterator<char>(in)), {});
  const auto file = dicom::parse_file(bytes);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->data_set.find({0x7FE0, 0x0010})->value, pixels);
}

// Several pieces of a file, over PDUs of the receiver's size.
TEST_F(RetrieveTest, a_large_object_goes_out_as_it_is_stored) {
  fill();
  start_destination();
  dicom::DataSet image = test::small_image("1.8.1.1", 3'000'002);
  image.set_text({0x0020, 0x000D}, "UI", "1.8");
  store_file(dicom::write_file(image));
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  const Finished moved = movescu("-k 0008,0052=STUDY -k StudyInstanceUID=1.8");
  EXPECT_EQ(moved.status, 0) << moved.output;
  EXPECT_EQ(bytes_of("1.8.1.1"), dicom::write_data_set(image));
}

TEST_F(RetrieveTest, what_does_not_match_its_receipt_is_not_sent) {
  fill();
  start_destination();
  fs::path file;
  for (const auto& entry : fs::recursive_directory_iterator(folder() / "blobs/data"))
    if (entry.path().filename() == "1.2.1.1.dcm") file = entry.path();
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(400).put('!');
  if (!test::has("movescu")) GTEST_SKIP() << "skipped: no movescu (dcmtk)";
  const Finished moved = run("movescu -d -S -aem DEST -k 0008,0052=STUDY -k StudyInstanceUID=1.2" + at());
  EXPECT_NE(moved.output.find("0xa702"), std::string::npos) << moved.output;
  EXPECT_EQ(arrived(), "");
}

}  // namespace
}  // namespace xinglin::dimse
