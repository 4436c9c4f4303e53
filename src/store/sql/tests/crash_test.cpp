// What a crash and a failing disk leave behind: nothing half-written, errors said, and a database that opens
// again.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "store/sql/store.h"
#include "store/sql/tests/fault_vfs.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::sql {
namespace {

constexpr Migration kSchema[] = {{"0001_test", "d1",
                                  "CREATE TABLE pair (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;"
                                  "CREATE TABLE twin (n INTEGER PRIMARY KEY, filler TEXT NOT NULL) STRICT;"}};

Result<std::unique_ptr<Store>> open(const std::string& path, const std::string& vfs = "") {
  Store::Options options;
  options.migrations = kSchema;
  options.vfs = vfs;
  options.log_reserve_bytes = 512 * 1024;  // some of the log is still zeros when it is cut or copied
  return Store::open(path, options);
}

// One fact in two tables: seeing one row without the other is a half-written write.
Result<void> write_twins(Store& store, int64_t n) {
  return store.write([n](Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT INTO pair (n) VALUES (?1)", n));
    XL_CHECK(tx.run("INSERT INTO twin (n, filler) VALUES (?1, ?2)", n, std::string(5'000, 'f')));
    return {};
  });
}

std::set<int64_t> facts(Store& store) {
  auto out = store.read([](Session& s) -> Result<std::set<int64_t>> {
    std::set<int64_t> pairs, twins;
    Query p = s.query("SELECT n FROM pair");
    while (p.next()) pairs.insert(p.integer(0));
    Query t = s.query("SELECT n FROM twin");
    while (t.next()) twins.insert(t.integer(0));
    EXPECT_TRUE(p.status() && t.status());
    EXPECT_EQ(pairs, twins) << "half a write is visible";
    return pairs;
  });
  EXPECT_TRUE(out) << out.error().message();
  return out ? *out : std::set<int64_t>{};
}

bool integrity_ok(Store& store) {
  return *store.read([](Session& s) -> Result<bool> {
    Query q = s.query("PRAGMA integrity_check");
    return q.next() && q.text(0) == "ok";
  });
}

TEST(Crash, ACopyOfTheFilesTakenMidRunHoldsEverythingAnsweredBefore) {
  testing::TempDir dir;
  auto store = open(dir.path("live.db"));
  ASSERT_TRUE(store);
  std::atomic<int64_t> answered{0};
  std::atomic<bool> stop{false};
  std::thread load([&] {
    for (int64_t n = 1; !stop; ++n) {
      ASSERT_TRUE(write_twins(**store, n));
      answered = n;
    }
  });
  for (int round = 1; round <= 5; ++round) {
    const int64_t goal = round * 40;
    while (answered < goal) std::this_thread::yield();
    const std::string copy = dir.path("copy" + std::to_string(round) + ".db");
    const int64_t before = answered;
    // The log first would be wrong only if a checkpoint ran in between, which this little load never starts.
    std::filesystem::copy_file(dir.path("live.db"), copy);
    std::filesystem::copy_file(dir.path("live.db-wal"), copy + "-wal");
    auto recovered = open(copy);
    ASSERT_TRUE(recovered) << recovered.error().message();
    const std::set<int64_t> seen = facts(**recovered);
    for (int64_t n = 1; n <= before; ++n) EXPECT_TRUE(seen.contains(n)) << n;
    EXPECT_TRUE(integrity_ok(**recovered));
  }
  stop = true;
  load.join();
}

TEST(Crash, ALogCutAnywhereOpensAtAWholeWrite) {
  testing::TempDir dir;
  auto store = open(dir.path("live.db"));
  ASSERT_TRUE(store);
  for (int64_t n = 1; n <= 20; ++n) ASSERT_TRUE(write_twins(**store, n));
  const auto size = std::filesystem::file_size(dir.path("live.db-wal"));
  size_t last = 0;
  for (uintmax_t cut = 0; cut <= size; cut += 7'919) {
    const std::string copy = dir.path("cut.db");
    for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(copy + ending);
    std::filesystem::copy_file(dir.path("live.db"), copy);
    std::filesystem::copy_file(dir.path("live.db-wal"), copy + "-wal");
    std::filesystem::resize_file(copy + "-wal", cut);
    auto recovered = open(copy);
    ASSERT_TRUE(recovered) << recovered.error().message();
    const auto seen = facts(**recovered);
    EXPECT_GE(seen.size(), last);
    last = seen.size();
    EXPECT_TRUE(seen.empty() || *seen.rbegin() == static_cast<int64_t>(seen.size()));  // a prefix, no holes
  }
  EXPECT_GE(last, 19u);
}

class Faults : public ::testing::TestWithParam<int> {};

TEST_P(Faults, AFailingWriteIsSaidAndLeavesNothing) {
  testing::TempDir dir;
  testing::FaultVfs vfs("fault-write");
  std::set<int64_t> answered;
  {
    auto store = open(dir.path("f.db"), vfs.name());
    ASSERT_TRUE(store) << store.error().message();
    int failed = 0;
    for (int64_t n = 1; n <= 30; ++n) {
      if (n == 10) vfs.fail_write(GetParam(), GetParam() % 2 == 0);
      if (n == 20) vfs.disarm();
      const auto r = write_twins(**store, n);
      if (r)
        answered.insert(n);
      else {
        ++failed;
        EXPECT_TRUE(r.error().is(kDisk)) << r.error().message();
        EXPECT_EQ(r.error().kind(), ErrorKind::Io);
      }
    }
    EXPECT_GE(failed, 5);
    EXPECT_TRUE(answered.contains(30)) << "it must work again when the disk does";
    EXPECT_EQ(facts(**store), answered);
  }
  auto store = open(dir.path("f.db"));
  ASSERT_TRUE(store) << store.error().message();
  EXPECT_EQ(facts(**store), answered);
  EXPECT_TRUE(integrity_ok(**store));
}

TEST_P(Faults, AFailingFsyncIsNeverAnsweredAsDurable) {
  testing::TempDir dir;
  testing::FaultVfs vfs("fault-sync");
  std::set<int64_t> answered;
  {
    auto store = open(dir.path("f.db"), vfs.name());
    ASSERT_TRUE(store);
    for (int64_t n = 1; n <= 12; ++n) {
      if (n == 4) vfs.fail_sync(GetParam());
      if (n == 10) vfs.disarm();
      const auto r = write_twins(**store, n);
      if (r) answered.insert(n);
      EXPECT_EQ(r.ok(), n < 3 + GetParam() || n >= 10) << n;  // one fsync per commit
    }
    EXPECT_EQ(facts(**store), answered);
  }
  auto store = open(dir.path("f.db"));
  ASSERT_TRUE(store);
  EXPECT_EQ(facts(**store), answered);
}

INSTANTIATE_TEST_SUITE_P(Nth, Faults, ::testing::Values(1, 2, 3, 4, 5));

}  // namespace
}  // namespace xinglin::sql
