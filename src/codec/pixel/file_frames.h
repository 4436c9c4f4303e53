// Where the frames of an image lie in the bytes of its PS3.10 file, so that one frame is read or decoded
// without the others: FrameIndex with the places counted from the start of the file. Needs only what tells
// frames apart, so that pixels which nobody here decodes (float, video) are found too. Pure functions; a
// value may be shared between threads.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "codec/pixel/decode.h"

namespace xinglin::pixel {

struct FileRange {
  uint64_t offset = 0, size = 0;  // bytes
};

// One frame. Uncompressed frames of 1 bit per pixel may begin inside a byte: the first pixel is then bit
// `first_bit` of the first byte, and `bits` are the frame's own.
struct FramePlace {
  std::vector<FileRange> ranges;
  unsigned first_bit = 0;
  uint64_t bits = 0;  // 0: whole bytes
};

class FileFrames {
public:
  // `file` is a whole PS3.10 file; only what is needed is touched. kNoPixelData, kBadLayout, kBadLength,
  // kBadFragments, and those of dicom::parse_file().
  static Result<FileFrames> find(std::span<const uint8_t> file, const LetGo& let_go = {});

  const TransferSyntaxUid& transfer_syntax() const { return transfer_syntax_; }
  bool encapsulated() const { return encapsulated_; }
  uint32_t frames() const { return static_cast<uint32_t>(index_.frames()); }
  size_t fragments() const { return index_.fragments(); }
  FileRange value() const { return value_; }  // all of it; encapsulated: the items, without the delimiter
  // Of a deflated data set: its pixel data, which the places then count from. Shared by its readers.
  const std::shared_ptr<const std::vector<uint8_t>>& inflated() const { return inflated_; }

  Result<FramePlace> place(uint32_t number) const;  // counted from 1; kNoSuchFrame
  // What decoding would make of a frame; kUnsupported or kBadLayout when it cannot be decoded.
  Result<Layout> decodable() const;
  // Of the bytes given to find(), or the same again.
  Result<Frame> decode(std::span<const uint8_t> file, uint32_t number) const;

private:
  Result<void> lay_out(const dicom::DataSet& header, const dicom::Element& pixels,
                       std::span<const uint8_t> bytes, size_t base, const LetGo& let_go);

  TransferSyntaxUid transfer_syntax_;
  bool encapsulated_ = false;
  FileRange value_;
  uint64_t frame_bits_ = 0;       // uncompressed
  FrameIndex index_;              // of the value
  std::optional<Layout> layout_;  // when all attributes are there and fit
  std::optional<Syntax> syntax_;
  std::optional<Error> undecodable_;  // why one of these is missing
  std::shared_ptr<const std::vector<uint8_t>> inflated_;
};

}  // namespace xinglin::pixel
