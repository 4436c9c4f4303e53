// JPEG lossless, Huffman coded (ITU-T T.81 annex H, process 14, every predictor), 2 to 16 bits, one to three
// components without subsampling, interleaved or one scan each.
#include <string>

#include "codec/pixel/detail/codec.h"
#include "codec/pixel/detail/jpeg_parser.h"

namespace xinglin::pixel::detail {

namespace {

struct Plane {
  std::vector<uint16_t> values;
  bool done = false;
};

int predict(const uint16_t* at, size_t columns, uint8_t selector) {
  const int a = at[-1], b = *(at - columns), c = *(at - columns - 1);
  switch (selector) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}

class Scan {
public:
  Scan(const JpegParser& parser, const JpegScan& scan, std::vector<Plane>& planes)
      : parser_(parser),
        scan_(scan),
        planes_(planes),
        columns_(parser.header().columns),
        reader_(parser.rest()) {}

  Result<size_t> decode() {
    const uint32_t interval = parser_.restart_interval();
    if (interval % columns_ != 0)
      return Error(kUnsupported, "a lossless JPEG restart interval that is not a number of rows");
    const size_t rows = parser_.header().rows, rows_per_interval = interval / columns_;
    for (size_t y = 0; y < rows; ++y) {
      const bool first = y == 0 || (rows_per_interval != 0 && y % rows_per_interval == 0);
      if (first && y != 0 && !reader_.restart(static_cast<unsigned>(y / rows_per_interval - 1)))
        return Error(kDamaged, "a restart mark of a lossless JPEG frame is missing");
      XL_CHECK(row(y, first));
    }
    return reader_.position();
  }

private:
  Result<void> row(size_t y, bool first) {
    for (size_t x = 0; x < columns_; ++x)
      for (const auto& part : scan_.parts) {
        uint16_t* at = planes_[part.component].values.data() + y * columns_ + x;
        int prediction = 1 << (parser_.header().precision - scan_.low - 1);
        if (x != 0) prediction = first ? at[-1] : predict(at, columns_, scan_.start);
        if (x == 0 && !first) prediction = *(at - columns_);
        const int bits = reader_.decode(parser_.dc(part.dc));
        if (bits < 0 || bits > 16) return Error(kDamaged, "a lossless JPEG frame holds a wrong code");
        const int difference = bits == 16 ? 32768 : BitReader::extend(reader_.receive(bits), bits);
        *at = static_cast<uint16_t>(prediction + difference);
      }
    if (reader_.exhausted()) return Error(kDamaged, "a lossless JPEG frame is cut short");
    return {};
  }

  const JpegParser& parser_;
  const JpegScan& scan_;
  std::vector<Plane>& planes_;
  size_t columns_;
  BitReader reader_;
};

Result<void> check_scan(const JpegParser& parser, const JpegScan& scan, const std::vector<Plane>& planes) {
  if (scan.start < 1 || scan.start > 7 || scan.low >= parser.header().precision)
    return Error(kDamaged, "a lossless JPEG scan has a wrong predictor");
  for (const auto& part : scan.parts) {
    if (!parser.dc(part.dc).defined) return Error(kDamaged, "a lossless JPEG scan has no Huffman table");
    if (planes[part.component].done) return Error(kDamaged, "a lossless JPEG component comes twice");
  }
  return {};
}

}  // namespace

Result<Frame> decode_jpeg_lossless(const Layout& layout, Bytes stream) {
  JpegParser parser(stream);
  std::vector<Plane> planes(layout.samples);
  uint8_t shift = 0;
  for (size_t done = 0; done < layout.samples;) {
    XL_TRY(const auto scan, parser.next_scan());
    if (!scan) return Error(kDamaged, "a lossless JPEG frame ends before its last component");
    XL_CHECK(check_size(layout, parser.header().columns, parser.header().rows,
                        parser.header().components.size(), parser.header().precision));
    for (const JpegComponent& component : parser.header().components)
      if (component.horizontal != 1 || component.vertical != 1)
        return Error(kUnsupported, "a lossless JPEG frame with subsampled components");
    if (layout.values() / 8 > stream.size())  // a sample takes at least one bit
      return Error(kDamaged, "the lossless JPEG frame is too short for its dimensions");
    XL_CHECK(check_scan(parser, *scan, planes));
    for (const auto& part : scan->parts) planes[part.component].values.resize(layout.pixels());
    XL_TRY(const size_t used, Scan(parser, *scan, planes).decode());
    parser.skip(used);
    for (const auto& part : scan->parts) planes[part.component].done = true;
    done += scan->parts.size();
    shift = scan->low;
  }
  Frame out = blank(layout, shift != 0 ? Loss::Lossy : Loss::None);
  const size_t width = layout.bytes_per_sample();
  for (size_t i = 0; i < layout.values(); ++i) {
    const auto value = static_cast<uint16_t>(planes[i % layout.samples].values[i / layout.samples] << shift);
    out.bytes[i * width] = static_cast<uint8_t>(value);
    if (width > 1) out.bytes[i * width + 1] = static_cast<uint8_t>(value >> 8);
  }
  extend_sign(out);
  return out;
}

}  // namespace xinglin::pixel::detail
