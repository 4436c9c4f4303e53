#include "store/journal/journal.h"

#include <atomic>
#include <future>

#include "store/journal/tests/fixture.h"

namespace xinglin::journal {
namespace {

using JournalTest = JournalFixture;
constexpr ErrorCode kFlaky{"test.flaky", ErrorKind::Io, "may work next time"};
constexpr ErrorCode kHopeless{"test.hopeless", ErrorKind::Invalid, "never works"};

TEST_F(JournalTest, RoutesEventsToJobsAndTellsListeners) {
  Seen jobs, events;
  journal_->add_queue("q", {}, [&](const Job& job) -> Result<void> {
    jobs.add(job.key + ":" + json::serialize(job.payload) + ":" + std::to_string(job.attempt));
    return {};
  });
  journal_->add_route("all-births", "q", [](const Event& e) -> std::vector<NewJob> {
    if (e.type != "born") return {};
    return {{.key = e.subject, .payload = e.data}};
  });
  journal_->add_listener([&](const Event& e) { events.add(e.type); });
  journal_->start();
  append("born", "a");
  append("other", "b");
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(jobs.all(), std::vector<std::string>{"a:{\"n\":1}:1"});
  EXPECT_EQ(events.all(), (std::vector<std::string>{"born", "other"}));
  EXPECT_EQ(state("q").done, 1);
  const auto stored = journal_->events_after(1, 10);
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ((*stored)[0].subject, "b");
  EXPECT_EQ((*stored)[0].at, clock_.now());
}

TEST_F(JournalTest, AnEventOfAWriteThatFailedNeverHappened) {
  Seen events;
  journal_->add_listener([&](const Event& e) { events.add(e.subject); });
  journal_->start();
  const auto failed = store_->write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(journal_->append(tx, {.type = "t", .subject = "never"}));
    return Error(kFlaky);
  });
  EXPECT_FALSE(failed);
  append("t", "real");
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(events.all(), std::vector<std::string>{"real"});
}

TEST_F(JournalTest, RetriesWithDoublingBackOffThenBuries) {
  std::atomic<int> runs{0};
  journal_->add_queue("q", {.attempts_max = 3, .backoff_first_us = 10 * kSecondUs},
                      [&](const Job&) -> Result<void> {
                        ++runs;
                        return Error(kFlaky, "the printer is away");
                      });
  journal_->start();
  enqueue("q", {.key = "k"});
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(state("q").waiting_retry, 1);
  advance(9 * kSecondUs);
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs, 1);
  advance(1 * kSecondUs);
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs, 2);
  advance(19 * kSecondUs);
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs, 2);
  advance(1 * kSecondUs);
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs, 3);
  const auto dead = journal_->dead_letters(10);
  ASSERT_EQ(dead->size(), 1u);
  EXPECT_EQ((*dead)[0].attempts, 3);
  EXPECT_EQ((*dead)[0].error, "test.flaky: the printer is away");
  EXPECT_EQ((*dead)[0].died_at, clock_.now());
  EXPECT_EQ(state("q").dead, 1);
}

TEST_F(JournalTest, WhatCannotSucceedIsBuriedAtOnceAndCanBeReplayed) {
  std::atomic<bool> repaired{false};
  Seen done;
  journal_->add_queue("q", {}, [&](const Job& job) -> Result<void> {
    if (!repaired) return Error(kHopeless);
    done.add(job.key + json::serialize(job.payload) + std::to_string(job.attempt));
    return {};
  });
  journal_->start();
  enqueue("q", {.key = "k", .payload = {{"x", 1}}});
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  auto dead = journal_->dead_letters(10);
  ASSERT_EQ(dead->size(), 1u);
  repaired = true;
  EXPECT_TRUE(journal_->replay((*dead)[0].id));
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(done.all(), std::vector<std::string>{"k{\"x\":1}1"});
  EXPECT_TRUE(journal_->dead_letters(10)->empty());
  EXPECT_TRUE(journal_->replay((*dead)[0].id).error().is(kNoDeadLetter));
}

TEST_F(JournalTest, AHandlerThatThrowsIsAFailedJob) {
  journal_->add_queue("q", {.attempts_max = 1},
                      [](const Job&) -> Result<void> { throw std::runtime_error("oops"); });
  journal_->start();
  enqueue("q", {.key = "k"});
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ((*journal_->dead_letters(1))[0].error, "base.internal: the handler threw: oops");
}

TEST_F(JournalTest, ARouteThatThrowsDoesNotStopTheOthers) {
  Seen jobs;
  journal_->add_queue("q", {}, [&](const Job& job) -> Result<void> {
    jobs.add(job.key);
    return {};
  });
  journal_->add_route("bad", "q",
                      [](const Event&) -> std::vector<NewJob> { throw std::runtime_error("oops"); });
  journal_->add_route("good", "q",
                      [](const Event& e) -> std::vector<NewJob> { return {{.key = e.subject}}; });
  journal_->start();
  append("t", "a");
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(jobs.all(), std::vector<std::string>{"a"});
}

TEST_F(JournalTest, AWaitingKeyIsQueuedOnceAndPushedBack) {
  Seen runs;
  journal_->add_queue("q", {}, [&](const Job& job) -> Result<void> {
    runs.add(json::serialize(job.payload));
    return {};
  });
  journal_->start();
  enqueue("q", {.key = "k", .payload = {{"v", 1}}, .delay_us = 10 * kSecondUs});
  advance(6 * kSecondUs);
  enqueue("q", {.key = "k", .payload = {{"v", 2}}, .delay_us = 10 * kSecondUs});
  advance(6 * kSecondUs);
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.size(), 0u);
  advance(4 * kSecondUs);
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.all(), std::vector<std::string>{"{\"v\":2}"});
  enqueue("q", {.key = "k"});  // done: the key is free again
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.size(), 2u);
}

TEST_F(JournalTest, JobsOfOneKeyMadeInOneRoundAreOne) {
  Seen runs;
  journal_->add_queue("q", {.workers = 1}, [&](const Job& job) -> Result<void> {
    runs.add(job.key + json::serialize(job.payload));
    return {};
  });
  journal_->add_route("r", "q", [](const Event& event) -> std::vector<NewJob> {
    const bool urgent = event.subject == "1";
    return {{.key = "same", .payload = {{"of", event.subject}}, .priority = urgent ? 5 : 0},
            {.key = "other " + event.subject, .priority = 1}};
  });
  for (const char* subject : {"1", "2", "3"}) append("t", subject);
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.all(),
            (std::vector<std::string>{"same{\"of\":\"3\"}", "other 1{}", "other 2{}", "other 3{}"}));
}

TEST_F(JournalTest, AStreamOfEventsCannotPushAJobBackForEver) {
  Seen runs;
  journal_->add_queue("q", {}, [&](const Job& job) -> Result<void> {
    runs.add(job.key);
    return {};
  });
  journal_->start();
  for (int i = 0; i < 110; ++i) {
    enqueue("q", {.key = "k", .delay_us = 1 * kSecondUs});
    advance(kSecondUs / 10);
  }
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.size(), 1u);
}

TEST_F(JournalTest, HigherPrioritiesRunFirstThenTheOldest) {
  Seen runs;
  journal_->add_queue("q", {.workers = 1}, [&](const Job& job) -> Result<void> {
    runs.add(job.key);
    return {};
  });
  for (const auto& [key, priority] :
       std::vector<std::pair<std::string, int>>{{"a", 0}, {"b", 5}, {"c", 0}, {"d", 9}})
    enqueue("q", {.key = key, .priority = priority});
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs.all(), (std::vector<std::string>{"d", "b", "a", "c"}));
}

TEST_F(JournalTest, JobsOfOneKeyNeverRunTogether) {
  std::promise<void> release, started;
  auto gate = release.get_future().share();
  std::atomic<int> running{0}, most{0}, runs{0};
  journal_->add_queue("q", {.workers = 4}, [&](const Job&) -> Result<void> {
    most = std::max(most.load(), ++running);
    if (runs++ == 0) started.set_value();
    gate.wait();
    --running;
    return {};
  });
  journal_->start();
  enqueue("q", {.key = "k"});
  started.get_future().wait();
  enqueue("q",
          {.key = "k"});  // while it runs: a second run is due, since the first may not have seen the news
  EXPECT_FALSE(journal_->wait_idle(50));
  release.set_value();
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(most, 1);
}

TEST_F(JournalTest, ManyEventsAllArriveOnce) {
  Seen runs;
  journal_->add_queue("q", {.workers = 3}, [&](const Job& job) -> Result<void> {
    runs.add(job.key);
    return {};
  });
  journal_->add_route("r", "q", [](const Event& e) -> std::vector<NewJob> { return {{.key = e.subject}}; });
  journal_->start();
  std::vector<std::future<Result<void>>> writes;
  for (int i = 0; i < 3000; ++i)
    writes.push_back(store_->write_async([this, i](sql::Tx& tx) -> Result<void> {
      XL_CHECK(journal_->append(tx, {.type = "t", .subject = "s" + std::to_string(i)}));
      return {};
    }));
  for (auto& w : writes) ASSERT_TRUE(w.get());
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  auto all = runs.all();
  EXPECT_EQ(all.size(), 3000u);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
}

TEST_F(JournalTest, MetricsTellTheQueues) {
  journal_->add_queue("q", {}, [](const Job&) -> Result<void> { return Error(kHopeless); });
  journal_->start();
  enqueue("q", {.key = "k"});
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  EXPECT_NE(metrics_.text().find("xinglin_journal_jobs_total{queue=\"q\",outcome=\"dead\"} 1"),
            std::string::npos);
  EXPECT_NE(metrics_.text().find("xinglin_journal_jobs{queue=\"q\",state=\"dead\"} 1"), std::string::npos);
  close();
  EXPECT_NE(metrics_.text().find("xinglin_journal_jobs{queue=\"q\",state=\"dead\"} 0"), std::string::npos);
}

TEST_F(JournalTest, OldEventsAreForgottenOnceRouted) {
  append("t", "old");
  clock_.advance(31 * kDayUs);
  append("t", "young");
  journal_->start();
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));
  ASSERT_TRUE(journal_->wait_idle(kDeadlineMs));  // the first rest cleans, the second has seen it
  const auto left = journal_->events_after(0, 10);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ((*left)[0].subject, "young");
}

}  // namespace
}  // namespace xinglin::journal
