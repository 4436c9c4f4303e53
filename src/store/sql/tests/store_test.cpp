#include "store/sql/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/sql/tests/temp_dir.h"

namespace xinglin::sql {
namespace {

constexpr ErrorCode kRefused{"test.refused", ErrorKind::Conflict, "the test says no"};
constexpr Migration kSchema[] = {
    {"0001_test", "d1",
     "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, score REAL) STRICT;"}};

class StoreTest : public ::testing::Test {
protected:
  std::unique_ptr<Store> open(Store::Options options = {}) {
    options.migrations = kSchema;
    auto store = Store::open(dir_.path("test.db"), options);
    EXPECT_TRUE(store) << store.error().message();
    return std::move(*store);
  }
  static Result<void> insert(Store& store, const std::string& text) {
    return store.write([&](Tx& tx) -> Result<void> {
      XL_CHECK(tx.run("INSERT INTO note (text) VALUES (?1)", text));
      return {};
    });
  }
  static int64_t count(Store& store) {
    return *store.read([](Session& s) -> Result<int64_t> {
      Query q = s.query("SELECT count(*) FROM note");
      q.next();
      return q.integer(0);
    });
  }
  testing::TempDir dir_;
};

TEST_F(StoreTest, KeepsWhatWasWrittenOverReopening) {
  {
    auto store = open();
    ASSERT_TRUE(insert(*store, "one"));
  }
  auto store = open();
  EXPECT_EQ(count(*store), 1);
}

TEST_F(StoreTest, BindsAndReadsEveryKindOfValue) {
  auto store = open();
  const auto row = store->read([](Session& s) -> Result<bool> {
    const std::vector<uint8_t> bytes{0, 1, 255};
    const std::optional<std::string> absent;
    Query q = s.query("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7", 42, 1.5, "text", std::string_view(), bytes, absent,
                      Instant{7});
    EXPECT_TRUE(q.next());
    EXPECT_EQ(q.integer(0), 42);
    EXPECT_EQ(q.real(1), 1.5);
    EXPECT_EQ(q.text(2), "text");
    EXPECT_FALSE(q.is_null(3));
    EXPECT_EQ(q.text(3), "");
    EXPECT_EQ(q.blob(4).size(), 3u);
    EXPECT_EQ(q.blob(4)[2], 255);
    EXPECT_TRUE(q.is_null(5));
    EXPECT_EQ(q.instant(6), Instant{7});
    EXPECT_FALSE(q.next());
    return q.status().ok();
  });
  EXPECT_TRUE(row && *row);
}

TEST_F(StoreTest, TheSameStatementMayRunInsideItself) {
  auto store = open();
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(insert(*store, text));
  const auto pairs = store->read([](Session& s) -> Result<int> {
    int n = 0;
    Query outer = s.query("SELECT text FROM note");
    while (outer.next()) {
      Query inner = s.query("SELECT text FROM note");
      while (inner.next()) ++n;
    }
    return n;
  });
  EXPECT_EQ(*pairs, 9);
}

TEST_F(StoreTest, AStatementThatIsWrongGivesAnErrorAndNoRow) {
  auto store = open();
  const auto r = store->read([](Session& s) -> Result<void> {
    Query q = s.query("SELECT nothing FROM nowhere");
    EXPECT_FALSE(q.next());
    return q.status();
  });
  ASSERT_FALSE(r);
  EXPECT_TRUE(r.error().is(kFailed));
}

TEST_F(StoreTest, ConstraintsHaveTheirOwnCode) {
  auto store = open();
  ASSERT_TRUE(insert(*store, "one"));
  const auto again = insert(*store, "one");
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().is(kConstraint));
}

TEST_F(StoreTest, AReaderCannotWrite) {
  auto store = open();
  const auto r = store->read([](Session& s) -> Result<void> {
    Query q = s.query("INSERT INTO note (text) VALUES ('x') RETURNING id");
    q.next();
    return q.status();
  });
  EXPECT_FALSE(r);
  EXPECT_EQ(count(*store), 0);
}

TEST_F(StoreTest, AFailedFunctionLeavesNothingWhileItsGroupCommits) {
  auto store = open();
  // The first write holds the writer until the others wait, so that they share one commit.
  std::promise<void> release;
  auto gate = release.get_future().share();
  auto first = store->write_async([gate](Tx&) -> Result<void> {
    gate.wait();
    return {};
  });
  std::vector<std::future<Result<void>>> waiting;
  std::atomic<int> hooks{0};
  for (int i = 0; i < 10; ++i)
    waiting.push_back(store->write_async([i, &hooks](Tx& tx) -> Result<void> {
      tx.on_commit([&hooks] { ++hooks; });
      XL_CHECK(tx.run("INSERT INTO note (text) VALUES (?1)", "n" + std::to_string(i)));
      if (i % 2 == 1) return Error(kRefused);
      return {};
    }));
  auto thrown = store->write_async([](Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT INTO note (text) VALUES ('thrown')"));
    throw std::runtime_error("defect");
  });
  release.set_value();
  EXPECT_TRUE(first.get());
  for (int i = 0; i < 10; ++i) {
    const Result<void> r = waiting[static_cast<size_t>(i)].get();
    EXPECT_EQ(r.ok(), i % 2 == 0);
    EXPECT_TRUE(r.ok() || r.error().is(kRefused));
  }
  EXPECT_TRUE(thrown.get().error().is(errors::kInternal));
  EXPECT_EQ(count(*store), 5);
  EXPECT_EQ(hooks, 5);  // only of what was committed
}

TEST_F(StoreTest, AFullQueueRefuses) {
  auto store = open({.write_queue_max = 2});
  std::promise<void> release, started;
  auto gate = release.get_future().share();
  auto first = store->write_async([&](Tx&) -> Result<void> {
    started.set_value();
    gate.wait();
    return {};
  });
  started.get_future().wait();
  auto second = store->write_async([](Tx&) -> Result<void> { return {}; });
  auto third = store->write_async([](Tx&) -> Result<void> { return {}; });
  EXPECT_EQ(store->writes_waiting(), 2u);
  const Result<void> fourth = store->write([](Tx&) -> Result<void> { return {}; });
  release.set_value();
  ASSERT_FALSE(fourth);
  EXPECT_TRUE(fourth.error().is(kQueueFull));
  EXPECT_TRUE(first.get() && second.get() && third.get());
}

TEST_F(StoreTest, WriteForHandsTheValueOut) {
  auto store = open();
  const auto id = store->write_for<int64_t>([](Tx& tx) -> Result<int64_t> {
    XL_TRY(const int64_t changed, tx.run("INSERT INTO note (text) VALUES ('a'), ('b')"));
    EXPECT_EQ(changed, 2);
    return tx.last_insert_id();
  });
  EXPECT_EQ(*id, 2);
  const auto refused = store->write_for<int>([](Tx&) -> Result<int> { return Error(kRefused); });
  EXPECT_TRUE(refused.error().is(kRefused));
}

TEST_F(StoreTest, AReadSeesOneSnapshot) {
  auto store = open();
  ASSERT_TRUE(insert(*store, "one"));
  const auto seen = store->read([&](Session& s) -> Result<std::pair<int64_t, int64_t>> {
    const auto now = [&] {
      Query q = s.query("SELECT count(*) FROM note");
      q.next();
      return q.integer(0);
    };
    const int64_t before = now();
    std::thread other([&] { EXPECT_TRUE(insert(*store, "two")); });
    other.join();
    return std::pair{before, now()};
  });
  EXPECT_EQ(seen->first, 1);
  EXPECT_EQ(seen->second, 1);
  EXPECT_EQ(count(*store), 2);
}

TEST_F(StoreTest, ManyThreadsLoseNothing) {
  auto store = open({.readers = 2});
  constexpr int kThreads = 8, kEach = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_TRUE(insert(*store, std::to_string(t) + "/" + std::to_string(i)));
        EXPECT_TRUE(i % 20 != 0 || count(*store) > i);
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(count(*store), kThreads * kEach);
}

TEST_F(StoreTest, WritesThatCanWaitAreWrittenWithOthersAndAlone) {
  auto store = open();
  constexpr int kThreads = 8, kEach = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto urgency = (t + i) % 2 == 0 ? Store::Urgency::Soon : Store::Urgency::Now;
        EXPECT_TRUE(store->write(
            [&](Tx& tx) -> Result<void> {
              XL_CHECK(
                  tx.run("INSERT INTO note (text) VALUES (?1)", std::to_string(t) + "/" + std::to_string(i)));
              return {};
            },
            urgency));
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(count(*store), kThreads * kEach);
  // Nobody comes along: it leads in the end, and the next at once.
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(store->write(
        [](Tx& tx) -> Result<void> {
          XL_CHECK(tx.run("DELETE FROM note"));
          return {};
        },
        Store::Urgency::Soon));
  EXPECT_EQ(count(*store), 0);
}

TEST_F(StoreTest, TheStatementCacheStaysBounded) {
  auto store = open();
  const auto r = store->read([](Session& s) -> Result<void> {
    for (int i = 0; i < 2000; ++i) {
      Query q = s.query("SELECT " + std::to_string(i));
      EXPECT_TRUE(q.next());
      EXPECT_EQ(q.integer(0), i);
    }
    return {};
  });
  EXPECT_TRUE(r);
}

TEST_F(StoreTest, AnotherProcessMayReadAndWriteTheSameFile) {
  auto server = open();
  auto command = open();
  ASSERT_TRUE(insert(*command, "from the command line"));
  EXPECT_EQ(count(*server), 1);
  ASSERT_TRUE(insert(*server, "from the server"));
  EXPECT_EQ(count(*command), 2);
}

TEST_F(StoreTest, TheLogIsCopiedBackWhileWritesGoOn) {
  auto store = open();
  const std::string big(60'000, 'x');
  // How far the copying thread gets is the machine's affair; at 256 MiB the writer itself copies.
  int64_t written = 0;
  while (written < 8000 && std::filesystem::file_size(dir_.path("test.db")) < 50'000'000)
    ASSERT_TRUE(insert(*store, big + std::to_string(written++)));
  EXPECT_LT(written, 8000);
  EXPECT_EQ(count(*store), written);
  EXPECT_LT(std::filesystem::file_size(dir_.path("test.db-wal")), 300'000'000u);
}

TEST_F(StoreTest, AFailedWriteThatCannotBeUndoneAloneTakesItsGroupWithIt) {
  auto store = open();
  const auto broken = store->write([](Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT INTO note (text) VALUES ('half')"));
    XL_CHECK(tx.run("RELEASE one_write"));  // there is nothing left to go back to
    return Error(kRefused);
  });
  EXPECT_FALSE(broken);
  EXPECT_EQ(count(*store), 0);
  EXPECT_TRUE(insert(*store, "next"));
  EXPECT_EQ(count(*store), 1);
}

TEST_F(StoreTest, AHookThatThrowsKeepsNobodyWaiting) {
  auto store = open();
  int after = 0;
  const auto written = store->write([&](Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT INTO note (text) VALUES ('a')"));
    tx.on_commit([] { throw std::runtime_error("the test throws"); });
    tx.on_commit([&] { ++after; });
    return {};
  });
  EXPECT_TRUE(written);
  EXPECT_EQ(after, 1);
  EXPECT_TRUE(insert(*store, "b"));
  EXPECT_EQ(count(*store), 2);
}

}  // namespace
}  // namespace xinglin::sql
