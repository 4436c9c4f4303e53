// The units a caller meets again and again, read once. The caller owns the cache (no state of the room); it
// is safe to share between threads. At most kMaxEntries units are kept; further ones are read each time.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "codec/ucum/unit.h"

namespace xinglin::ucum {

class UnitCache {
public:
  static constexpr size_t kMaxEntries = 1024;

  // Shared because a reader may hold the unit while the cache ends.
  Result<std::shared_ptr<const Unit>> parse(std::string_view code);
  Result<Canonical> canonical(double value, std::string_view code);

private:
  std::shared_mutex mutex_;  // guards units_
  std::map<std::string, std::shared_ptr<const Unit>, std::less<>> units_;
};

}  // namespace xinglin::ucum
