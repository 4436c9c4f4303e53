// Pool: a fixed number of threads behind a queue of fixed length. A full queue refuses (kBusy) instead of
// growing. Tasks must not throw; one that does is logged and ends alone. stop() finishes what is running and
// queued, then joins.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace xinglin {

class Pool {
public:
  struct Options {
    std::string name;
    size_t threads = 2;
    size_t queue_length_max = 1024;
  };
  explicit Pool(Options options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  Result<void> post(std::function<void()> task);
  size_t queued() const;
  void stop();

private:
  void run();
  Options options_;
  mutable std::mutex mutex_;  // guards queue_ and stopping_
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace xinglin
