// What is gathered of the write-ahead log: fewer writes, and nothing read that is not written.
#include <gtest/gtest.h>

#include "store/sql/store.h"
#include "store/sql/tests/fault_vfs.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::sql {
namespace {

constexpr Migration kSchema[] = {
    {"0001_test", "d1", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"}};
constexpr int64_t kRows = 400;  // of two pages each

std::unique_ptr<Store> open(const std::string& path, const std::string& vfs, int64_t cache_kib) {
  Store::Options options;
  options.migrations = kSchema;
  options.vfs = vfs;
  options.cache_kib = cache_kib;
  auto store = Store::open(path, options);
  EXPECT_TRUE(store) << store.error().message();
  return std::move(*store);
}

std::string text_of(int64_t id, char letter) {
  return std::to_string(id) + std::string(5'000, letter);
}

Result<void> insert_all(Tx& tx) {
  for (int64_t id = 1; id <= kRows; ++id)
    XL_CHECK(tx.run("INSERT INTO note VALUES (?1, ?2)", id, text_of(id, 'a')));
  return {};
}

// The first row that is not as it should be, 0 when all are.
Result<int64_t> first_wrong(Session& session, char letter) {
  Query q = session.query("SELECT id, text FROM note ORDER BY id");
  for (int64_t id = 1; id <= kRows; ++id)
    if (!q.next() || q.integer(0) != id || q.text(1) != text_of(id, letter)) return id;
  XL_CHECK(q.status());
  return int64_t{0};
}

TEST(LogVfs, ACommitOfManyPagesIsFewWrites) {
  testing::TempDir dir;
  testing::FaultVfs below("below-count");
  auto store = open(dir.path("a.db"), below.name(), 16 * 1024);
  const int64_t before = below.writes();
  ASSERT_TRUE(store->write(insert_all));
  EXPECT_LT(below.writes() - before, kRows / 10);
  EXPECT_EQ(*store->read([](Session& s) { return first_wrong(s, 'a'); }), 0);
}

// With a small cache SQLite writes pages to the log long before the commit and reads them back from there.
TEST(LogVfs, AWriteLargerThanTheCacheReadsWhatItWrote) {
  testing::TempDir dir;
  auto store = open(dir.path("a.db"), "", 100);
  const auto written = store->write([](Tx& tx) -> Result<void> {
    XL_CHECK(insert_all(tx));
    XL_TRY(const int64_t wrong, first_wrong(tx, 'a'));
    EXPECT_EQ(wrong, 0);
    for (int64_t id = kRows; id >= 1; --id)  // the same pages again, the last first
      XL_CHECK(tx.run("UPDATE note SET text = ?2 WHERE id = ?1", id, text_of(id, 'b')));
    return {};
  });
  ASSERT_TRUE(written) << written.error().message();
  EXPECT_EQ(*store->read([](Session& s) { return first_wrong(s, 'b'); }), 0);
  store = nullptr;
  store = open(dir.path("a.db"), "", 100);
  EXPECT_EQ(*store->read([](Session& s) { return first_wrong(s, 'b'); }), 0);
}

TEST(LogVfs, AnUndoneWriteLargerThanTheCacheLeavesNothing) {
  testing::TempDir dir;
  auto store = open(dir.path("a.db"), "", 100);
  ASSERT_TRUE(store->write(insert_all));
  EXPECT_FALSE(store->write([](Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE note SET text = 'gone'"));
    return Error(kConstraint);
  }));
  EXPECT_EQ(*store->read([](Session& s) { return first_wrong(s, 'a'); }), 0);
  ASSERT_TRUE(store->write([](Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("DELETE FROM note WHERE id > ?1", kRows));
    return {};
  }));
  EXPECT_EQ(*store->read([](Session& s) { return first_wrong(s, 'a'); }), 0);
}

TEST(LogVfs, AWriteThatFailsBelowBeforeTheCommitIsSaid) {
  testing::TempDir dir;
  testing::FaultVfs below("below-fail");
  auto store = open(dir.path("a.db"), below.name(), 100);
  below.fail_write(2);
  EXPECT_FALSE(store->write(insert_all));
  below.disarm();
  ASSERT_TRUE(store->write(insert_all));
  EXPECT_EQ(*store->read([](Session& s) { return first_wrong(s, 'a'); }), 0);
}

TEST(LogVfs, AVfsNobodyKnowsIsRefused) {
  testing::TempDir dir;
  Store::Options options;
  options.vfs = "no such";
  EXPECT_TRUE(Store::open(dir.path("a.db"), options).error().is(kDisk));
}

}  // namespace
}  // namespace xinglin::sql
