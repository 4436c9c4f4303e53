#include "codec/ucum/unit_cache.h"

#include <mutex>

namespace xinglin::ucum {

Result<std::shared_ptr<const Unit>> UnitCache::parse(std::string_view code) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = units_.find(code); found != units_.end()) return found->second;
  }
  XL_TRY(Unit unit, ucum::parse(code));
  auto made = std::make_shared<const Unit>(std::move(unit));
  const std::unique_lock lock(mutex_);
  if (units_.size() < kMaxEntries) units_.emplace(code, made);
  return made;
}

Result<Canonical> UnitCache::canonical(double value, std::string_view code) {
  XL_TRY(const std::shared_ptr<const Unit> unit, parse(code));
  return ucum::canonical(value, *unit);
}

}  // namespace xinglin::ucum
