// JPEG baseline encoding of 8-bit grey or RGB rows. Private to codec/pixel.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace xinglin::pixel::detail {

struct Rows {
  uint32_t rows, columns, samples;  // 1 grey, 3 RGB; bytes.size() is their product
  std::span<const uint8_t> bytes;
};
Result<std::vector<uint8_t>> encode_jpeg_baseline(const Rows& rows, int quality);

}  // namespace xinglin::pixel::detail
