#include "codec/pixel/decode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel {

namespace {

constexpr auto kSyntaxes = std::to_array<Syntax>({
    {"1.2.840.10008.1.2", Coding::Native, false},
    {"1.2.840.10008.1.2.1", Coding::Native, false},
    {"1.2.840.10008.1.2.1.99", Coding::Native, false},
    {"1.2.840.10008.1.2.2", Coding::Native, false},
    {"1.2.840.10008.1.2.8.1", Coding::Deflated, false},
    {"1.2.840.10008.1.2.5", Coding::Rle, false},
    {"1.2.840.10008.1.2.4.50", Coding::Jpeg, true},
    {"1.2.840.10008.1.2.4.51", Coding::Jpeg, true},
    {"1.2.840.10008.1.2.4.53", Coding::Jpeg, true},  // retired, progressive: 8 bit only
    {"1.2.840.10008.1.2.4.55", Coding::Jpeg, true},
    {"1.2.840.10008.1.2.4.57", Coding::Jpeg, false},
    {"1.2.840.10008.1.2.4.70", Coding::Jpeg, false},
    {"1.2.840.10008.1.2.4.80", Coding::JpegLs, false},
    {"1.2.840.10008.1.2.4.81", Coding::JpegLs, true},
    {"1.2.840.10008.1.2.4.90", Coding::Jpeg2000, false},
    {"1.2.840.10008.1.2.4.91", Coding::Jpeg2000, true},
    {"1.2.840.10008.1.2.4.201", Coding::Jpeg2000, false},
    {"1.2.840.10008.1.2.4.202", Coding::Jpeg2000, false},
    {"1.2.840.10008.1.2.4.203", Coding::Jpeg2000, true},
});

// Y1 Y2 Cb Cr for two pixels (PS3.3 C.7.6.3.1.2): each pair shares its colour.
Result<Frame> from_422(const Layout& layout, std::span<const uint8_t> bytes) {
  if (layout.bits_allocated != 8 || layout.columns % 2 != 0 || layout.planar)
    return Error(kBadLayout, "native YBR_FULL_422 needs 8 bits, even columns and colour by pixel");
  Frame out = detail::blank(layout, Loss::None);
  out.layout.photometric = Photometric::YbrFull;
  for (size_t pixel = 0; pixel < layout.pixels(); ++pixel) {
    const uint8_t* pair = bytes.data() + pixel / 2 * 4;
    uint8_t* at = out.bytes.data() + pixel * 3;
    at[0] = pair[pixel % 2];
    at[1] = pair[2];
    at[2] = pair[3];
  }
  return out;
}

Result<Frame> decode_any(const Layout& layout, Coding coding, std::span<const uint8_t> bytes) {
  switch (coding) {
    case Coding::Native:
      return decode_native(layout, bytes);
    case Coding::Deflated:
      return detail::decode_deflated(layout, bytes);
    case Coding::Rle:
      return detail::decode_rle(layout, bytes);
    case Coding::Jpeg:
      return detail::decode_jpeg(layout, bytes);
    case Coding::JpegLs:
      return detail::decode_jpeg_ls(layout, bytes);
    case Coding::Jpeg2000:
      return detail::decode_jpeg_2000(layout, bytes);
  }
  return Error(kUnsupported);
}

uint8_t clamped(double value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

}  // namespace

Result<Syntax> syntax_of(const TransferSyntaxUid& uid) {
  for (const Syntax& syntax : kSyntaxes)
    if (syntax.uid == uid.str()) return syntax;
  return Error(kUnsupported, "pixel data in transfer syntax " + uid.str() + " is not decoded");
}

Result<Decoder> Decoder::open(const dicom::DataSet& data_set, const TransferSyntaxUid& syntax,
                              const Limits& limits) {
  XL_TRY(const PixelData data, pixel_data_of(data_set));
  return open(data_set, data, syntax, limits);
}

Result<Decoder> Decoder::open(const dicom::DataSet& header, const PixelData& data,
                              const TransferSyntaxUid& syntax, const Limits& limits) {
  Decoder out;
  XL_TRY(out.syntax_, syntax_of(syntax));
  XL_TRY(out.layout_, read_layout(header, limits));
  if (data.encapsulated != (out.syntax_.coding != Coding::Native))
    return Error(kBadFragments, data.encapsulated ? "fragments under an uncompressed transfer syntax"
                                                  : "a compressed transfer syntax without fragments");
  out.data_ = data;
  XL_TRY(out.index_, FrameIndex::build(data, out.layout_));
  return out;
}

Result<Frame> Decoder::frame(size_t index) const {
  XL_TRY(const FrameBytes bytes, index_.bytes(data_.value, index));
  if (syntax_.coding != Coding::Native) return decode_compressed(layout_, syntax_, bytes.view);
  return decode_native(layout_, bytes.view, static_cast<size_t>(layout_.native_bits() * index % 8));
}

Result<Frame> decode_compressed(const Layout& layout, const Syntax& syntax, std::span<const uint8_t> bytes) {
  XL_TRY(Frame out, decode_any(layout, syntax.coding, bytes));
  if (!syntax.lossy && out.loss == Loss::Unknown) out.loss = Loss::None;
  // Compressed frames hold their colour full: a decoder left what the attributes call subsampled.
  if (out.layout.photometric == Photometric::YbrFull422) out.layout.photometric = Photometric::YbrFull;
  return out;
}

Result<Frame> decode_native(const Layout& layout, std::span<const uint8_t> bytes, size_t first_bit) {
  if (first_bit > 7 || bytes.size() < (first_bit + layout.native_bits() + 7) / 8)
    return Error(kBadLength, "a native frame is cut short");
  if (layout.photometric == Photometric::YbrFull422) return from_422(layout, bytes);
  if (layout.photometric == Photometric::YbrIct || layout.photometric == Photometric::YbrRct)
    return Error(kBadLayout, std::string(name_of(layout.photometric)) + " exists only inside JPEG 2000");
  Frame out = detail::blank(layout, Loss::None);
  const size_t width = layout.bytes_per_sample();
  if (layout.bits_allocated == 1) {
    out.bytes = detail::unpack_bits(bytes, first_bit, layout.pixels());
  } else if (!layout.planar) {
    std::copy_n(bytes.begin(), out.bytes.size(), out.bytes.begin());
  } else {
    for (size_t i = 0; i < layout.values(); ++i) {
      const size_t from = (i % layout.samples) * layout.pixels() + i / layout.samples;
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from * width), width,
                  out.bytes.begin() + static_cast<std::ptrdiff_t>(i * width));
    }
  }
  return out;
}

Frame to_rgb(Frame frame) {
  if (frame.layout.photometric != Photometric::YbrFull || frame.layout.bits_allocated != 8) return frame;
  for (size_t i = 0; i + 2 < frame.bytes.size(); i += 3) {
    const double y = frame.bytes[i], cb = frame.bytes[i + 1] - 128.0, cr = frame.bytes[i + 2] - 128.0;
    frame.bytes[i] = clamped(y + 1.402 * cr);
    frame.bytes[i + 1] = clamped(y - 0.344136 * cb - 0.714136 * cr);
    frame.bytes[i + 2] = clamped(y + 1.772 * cb);
  }
  frame.layout.photometric = Photometric::Rgb;
  return frame;
}

}  // namespace xinglin::pixel
