// Argon2id password hashes (RFC 9106) by libsodium with its interactive limits: 64 MiB and two passes. One
// hash is computed at a time, so that a flood of sign-ins cannot exhaust the memory. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xinglin::trust {

class PasswordHasher {
public:
  Result<std::string> hash(std::string_view password);
  bool matches(const std::string& hash, std::string_view password);
  // As much work as matches(): for names that do not exist, so that the time does not tell them apart.
  void waste_time(std::string_view password);

private:
  std::mutex mutex_;  // one computation at a time; guards decoy_
  std::string decoy_;
};

}  // namespace xinglin::trust
