// The marker segments of a JPEG 2000 code stream that decide what is allocated (ITU-T T.800 A.5.1, A.6.1,
// A.6.2), in the main header and in every tile-part header, read before OpenJPEG sees a byte. Private to
// codec/pixel.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace xinglin::pixel::detail {

struct CodeStream {
  std::span<const uint8_t> bytes;  // from SOC on, without the boxes of a JP2 file around it
  uint64_t columns = 0, rows = 0, tiles_across = 0, tiles_down = 0;
  uint32_t samples = 0, bits = 0;  // the deepest component
  bool colour_transform = false, reversible = false;
  // The most that any coding style of the stream asks for, over all tiles, components and resolutions.
  uint64_t code_blocks = 0, precincts = 0, layers = 0;
};
Result<CodeStream> read_code_stream(std::span<const uint8_t> frame);

}  // namespace xinglin::pixel::detail
