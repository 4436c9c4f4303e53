#include "core/inference/detail/turns.h"

namespace xinglin::inference::detail {

Turns::Turn Turns::take(const std::string& key) {
  std::unique_lock lock(mutex_);
  const uint64_t ticket = next_++;
  waiting_[key].push_back(ticket);
  changed_.wait(lock, [&] { return waiting_[key].front() == ticket; });
  return {*this, key};
}

void Turns::end(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(key);
  found->second.pop_front();
  if (found->second.empty()) waiting_.erase(found);
  changed_.notify_all();
}

}  // namespace xinglin::inference::detail
