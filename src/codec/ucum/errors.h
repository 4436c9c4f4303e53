// Failures of reading and converting units of measure. Every message names the unit and what is wrong in it.
#pragma once

#include "base/result.h"

namespace xinglin::ucum {

inline constexpr ErrorCode kEmpty{"ucum.empty", ErrorKind::Invalid, "a unit of measure is expected"};
inline constexpr ErrorCode kSyntax{"ucum.syntax", ErrorKind::Invalid,
                                   "the text does not follow the grammar of UCUM"};
inline constexpr ErrorCode kUnknownUnit{"ucum.unknown-unit", ErrorKind::Invalid,
                                        "a symbol in the expression is no unit of UCUM"};
inline constexpr ErrorCode kOverLimit{"ucum.over-limit", ErrorKind::TooLarge,
                                      "the unit is longer, deeper or of a higher power than any real unit"};
inline constexpr ErrorCode kNotComparable{"ucum.not-comparable", ErrorKind::Invalid,
                                          "the units measure different things"};
inline constexpr ErrorCode kSpecialInProduct{
    "ucum.special-in-product", ErrorKind::Invalid,
    "a unit that is no ratio scale (Cel, pH, dB ...) cannot be part of a product"};
inline constexpr ErrorCode kBadNumber{"ucum.bad-number", ErrorKind::Invalid,
                                      "the text is not a decimal number"};
inline constexpr ErrorCode kOutOfRange{"ucum.out-of-range", ErrorKind::Invalid,
                                       "the value has no counterpart on the other scale"};

}  // namespace xinglin::ucum
