// Failures of bulk export and import.
#pragma once

#include "base/result.h"

namespace xinglin::bulk {

inline constexpr ErrorCode kNoJob{"bulk.no-job", ErrorKind::NotFound, "there is no such bulk job"};
inline constexpr ErrorCode kNoFile{"bulk.no-file", ErrorKind::NotFound, "the bulk job has no such file"};
inline constexpr ErrorCode kTooMany{"bulk.too-many", ErrorKind::Busy,
                                    "too many bulk jobs are running; try again later"};
inline constexpr ErrorCode kBadRequest{"bulk.bad-request", ErrorKind::Invalid,
                                       "a parameter of the bulk request cannot be understood"};
inline constexpr ErrorCode kNotOffered{"bulk.not-offered", ErrorKind::Unsupported,
                                       "this parameter of bulk requests is not offered"};
inline constexpr ErrorCode kJobFailed{"bulk.job-failed", ErrorKind::Internal, "the bulk job failed"};
inline constexpr ErrorCode kNotYours{"bulk.not-yours", ErrorKind::Denied,
                                     "only who asked for a bulk job may see and end it"};

}  // namespace xinglin::bulk
