#include "codec/dicom/detail/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace xinglin::dicom::detail {

namespace {

constexpr size_t kChunk = 256 * 1024;
constexpr size_t kRatioFrom = 16u << 20;

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

Result<std::vector<uint8_t>> inflate_raw(std::span<const uint8_t> bytes, const Limits& limits) {
  if (bytes.size() > UINT32_MAX) return Error(errors::kTooLarge, "the deflated data set is over 4 GiB");
  z_stream state{};
  if (inflateInit2(&state, -MAX_WBITS) != Z_OK) return Error(errors::kInternal, "zlib cannot be started");
  const std::unique_ptr<z_stream, InflateEnd> guard(&state);
  state.next_in = const_cast<Bytef*>(bytes.data());
  state.avail_in = static_cast<uInt>(bytes.size());
  std::vector<uint8_t> out;
  for (;;) {
    const size_t used = out.size();
    if (used >= limits.inflated_bytes_max)
      return Error(errors::kTooLarge, "the inflated data set is over the limit");
    if (used > kRatioFrom && used / std::max<size_t>(1, bytes.size()) > limits.inflate_ratio_max)
      return Error(errors::kTooLarge, "the data set inflates beyond the allowed ratio");
    const size_t room = std::min(std::max(kChunk, used / 2), limits.inflated_bytes_max - used);
    out.resize(used + room);
    state.next_out = out.data() + used;
    state.avail_out = static_cast<uInt>(room);
    const int status = inflate(&state, Z_NO_FLUSH);
    out.resize(out.size() - state.avail_out);
    if (status == Z_STREAM_END) return out;
    if (status != Z_OK && status != Z_BUF_ERROR) return Error(kTruncated, "the deflated data set is damaged");
    if (state.avail_in == 0 && state.avail_out != 0)
      return Error(kTruncated, "the deflated data set ends too early");
  }
}

}  // namespace xinglin::dicom::detail
