#include <algorithm>
#include <string>

#include "codec/pixel/detail/jpeg_2000.h"
#include "codec/pixel/errors.h"

namespace xinglin::pixel::detail {

namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint32_t kSiz = 0xFF51, kCod = 0xFF52, kCoc = 0xFF53, kSot = 0xFF90, kSod = 0xFF93;
constexpr uint32_t kMct = 0xFF74, kMcc = 0xFF75, kMco = 0xFF77, kCbd = 0xFF78;

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
  out.tiles_across = (right - tile_left + tile_columns - 1) / tile_columns;
  out.tiles_down = (bottom - tile_top + tile_rows - 1) / tile_rows;
  for (size_t i = 0; i < out.samples; ++i) {
    out.bits = std::max(out.bits, (big(body, 36 + 3 * i, 1) & 0x7F) + 1);
    if (body[37 + 3 * i] != 1 || body[38 + 3 * i] != 1)
      return Error(kUnsupported, "a JPEG 2000 frame with subsampled components");
  }
  return {};
}

// SPcod and SPcoc (A.6.1): levels, code-block size, style, transformation, precinct sizes. Every tile may add
// one cell along each axis to what the picture as a whole would have, and never more.
Result<void> count(CodeStream& out, Bytes body, bool has_precincts) {
  if (body.size() < 5) return damaged("has a short coding style");
  const uint32_t levels = body[0];
  const int across = (body[1] & 15) + 2, down = (body[2] & 15) + 2;
  if (levels > 32 || across + down > 12) return damaged("has a wrong coding style");
  if (has_precincts && body.size() < 6 + levels) return damaged("has a short coding style");
  const auto cells = [&](int wide, int high, uint32_t halvings) {
    return ((out.columns >> halvings >> wide) + 2 + out.tiles_across) *
           ((out.rows >> halvings >> high) + 2 + out.tiles_down);
  };
  uint64_t blocks = 0, precincts = 0;
  for (uint32_t r = 0; r <= levels; ++r) {
    const int wide = has_precincts ? body[5 + r] & 15 : 15, high = has_precincts ? body[5 + r] >> 4 : 15;
    if (r != 0 && (wide == 0 || high == 0)) return damaged("has a wrong precinct size");
    precincts += cells(wide, high, levels - r);
    // The bands of a resolution are half as large as it, and so are their parts of a precinct.
    blocks +=
        cells(std::min(across, std::max(wide - 1, 0)), std::min(down, std::max(high - 1, 0)), levels - r);
  }
  out.code_blocks = std::max(out.code_blocks, blocks * out.samples);
  out.precincts = std::max(out.precincts, precincts * out.samples);
  return {};
}

Result<void> read_segment(CodeStream& out, uint32_t marker, Bytes body, bool& has_style) {
  if (marker == kSiz) return out.samples == 0 ? read_size(out, body) : damaged("has two SIZ segments");
  if (out.samples == 0) return damaged("does not start with SOC and SIZ");
  if (marker == kCod) {
    if (body.size() < 10) return damaged("has a short COD segment");
    if (!has_style) {
      out.colour_transform = body[4] != 0;
      out.reversible = body[9] == 1;
      has_style = true;
    }
    out.layers = std::max<uint64_t>(out.layers, big(body, 2, 2));
    return count(out, body.subspan(5), (body[0] & 1) != 0);
  }
  if (marker == kCoc) {
    const size_t index = out.samples > 256 ? 2 : 1;
    if (body.size() < index + 1) return damaged("has a short COC segment");
    return count(out, body.subspan(index + 1), (body[index] & 1) != 0);
  }
  if (marker == kMct || marker == kMcc || marker == kMco || marker == kCbd)
    return Error(kUnsupported, "a JPEG 2000 frame with transformations of part 2");
  return {};
}

// Segments from `at` until the marker `end`; where that stands.
Result<size_t> read_segments(CodeStream& out, size_t at, uint32_t end, bool& has_style) {
  const Bytes bytes = out.bytes;
  while (bytes.size() - at >= 2) {
    const uint32_t marker = big(bytes, at, 2);
    if (marker == end) return at;
    if (bytes.size() - at < 4) break;
    const uint32_t length = big(bytes, at + 2, 2);
    if (marker < 0xFF30 || length < 2 || length > bytes.size() - at - 2)
      return damaged("has a broken header");
    XL_CHECK(read_segment(out, marker, bytes.subspan(at + 4, length - 2), has_style));
    at += 2 + length;
  }
  return damaged("ends inside a header");
}

// The tile-part headers (A.4.2): they may change the coding style.
Result<void> read_tile_parts(CodeStream& out, size_t at, bool& has_style) {
  const Bytes bytes = out.bytes;
  while (bytes.size() - at >= 12 && big(bytes, at, 2) == kSot) {
    const uint64_t length = big(bytes, at + 6, 4);
    XL_TRY(const size_t data, read_segments(out, at + 12, kSod, has_style));
    if (length == 0) return {};  // up to the end
    if (length < data + 2 - at || length > bytes.size() - at) return damaged("has a wrong tile-part length");
    at += static_cast<size_t>(length);
  }
  return {};
}

}  // namespace

Result<CodeStream> read_code_stream(Bytes frame) {
  CodeStream out;
  XL_TRY(out.bytes, without_boxes(frame));
  if (out.bytes.size() < 4 || big(out.bytes, 0, 4) != 0xFF4FFF51)
    return damaged("does not start with SOC and SIZ");
  bool has_style = false;
  XL_TRY(const size_t tiles, read_segments(out, 2, kSot, has_style));
  if (out.samples == 0 || !has_style) return damaged("lacks a size or a coding style");
  XL_CHECK(read_tile_parts(out, tiles, has_style));
  return out;
}

}  // namespace xinglin::pixel::detail
