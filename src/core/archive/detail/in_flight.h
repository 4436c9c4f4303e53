// Which instances are being stored right now: two senders of one SOP Instance UID take turns, so that neither
// replaces the file of the other before it is known. Thread-safe; private to core/archive.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace xinglin::archive {

class InFlight {
public:
  // Holds the turn for `key` while it lives.
  class Turn {
  public:
    Turn(InFlight& all, std::string key) : all_(all), key_(std::move(key)) {
      std::unique_lock lock(all_.mutex_);
      all_.done_.wait(lock, [this] { return !all_.keys_.contains(key_); });
      all_.keys_.insert(key_);
    }
    ~Turn() {
      {
        const std::lock_guard lock(all_.mutex_);
        all_.keys_.erase(key_);
      }
      all_.done_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    InFlight& all_;
    std::string key_;
  };

private:
  std::mutex mutex_;  // guards keys_
  std::condition_variable done_;
  std::set<std::string> keys_;
};

}  // namespace xinglin::archive
