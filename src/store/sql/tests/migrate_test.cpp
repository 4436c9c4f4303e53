#include <gtest/gtest.h>

#include <algorithm>

#include "base/digest.h"
#include "store/sql/store.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::sql {
namespace {

constexpr Migration kFirst{"0001_a", "d1", "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);"};
constexpr Migration kSecond{"0002_b", "d2",
                            "CREATE TABLE b (y TEXT) STRICT; INSERT INTO b SELECT 'n' || x FROM a;"};

Result<std::unique_ptr<Store>> open(const testing::TempDir& dir, const std::vector<Migration>& migrations) {
  Store::Options options;
  options.migrations = migrations;
  return Store::open(dir.path("m.db"), options);
}

std::string one_text(Store& store, std::string_view sql) {
  return *store.read([&](Session& s) -> Result<std::string> {
    Query q = s.query(sql);
    return q.next() ? std::string(q.text(0)) : q.status() ? "no row" : q.status().error().message();
  });
}

TEST(Migrate, AppliesWhatIsMissingInOrderAndOnlyOnce) {
  testing::TempDir dir;
  ASSERT_TRUE(open(dir, {kFirst}));
  auto store = open(dir, {kFirst, kSecond});
  ASSERT_TRUE(store) << store.error().message();
  EXPECT_EQ(one_text(**store, "SELECT y FROM b"), "n1");
  store = open(dir, {kFirst, kSecond});
  ASSERT_TRUE(store);
  EXPECT_EQ(one_text(**store, "SELECT count(*) FROM b"), "1");
}

TEST(Migrate, RefusesADatabaseOfANewerProgram) {
  testing::TempDir dir;
  ASSERT_TRUE(open(dir, {kFirst, kSecond}));
  const auto older = open(dir, {kFirst});
  ASSERT_FALSE(older);
  EXPECT_TRUE(older.error().is(kNewerSchema));
}

TEST(Migrate, RefusesAMigrationEditedAfterItWasApplied) {
  testing::TempDir dir;
  ASSERT_TRUE(open(dir, {kFirst}));
  const auto edited = open(dir, {Migration{"0001_a", "other", kFirst.sql}});
  ASSERT_FALSE(edited);
  EXPECT_TRUE(edited.error().is(kChangedMigration));
}

TEST(Migrate, AMigrationThatFailsLeavesNothing) {
  testing::TempDir dir;
  const Migration bad{"0002_b", "d2", "CREATE TABLE b (y TEXT) STRICT; INSERT INTO missing VALUES (1);"};
  const auto failed = open(dir, {kFirst, bad});
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().is(kFailed));
  auto store = open(dir, {kFirst, kSecond});
  ASSERT_TRUE(store) << store.error().message();
  EXPECT_EQ(one_text(**store, "SELECT y FROM b"), "n1");
}

TEST(Migrate, TheEmbeddedOnesApplyAndCarryTheirDigest) {
  testing::TempDir dir;
  const auto embedded = embedded_migrations();
  ASSERT_FALSE(embedded.empty());
  EXPECT_EQ(embedded[0].name, "0001_journal");
  EXPECT_TRUE(std::is_sorted(embedded.begin(), embedded.end(),
                             [](const Migration& a, const Migration& b) { return a.name < b.name; }));
  for (const Migration& m : embedded) EXPECT_EQ(to_hex(sha256(m.sql)), m.digest) << m.name;
  EXPECT_TRUE(Store::open(dir.path("e.db")));
  EXPECT_TRUE(Store::open(dir.path("e.db")));
}

}  // namespace
}  // namespace xinglin::sql
