#include "core/trust/detail/rate_limit.h"

namespace xinglin::trust {

bool RateLimit::take(const std::string& key, Instant now) {
  std::lock_guard guard(mutex_);
  if (recent_.size() >= kKeysMax && !recent_.contains(key)) forget_stalest(now);
  std::deque<Instant>& tries = recent_[key];
  while (!tries.empty() && now - tries.front() >= window_us_) tries.pop_front();
  if (tries.size() >= tries_) return false;
  tries.push_back(now);
  return true;
}

void RateLimit::forgive(const std::string& key) {
  std::lock_guard guard(mutex_);
  const auto found = recent_.find(key);
  if (found == recent_.end() || found->second.empty()) return;
  found->second.pop_back();
  if (found->second.empty()) recent_.erase(found);
}

// Drops what is over anyway; if nothing is, the one whose last try is longest ago.
void RateLimit::forget_stalest(Instant now) {
  auto stalest = recent_.begin();
  for (auto it = recent_.begin(); it != recent_.end();) {
    if (it->second.empty() || now - it->second.back() >= window_us_) {
      it = recent_.erase(it);
      stalest = recent_.begin();
      continue;
    }
    if (it->second.back() < stalest->second.back()) stalest = it;
    ++it;
  }
  if (recent_.size() >= kKeysMax) recent_.erase(stalest);
}

}  // namespace xinglin::trust
