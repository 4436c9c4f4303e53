// JPEG-LS lossless by CharLS, encoding only: no outside byte reaches this library (docs/decisions say why).
// Its C interface reports by value and never throws.
#include <charls/charls.h>

#include <memory>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

namespace {

struct Destroy {
  void operator()(charls_jpegls_encoder* encoder) const { charls_jpegls_encoder_destroy(encoder); }
};

Result<void> check(charls_jpegls_errc code) {
  if (code == charls::jpegls_errc::success) return {};
  return Error(errors::kInternal, std::string("CharLS: ") + charls_get_error_message(code));
}

}  // namespace

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
