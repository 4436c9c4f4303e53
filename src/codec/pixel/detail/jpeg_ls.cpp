// JPEG-LS by CharLS through its C interface, which reports by value and never throws.
#include <charls/charls.h>

#include <memory>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

namespace {

struct Destroy {
  void operator()(charls_jpegls_decoder* decoder) const { charls_jpegls_decoder_destroy(decoder); }
  void operator()(charls_jpegls_encoder* encoder) const { charls_jpegls_encoder_destroy(encoder); }
};

Result<void> check(charls_jpegls_errc code) {
  if (code == charls::jpegls_errc::success) return {};
  return Error(kDamaged, std::string("the JPEG-LS frame: ") + charls_get_error_message(code));
}

struct Shape {
  charls_frame_info info{};
  bool planar = false;
  bool lossless = true;
};

Result<Shape> read_shape(charls_jpegls_decoder* decoder, Bytes stream) {
  Shape out;
  XL_CHECK(check(charls_jpegls_decoder_set_source_buffer(decoder, stream.data(), stream.size())));
  XL_CHECK(check(charls_jpegls_decoder_read_header(decoder)));
  XL_CHECK(check(charls_jpegls_decoder_get_frame_info(decoder, &out.info)));
  charls_interleave_mode mode{};
  XL_CHECK(check(charls_jpegls_decoder_get_interleave_mode(decoder, &mode)));
  out.planar = mode == charls::interleave_mode::none;
  int32_t near_lossless = 0;
  XL_CHECK(check(charls_jpegls_decoder_get_near_lossless(decoder, 0, &near_lossless)));
  out.lossless = near_lossless == 0;
  return out;
}

// CharLS 2.4.1 can loop without end on a scan that is cut short: a stream must have its end mark, possibly
// followed by padding.
bool is_complete(Bytes stream) {
  while (!stream.empty() && stream.back() == 0) stream = stream.first(stream.size() - 1);
  return stream.size() >= 4 && stream[stream.size() - 2] == 0xFF && stream.back() == 0xD9;
}

}  // namespace

Result<Frame> decode_jpeg_ls(const Layout& layout, Bytes stream) {
  const std::unique_ptr<charls_jpegls_decoder, Destroy> decoder(charls_jpegls_decoder_create());
  if (!decoder) return Error(errors::kInternal, "CharLS cannot be started");
  if (!is_complete(stream)) return Error(kDamaged, "the JPEG-LS frame has no end mark");
  XL_TRY(const Shape shape, read_shape(decoder.get(), stream));
  const auto samples = static_cast<uint64_t>(shape.info.component_count);
  XL_CHECK(check_size(layout, shape.info.width, shape.info.height, samples,
                      static_cast<uint64_t>(shape.info.bits_per_sample)));
  if (layout.bits_allocated > 16) return Error(kUnsupported, "JPEG-LS holds at most 16 bits");
  const size_t coded = shape.info.bits_per_sample > 8 ? 2 : 1, width = layout.bytes_per_sample();
  size_t needed = 0;
  XL_CHECK(check(charls_jpegls_decoder_get_destination_size(decoder.get(), 0, &needed)));
  if (needed != layout.values() * coded) return Error(kMismatch, "the JPEG-LS frame decodes to another size");
  std::vector<uint8_t> raw(needed);
  XL_CHECK(check(charls_jpegls_decoder_decode_to_buffer(decoder.get(), raw.data(), raw.size(), 0)));
  Frame out = blank(layout, shape.lossless ? Loss::None : Loss::Lossy);
  const size_t count = layout.samples;
  for (size_t pixel = 0; pixel < layout.pixels(); ++pixel)
    for (size_t sample = 0; sample < count; ++sample) {
      const size_t from = shape.planar ? sample * layout.pixels() + pixel : pixel * count + sample;
      for (size_t b = 0; b < coded; ++b)
        out.bytes[(pixel * count + sample) * width + b] = raw[from * coded + b];
    }
  extend_sign(out);
  return out;
}

Result<Encoded> encode_jpeg_ls(const Frame& frame) {
  const Layout& layout = frame.layout;
  if (layout.bits_stored < 2 || layout.bits_allocated > 16)
    return Error(kCannotEncode, "JPEG-LS holds 2 to 16 bits per sample");
  const size_t width = layout.bits_stored > 8 ? 2 : 1;
  std::vector<uint8_t> raw(layout.values() * width);
  for (size_t i = 0; i < layout.values(); ++i) {
    const uint32_t bits = stored_bits(frame, i);
    raw[i * width] = static_cast<uint8_t>(bits);
    if (width > 1) raw[i * width + 1] = static_cast<uint8_t>(bits >> 8);
  }
  const std::unique_ptr<charls_jpegls_encoder, Destroy> encoder(charls_jpegls_encoder_create());
  if (!encoder) return Error(errors::kInternal, "CharLS cannot be started");
  const charls_frame_info info{layout.columns, layout.rows, static_cast<int32_t>(layout.bits_stored),
                               static_cast<int32_t>(layout.samples)};
  XL_CHECK(check(charls_jpegls_encoder_set_frame_info(encoder.get(), &info)));
  if (layout.samples > 1)
    XL_CHECK(
        check(charls_jpegls_encoder_set_interleave_mode(encoder.get(), charls::interleave_mode::sample)));
  Encoded out(raw.size() * 2 + 1024);
  XL_CHECK(check(charls_jpegls_encoder_set_destination_buffer(encoder.get(), out.data(), out.size())));
  XL_CHECK(check(charls_jpegls_encoder_encode_from_buffer(encoder.get(), raw.data(), raw.size(), 0)));
  size_t written = 0;
  XL_CHECK(check(charls_jpegls_encoder_get_bytes_written(encoder.get(), &written)));
  out.resize(written);
  if (written & 1) out.push_back(0);
  return out;
}

}  // namespace xinglin::pixel::detail
