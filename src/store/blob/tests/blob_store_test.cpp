#include "store/blob/blob_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <span>
#include <thread>

namespace xinglin::blob {
namespace {

namespace fs = std::filesystem;

std::vector<uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

class BlobStoreTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "xinglin-blob-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::unique_ptr<BlobStore> open() {
    auto store = BlobStore::open(dir_, {.fault = [this](Operation o) {
                                   if (o != fail_at_ || error_ == 0) return 0;
                                   return --countdown_ <= 0 ? error_ : 0;
                                 }});
    EXPECT_TRUE(store) << store.error().message();
    return std::move(*store);
  }
  void fail(Operation operation, int error, int nth = 1) {
    fail_at_ = operation;
    error_ = error;
    countdown_ = nth;
  }
  size_t staged() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(dir_ + "/staging"), fs::directory_iterator()));
  }
  std::string dir_;
  Operation fail_at_ = Operation::Write;
  int error_ = 0, countdown_ = 0;
};

TEST_F(BlobStoreTest, GivesBackWhatWasPutWithItsDigest) {
  auto store = open();
  const auto ref = store->put("studies/1.2.3/4.5.dcm", bytes_of("abc"));
  ASSERT_TRUE(ref) << ref.error().message();
  EXPECT_EQ(ref->size_bytes, 3u);
  // FIPS 180-4 example "abc".
  EXPECT_EQ(to_hex(ref->digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(*store->get(*ref), bytes_of("abc"));
  EXPECT_EQ(*open()->get("studies/1.2.3/4.5.dcm"), bytes_of("abc"));
  EXPECT_TRUE(store->exists(ref->key));
  EXPECT_EQ(staged(), 0u);
}

TEST_F(BlobStoreTest, WritesInPiecesAndReplacesWhole) {
  auto store = open();
  ASSERT_TRUE(store->put("k", bytes_of("first")));
  auto writer = store->begin();
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write(bytes_of("sec")));
  ASSERT_TRUE(writer->write(bytes_of("ond!")));
  EXPECT_EQ(*store->get("k"), bytes_of("first"));
  const auto ref = writer->commit("k");
  ASSERT_TRUE(ref);
  EXPECT_EQ(ref->size_bytes, 7u);
  EXPECT_EQ(*store->get(*ref), bytes_of("second!"));
  EXPECT_FALSE(writer->commit("k2"));
}

// A piece that does not fill its sectors may be followed by others, when flush() was told too early.
TEST_F(BlobStoreTest, WhatIsWrittenAfterAFlushIsKept) {
  std::promise<void> both_wait;
  const std::shared_future<void> gate = both_wait.get_future();
  std::atomic<bool> first{true};
  auto opened = BlobStore::open(dir_, {.fault = [&](Operation o) {
                                  if (o == Operation::Write && first.exchange(false)) gate.wait();
                                  return 0;
                                }});
  ASSERT_TRUE(opened);
  std::vector<uint8_t> all(2 * 256 * 1024 + 1000);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint8_t>(i * 31 + i / 251);
  const std::span<const uint8_t> whole(all);
  auto writer = (*opened)->begin();
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write(whole.first(256 * 1024)));  // is being written, while the others pile up
  ASSERT_TRUE(writer->write(whole.subspan(256 * 1024, 1000)));
  writer->flush();
  ASSERT_TRUE(writer->write(whole.subspan(256 * 1024 + 1000)));
  both_wait.set_value();
  const auto ref = writer->commit("k");
  ASSERT_TRUE(ref);
  EXPECT_EQ(ref->size_bytes, all.size());
  EXPECT_EQ(ref->digest, sha256(all));
  EXPECT_EQ(*(*opened)->get("k"), all);
}

TEST_F(BlobStoreTest, AnEmptyBlobIsABlob) {
  auto store = open();
  const auto ref = store->put("empty", {});
  ASSERT_TRUE(ref);
  EXPECT_TRUE(store->get(*ref)->empty());
}

TEST_F(BlobStoreTest, RefusesKeysThatLeadElsewhere) {
  auto store = open();
  for (const std::string key : {"", "/etc/passwd", "../up", "a/../b", "a//b", "a/", ".hidden", "a/.hidden",
                                "a b", "a\\b", "caf\xc3\xa9"}) {
    const auto r = store->put(key, bytes_of("x"));
    ASSERT_FALSE(r) << key;
    EXPECT_TRUE(r.error().is(kBadKey));
    EXPECT_FALSE(store->exists(key));
    EXPECT_TRUE(store->get(key).error().is(kBadKey));
    EXPECT_TRUE(store->remove(key).error().is(kBadKey));
  }
  EXPECT_FALSE(store->put(std::string("nul\0x", 5), bytes_of("x")));
  EXPECT_FALSE(store->put(std::string(600, 'k'), bytes_of("x")));
  std::string deep = "a";
  for (int i = 0; i < 20; ++i) deep += "/a";
  EXPECT_FALSE(store->put(deep, bytes_of("x")));
}

TEST_F(BlobStoreTest, WhatIsNotThereIsMissing) {
  auto store = open();
  ASSERT_TRUE(store->put("a/b", bytes_of("x")));
  for (const char* key : {"nothing", "a", "a/b/c"}) EXPECT_TRUE(store->get(key).error().is(kMissing)) << key;
  EXPECT_TRUE(store->remove("nothing").error().is(kMissing));
  ASSERT_TRUE(store->remove("a/b"));
  EXPECT_FALSE(store->exists("a/b"));
}

TEST_F(BlobStoreTest, SeesDamage) {
  auto store = open();
  const auto ref = store->put("k", bytes_of("precious"));
  ASSERT_TRUE(ref);
  {
    std::fstream file(dir_ + "/data/k", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(3);
    file.put('X');
  }
  EXPECT_TRUE(store->get(*ref).error().is(kDamaged));
  fs::resize_file(dir_ + "/data/k", 4);
  EXPECT_TRUE(store->get(*ref).error().is(kDamaged));
  EXPECT_TRUE(store->get("k"));  // without a reference there is nothing to compare with
}

TEST_F(BlobStoreTest, AFailureAtAnyStepIsSaidAndLeavesTheOldBlob) {
  auto store = open();
  ASSERT_TRUE(store->put("dir/k", bytes_of("old")));
  for (const Operation at : {Operation::Write, Operation::Sync, Operation::Rename}) {
    fail(at, EIO);
    const auto r = store->put("dir/k", bytes_of("new"));
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().kind(), ErrorKind::Io);
    EXPECT_EQ(*store->get("dir/k"), bytes_of("old"));
    EXPECT_EQ(staged(), 0u);
  }
  // After the rename the new bytes are there but not known to be durable: it must not be called success.
  fail(Operation::SyncDirectory, EIO);
  EXPECT_FALSE(store->put("dir/k", bytes_of("new")));
  fail(Operation::SyncDirectory, EIO);
  EXPECT_FALSE(store->put("new-dir/k", bytes_of("new")));
  error_ = 0;
  EXPECT_TRUE(store->put("new-dir/k", bytes_of("new")));
}

TEST_F(BlobStoreTest, ANewKeyIsThereWholeOrNotAtAll) {
  auto store = open();
  for (const Operation at :
       {Operation::Write, Operation::Rename, Operation::Sync, Operation::SyncDirectory}) {
    ASSERT_TRUE(store->put("dir/other", bytes_of("x")));
    fail(at, EIO);
    auto writer = store->begin();
    const bool written = writer->write(bytes_of("new")).ok();
    auto placed = writer->place("dir/k");
    EXPECT_FALSE(written && placed.ok() && placed->durable().ok());
    error_ = 0;
    EXPECT_FALSE(store->exists("dir/k"));
  }
  auto writer = store->begin();
  ASSERT_TRUE(writer->write(bytes_of("whole")));
  auto placed = writer->place("dir/k");
  ASSERT_TRUE(placed);
  ASSERT_TRUE(placed->durable());
  EXPECT_EQ(*store->get(placed->ref()), bytes_of("whole"));
  EXPECT_EQ(staged(), 0u);
}

// Lengths around those of the pieces and of the sectors that go around the page cache.
TEST_F(BlobStoreTest, EveryLengthComesBackAsItWas) {
  auto store = open();
  constexpr size_t kPiece = 256 * 1024;
  for (const size_t length : {size_t{1}, size_t{4095}, kPiece - 1, kPiece, kPiece + 1, kPiece + 4096,
                              3 * kPiece + 777, 40 * kPiece + 13}) {
    std::vector<uint8_t> bytes(length);
    for (size_t i = 0; i < length; ++i) bytes[i] = static_cast<uint8_t>(i * 31 + i / 4096);
    auto writer = store->begin();
    for (size_t at = 0; at < length; at += 100'000)
      ASSERT_TRUE(writer->write(std::span(bytes).subspan(at, std::min<size_t>(100'000, length - at))));
    auto placed = writer->place("n/" + std::to_string(length));
    ASSERT_TRUE(placed);
    ASSERT_TRUE(placed->durable());
    EXPECT_EQ(placed->ref().digest, sha256(bytes));
    EXPECT_EQ(*store->get(placed->ref()), bytes);
  }
}

TEST_F(BlobStoreTest, AFullDiskHasItsOwnCode) {
  auto store = open();
  fail(Operation::Write, ENOSPC);
  EXPECT_TRUE(store->put("k", bytes_of("x")).error().is(kDiskFull));
  fail(Operation::Sync, EDQUOT);
  EXPECT_TRUE(store->put("k", bytes_of("x")).error().is(kDiskFull));
  EXPECT_FALSE(store->exists("k"));
}

TEST_F(BlobStoreTest, AWriterThatFailedCannotCommit) {
  auto store = open();
  auto writer = store->begin();
  fail(Operation::Write, EIO);
  (void)writer->write(std::vector<uint8_t>(1'000'000));  // may fail now or when it is finished
  EXPECT_FALSE(writer->commit("k"));
  error_ = 0;
  EXPECT_FALSE(writer->commit("k"));
  EXPECT_FALSE(store->exists("k"));
}

TEST_F(BlobStoreTest, OpeningRemovesWhatACrashLeftStagedButNotWhileAnotherIsOpen) {
  fs::create_directories(dir_ + "/staging");
  std::ofstream(dir_ + "/staging/999-1.part") << "half";
  auto first = open();
  EXPECT_EQ(staged(), 0u);
  auto writer = first->begin();
  ASSERT_TRUE(writer->write(bytes_of("going on")));
  auto second = open();
  EXPECT_EQ(staged(), 1u);
  EXPECT_TRUE(writer->commit("k"));
}

TEST_F(BlobStoreTest, AReaderGivesPiecesAndTheWhole) {
  auto store = open();
  auto ref = store->put("a/b", bytes_of("0123456789"));
  ASSERT_TRUE(ref);
  auto reader = store->reader(*ref);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->size_bytes(), 10u);
  uint8_t space[4];
  EXPECT_EQ(reader->read_at(3, space).value(), 4u);
  EXPECT_EQ(as_text(space), "3456");
  EXPECT_EQ(reader->read_at(8, space).value(), 2u);
  EXPECT_EQ(reader->read_at(10, space).value(), 0u);
  EXPECT_EQ(as_text(*reader->map()), "0123456789");
  ref->size_bytes = 11;
  EXPECT_TRUE(store->reader(*ref).error().is(kDamaged));
  ref->key = "a/c";
  EXPECT_TRUE(store->reader(*ref).error().is(kMissing));
}

TEST_F(BlobStoreTest, ManyThreadsMayWriteAtOnce) {
  auto store = open();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string key = "d" + std::to_string(i) + "/" + std::to_string(t);
        const auto ref = store->put(key, bytes_of(key));
        if (ref && *store->get(*ref) == bytes_of(key)) ++good;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(good, 200);
}

}  // namespace
}  // namespace xinglin::blob
