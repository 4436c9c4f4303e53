#include "core/inference/detail/run_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <thread>

namespace xinglin::inference::detail {
namespace {

class Lambda final : public Application {
public:
  explicit Lambda(std::function<Result<Findings>(RunContext&)> f) : f_(std::move(f)) {}
  Result<Findings> run(const Case&, RunContext& context) const override { return f_(context); }

private:
  std::function<Result<Findings>(RunContext&)> f_;
};

CatalogEntry entry(std::function<Result<Findings>(RunContext&)> f, int64_t time_ms, int64_t concurrency = 1,
                   int64_t queue_length = 4) {
  CatalogEntry e;
  e.manifest.id = ApplicationId("x");
  e.manifest.time_limit_us = time_ms * kMillisecondUs;
  e.manifest.concurrency = concurrency;
  e.manifest.queue_length = queue_length;
  e.application = std::make_shared<Lambda>(std::move(f));
  return e;
}

TEST(RunPool, GivesTheAnswer) {
  RunPool pool;
  const CatalogEntry e = entry(
      [](RunContext&) -> Result<Findings> {
        Findings f;
        f.summary_en = "done";
        return f;
      },
      10'000);
  EXPECT_EQ(pool.run(e, {}).value().summary_en, "done");
}

TEST(RunPool, AnAbandonedRunKeepsItsPlaceUntilItEnds) {
  RunPool pool;
  std::atomic<bool> release = false;
  const CatalogEntry e = entry(
      [&](RunContext&) -> Result<Findings> {
        while (!release) std::this_thread::yield();
        return Findings{};
      },
      10);
  EXPECT_TRUE(pool.run(e, {}).error().is(errors::kTimeout));
  EXPECT_TRUE(pool.run(e, {}).error().is(errors::kBusy)) << "its only place is still taken";
  release = true;
  pool.stop(60 * kSecondUs);
  EXPECT_TRUE(pool.run(e, {}).error().is(errors::kCancelled));
}

TEST(RunPool, NeverMoreThanItsPlaces) {
  RunPool pool;
  std::atomic<int> now = 0, most = 0;
  const CatalogEntry e = entry(
      [&](RunContext&) -> Result<Findings> {
        const int n = ++now;
        for (int seen = most; n > seen && !most.compare_exchange_weak(seen, n);) continue;
        std::this_thread::yield();
        --now;
        return Findings{};
      },
      60'000, 2, 64);
  std::vector<std::thread> callers;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 16; ++i) callers.emplace_back([&] { answered += pool.run(e, {}).ok() ? 1 : 0; });
  for (std::thread& t : callers) t.join();
  EXPECT_EQ(answered, 16);
  EXPECT_LE(most, 2);
}

TEST(RunPool, MoreCallersThanMayWaitAreRefused) {
  RunPool pool;
  std::latch running(1);
  std::atomic<bool> release = false;
  const CatalogEntry e = entry(
      [&](RunContext&) -> Result<Findings> {
        running.count_down();
        while (!release) std::this_thread::yield();
        return Findings{};
      },
      60'000, 1, 0);
  std::thread first([&] { EXPECT_TRUE(pool.run(e, {}).ok()); });
  running.wait();
  EXPECT_TRUE(pool.run(e, {}).error().is(errors::kBusy));
  release = true;
  first.join();
}

TEST(RunPool, StopLetsCallersGo) {
  RunPool pool;
  std::latch running(1);
  const CatalogEntry e = entry(
      [&](RunContext& context) -> Result<Findings> {
        running.count_down();
        while (!context.should_stop()) std::this_thread::yield();
        return Error(errors::kCancelled);
      },
      60'000);
  std::thread caller([&] { EXPECT_TRUE(pool.run(e, {}).error().is(errors::kCancelled)); });
  running.wait();
  pool.stop(60 * kSecondUs);
  caller.join();
}

}  // namespace
}  // namespace xinglin::inference::detail
