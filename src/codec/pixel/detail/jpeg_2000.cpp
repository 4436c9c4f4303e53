// JPEG 2000 and High-Throughput JPEG 2000 by OpenJPEG. Decoding of both goes through this one library: it is
// fuzzed continuously upstream, and docs/decisions says why OpenJPH only encodes here.
#include "codec/pixel/detail/jpeg_2000.h"

#include <openjpeg-2.5/openjpeg.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

namespace {

// What OpenJPEG allocates before the first byte is decoded: about 6 kB for a tile, 300 bytes for a precinct
// and for a code block, 2 for a packet.
constexpr uint64_t kTilesMax = 4096, kPrecinctsMax = 1 << 18, kBlocksMax = 1 << 21, kPacketsMax = 1 << 26;

// The library's codec and stream are both void: each needs a deleter of its own name.
struct CloseCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct CloseImage {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
struct CloseStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
using Codec = std::unique_ptr<opj_codec_t, CloseCodec>;
using Image = std::unique_ptr<opj_image_t, CloseImage>;
using Stream = std::unique_ptr<opj_stream_t, CloseStream>;

struct Input {
  Bytes bytes;
  size_t at = 0;
};
struct Output {
  Encoded bytes;
  size_t at = 0;
};

OPJ_SIZE_T read_some(void* to, OPJ_SIZE_T wanted, void* user) {
  auto* in = static_cast<Input*>(user);
  const size_t count = std::min(wanted, in->bytes.size() - in->at);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, in->bytes.data() + in->at, count);
  in->at += count;
  return count;
}

OPJ_OFF_T skip_some(OPJ_OFF_T count, void* user) {
  auto* in = static_cast<Input*>(user);
  if (count < 0 || static_cast<uint64_t>(count) > in->bytes.size() - in->at) return -1;
  in->at += static_cast<size_t>(count);
  return count;
}

OPJ_BOOL seek_in(OPJ_OFF_T to, void* user) {
  auto* in = static_cast<Input*>(user);
  if (to < 0 || static_cast<uint64_t>(to) > in->bytes.size()) return OPJ_FALSE;
  in->at = static_cast<size_t>(to);
  return OPJ_TRUE;
}

OPJ_SIZE_T write_some(void* from, OPJ_SIZE_T count, void* user) {
  auto* out = static_cast<Output*>(user);
  if (out->at + count > out->bytes.size()) out->bytes.resize(out->at + count);
  std::memcpy(out->bytes.data() + out->at, from, count);
  out->at += count;
  return count;
}

OPJ_OFF_T skip_out(OPJ_OFF_T count, void* user) {
  auto* out = static_cast<Output*>(user);
  if (count < 0) return -1;
  out->at += static_cast<size_t>(count);
  if (out->at > out->bytes.size()) out->bytes.resize(out->at);
  return count;
}

OPJ_BOOL seek_out(OPJ_OFF_T to, void* user) {
  auto* out = static_cast<Output*>(user);
  if (to < 0 || static_cast<uint64_t>(to) > out->bytes.size()) return OPJ_FALSE;
  out->at = static_cast<size_t>(to);
  return OPJ_TRUE;
}

Result<Image> decode_image(const CodeStream& code) {
  Input input{code.bytes, 0};
  const Stream stream(opj_stream_create(1 << 16, OPJ_TRUE));
  const Codec codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (!stream || !codec) return Error(errors::kInternal, "OpenJPEG cannot be started");
  opj_stream_set_user_data(stream.get(), &input, nullptr);
  opj_stream_set_user_data_length(stream.get(), code.bytes.size());
  opj_stream_set_read_function(stream.get(), read_some);
  opj_stream_set_skip_function(stream.get(), skip_some);
  opj_stream_set_seek_function(stream.get(), seek_in);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* made = nullptr;
  const bool ready = opj_setup_decoder(codec.get(), &parameters) != 0 &&
                     opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) != 0 &&
                     opj_read_header(stream.get(), codec.get(), &made) != 0;
  Image image(made);
  if (!ready || !image) return Error(kDamaged, "the JPEG 2000 header does not decode");
  if (opj_decode(codec.get(), stream.get(), image.get()) == 0)
    return Error(kDamaged, "the JPEG 2000 frame does not decode");
  return image;
}

Result<void> check_parts(const Layout& layout, const CodeStream& code) {
  if (code.tiles_across * code.tiles_down > kTilesMax)
    return Error(kTooLarge, "the JPEG 2000 frame has too many tiles");
  if (code.precincts > kPrecinctsMax || code.code_blocks > kBlocksMax ||
      code.precincts * code.layers > kPacketsMax)
    return Error(kTooLarge, "the JPEG 2000 frame has too many parts");
  return check_plausible(layout, code.bytes.size());
}

Result<void> check_component(const Layout& layout, const opj_image_comp_t& component) {
  if (component.data == nullptr || component.w != layout.columns || component.h != layout.rows)
    return Error(kDamaged, "a component of the JPEG 2000 frame was not decoded");
  return {};
}

// After the inverse transform of the stream itself: RGB where the attributes name a JPEG 2000 colour space.
Photometric photometric_after(const Layout& layout) {
  const auto is = [&](Photometric p) { return layout.photometric == p; };
  if (is(Photometric::YbrIct) || is(Photometric::YbrRct)) return Photometric::Rgb;
  return is(Photometric::YbrFull422) ? Photometric::YbrFull : layout.photometric;
}

bool is_rgb(const Layout& layout) {
  return layout.samples == 3 && layout.photometric == Photometric::Rgb;
}

Image make_image(const Frame& frame) {
  const Layout& layout = frame.layout;
  std::array<opj_image_cmptparm_t, 4> parameters{};
  for (auto& parameter : parameters) {
    parameter.dx = parameter.dy = 1;
    parameter.w = layout.columns;
    parameter.h = layout.rows;
    parameter.prec = layout.bits_stored;
    parameter.sgnd = layout.is_signed ? 1 : 0;
  }
  Image image(opj_image_create(layout.samples, parameters.data(),
                               layout.samples == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY));
  if (!image) return image;
  image->x1 = layout.columns;
  image->y1 = layout.rows;
  for (size_t i = 0; i < layout.values(); ++i)
    image->comps[i % layout.samples].data[i / layout.samples] = static_cast<OPJ_INT32>(sample_at(frame, i));
  return image;
}

}  // namespace

Result<Frame> decode_jpeg_2000(const Layout& layout, Bytes stream) {
  XL_TRY(const CodeStream code, read_code_stream(stream));
  XL_CHECK(check_size(layout, code.columns, code.rows, code.samples, code.bits));
  XL_CHECK(check_parts(layout, code));
  if (code.bits > 24) return Error(kUnsupported, "a JPEG 2000 frame of more than 24 bits");
  XL_TRY(const Image image, decode_image(code));
  if (image->numcomps != layout.samples) return Error(kMismatch, "the JPEG 2000 frame has other components");
  Frame out = blank(layout, code.reversible ? Loss::Unknown : Loss::Lossy);
  out.layout.photometric = photometric_after(layout);
  const size_t width = layout.bytes_per_sample();
  for (size_t sample = 0; sample < layout.samples; ++sample) {
    const opj_image_comp_t& component = image->comps[sample];
    XL_CHECK(check_component(layout, component));
    // Without a sign in the stream its bits are the two's complement of the attributes, and the reverse.
    for (size_t pixel = 0; pixel < layout.pixels(); ++pixel) {
      const auto value = static_cast<uint32_t>(component.data[pixel]);
      uint8_t* at = out.bytes.data() + (pixel * layout.samples + sample) * width;
      for (size_t b = 0; b < width; ++b) at[b] = static_cast<uint8_t>(value >> (8 * b));
    }
  }
  extend_sign(out);
  return out;
}

Result<Encoded> encode_jpeg_2000(const Frame& frame) {
  const Layout& layout = frame.layout;
  if (layout.bits_allocated > 16) return Error(kCannotEncode, "JPEG 2000 is written for at most 16 bits");
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.irreversible = 0;
  parameters.tcp_mct = is_rgb(layout) ? 1 : 0;
  parameters.numresolution =
      std::min(6, static_cast<int>(std::bit_width(std::min(layout.rows, layout.columns))));
  const Image image = make_image(frame);
  const Codec codec(opj_create_compress(OPJ_CODEC_J2K));
  const Stream stream(opj_stream_create(1 << 16, OPJ_FALSE));
  if (!image || !codec || !stream) return Error(errors::kInternal, "OpenJPEG cannot be started");
  Output output;
  opj_stream_set_user_data(stream.get(), &output, nullptr);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), skip_out);
  opj_stream_set_seek_function(stream.get(), seek_out);
  if (opj_setup_encoder(codec.get(), &parameters, image.get()) == 0 ||
      opj_start_compress(codec.get(), image.get(), stream.get()) == 0 ||
      opj_encode(codec.get(), stream.get()) == 0 || opj_end_compress(codec.get(), stream.get()) == 0)
    return Error(errors::kInternal, "OpenJPEG did not encode the frame");
  if (output.bytes.size() & 1) output.bytes.push_back(0);
  return std::move(output.bytes);
}

}  // namespace xinglin::pixel::detail
