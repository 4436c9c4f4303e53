// Failures of the record room.
#pragma once

#include "base/result.h"

namespace xinglin::record {

inline constexpr ErrorCode kNoResource{"record.not-found", ErrorKind::NotFound,
                                       "no resource has this type and id"};
inline constexpr ErrorCode kDeleted{"record.deleted", ErrorKind::Gone, "the resource was deleted"};
inline constexpr ErrorCode kVersionConflict{"record.version-conflict", ErrorKind::PreconditionFailed,
                                            "the current version is not the one in If-Match"};
inline constexpr ErrorCode kIdTaken{"record.id-taken", ErrorKind::Conflict, "a resource of this id exists"};
inline constexpr ErrorCode kInvalidResource{"record.invalid-resource", ErrorKind::Invalid,
                                            "the resource breaks rules of FHIR; see the issues"};
inline constexpr ErrorCode kUnknownType{"record.unknown-type", ErrorKind::Unsupported,
                                        "this resource type is not offered here"};
inline constexpr ErrorCode kManyMatches{"record.many-matches", ErrorKind::PreconditionFailed,
                                        "more than one resource matches the criteria"};
inline constexpr ErrorCode kAlreadyDone{"record.already-done", ErrorKind::Conflict,
                                        "this bundle was imported before"};
inline constexpr ErrorCode kNoMatch{"record.no-match", ErrorKind::PreconditionFailed,
                                    "a conditional reference matches nothing"};
inline constexpr ErrorCode kNoCriteria{"record.no-criteria", ErrorKind::Invalid,
                                       "a conditional request without criteria means every resource"};
inline constexpr ErrorCode kWrongMatch{"record.wrong-match", ErrorKind::Invalid,
                                       "the criteria match another resource than the id in the body names"};
inline constexpr ErrorCode kBadPatch{"record.bad-patch", ErrorKind::Invalid, "this is not a patch"};
inline constexpr ErrorCode kPatchFailed{"record.patch-failed", ErrorKind::Invalid,
                                        "the patch does not fit the resource"};
inline constexpr ErrorCode kUnknownParameter{"record.unknown-parameter", ErrorKind::Invalid,
                                             "the search parameter is not offered for this type"};
inline constexpr ErrorCode kBadParameter{"record.bad-parameter", ErrorKind::Invalid,
                                         "the search parameter's value cannot be understood"};
inline constexpr ErrorCode kBadCursor{"record.bad-cursor", ErrorKind::Invalid,
                                      "the page cursor is not one of ours"};

}  // namespace xinglin::record
