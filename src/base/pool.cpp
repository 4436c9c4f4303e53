#include "base/pool.h"

#include <exception>

#include "base/log.h"

namespace xinglin {

Pool::Pool(Options options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

Pool::~Pool() {
  stop();
}

Result<void> Pool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error(errors::kCancelled, "pool " + options_.name + " is stopping");
    if (queue_.size() >= options_.queue_length_max)
      return Error(errors::kBusy, "pool " + options_.name + " is full");
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
  return {};
}

size_t Pool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Pool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void Pool::run() {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    try {
      task();
    } catch (const std::exception& e) {
      log::error("pool.task-threw", {{"pool", options_.name}, {"what", e.what()}});
    }
  }
}

}  // namespace xinglin
