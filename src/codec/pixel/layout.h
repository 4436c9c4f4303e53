// What a pixel is: the Image Pixel attributes (PS3.3 C.7.6.3) read once, checked against each other and
// against limits before anything is allocated, and the frames that decoding gives. A decoded frame is always
// little endian, colour by pixel, one whole byte or more per sample; a sample of one bit takes a byte.
// Pure values; shared between threads while nobody changes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/dicom/data_set.h"
#include "codec/pixel/errors.h"

namespace xinglin::pixel {

enum class Photometric {
  Monochrome1,
  Monochrome2,
  PaletteColor,
  Rgb,
  YbrFull,
  YbrFull422,
  YbrIct,
  YbrRct,
};
std::string_view name_of(Photometric photometric);  // "YBR_FULL_422"

struct Limits {
  size_t frame_bytes_max = 512u << 20;        // one decoded frame
  size_t object_bytes_max = size_t{2} << 30;  // all decoded frames of an object that is transcoded
  uint32_t frames_max = 1'000'000;
};

struct Layout {
  uint32_t rows = 0, columns = 0, frames = 1;
  uint32_t samples = 1;
  uint32_t bits_allocated = 8, bits_stored = 8, high_bit = 7;
  bool is_signed = false;
  bool planar = false;  // colour by plane, in native data only
  Photometric photometric = Photometric::Monochrome2;

  size_t pixels() const { return size_t{rows} * columns; }
  size_t values() const { return pixels() * samples; }
  size_t bytes_per_sample() const { return (bits_allocated + 7) / 8; }
  size_t decoded_bytes() const { return values() * bytes_per_sample(); }
  // Bits of one frame in native pixel data: frames of one bit per pixel are not padded to bytes.
  uint64_t native_bits() const {
    const uint64_t samples_stored = photometric == Photometric::YbrFull422 ? 2 : samples;
    return uint64_t{pixels()} * samples_stored * bits_allocated;
  }
};

// Refuses what is missing, contradictory or over the limits. Bits allocated are 1, 8, 16 or 32.
Result<Layout> read_layout(const dicom::DataSet& data_set, const Limits& limits = {});

enum class Loss { None, Unknown, Lossy };  // what the compressed frame itself says of it

struct Frame {
  Layout layout;               // frames = 1, planar = false
  std::vector<uint8_t> bytes;  // layout.decoded_bytes()
  Loss loss = Loss::None;
};

// The value of the sample at `index` (pixel * samples + sample): Bits Stored below High Bit, sign extended.
int64_t sample_at(const Frame& frame, size_t index);

}  // namespace xinglin::pixel
