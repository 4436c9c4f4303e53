// Failures of asking about codes. kUnknown* and kTooCostly are honest answers: what is not loaded here is
// never answered with an empty success.
#pragma once

#include "base/result.h"

namespace xinglin::terminology {

inline constexpr ErrorCode kUnknownSystem{"terminology.unknown-system", ErrorKind::NotFound,
                                          "the code system is not loaded here"};
inline constexpr ErrorCode kUnknownValueSet{"terminology.unknown-value-set", ErrorKind::NotFound,
                                            "the value set is not loaded here"};
inline constexpr ErrorCode kUnknownMap{"terminology.unknown-map", ErrorKind::NotFound,
                                       "no concept map of this name, source or target is loaded here"};
inline constexpr ErrorCode kUnknownCode{"terminology.unknown-code", ErrorKind::NotFound,
                                        "the code system has no such code"};
inline constexpr ErrorCode kNotComplete{"terminology.not-complete", ErrorKind::NotFound,
                                        "only a part of the code system is here, and the code is not in it"};
inline constexpr ErrorCode kTooCostly{"terminology.too-costly", ErrorKind::TooLarge,
                                      "the value set has more codes than one answer may hold, or no end"};
inline constexpr ErrorCode kBadFilter{"terminology.bad-filter", ErrorKind::Unsupported,
                                      "a filter of the value set cannot be evaluated"};
inline constexpr ErrorCode kBadRegex{"terminology.bad-regex", ErrorKind::Invalid,
                                     "the regular expression of a filter cannot be read"};
inline constexpr ErrorCode kCircular{"terminology.circular", ErrorKind::Invalid,
                                     "value sets import each other in a circle"};
inline constexpr ErrorCode kBadResource{"terminology.bad-resource", ErrorKind::Invalid,
                                        "the CodeSystem, ValueSet or ConceptMap cannot be used"};
inline constexpr ErrorCode kBadRequest{"terminology.bad-request", ErrorKind::Invalid,
                                       "the parameters of the operation do not say what is asked"};
inline constexpr ErrorCode kBadFile{"terminology.bad-file", ErrorKind::Invalid,
                                    "the file cannot be read as a list of codes"};

}  // namespace xinglin::terminology
