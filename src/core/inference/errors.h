// Failures of the inference room. kUnsuitable (the input is outside an application's intended use) is in
// application.h.
#pragma once

#include "base/result.h"

namespace xinglin::inference {

inline constexpr ErrorCode kBadManifest{"inference.bad-manifest", ErrorKind::Invalid,
                                        "the manifest breaks a rule; the message lists every line"};
inline constexpr ErrorCode kBadExpression{"inference.bad-expression", ErrorKind::Invalid,
                                          "a trigger expression cannot be compiled"};
inline constexpr ErrorCode kDuplicateApplication{"inference.duplicate-application", ErrorKind::Conflict,
                                                 "two applications carry the same id"};
inline constexpr ErrorCode kNoApplication{"inference.no-application", ErrorKind::NotFound,
                                          "no application has this id"};
inline constexpr ErrorCode kModelDigest{"inference.model-digest", ErrorKind::Corrupt,
                                        "a model file is missing or is not the one the manifest names"};
inline constexpr ErrorCode kBadModel{"inference.bad-model", ErrorKind::Corrupt,
                                     "the model file cannot be loaded"};
inline constexpr ErrorCode kModelRun{"inference.model-run", ErrorKind::Internal,
                                     "the model refused its input"};
inline constexpr ErrorCode kNoResult{"inference.no-result", ErrorKind::NotFound, "no result has this id"};
inline constexpr ErrorCode kBadFeedback{"inference.bad-feedback", ErrorKind::Invalid,
                                        "the feedback misses a reason or names no finding of the result"};
inline constexpr ErrorCode kDecided{"inference.decided", ErrorKind::Conflict,
                                    "the result has already been decided in a way this feedback contradicts"};
inline constexpr ErrorCode kBadCursor{"inference.bad-cursor", ErrorKind::Invalid,
                                      "the page cursor is not one of ours"};
inline constexpr ErrorCode kInputMissing{
    "inference.input-missing", ErrorKind::Invalid,
    "what the trigger names is not there or is not what the manifest asks for"};

}  // namespace xinglin::inference
