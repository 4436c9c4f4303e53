// High-Throughput JPEG 2000 lossless by OpenJPH, encoding only: no outside byte reaches this library. It
// reports by exceptions, which end here.
#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <algorithm>
#include <bit>
#include <exception>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel::detail {

namespace {

void set_parameters(ojph::codestream& codec, const Layout& layout) {
  ojph::param_siz size = codec.access_siz();
  size.set_image_extent(ojph::point(layout.columns, layout.rows));
  size.set_num_components(layout.samples);
  for (uint32_t i = 0; i < layout.samples; ++i)
    size.set_component(i, ojph::point(1, 1), layout.bits_stored, layout.is_signed);
  ojph::param_cod style = codec.access_cod();
  const auto levels = std::bit_width(std::min(layout.rows, layout.columns)) - 1;
  style.set_num_decomposition(static_cast<ojph::ui32>(std::min(5, static_cast<int>(levels))));
  style.set_block_dims(64, 64);
  style.set_progression_order("RPCL");
  style.set_color_transform(layout.samples == 3 && layout.photometric == Photometric::Rgb);
  style.set_reversible(true);
  codec.set_planar(false);
}

void push_lines(ojph::codestream& codec, const Frame& frame) {
  const Layout& layout = frame.layout;
  ojph::ui32 component = 0;
  ojph::line_buf* line = codec.exchange(nullptr, component);
  for (size_t y = 0; y < layout.rows; ++y)
    for (uint32_t i = 0; i < layout.samples; ++i) {
      const size_t first = y * layout.columns * layout.samples + component;
      for (size_t x = 0; x < layout.columns; ++x)
        line->i32[x] = static_cast<ojph::si32>(sample_at(frame, first + x * layout.samples));
      line = codec.exchange(line, component);
    }
}

}  // namespace

Result<Encoded> encode_htj2k(const Frame& frame) {
  const Layout& layout = frame.layout;
  if (layout.bits_allocated == 1 || layout.bits_allocated > 16)
    return Error(kCannotEncode, "HTJ2K is written for 8 and 16 bits allocated");
  try {
    ojph::codestream codec;
    ojph::mem_outfile file;
    file.open();
    set_parameters(codec, layout);
    codec.write_headers(&file);
    push_lines(codec, frame);
    codec.flush();
    const auto* bytes = file.get_data();
    Encoded out(bytes, bytes + file.tell());
    codec.close();
    if (out.size() & 1) out.push_back(0);
    return out;
  } catch (const std::exception& failure) {
    return Error(errors::kInternal, std::string("OpenJPH: ") + failure.what());
  }
}

}  // namespace xinglin::pixel::detail
