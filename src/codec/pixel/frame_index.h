// Where each frame of an object lies in its pixel data: by arithmetic in native data, by the Extended Offset
// Table, the Basic Offset Table or the fragments themselves when it is encapsulated (PS3.5 A.4, PS3.3
// C.7.6.3.1.8). A table that does not fit the fragments is refused: a guess would show the wrong frame.
// The index keeps offsets into the span it was built on, not bytes; a caller may keep it and read ranges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/pixel/layout.h"

namespace xinglin::pixel {

// The value of (7FE0,0010) as codec/dicom reads it: native bytes little endian, or the items with their
// headers from the Basic Offset Table on, without the delimiter. May be a view of a mapped file.
struct PixelData {
  std::span<const uint8_t> value;
  bool encapsulated = false;
  std::span<const uint8_t> extended_offsets, extended_lengths;  // (7FE0,0001) and (7FE0,0002), may be empty
};

// Refuses an object without (7FE0,0010), or whose value was skipped by the reader.
Result<PixelData> pixel_data_of(const dicom::DataSet& data_set);

// The bytes of one frame: a view of the pixel data when they are in one piece, else a joined copy.
struct FrameBytes {
  std::vector<uint8_t> joined;
  std::span<const uint8_t> view;
};

class FrameIndex {
public:
  struct Fragment {
    size_t offset = 0, length = 0;
  };
  static Result<FrameIndex> build(const PixelData& data, const Layout& layout, const LetGo& let_go = {});

  size_t frames() const { return frames_; }
  size_t fragments() const { return fragments_.size(); }  // of all frames; 0 when native
  // Byte ranges of the frame in the span given to build(). A native frame of one bit per pixel that starts
  // inside a byte gives the bytes that hold it.
  Result<std::vector<Fragment>> ranges(size_t frame) const;
  // `data` is the span given to build(), or the same bytes again.
  Result<FrameBytes> bytes(std::span<const uint8_t> data, size_t frame) const;

private:
  Result<void> read_items(std::span<const uint8_t> value, const LetGo& let_go);
  Result<void> use_extended_table(const PixelData& data);
  Result<void> use_basic_table(std::span<const uint8_t> table);
  Result<void> use_fragments_alone(std::span<const uint8_t> value);
  Result<void> starts_at(const std::vector<uint64_t>& offsets);

  size_t frames_ = 0, size_ = 0;
  uint64_t native_bits_ = 0;         // of one frame; 0 when encapsulated
  size_t first_item_ = 0;            // where offsets of the tables count from
  std::vector<Fragment> fragments_;  // of all frames
  std::vector<size_t> first_;        // first fragment of each frame
};

}  // namespace xinglin::pixel
