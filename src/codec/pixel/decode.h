// Decoding of frames: any frame of an object to samples, or the bytes of one frame that a caller has read by
// itself. Every size is checked before it is allocated, and what cannot be decoded is refused. Blocking and
// without state: frames of one Decoder may be decoded by several threads at once. Transfer syntaxes are those
// of PS3.5 A: uncompressed, RLE, JPEG (8 bit, 12 bit extended, lossless), JPEG-LS, JPEG 2000, HTJ2K,
// deflated.
#pragma once

#include <span>

#include "base/strong_id.h"
#include "codec/pixel/frame_index.h"
#include "codec/pixel/layout.h"

namespace xinglin::pixel {

// How a transfer syntax holds frames.
enum class Coding { Native, Deflated, Rle, Jpeg, JpegLs, Jpeg2000 };
struct Syntax {
  std::string_view uid;
  Coding coding;
  bool lossy;  // the syntax allows loss; a frame in it may still be lossless
};
// Refuses what is not decoded here: JPIP, MPEG, HEVC, JPEG XL, part 2 of JPEG 2000.
Result<Syntax> syntax_of(const TransferSyntaxUid& uid);

class Decoder {
public:
  // The pixel data is viewed: `data_set` must outlive the decoder.
  static Result<Decoder> open(const dicom::DataSet& data_set, const TransferSyntaxUid& syntax,
                              const Limits& limits = {});
  // With the header and the pixel data apart, such as a mapped file read up to its pixel data.
  static Result<Decoder> open(const dicom::DataSet& header, const PixelData& data,
                              const TransferSyntaxUid& syntax, const Limits& limits = {});
  const Layout& layout() const { return layout_; }  // as the attributes say it
  const FrameIndex& index() const { return index_; }
  Result<Frame> frame(size_t index) const;

private:
  Decoder() = default;
  Layout layout_;
  Syntax syntax_{};
  PixelData data_;
  FrameIndex index_;
};

// One compressed frame, its fragments joined.
Result<Frame> decode_compressed(const Layout& layout, const Syntax& syntax, std::span<const uint8_t> bytes);
// One native frame that starts at bit `first_bit` of `bytes` (0 unless one bit is allocated).
Result<Frame> decode_native(const Layout& layout, std::span<const uint8_t> bytes, size_t first_bit = 0);
// YBR_FULL and its relatives to RGB (PS3.3 C.7.6.3.1.2); every other frame stays as it is.
Frame to_rgb(Frame frame);

}  // namespace xinglin::pixel
