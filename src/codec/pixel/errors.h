// What can go wrong with pixel data, one line each.
#pragma once

#include "base/result.h"

namespace xinglin::pixel {

inline constexpr ErrorCode kNoPixelData{"pixel.none", ErrorKind::NotFound,
                                        "the object has no pixel data of a kind that can be decoded"};
inline constexpr ErrorCode kNoSuchFrame{"pixel.no-such-frame", ErrorKind::NotFound,
                                        "the object has fewer frames"};
inline constexpr ErrorCode kBadLayout{"pixel.bad-layout", ErrorKind::Invalid,
                                      "the image pixel attributes are missing or contradict each other"};
inline constexpr ErrorCode kBadLength{"pixel.bad-length", ErrorKind::Invalid,
                                      "the pixel data is shorter than its attributes say"};
inline constexpr ErrorCode kBadFragments{"pixel.bad-fragments", ErrorKind::Invalid,
                                         "fragments or an offset table do not give the declared frames"};
inline constexpr ErrorCode kMismatch{"pixel.mismatch", ErrorKind::Invalid,
                                     "a compressed frame has another size or depth than its attributes say"};
inline constexpr ErrorCode kDamaged{"pixel.damaged", ErrorKind::Invalid,
                                    "a compressed frame is damaged or cut short"};
inline constexpr ErrorCode kTooLarge{"pixel.too-large", ErrorKind::TooLarge,
                                     "the decoded frame or object is over the limit"};
inline constexpr ErrorCode kUnsupported{"pixel.unsupported", ErrorKind::Unsupported,
                                        "this transfer syntax or kind of pixel is not decoded"};
inline constexpr ErrorCode kCannotEncode{"pixel.cannot-encode", ErrorKind::Unsupported,
                                         "the target transfer syntax cannot hold these pixels without loss"};
inline constexpr ErrorCode kBadDisplay{"pixel.bad-display", ErrorKind::Invalid,
                                       "a lookup table or palette of the object is missing or wrong"};
inline constexpr ErrorCode kBadView{"pixel.bad-view", ErrorKind::Invalid,
                                    "the window, region or quality asked for is outside of what is allowed"};

}  // namespace xinglin::pixel
