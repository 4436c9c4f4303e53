// JPEG of 8 bits by libjpeg-turbo: decoding of frames, and encoding of rendered pictures. libjpeg reports
// errors by a call that must not return: each call here is one function that jumps back to itself and holds
// nothing that needs a destructor.
#include "codec/pixel/detail/jpeg_turbo.h"

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
// jpeglib.h needs the two above.
#include <jpeglib.h>

#include <array>
#include <memory>

#include "codec/pixel/detail/codec.h"
#include "codec/pixel/detail/jpeg_parser.h"

namespace xinglin::pixel::detail {

namespace {

constexpr int kScansMax =
    32;  // of a progressive stream: each costs a pass over the picture, writers use about 10
constexpr long kMemoryMax = 1L << 30;

struct Guard {
  jpeg_error_mgr manager;
  jpeg_progress_mgr progress;
  std::jmp_buf back;
  std::array<char, JMSG_LENGTH_MAX> message;
};

void fail(j_common_ptr state) {
  auto* guard = static_cast<Guard*>(state->client_data);
  state->err->format_message(state, guard->message.data());
  std::longjmp(guard->back, 1);
}

void quiet(j_common_ptr) {}

// A warning means bytes that do not decode: libjpeg would go on with grey, we refuse.
void warn(j_common_ptr state, int level) {
  if (level < 0) fail(state);
}

void watch_scans(j_common_ptr state) {
  if (state->is_decompressor == 0) return;
  if (reinterpret_cast<j_decompress_ptr>(state)->input_scan_number > kScansMax) fail(state);
}

void prepare(Guard& guard, j_common_ptr state) {
  state->err = jpeg_std_error(&guard.manager);
  guard.manager.error_exit = fail;
  guard.manager.emit_message = warn;
  guard.manager.output_message = quiet;
  guard.progress.progress_monitor = watch_scans;
  state->client_data = &guard;
}

enum class Colours { Grey, AsStored, FromYcc };

bool decode_into(Guard& guard, Bytes stream, Colours colours, uint8_t* out, size_t row_bytes) {
  jpeg_decompress_struct state{};
  prepare(guard, reinterpret_cast<j_common_ptr>(&state));
  if (setjmp(guard.back) != 0) {
    jpeg_destroy_decompress(&state);
    return false;
  }
  jpeg_create_decompress(&state);
  state.client_data = &guard;
  state.progress = &guard.progress;
  state.mem->max_memory_to_use = kMemoryMax;
  jpeg_mem_src(&state, stream.data(), static_cast<unsigned long>(stream.size()));
  jpeg_read_header(&state, TRUE);
  if (colours == Colours::Grey) state.out_color_space = state.jpeg_color_space = JCS_GRAYSCALE;
  if (colours == Colours::AsStored) state.out_color_space = state.jpeg_color_space = JCS_RGB;
  if (colours == Colours::FromYcc) {
    state.jpeg_color_space = JCS_YCbCr;
    state.out_color_space = JCS_RGB;
  }
  state.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&state);
  while (state.output_scanline < state.output_height) {
    JSAMPROW row = out + size_t{state.output_scanline} * row_bytes;
    jpeg_read_scanlines(&state, &row, 1);
  }
  jpeg_finish_decompress(&state);
  jpeg_destroy_decompress(&state);
  return true;
}

bool encode_from(Guard& guard, const Rows& rows, int quality, unsigned char** out, unsigned long* size) {
  jpeg_compress_struct state{};
  prepare(guard, reinterpret_cast<j_common_ptr>(&state));
  if (setjmp(guard.back) != 0) {
    jpeg_destroy_compress(&state);
    return false;
  }
  jpeg_create_compress(&state);
  state.client_data = &guard;
  jpeg_mem_dest(&state, out, size);
  state.image_width = rows.columns;
  state.image_height = rows.rows;
  state.input_components = static_cast<int>(rows.samples);
  state.in_color_space = rows.samples == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, quality, TRUE);
  jpeg_start_compress(&state, TRUE);
  while (state.next_scanline < state.image_height) {
    auto* row =
        const_cast<JSAMPROW>(rows.bytes.data() + size_t{state.next_scanline} * rows.columns * rows.samples);
    jpeg_write_scanlines(&state, &row, 1);
  }
  jpeg_finish_compress(&state);
  jpeg_destroy_compress(&state);
  return true;
}

// What the three components are. The stream's own marks win over the attribute: files marked RGB that hold
// YCbCr with a JFIF mark are common, and so are they the other way round with an Adobe mark.
bool is_ycc(const Layout& layout, const JpegHeader& header) {
  if (header.adobe_transform) return *header.adobe_transform != 0;
  if (header.jfif) return true;
  if (header.components[0].id == 'R' && header.components[1].id == 'G' && header.components[2].id == 'B')
    return false;
  return layout.photometric != Photometric::Rgb;
}

}  // namespace

Result<Frame> decode_jpeg_8bit(const Layout& layout, Bytes stream) {
  JpegParser parser(stream);
  XL_CHECK(parser.read_header());
  if (layout.values() / 1024 > stream.size())
    return Error(kDamaged, "the JPEG frame is too short for its dimensions");
  const Colours colours = layout.samples == 1               ? Colours::Grey
                          : is_ycc(layout, parser.header()) ? Colours::FromYcc
                                                            : Colours::AsStored;
  std::vector<uint8_t> samples(layout.values());
  Guard guard{};
  if (!decode_into(guard, stream, colours, samples.data(), size_t{layout.columns} * layout.samples))
    return Error(kDamaged, std::string("the JPEG frame does not decode: ") + guard.message.data());
  Frame out = blank(layout, Loss::Lossy);
  if (layout.samples == 3) out.layout.photometric = Photometric::Rgb;
  const size_t width = layout.bytes_per_sample();
  for (size_t i = 0; i < samples.size(); ++i) out.bytes[i * width] = samples[i];
  extend_sign(out);
  return out;
}

Result<std::vector<uint8_t>> encode_jpeg_baseline(const Rows& rows, int quality) {
  Guard guard{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const bool done = encode_from(guard, rows, quality, &bytes, &size);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(bytes, &std::free);
  if (!done) return Error(errors::kInternal, std::string("libjpeg: ") + guard.message.data());
  return std::vector<uint8_t>(bytes, bytes + size);
}

}  // namespace xinglin::pixel::detail
