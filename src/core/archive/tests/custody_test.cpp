// What the re-reading of blobs finds: every flipped bit, every missing, cut or lengthened file, and nothing
// else.
#include "core/archive/custody.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "core/archive/tests/archive_house.h"

namespace xinglin::archive {
namespace {

namespace fs = std::filesystem;

class CustodyTest : public ArchiveHouse {
protected:
  std::unique_ptr<Custody> make_custody(Custody::Options options = {}) {
    return std::make_unique<Custody>(*store_, *blobs_, clock_, *audit_, *journal_, metrics_, options);
  }
  static std::string uid_of(int number) { return "2.25." + std::to_string(1000 + number); }
  Result<Outcome> send(int number) {
    dicom::DataSet image = data_set_of({uid_of(number), "2.25.20", "2.25.10"});
    image.set_bytes({0x7FE0, 0x0010}, "OW", std::vector<uint8_t>(2'000, static_cast<uint8_t>(number)));
    return store(image);
  }
  fs::path file_of(int number) const { return ArchiveHouse::file_of(uid_of(number)); }
  static void flip_bit(const fs::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const auto old = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(old ^ 0x10));
  }
  std::set<std::string> open_damage() {
    std::set<std::string> out;
    const auto found = custody_->damages(engineer_, 100);
    if (!found) return {"error"};
    for (const Damage& one : *found)
      if (!one.healed_at) out.insert(one.sop_instance.str() + " " + one.kind);
    return out;
  }

  std::unique_ptr<Custody> custody_ = make_custody();
  const trust::Access engineer_ = trust::Access::system("test");
};

// What a crash leaves between the file and its row: nobody was told that it is here.
TEST_F(CustodyTest, AFileWithoutARowGoesWhenItIsOld) {
  ASSERT_TRUE(send(1));
  const std::string known = fs::relative(file_of(1), directory_.path("blobs/data")).string();
  const std::string orphan = fs::path(known).replace_filename("2.25.999.dcm").string();
  const std::string elsewhere = "quarantine/1";
  for (const std::string& key : {orphan, elsewhere}) ASSERT_TRUE(blobs_->put(key, std::vector<uint8_t>(10)));
  const auto young = custody_->scrub(engineer_);
  ASSERT_TRUE(young) << young.error().message();
  EXPECT_EQ(young->orphans, 0);
  EXPECT_FALSE(*blobs_->remove_older(orphan, Instant{0}));
  custody_ =
      make_custody({.orphan_us = -1000 * 365 * kDayUs});  // the time of files is not that of the clock here
  EXPECT_EQ(custody_->scrub(engineer_)->orphans, 1);
  EXPECT_FALSE(blobs_->exists(orphan));
  EXPECT_TRUE(blobs_->exists(known));
  EXPECT_TRUE(blobs_->exists(elsewhere));
}

TEST_F(CustodyTest, TheReceiptTellsDigestTimeSenderAndLeaf) {
  ASSERT_TRUE(send(1));
  const auto receipt = custody_->receipt(engineer_, SopInstanceUid(uid_of(1)));
  ASSERT_TRUE(receipt) << receipt.error().message();
  std::ifstream file(file_of(1), std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(receipt->size_bytes, bytes.size());
  EXPECT_EQ(receipt->digest, sha256(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size())));
  EXPECT_EQ(receipt->received_at.us, clock_.now().us);
  EXPECT_EQ(receipt->sender, "dimse:CT1@10.0.0.7");
  EXPECT_EQ(receipt->called_ae, "XINGLIN");
  EXPECT_EQ(receipt->study.str(), "2.25.10");
  EXPECT_TRUE(custody_->receipt(engineer_, SopInstanceUid("2.25.9")).error().is(kNoInstance));
}

TEST_F(CustodyTest, FindsEveryFlippedBitAndEveryMissingCutOrLongerFile) {
  for (int i = 0; i < 150; ++i) ASSERT_TRUE(send(i));
  const auto clean = custody_->scrub(engineer_);
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->checked, 150);
  EXPECT_EQ(clean->damaged, 0);
  flip_bit(file_of(0), 0);
  flip_bit(file_of(64), 1'500);
  fs::resize_file(file_of(100), fs::file_size(file_of(100)) - 1);
  fs::resize_file(file_of(101), fs::file_size(file_of(101)) + 1);
  fs::remove(file_of(149));
  const std::set<std::string> expected{uid_of(0) + " changed", uid_of(64) + " changed",
                                       uid_of(100) + " changed", uid_of(101) + " changed",
                                       uid_of(149) + " missing"};
  const auto found = custody_->scrub(engineer_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->damaged, 5);
  EXPECT_EQ(open_damage(), expected);
  EXPECT_EQ(custody_->state(engineer_)->damaged, 5);
  const auto events = journal_->events_after(0, 1'000);
  ASSERT_TRUE(events);
  EXPECT_EQ(std::count_if(events->begin(), events->end(),
                          [](const journal::Event& e) { return e.type == "archive.damage-found"; }),
            5);
}

TEST_F(CustodyTest, DamageIsReportedOnceAndHealedByTheSameInstanceSentAgain) {
  ASSERT_TRUE(send(1));
  ASSERT_TRUE(send(2));
  flip_bit(file_of(1), 1'000);
  fs::remove(file_of(2));
  ASSERT_EQ(custody_->scrub(engineer_)->damaged, 2);
  ASSERT_EQ(custody_->scrub(engineer_)->damaged, 2);
  EXPECT_EQ(journal_->events_after(0, 100)->size(), 4u);  // two stored, two damaged: not told twice
  EXPECT_EQ(*send(1), Outcome::AlreadyStored);
  EXPECT_EQ(*send(2), Outcome::AlreadyStored);
  EXPECT_TRUE(open_damage().empty());
  EXPECT_EQ(custody_->scrub(engineer_)->damaged, 0);
  EXPECT_TRUE(archive_->read(engineer_, SopInstanceUid(uid_of(2))));
}

TEST_F(CustodyTest, AMissingFileComesBackWithTheInstanceEvenBeforeItIsFoundMissing) {
  ASSERT_TRUE(send(1));
  const fs::path file = file_of(1);
  fs::remove(file);
  EXPECT_EQ(*send(1), Outcome::AlreadyStored);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(custody_->scrub(engineer_)->damaged, 0);
}

TEST_F(CustodyTest, AFileRestoredByHandIsSeenAsHealed) {
  ASSERT_TRUE(send(1));
  fs::rename(file_of(1), fs::path(directory_.path("aside")));
  ASSERT_EQ(custody_->scrub(engineer_)->damaged, 1);
  fs::rename(fs::path(directory_.path("aside")),
             fs::path(directory_.path("blobs/data/dicom")) /
                 (to_hex(sha256("2.25.10")).substr(0, 2) + "/2.25.10/" + uid_of(1) + ".dcm"));
  const auto again = custody_->scrub(engineer_);
  EXPECT_EQ(again->healed, 1);
  EXPECT_TRUE(open_damage().empty());
}

TEST_F(CustodyTest, TheBackgroundPassWorksAloneAndIsDueAgainAfterItsTime) {
  for (int i = 0; i < 70; ++i) ASSERT_TRUE(send(i));
  fs::remove(file_of(69));
  Custody::Options options;
  options.bytes_per_second = int64_t{1} << 40;
  options.patience_us = kMillisecondUs;
  custody_ = make_custody(options);
  custody_->start();
  const auto wait_for_passes = [&](int64_t passes) {
    while (custody_->state(engineer_)->passes < passes) std::this_thread::yield();
  };
  wait_for_passes(1);
  EXPECT_EQ(custody_->state(engineer_)->last_pass_checked, 70);
  EXPECT_EQ(open_damage(), std::set<std::string>{uid_of(69) + " missing"});
  clock_.advance(8 * kDayUs);
  wait_for_passes(2);
  custody_->stop();
}

TEST_F(CustodyTest, APassCanBeStopped) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(send(i));
  const auto stopped =
      custody_->scrub(engineer_, [](int64_t done, int64_t all) { return done < 3 && all == 10; });
  EXPECT_TRUE(stopped.error().is(errors::kCancelled));
}

}  // namespace
}  // namespace xinglin::archive
