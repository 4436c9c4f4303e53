// What DICOMweb refuses by itself; the one table to HTTP status is in detail/respond.cpp.
#pragma once

#include "base/result.h"

namespace xinglin::dicomweb {

inline constexpr ErrorCode kNotAcceptable{"dicomweb.not-acceptable", ErrorKind::Unsupported,
                                          "nothing of what Accept names can be sent"};
inline constexpr ErrorCode kMediaType{"dicomweb.media-type", ErrorKind::Unsupported,
                                      "the body must be multipart/related of application/dicom"};
inline constexpr ErrorCode kBadRequest{"dicomweb.bad-request", ErrorKind::Invalid,
                                       "the request cannot be understood"};
inline constexpr ErrorCode kBadMultipart{"dicomweb.bad-multipart", ErrorKind::Invalid,
                                         "the body is not well-formed multipart"};
inline constexpr ErrorCode kBadRange{"dicomweb.bad-range", ErrorKind::Invalid,
                                     "the range lies outside of the instance"};
inline constexpr ErrorCode kNoBulk{"dicomweb.no-bulk-data", ErrorKind::NotFound,
                                   "the instance has no value at this path"};
inline constexpr ErrorCode kNoPath{"dicomweb.no-path", ErrorKind::NotFound, "there is nothing at this path"};
inline constexpr ErrorCode kNotOffered{"dicomweb.not-offered", ErrorKind::Unsupported, "this is not offered"};

}  // namespace xinglin::dicomweb
