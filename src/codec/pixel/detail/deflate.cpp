// Deflated Image Frame Compression (PS3.5 A.4.12): each frame is native bytes in raw deflate (RFC 1951), a
// frame of one bit per pixel padded to a byte.
#include "codec/dicom/deflate.h"

#include <zlib.h>

#include <memory>

#include "codec/pixel/decode.h"
#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

namespace {

constexpr size_t kGrowthMax = 1032;  // the most that deflate can shrink

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

Result<std::vector<uint8_t>> inflate_exactly(Bytes in, size_t size) {
  if (in.size() > UINT32_MAX || size > UINT32_MAX) return Error(kTooLarge, "a deflated frame is over 4 GiB");
  if (size / kGrowthMax > in.size())
    return Error(kDamaged, "the deflated frame is too short for its dimensions");
  z_stream state{};
  if (inflateInit2(&state, -MAX_WBITS) != Z_OK) return Error(errors::kInternal, "zlib cannot be started");
  const std::unique_ptr<z_stream, InflateEnd> guard(&state);
  std::vector<uint8_t> out(size);
  state.next_in = const_cast<uint8_t*>(in.data());
  state.avail_in = static_cast<uInt>(in.size());
  state.next_out = out.data();
  state.avail_out = static_cast<uInt>(size);
  const int status = inflate(&state, Z_FINISH);
  if (state.avail_out != 0 || (status != Z_STREAM_END && status != Z_BUF_ERROR && status != Z_OK))
    return Error(kDamaged, "a deflated frame is damaged or cut short");
  return out;
}

}  // namespace

Result<Frame> decode_deflated(const Layout& layout, Bytes stream) {
  XL_TRY(const auto native, inflate_exactly(stream, static_cast<size_t>((layout.native_bits() + 7) / 8)));
  return decode_native(layout, native);
}

Result<Encoded> encode_deflated(const Frame& frame) {
  XL_TRY(Encoded out,
         dicom::deflate(frame.layout.bits_allocated == 1 ? pack_bits(frame.bytes) : frame.bytes));
  if (out.size() & 1) out.push_back(0);
  return out;
}

}  // namespace xinglin::pixel::detail
