// A sliding window of tries per name, in memory, bounded: when too many names are watched the stalest is
// forgotten. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "base/time.h"

namespace xinglin::trust {

class RateLimit {
public:
  RateLimit(int tries, int64_t window_us) : tries_(static_cast<size_t>(tries)), window_us_(window_us) {}
  bool take(const std::string& key, Instant now);  // false: too many
  void forgive(const std::string& key);            // takes the last try back

private:
  static constexpr size_t kKeysMax = 10'000;
  void forget_stalest(Instant now);
  const size_t tries_;
  const int64_t window_us_;
  std::mutex mutex_;  // guards recent_
  std::map<std::string, std::deque<Instant>> recent_;
};

}  // namespace xinglin::trust
