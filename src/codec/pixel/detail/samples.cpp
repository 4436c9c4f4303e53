#include <algorithm>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

Frame blank(const Layout& layout, Loss loss) {
  Frame out;
  out.layout = layout;
  out.layout.frames = 1;
  out.layout.planar = false;
  out.bytes.resize(layout.decoded_bytes());
  out.loss = loss;
  return out;
}

Result<void> check_size(const Layout& layout, uint64_t columns, uint64_t rows, uint64_t samples,
                        uint64_t bits) {
  if (columns != layout.columns || rows != layout.rows)
    return Error(kMismatch, "the compressed frame is " + std::to_string(columns) + " x " +
                                std::to_string(rows) + ", the attributes say " +
                                std::to_string(layout.columns) + " x " + std::to_string(layout.rows));
  if (samples != layout.samples)
    return Error(kMismatch, "the compressed frame has " + std::to_string(samples) +
                                " samples per pixel, the " + "attributes say " +
                                std::to_string(layout.samples));
  if (bits < 1 || bits > layout.bits_allocated)
    return Error(kMismatch, "the compressed frame has " + std::to_string(bits) + " bits per sample, the " +
                                "attributes allocate " + std::to_string(layout.bits_allocated));
  return {};
}

Result<void> check_plausible(const Layout& layout, size_t stream_bytes) {
  constexpr size_t kSmall = 64U << 20, kGrowthMax = 4096;
  if (layout.decoded_bytes() > kSmall && layout.decoded_bytes() / kGrowthMax > stream_bytes)
    return Error(kDamaged, "the compressed frame is too short for its dimensions");
  return {};
}

void extend_sign(Frame& frame) {
  const Layout& layout = frame.layout;
  if (!layout.is_signed || layout.bits_stored == layout.bits_allocated ||
      layout.high_bit + 1 != layout.bits_stored)
    return;
  const size_t width = layout.bytes_per_sample();
  for (size_t i = 0; i < layout.values(); ++i) {
    const auto value = static_cast<uint64_t>(sample_at(frame, i));
    for (size_t b = 0; b < width; ++b) frame.bytes[i * width + b] = static_cast<uint8_t>(value >> (8 * b));
  }
}

std::vector<uint8_t> unpack_bits(Bytes packed, size_t first_bit, size_t count) {
  std::vector<uint8_t> out(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t bit = first_bit + i;
    out[i] = (packed[bit / 8] >> (bit % 8)) & 1;
  }
  return out;
}

std::vector<uint8_t> pack_bits(Bytes unpacked) {
  std::vector<uint8_t> out((unpacked.size() + 7) / 8);
  for (size_t i = 0; i < unpacked.size(); ++i)
    if (unpacked[i] & 1) out[i / 8] = static_cast<uint8_t>(out[i / 8] | (1 << (i % 8)));
  return out;
}

uint32_t stored_bits(const Frame& frame, size_t index) {
  const auto mask = static_cast<uint32_t>((uint64_t{1} << frame.layout.bits_stored) - 1);
  return static_cast<uint32_t>(sample_at(frame, index)) & mask;
}

}  // namespace xinglin::pixel::detail
