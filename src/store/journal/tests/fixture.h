// A store, a clock that stands still and a journal that can be dropped and opened again.
#pragma once

#include <gtest/gtest.h>

#include "base/metrics.h"
#include "store/journal/journal.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::journal {

class JournalFixture : public ::testing::Test {
protected:
  void SetUp() override { open(); }
  void open() {
    auto opened = sql::Store::open(dir_.path("j.db"));
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
    journal_ = std::make_unique<Journal>(*store_, clock_, metrics_);
  }
  void close() {
    journal_.reset();
    store_.reset();
  }
  void append(const std::string& type, const std::string& subject) {
    const auto r = store_->write([&](sql::Tx& tx) -> Result<void> {
      XL_CHECK(journal_->append(tx, {.type = type, .subject = subject, .data = {{"n", 1}}}));
      return {};
    });
    EXPECT_TRUE(r) << r.error().message();
  }
  void enqueue(const std::string& queue, NewJob job) {
    const auto r = store_->write([&](sql::Tx& tx) { return journal_->enqueue(tx, queue, job); });
    EXPECT_TRUE(r) << r.error().message();
  }
  void advance(int64_t us) {
    clock_.advance(us);
    journal_->wake();
  }
  QueueState state(const std::string& name) {
    for (const QueueState& s : journal_->queues())
      if (s.name == name) return s;
    return {};
  }
  static constexpr int kDeadlineMs = 30'000;

  sql::testing::TempDir dir_;
  ManualClock clock_{Instant{1'700'000'000'000'000}};
  Metrics metrics_;
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<Journal> journal_;
};

// What handlers saw, from any thread.
class Seen {
public:
  void add(const std::string& text) {
    std::lock_guard lock(mutex_);
    texts_.push_back(text);
  }
  std::vector<std::string> all() const {
    std::lock_guard lock(mutex_);
    return texts_;
  }
  size_t size() const { return all().size(); }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> texts_;
};

}  // namespace xinglin::journal
