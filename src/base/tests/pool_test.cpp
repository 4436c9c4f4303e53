#include "base/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace xinglin {
namespace {

TEST(Pool, RunsEverythingBeforeStopping) {
  std::atomic<int> done = 0;
  Pool pool({.name = "t", .threads = 3, .queue_length_max = 100});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(pool.post([&] { ++done; }).ok());
  pool.stop();
  EXPECT_EQ(done, 100);
  EXPECT_TRUE(pool.post([] {}).error().is(errors::kCancelled));
}

TEST(Pool, FullQueueRefuses) {
  std::promise<void> gate;
  std::promise<void> started;
  Pool pool({.name = "t", .threads = 1, .queue_length_max = 1});
  ASSERT_TRUE(pool.post([&] { started.set_value(), gate.get_future().wait(); }).ok());
  started.get_future().wait();
  ASSERT_TRUE(pool.post([] {}).ok());
  EXPECT_TRUE(pool.post([] {}).error().is(errors::kBusy));
  gate.set_value();
}

TEST(Pool, TaskThatThrowsDoesNotEndThePool) {
  std::promise<int> after;
  Pool pool({.name = "t", .threads = 1});
  ASSERT_TRUE(pool.post([] { throw std::runtime_error("x"); }).ok());
  ASSERT_TRUE(pool.post([&] { after.set_value(1); }).ok());
  EXPECT_EQ(after.get_future().get(), 1);
}

}  // namespace
}  // namespace xinglin
