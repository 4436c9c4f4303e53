// Turns: callers of one key go one after another in the order they came; callers of different keys do not
// wait for each other. What a caller does in its turn must end by itself. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace xinglin::inference::detail {

class Turns {
public:
  class Turn {
  public:
    Turn(Turns& turns, std::string key) : turns_(turns), key_(std::move(key)) {}
    ~Turn() { turns_.end(key_); }
    Turn(const Turn&) = delete;

  private:
    Turns& turns_;
    std::string key_;
  };

  // Blocks until every earlier turn of this key is over.
  Turn take(const std::string& key);

private:
  void end(const std::string& key);

  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::map<std::string, std::deque<uint64_t>> waiting_;  // the front has its turn
  uint64_t next_ = 0;
};

}  // namespace xinglin::inference::detail
