// The same bytes in one piece and in small pieces must give the same messages.
#include <cstddef>
#include <cstdint>

#include "edge/mllp/framing.h"

using xinglin::mllp::Deframer;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t step = 1 + data[0] % 7;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  const Deframer::Limits limits{64, 4096, 4096};
  Deframer whole(limits), pieces(limits);
  const bool whole_ok = whole.feed(bytes);
  bool pieces_ok = true;
  for (size_t at = 0; at < bytes.size() && pieces_ok; at += step)
    pieces_ok = pieces.feed(bytes.subspan(at, std::min(step, bytes.size() - at)));
  if (whole_ok && pieces_ok) {
    while (auto a = whole.next()) {
      const auto b = pieces.next();
      if (!b || a->bytes != b->bytes || a->oversize != b->oversize || a->size_bytes != b->size_bytes)
        __builtin_trap();
      if (!a->oversize && a->bytes.size() > limits.message_bytes_max) __builtin_trap();
    }
    if (pieces.next()) __builtin_trap();
  }
  return 0;
}
