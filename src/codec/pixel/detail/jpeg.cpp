// Which JPEG decoder a frame needs is told by its own frame header, not by the transfer syntax: writers mix
// up processes 1, 2 and 4. What the header says is compared with the attributes here, before any decoder
// starts.
#include <string>

#include "codec/pixel/detail/codec.h"
#include "codec/pixel/detail/jpeg_parser.h"

namespace xinglin::pixel::detail {

Result<Frame> decode_jpeg(const Layout& layout, Bytes stream) {
  JpegParser parser(stream);
  XL_CHECK(parser.read_header());
  const JpegHeader& header = parser.header();
  XL_CHECK(check_size(layout, header.columns, header.rows, header.components.size(), header.precision));
  if (header.process == 0xC3) return decode_jpeg_lossless(layout, stream);
  if (header.process <= 0xC2 && header.precision == 8) return decode_jpeg_8bit(layout, stream);
  if (header.process == 0xC1 && header.precision == 12) return decode_jpeg_12bit(layout, stream);
  return Error(kUnsupported, "JPEG process SOF" + std::to_string(header.process - 0xC0) + " of " +
                                 std::to_string(header.precision) + " bits is not decoded");
}

}  // namespace xinglin::pixel::detail
