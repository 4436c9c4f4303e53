// What survives: stops, crashes and failing disks.
#include <atomic>
#include <filesystem>
#include <future>

#include "store/journal/tests/fixture.h"
#include "store/sql/tests/fault_vfs.h"

namespace xinglin::journal {
namespace {

using Recovery = JournalFixture;

void copy_database(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to);
  std::filesystem::copy_file(from + "-wal", to + "-wal");
}

TEST_F(Recovery, AJobThatRanAtTheCrashRunsAgain) {
  std::promise<void> started, release;
  auto gate = release.get_future().share();
  journal_->add_queue("q", {}, [&](const Job&) -> Result<void> {
    started.set_value();
    gate.wait();
    return {};
  });
  journal_->start();
  enqueue("q", {.key = "k", .payload = {{"v", 7}}});
  started.get_future().wait();
  copy_database(dir_.path("j.db"), dir_.path("crash.db"));  // what a kill -9 at this moment leaves
  release.set_value();
  close();

  auto store = sql::Store::open(dir_.path("crash.db"));
  ASSERT_TRUE(store);
  Metrics metrics;
  Journal after(**store, clock_, metrics);
  Seen runs;
  after.add_queue("q", {}, [&](const Job& job) -> Result<void> {
    runs.add(json::serialize(job.payload));
    return {};
  });
  after.start();
  ASSERT_TRUE(after.wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.all(), std::vector<std::string>{"{\"v\":7}"});
}

TEST_F(Recovery, AJobThatIsThereAtEveryCrashIsBuried) {
  enqueue("q", {.key = "poison"});
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(store_->write([](sql::Tx& tx) -> Result<void> {
      XL_CHECK(tx.run("UPDATE journal_job SET state = 1 WHERE state = 0"));
      return {};
    }));
    journal_->start();
    close();
    open();
  }
  const auto dead = journal_->dead_letters(10);
  ASSERT_EQ(dead->size(), 1u);
  EXPECT_EQ((*dead)[0].key, "poison");
}

TEST_F(Recovery, EventsAppendedBeforeTheStartAreRoutedAfterIt) {
  append("t", "early");
  close();
  open();
  Seen runs;
  journal_->add_queue("q", {}, [&](const Job& job) -> Result<void> {
    runs.add(job.key);
    return {};
  });
  journal_->add_route("r", "q", [](const Event& e) -> std::vector<NewJob> { return {{.key = e.subject}}; });
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.all(), std::vector<std::string>{"early"});
  close();
  open();
  journal_->add_route("r", "q", [](const Event& e) -> std::vector<NewJob> { return {{.key = e.subject}}; });
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(state("q").ready, 0);  // routed once only
}

TEST_F(Recovery, StopWaitsForTheRunningJobAndLeavesTheRestWaiting) {
  std::promise<void> started, release;
  std::atomic<bool> ended{false};
  journal_->add_queue("q", {.workers = 1}, [&](const Job& job) -> Result<void> {
    if (job.key != "first") return {};
    started.set_value();
    release.get_future().wait();
    ended = true;
    return {};
  });
  enqueue("q", {.key = "first", .priority = 1});
  for (int i = 0; i < 5; ++i) enqueue("q", {.key = "k" + std::to_string(i)});
  journal_->start();
  started.get_future().wait();
  auto stopping = std::async(std::launch::async, [&] { journal_->stop(); });
  release.set_value();
  stopping.wait();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(journal_->wait_idle(1));
  const QueueState left = state("q");
  EXPECT_EQ(left.running, 0);
  EXPECT_EQ(left.ready + left.done, 6);
  EXPECT_GE(left.done, 1);
}

TEST_F(Recovery, WorkGoesOnWhenTheDiskDoes) {
  close();
  sql::testing::FaultVfs vfs("journal-faults");
  sql::Store::Options options;
  options.vfs = vfs.name();
  auto store = sql::Store::open(dir_.path("faulty.db"), options);
  ASSERT_TRUE(store);
  Metrics metrics;
  Seen runs;
  {
    Journal journal(**store, clock_, metrics);
    journal.add_queue("q", {}, [&](const Job& job) -> Result<void> {
      runs.add(job.key);
      if (job.key == "a") vfs.fail_sync(1);  // its end cannot be recorded
      return {};
    });
    journal.start();
    ASSERT_TRUE((*store)->write([&](sql::Tx& tx) { return journal.enqueue(tx, "q", {.key = "a"}); }));
    EXPECT_FALSE(journal.wait_idle(300));
    vfs.disarm();
    ASSERT_TRUE(journal.wait_idle(kDeadlineMs));
    ASSERT_TRUE((*store)->write([&](sql::Tx& tx) { return journal.enqueue(tx, "q", {.key = "b"}); }));
    ASSERT_TRUE(journal.wait_idle(kDeadlineMs));
  }
  EXPECT_EQ(runs.all(), (std::vector<std::string>{"a", "b"}));
  store->reset();
}

}  // namespace
}  // namespace xinglin::journal
