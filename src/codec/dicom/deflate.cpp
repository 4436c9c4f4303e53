#include "codec/dicom/deflate.h"

#include <zlib.h>

#include <memory>

namespace xinglin::dicom {

namespace {

struct DeflateEnd {
  void operator()(z_stream* stream) const { deflateEnd(stream); }
};

}  // namespace

Result<std::vector<uint8_t>> deflate(std::span<const uint8_t> bytes) {
  if (bytes.size() > UINT32_MAX / 2)
    return Error(errors::kTooLarge, "over 2 GiB are not deflated in one piece");
  z_stream state{};
  if (deflateInit2(&state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return Error(errors::kInternal, "zlib cannot be started");
  const std::unique_ptr<z_stream, DeflateEnd> guard(&state);
  std::vector<uint8_t> out(deflateBound(&state, static_cast<uLong>(bytes.size())));
  state.next_in = const_cast<uint8_t*>(bytes.data());
  state.avail_in = static_cast<uInt>(bytes.size());
  state.next_out = out.data();
  state.avail_out = static_cast<uInt>(out.size());
  if (::deflate(&state, Z_FINISH) != Z_STREAM_END) return Error(errors::kInternal, "zlib did not finish");
  out.erase(out.end() - static_cast<std::ptrdiff_t>(state.avail_out), out.end());
  return out;
}

}  // namespace xinglin::dicom
