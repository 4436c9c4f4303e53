// JPEG extended sequential of 12 bits (ITU-T T.81 process 4, Huffman coded), components without subsampling.
// The inverse transform is the plain separable sum of annex A.3.3 in double precision, rounded once.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "codec/pixel/detail/codec.h"
#include "codec/pixel/detail/jpeg_parser.h"

namespace xinglin::pixel::detail {

namespace {

using Block = std::array<double, 64>;

constexpr std::array<uint8_t, 64> kZigzag{0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                          12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                          35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                          58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// basis[x][u] = C(u)/2 cos((2x+1) u pi / 16)
std::array<std::array<double, 8>, 8> make_basis() {
  std::array<std::array<double, 8>, 8> out{};
  for (size_t x = 0; x < 8; ++x)
    for (size_t u = 0; u < 8; ++u)
      out[x][u] = (u == 0 ? std::numbers::sqrt2 / 2 : 1.0) / 2 *
                  std::cos(static_cast<double>((2 * x + 1) * u) * std::numbers::pi / 16);
  return out;
}

Block inverse(const Block& in) {
  static const auto kBasis = make_basis();
  Block rows{}, out{};
  for (size_t v = 0; v < 8; ++v)
    for (size_t x = 0; x < 8; ++x)
      for (size_t u = 0; u < 8; ++u) rows[v * 8 + x] += kBasis[x][u] * in[v * 8 + u];
  for (size_t y = 0; y < 8; ++y)
    for (size_t x = 0; x < 8; ++x)
      for (size_t v = 0; v < 8; ++v) out[y * 8 + x] += kBasis[y][v] * rows[v * 8 + x];
  return out;
}

class Scan {
public:
  Scan(const JpegParser& parser, const JpegScan& scan, Frame& frame)
      : parser_(parser), scan_(scan), frame_(frame), reader_(parser.rest()) {}

  Result<size_t> decode() {
    const Layout& layout = frame_.layout;
    const size_t across = (layout.columns + 7) / 8, down = (layout.rows + 7) / 8;
    const uint32_t interval = parser_.restart_interval();
    for (size_t i = 0; i < across * down; ++i) {
      if (interval != 0 && i != 0 && i % interval == 0) {
        if (!reader_.restart(static_cast<unsigned>(i / interval - 1)))
          return Error(kDamaged, "a restart mark of a JPEG frame is missing");
        last_dc_ = {};
      }
      for (const auto& part : scan_.parts) {
        XL_TRY(const Block coefficients, block(part));
        put(inverse(coefficients), part.component, i % across * 8, i / across * 8);
      }
      if (reader_.exhausted()) return Error(kDamaged, "a JPEG frame is cut short");
    }
    return reader_.position();
  }

private:
  Result<Block> block(const JpegScan::Part& part) {
    const auto& table = parser_.quantization(parser_.header().components[part.component].quantization);
    Block out{};
    const int bits = reader_.decode(parser_.dc(part.dc));
    if (bits < 0 || bits > 15) return Error(kDamaged, "a JPEG frame holds a wrong code");
    int& dc = last_dc_[part.component];
    dc = std::clamp(dc + BitReader::extend(reader_.receive(bits), bits), -1'000'000, 1'000'000);
    out[0] = static_cast<double>(dc) * table[0];
    for (size_t k = 1; k < 64; ++k) {
      const int code = reader_.decode(parser_.ac(part.ac));
      if (code < 0) return Error(kDamaged, "a JPEG frame holds a wrong code");
      const int size = code & 15, run = code >> 4;
      if (size == 0 && run != 15) break;
      k += static_cast<size_t>(run);
      if (k > 63) return Error(kDamaged, "a JPEG block has more than 64 coefficients");
      if (size != 0)
        out[kZigzag[k]] = BitReader::extend(reader_.receive(size), size) * static_cast<double>(table[k]);
    }
    return out;
  }

  void put(const Block& samples, size_t component, size_t left, size_t top) {
    const Layout& layout = frame_.layout;
    const size_t width = std::min<size_t>(8, layout.columns - left),
                 height = std::min<size_t>(8, layout.rows - top);
    for (size_t y = 0; y < height; ++y)
      for (size_t x = 0; x < width; ++x) {
        const auto value =
            static_cast<uint16_t>(std::clamp(std::lround(samples[y * 8 + x]) + 2048L, 0L, 4095L));
        const size_t at = (((top + y) * layout.columns + left + x) * layout.samples + component) * 2;
        frame_.bytes[at] = static_cast<uint8_t>(value);
        frame_.bytes[at + 1] = static_cast<uint8_t>(value >> 8);
      }
  }

  const JpegParser& parser_;
  const JpegScan& scan_;
  Frame& frame_;
  BitReader reader_;
  std::array<int, 4> last_dc_{};
};

Result<void> check_scan(const JpegParser& parser, const JpegScan& scan) {
  if (scan.start != 0 || scan.end != 63 || scan.low != 0 || scan.high != 0)
    return Error(kDamaged, "a sequential JPEG scan with progressive parameters");
  for (const auto& part : scan.parts)
    if (!parser.dc(part.dc).defined || !parser.ac(part.ac).defined ||
        !parser.has_quantization(parser.header().components[part.component].quantization))
      return Error(kDamaged, "a JPEG scan lacks one of its tables");
  return {};
}

}  // namespace

Result<Frame> decode_jpeg_12bit(const Layout& layout, Bytes stream) {
  if (layout.bytes_per_sample() != 2) return Error(kMismatch, "a 12-bit JPEG frame needs 16 bits allocated");
  if (layout.values() / 256 > stream.size())  // a block of 64 takes at least two bits
    return Error(kDamaged, "the JPEG frame is too short for its dimensions");
  JpegParser parser(stream);
  Frame out = blank(layout, Loss::Lossy);
  std::vector<bool> seen(layout.samples);
  for (size_t done = 0; done < layout.samples;) {
    XL_TRY(const auto scan, parser.next_scan());
    if (!scan) return Error(kDamaged, "a JPEG frame ends before its last component");
    for (const JpegComponent& component : parser.header().components)
      if (component.horizontal != 1 || component.vertical != 1)
        return Error(kUnsupported, "a 12-bit JPEG frame with subsampled components");
    XL_CHECK(check_scan(parser, *scan));
    for (const auto& part : scan->parts) {
      if (part.component >= layout.samples || seen[part.component])
        return Error(kDamaged, "a JPEG component comes twice");
      seen[part.component] = true;
    }
    XL_TRY(const size_t used, Scan(parser, *scan, out).decode());
    parser.skip(used);
    done += scan->parts.size();
  }
  extend_sign(out);
  return out;
}

}  // namespace xinglin::pixel::detail
