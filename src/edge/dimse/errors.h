// Failures of the DIMSE edge.
#pragma once

#include "base/result.h"

namespace xinglin::dimse {

inline constexpr ErrorCode kBadPdu{"dimse.bad-pdu", ErrorKind::Invalid, "a PDU does not follow PS3.8"};
inline constexpr ErrorCode kPduTooLarge{"dimse.pdu-too-large", ErrorKind::TooLarge,
                                        "a PDU is longer than was agreed"};
inline constexpr ErrorCode kUnexpectedPdu{"dimse.unexpected-pdu", ErrorKind::Invalid,
                                          "a PDU came that is not allowed in this state"};
inline constexpr ErrorCode kBadCommand{"dimse.bad-command", ErrorKind::Invalid,
                                       "a command set cannot be read or lacks a field"};
inline constexpr ErrorCode kRejected{"dimse.rejected", ErrorKind::Denied,
                                     "the peer rejected the association"};
inline constexpr ErrorCode kAborted{"dimse.aborted", ErrorKind::Io, "the peer aborted the association"};
inline constexpr ErrorCode kNoContext{"dimse.no-context", ErrorKind::Unsupported,
                                      "the peer accepted no presentation context for this object"};
inline constexpr ErrorCode kStatus{"dimse.status", ErrorKind::Invalid,
                                   "the peer answered with a failure status"};
inline constexpr ErrorCode kBadIdentifier{"dimse.bad-identifier", ErrorKind::Invalid,
                                          "the identifier cannot be read or does not fit the model"};

}  // namespace xinglin::dimse
