#include "codec/pixel/layout.h"

#include <array>
#include <optional>
#include <string>

namespace xinglin::pixel {

namespace {

using dicom::Tag;

constexpr Tag kSamples{0x0028, 0x0002}, kPhotometric{0x0028, 0x0004}, kPlanar{0x0028, 0x0006};
constexpr Tag kFrames{0x0028, 0x0008}, kRows{0x0028, 0x0010}, kColumns{0x0028, 0x0011};
constexpr Tag kAllocated{0x0028, 0x0100}, kStored{0x0028, 0x0101}, kHighBit{0x0028, 0x0102};
constexpr Tag kRepresentation{0x0028, 0x0103};

constexpr std::array<std::string_view, 8> kNames{"MONOCHROME1", "MONOCHROME2",  "PALETTE COLOR", "RGB",
                                                 "YBR_FULL",    "YBR_FULL_422", "YBR_ICT",       "YBR_RCT"};

std::optional<Photometric> photometric_of(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Photometric>(i);
  return std::nullopt;
}

Result<uint32_t> number(const dicom::DataSet& data_set, Tag tag, int64_t low, int64_t high) {
  const auto value = data_set.integer(tag);
  if (!value) return Error(kBadLayout, tag.str() + " is missing or not a number");
  if (*value < low || *value > high)
    return Error(kBadLayout, tag.str() + " is " + std::to_string(*value) + ", outside of what is allowed");
  return static_cast<uint32_t>(*value);
}

Result<void> read_bits(Layout& out, const dicom::DataSet& data_set) {
  XL_TRY(out.bits_allocated, number(data_set, kAllocated, 1, 64));
  const uint32_t bits = out.bits_allocated;
  if (bits != 1 && bits != 8 && bits != 16 && bits != 32)
    return Error(kUnsupported, std::to_string(bits) + " bits allocated per sample are not supported");
  XL_TRY(out.bits_stored, number(data_set, kStored, 1, bits));
  out.high_bit = out.bits_stored - 1;
  if (data_set.integer(kHighBit)) {
    XL_TRY(out.high_bit, number(data_set, kHighBit, out.bits_stored - 1, bits - 1));
  }
  if (data_set.integer(kRepresentation)) {
    XL_TRY(const uint32_t sign, number(data_set, kRepresentation, 0, 1));
    out.is_signed = sign == 1;
  }
  return {};
}

Result<void> read_colour(Layout& out, const dicom::DataSet& data_set) {
  XL_TRY(out.samples, number(data_set, kSamples, 1, 4));
  const std::string name = data_set.text(kPhotometric);
  const auto photometric = photometric_of(name);
  if (!photometric)
    return Error(kUnsupported, "the photometric interpretation '" + name + "' is not supported");
  out.photometric = *photometric;
  const uint32_t expected = *photometric <= Photometric::PaletteColor ? 1 : 3;
  if (out.samples != expected)
    return Error(kBadLayout, name + " with " + std::to_string(out.samples) + " samples per pixel");
  if (out.samples > 1 && data_set.integer(kPlanar)) {
    XL_TRY(const uint32_t planar, number(data_set, kPlanar, 0, 1));
    out.planar = planar == 1;
  }
  if (out.samples > 1 && out.bits_allocated == 1)
    return Error(kBadLayout, "colour of one bit per sample is not of the standard");
  return {};
}

}  // namespace

std::string_view name_of(Photometric photometric) {
  return kNames[static_cast<size_t>(photometric)];
}

Result<Layout> read_layout(const dicom::DataSet& data_set, const Limits& limits) {
  Layout out;
  XL_TRY(out.rows, number(data_set, kRows, 1, 65535));
  XL_TRY(out.columns, number(data_set, kColumns, 1, 65535));
  XL_CHECK(read_bits(out, data_set));
  XL_CHECK(read_colour(out, data_set));
  if (!data_set.text(kFrames).empty()) {
    const auto frames = data_set.integer(kFrames);
    if (!frames || *frames < 1) return Error(kBadLayout, "the number of frames is not a positive number");
    if (*frames > limits.frames_max) return Error(kTooLarge, "the number of frames is over the limit");
    out.frames = static_cast<uint32_t>(*frames);
  }
  if (out.decoded_bytes() > limits.frame_bytes_max)
    return Error(kTooLarge, "a frame of " + std::to_string(out.decoded_bytes()) + " bytes is over the limit");
  return out;
}

int64_t sample_at(const Frame& frame, size_t index) {
  const Layout& layout = frame.layout;
  const size_t width = layout.bytes_per_sample();
  const uint8_t* at = frame.bytes.data() + index * width;
  uint64_t raw = 0;
  for (size_t i = 0; i < width; ++i) raw |= uint64_t{at[i]} << (8 * i);
  raw >>= layout.high_bit + 1 - layout.bits_stored;
  raw &= (uint64_t{1} << layout.bits_stored) - 1;
  const uint64_t sign = uint64_t{1} << (layout.bits_stored - 1);
  if (layout.is_signed && (raw & sign) != 0)
    return static_cast<int64_t>(raw) - static_cast<int64_t>(sign * 2);
  return static_cast<int64_t>(raw);
}

}  // namespace xinglin::pixel
