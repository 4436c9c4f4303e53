#include <algorithm>
#include <string>

#include "codec/pixel/detail/jpeg_2000.h"
#include "codec/pixel/errors.h"

namespace xinglin::pixel::detail {

namespace {

using Bytes = std::span<const uint8_t>;

uint32_t big(Bytes bytes, size_t at, size_t width) {
  uint32_t out = 0;
  for (size_t i = 0; i < width; ++i) out = out << 8 | bytes[at + i];
  return out;
}

Error damaged(const char* what) {
  return {kDamaged, std::string("the JPEG 2000 frame ") + what};
}

// The contiguous code stream box of a JP2 file; DICOM wants the bare stream, some writers leave the boxes on.
Result<Bytes> without_boxes(Bytes frame) {
  if (frame.size() < 12 || big(frame, 4, 4) != 0x6A502020) return frame;
  for (size_t at = 0; frame.size() - at >= 8;) {
    const uint64_t length = big(frame, at, 4);
    const bool to_end = length == 0;
    if (!to_end && (length < 8 || length > frame.size() - at)) return damaged("has a box longer than itself");
    const auto box = frame.subspan(at, to_end ? frame.size() - at : static_cast<size_t>(length));
    if (big(box, 4, 4) == 0x6A703263) return box.subspan(8);
    at += box.size();
  }
  return damaged("is a JP2 file without a code stream");
}

Result<void> read_size(CodeStream& out, Bytes body) {
  if (body.size() < 36) return damaged("has a short SIZ segment");
  const uint64_t right = big(body, 2, 4), bottom = big(body, 6, 4);
  const uint64_t left = big(body, 10, 4), top = big(body, 14, 4);
  const uint64_t tile_columns = big(body, 18, 4), tile_rows = big(body, 22, 4);
  const uint64_t tile_left = big(body, 26, 4), tile_top = big(body, 30, 4);
  out.samples = big(body, 34, 2);
  if (right <= left || bottom <= top || tile_columns == 0 || tile_rows == 0 || tile_left > left ||
      tile_top > top)
    return damaged("has a wrong size");
  if (out.samples == 0 || body.size() != 36 + size_t{3} * out.samples)
    return damaged("has a wrong SIZ segment");
  out.columns = right - left;
  out.rows = bottom - top;
  out.tiles = ((right - tile_left + tile_columns - 1) / tile_columns) *
              ((bottom - tile_top + tile_rows - 1) / tile_rows);
  for (size_t i = 0; i < out.samples; ++i) {
    out.bits = std::max(out.bits, (big(body, 36 + 3 * i, 1) & 0x7F) + 1);
    if (body[37 + 3 * i] != 1 || body[38 + 3 * i] != 1)
      return Error(kUnsupported, "a JPEG 2000 frame with subsampled components");
  }
  return {};
}

}  // namespace

Result<CodeStream> read_code_stream(Bytes frame) {
  CodeStream out;
  XL_TRY(out.bytes, without_boxes(frame));
  const Bytes bytes = out.bytes;
  if (bytes.size() < 4 || big(bytes, 0, 4) != 0xFF4FFF51) return damaged("does not start with SOC and SIZ");
  bool has_style = false;
  for (size_t at = 2; bytes.size() - at >= 4;) {
    const uint32_t marker = big(bytes, at, 2), length = big(bytes, at + 2, 2);
    if (marker == 0xFF90) break;  // SOT
    if (marker < 0xFF30 || length < 2 || length > bytes.size() - at - 2)
      return damaged("has a broken header");
    const Bytes body = bytes.subspan(at + 4, length - 2);
    if (marker == 0xFF51 && out.samples == 0) XL_CHECK(read_size(out, body));
    if (marker == 0xFF52 && !has_style) {
      if (body.size() < 10) return damaged("has a short COD segment");
      out.colour_transform = body[4] != 0;
      out.reversible = body[9] == 1;
      has_style = true;
    }
    at += 2 + length;
  }
  if (out.samples == 0 || !has_style) return damaged("lacks a size or a coding style");
  return out;
}

}  // namespace xinglin::pixel::detail
