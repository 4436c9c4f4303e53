// RLE Lossless (PS3.5 annex G): up to 15 byte planes, most significant byte of the first sample first, each
// packed by itself.
#include <algorithm>
#include <array>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

namespace {

constexpr size_t kHeader = 64, kSegmentsMax = 15;
constexpr size_t kGrowthMax = 64;  // 2 bytes become at most 128

uint32_t u32(Bytes bytes, size_t at) {
  return bytes[at] | uint32_t{bytes[at + 1]} << 8 | uint32_t{bytes[at + 2]} << 16 |
         uint32_t{bytes[at + 3]} << 24;
}

// One segment into every `step`th byte of `out`, `count` of them.
Result<void> unpack(Bytes in, uint8_t* out, size_t step, size_t count) {
  size_t at = 0, done = 0;
  while (done < count) {
    if (at >= in.size()) return Error(kDamaged, "an RLE segment ends too early");
    const uint8_t control = in[at++];
    if (control == 128) continue;
    const bool repeats = control > 128;
    const size_t length = repeats ? 257u - control : control + 1u;
    const size_t needed = repeats ? 1 : length;
    if (needed > in.size() - at) return Error(kDamaged, "an RLE run is cut short");
    const size_t used = std::min(length, count - done);
    // A last run may cover the padding byte of an odd plane; more than that is another picture.
    if (length > used + 1) return Error(kDamaged, "an RLE segment holds more than the frame");
    for (size_t i = 0; i < used; ++i) out[(done + i) * step] = in[at + (repeats ? 0 : i)];
    at += needed;
    done += used;
  }
  return {};
}

Result<std::vector<Bytes>> segments_of(Bytes stream, size_t expected) {
  if (stream.size() < kHeader) return Error(kDamaged, "the RLE header is cut short");
  const size_t count = u32(stream, 0);
  if (count != expected)
    return Error(kMismatch, "the RLE frame has " + std::to_string(count) + " segments, the attributes need " +
                                std::to_string(expected));
  std::vector<Bytes> out;
  for (size_t i = 0; i < count; ++i) {
    const size_t start = u32(stream, 4 + 4 * i);
    const size_t end = i + 1 < count ? u32(stream, 8 + 4 * i) : stream.size();
    if (start < kHeader || start > end || end > stream.size())
      return Error(kDamaged, "an RLE segment offset is outside of the frame");
    out.push_back(stream.subspan(start, end - start));
  }
  return out;
}

void put_literal(Encoded& out, const uint8_t* from, size_t count) {
  for (size_t at = 0; at < count; at += 128) {
    const size_t part = std::min<size_t>(128, count - at);
    out.push_back(static_cast<uint8_t>(part - 1));
    out.insert(out.end(), from + at, from + at + part);
  }
}

// Runs of three and more are packed; shorter ones cost less inside a literal. No run crosses a row.
void pack_row(Encoded& out, const std::vector<uint8_t>& row) {
  size_t literal = 0;
  for (size_t i = 0; i < row.size();) {
    size_t run = 1;
    while (i + run < row.size() && run < 128 && row[i + run] == row[i]) ++run;
    if (run < 3) {
      i += run;
      continue;
    }
    put_literal(out, row.data() + literal, i - literal);
    out.push_back(static_cast<uint8_t>(257 - run));
    out.push_back(row[i]);
    i += run;
    literal = i;
  }
  put_literal(out, row.data() + literal, row.size() - literal);
}

}  // namespace

Result<Frame> decode_rle(const Layout& layout, Bytes stream) {
  const bool packed = layout.bits_allocated == 1;
  const size_t width = layout.bytes_per_sample(), planes = layout.samples * width;
  const size_t count = packed ? (layout.pixels() + 7) / 8 : layout.pixels();
  if (planes > kSegmentsMax) return Error(kUnsupported, "RLE holds at most 15 byte planes");
  if (planes * count / kGrowthMax > stream.size())
    return Error(kDamaged, "the RLE frame is too short for its dimensions");
  XL_TRY(const auto segments, segments_of(stream, planes));
  Frame out = blank(layout, Loss::None);
  if (packed) {
    std::vector<uint8_t> bits(count);
    XL_CHECK(unpack(segments[0], bits.data(), 1, count));
    out.bytes = unpack_bits(bits, 0, layout.pixels());
    return out;
  }
  for (size_t plane = 0; plane < planes; ++plane) {
    const size_t sample = plane / width, byte = width - 1 - plane % width;
    XL_CHECK(unpack(segments[plane], out.bytes.data() + sample * width + byte, planes, count));
  }
  return out;
}

Result<Encoded> encode_rle(const Frame& frame) {
  const Layout& layout = frame.layout;
  const bool packed = layout.bits_allocated == 1;
  const size_t width = layout.bytes_per_sample(), planes = layout.samples * width;
  if (planes > kSegmentsMax) return Error(kCannotEncode, "RLE holds at most 15 byte planes");
  const std::vector<uint8_t> bits = packed ? pack_bits(frame.bytes) : std::vector<uint8_t>{};
  const size_t rows = packed ? 1 : layout.rows, columns = packed ? bits.size() : layout.columns;
  Encoded out(kHeader, 0);
  out[0] = static_cast<uint8_t>(planes);
  std::vector<uint8_t> row(columns);
  for (size_t plane = 0; plane < planes; ++plane) {
    for (size_t b = 0; b < 4; ++b) out[4 + 4 * plane + b] = static_cast<uint8_t>(out.size() >> (8 * b));
    const size_t first = plane / width * width + (width - 1 - plane % width);
    for (size_t y = 0; y < rows; ++y) {
      for (size_t x = 0; x < columns; ++x)
        row[x] = packed ? bits[x] : frame.bytes[(y * columns + x) * planes + first];
      pack_row(out, row);
    }
    if (out.size() & 1) out.push_back(0);
  }
  return out;
}

}  // namespace xinglin::pixel::detail
