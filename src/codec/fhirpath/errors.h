// What can go wrong with an expression. Syntax and Semantic are found when it is compiled, Execution and
// Limit when it runs. The message names the offset in the expression's text.
#pragma once

#include "base/result.h"

namespace xinglin::fhirpath::errors {

inline constexpr ErrorCode kSyntax{"fhirpath.syntax", ErrorKind::Invalid,
                                   "the text is not an expression of FHIRPath"};
inline constexpr ErrorCode kSemantic{"fhirpath.semantic", ErrorKind::Invalid,
                                     "the expression cannot have a meaning for the type it is asked of"};
inline constexpr ErrorCode kExecution{"fhirpath.execution", ErrorKind::Invalid,
                                      "the data does not allow the expression to be evaluated"};
inline constexpr ErrorCode kLimit{"fhirpath.limit", ErrorKind::TooLarge,
                                  "the expression is too long, too deep or takes too many steps"};

}  // namespace xinglin::fhirpath::errors
