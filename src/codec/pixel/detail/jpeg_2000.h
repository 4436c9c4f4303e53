// The SIZ and COD segments of a JPEG 2000 code stream (ITU-T T.800 A.5.1, A.6.1), read before OpenJPEG sees a
// byte: it allocates by them. Private to codec/pixel.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace xinglin::pixel::detail {

struct CodeStream {
  std::span<const uint8_t> bytes;  // from SOC on, without the boxes of a JP2 file around it
  uint64_t columns = 0, rows = 0, tiles = 0;
  uint32_t samples = 0, bits = 0;  // the deepest component
  bool colour_transform = false, reversible = false;
};
Result<CodeStream> read_code_stream(std::span<const uint8_t> frame);

}  // namespace xinglin::pixel::detail
