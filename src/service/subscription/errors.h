// Failures of subscriptions.
#pragma once

#include "base/result.h"

namespace xinglin::subscription {

inline constexpr ErrorCode kRefused{"subscription.refused", ErrorKind::Invalid,
                                    "the subscription would never fire; see the issues"};
inline constexpr ErrorCode kNone{"subscription.none", ErrorKind::NotFound, "there is no such subscription"};
inline constexpr ErrorCode kNotYours{"subscription.not-yours", ErrorKind::Denied,
                                     "only who made a subscription may see its events"};
inline constexpr ErrorCode kBadToken{"subscription.bad-token", ErrorKind::Unauthenticated,
                                     "the binding token is unknown or has run out"};
inline constexpr ErrorCode kRejected{"subscription.rejected", ErrorKind::Io,
                                     "the endpoint did not take the notification"};

}  // namespace xinglin::subscription
