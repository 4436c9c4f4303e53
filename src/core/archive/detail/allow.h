// Access asked for, and a refused try written into the audit log: who tried to do what. Private to
// core/archive.
#pragma once

#include <algorithm>
#include <string>

#include "core/trust/access.h"
#include "core/trust/audit_log.h"

namespace xinglin::archive {

inline Result<void> allow(const trust::Access& access, trust::AuditLog& audit, trust::Permission permission,
                          trust::Action action, std::string object) {
  const Result<void> allowed = access.require(permission);
  constexpr size_t kNamedMax = 100;  // nothing was checked yet: the object may be anything
  object.resize(std::min(object.size(), kNamedMax));
  if (!allowed)
    audit.record(access,
                 {.action = action, .object = std::move(object), .success = false, .detail = "not allowed"});
  return allowed;
}

}  // namespace xinglin::archive
