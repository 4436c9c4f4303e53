// Failures of reading an HL7 v2 message. What is wrong inside a readable message is an Issue, not an Error.
#pragma once

#include "base/result.h"

namespace xinglin::hl7v2 {

inline constexpr ErrorCode kNotHl7{"hl7v2.not-hl7", ErrorKind::Invalid,
                                   "the bytes do not begin with an MSH segment"};
inline constexpr ErrorCode kBadSeparators{"hl7v2.bad-separators", ErrorKind::Invalid,
                                          "MSH-1 and MSH-2 do not name usable separators"};
inline constexpr ErrorCode kBadSegment{"hl7v2.bad-segment", ErrorKind::Invalid,
                                       "a line does not begin with a segment name"};
inline constexpr ErrorCode kSecondHeader{"hl7v2.second-header", ErrorKind::Invalid,
                                         "a second MSH segment: one message per frame is expected"};
inline constexpr ErrorCode kOverLimit{"hl7v2.over-limit", ErrorKind::TooLarge,
                                      "the message is over a size or count limit"};
inline constexpr ErrorCode kBadCharset{
    "hl7v2.bad-charset", ErrorKind::Invalid,
    "the character set of MSH-18 is unknown or the bytes are not valid in it"};
inline constexpr ErrorCode kUnsupportedType{"hl7v2.unsupported-type", ErrorKind::Unsupported,
                                            "the message type of MSH-9 is not handled here"};
inline constexpr ErrorCode kUnsupportedEvent{"hl7v2.unsupported-event", ErrorKind::Unsupported,
                                             "the trigger event of MSH-9 is not handled here"};
inline constexpr ErrorCode kUnsupportedVersion{"hl7v2.unsupported-version", ErrorKind::Unsupported,
                                               "the version of MSH-12 is not 2.1 to 2.8"};
inline constexpr ErrorCode kUnsupportedProcessing{"hl7v2.unsupported-processing", ErrorKind::Unsupported,
                                                  "the processing id of MSH-11 is not accepted here"};

}  // namespace xinglin::hl7v2
