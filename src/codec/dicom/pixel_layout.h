// Where the frames of an image lie in the bytes of its file, so that one frame is read without the others.
// For encapsulated pixel data (PS3.5 A.4) frames are told apart by the Extended Offset Table, the Basic
// Offset Table, one fragment per frame, or the start marks of the code streams, in this order; what cannot be
// told apart is refused. Pure functions; a layout may be shared between threads.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "codec/dicom/data_set.h"

namespace xinglin::dicom {

inline constexpr ErrorCode kNoPixels{"dicom.no-pixels", ErrorKind::NotFound, "the object has no pixel data"};
inline constexpr ErrorCode kNoFrame{"dicom.no-frame", ErrorKind::NotFound, "the object has no such frame"};
inline constexpr ErrorCode kBadPixels{"dicom.bad-pixels", ErrorKind::Unsupported,
                                      "the frames cannot be told apart in the pixel data"};

struct Segment {
  uint64_t offset = 0, size = 0;  // bytes
};

// One frame. Uncompressed frames of 1 bit per pixel may begin inside a byte: the first pixel is then bit
// `first_bit` of the first byte, and `bits` are the frame's own.
struct FramePlace {
  std::vector<Segment> segments;
  unsigned first_bit = 0;
  uint64_t bits = 0;  // 0: whole bytes
};

struct PixelLayout {
  TransferSyntaxUid transfer_syntax;
  bool encapsulated = false;
  uint32_t frames = 1;
  Segment value;                         // of the whole value; encapsulated: the items, without the delimiter
  uint64_t frame_bits = 0;               // uncompressed
  std::vector<Segment> fragments;        // encapsulated, without the item of the offset table
  std::vector<uint32_t> first_fragment;  // of each frame, and one past the last
  // Of a deflated data set: its pixel data, which the offsets above then count from. Shared by its readers.
  std::shared_ptr<const std::vector<uint8_t>> inflated;

  Result<FramePlace> frame(uint32_t number) const;  // counted from 1; kNoFrame
};

// `file` is a whole PS3.10 file; only what is needed is touched. kNoPixels, kBadPixels, and those of
// parse_file().
Result<PixelLayout> pixel_layout(std::span<const uint8_t> file);

}  // namespace xinglin::dicom
