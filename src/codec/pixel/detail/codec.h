// One signature for every decoder of this room: the checked layout and the bytes of one compressed frame in,
// samples by pixel out. A decoder compares the sizes its stream declares with the layout before it allocates,
// and refuses what differs. Private to codec/pixel.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/pixel/layout.h"

namespace xinglin::pixel::detail {

using Bytes = std::span<const uint8_t>;

Result<Frame> decode_rle(const Layout& layout, Bytes stream);
Result<Frame> decode_deflated(const Layout& layout, Bytes stream);
Result<Frame> decode_jpeg(const Layout& layout, Bytes stream);       // picks one of the three below
Result<Frame> decode_jpeg_8bit(const Layout& layout, Bytes stream);  // libjpeg-turbo
Result<Frame> decode_jpeg_12bit(const Layout& layout, Bytes stream);
Result<Frame> decode_jpeg_lossless(const Layout& layout, Bytes stream);
Result<Frame> decode_jpeg_ls(const Layout& layout, Bytes stream);
Result<Frame> decode_jpeg_2000(const Layout& layout, Bytes stream);  // OpenJPEG, HTJ2K too

using Encoded = std::vector<uint8_t>;
Result<Encoded> encode_rle(const Frame& frame);
Result<Encoded> encode_deflated(const Frame& frame);
Result<Encoded> encode_jpeg_ls(const Frame& frame);  // CharLS
Result<Encoded> encode_jpeg_2000(const Frame& frame);
Result<Encoded> encode_htj2k(const Frame& frame);  // OpenJPH

// A frame of the layout's size, all zero.
Frame blank(const Layout& layout, Loss loss);
// The dimensions of a compressed frame against the attributes.
Result<void> check_size(const Layout& layout, uint64_t columns, uint64_t rows, uint64_t samples,
                        uint64_t bits);
// Formats without a smallest size for a picture: a large one must come from at least 1/4096 of its bytes.
Result<void> check_plausible(const Layout& layout, size_t stream_bytes);
// Copies the sign bit of Bits Stored into the bits above it, where a codec has left zeros.
void extend_sign(Frame& frame);
// Native bits to one byte per sample and back (PS3.5 8.1.1: first pixel in the lowest bit).
std::vector<uint8_t> unpack_bits(Bytes packed, size_t first_bit, size_t count);
std::vector<uint8_t> pack_bits(Bytes unpacked);
// Bits Stored of sample `index`, right aligned, without sign: what encoders code.
uint32_t stored_bits(const Frame& frame, size_t index);

}  // namespace xinglin::pixel::detail
