// Failures of the web edge itself; those of the rooms below keep their own codes.
#pragma once

#include "base/result.h"

namespace xinglin::web {

inline constexpr ErrorCode kBadBody{"web.bad-body", ErrorKind::Invalid,
                                    "the body is not the JSON this route takes"};
inline constexpr ErrorCode kBadParameter{"web.bad-parameter", ErrorKind::Invalid,
                                         "a query or path parameter is outside what is allowed"};
inline constexpr ErrorCode kBadHost{"web.bad-host", ErrorKind::Denied,
                                    "the Host header names another server than this one"};
inline constexpr ErrorCode kBadAuthorization{"web.bad-authorization", ErrorKind::Unauthenticated,
                                             "the Authorization header is not a bearer token"};
inline constexpr ErrorCode kNotReady{"web.not-ready", ErrorKind::Busy, "the server is starting or stopping"};
inline constexpr ErrorCode kNoPage{"web.no-page", ErrorKind::NotFound, "there is no such page or file"};

}  // namespace xinglin::web
