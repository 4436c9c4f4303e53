#include "codec/pixel/render.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "codec/pixel/decode.h"
#include "codec/pixel/detail/jpeg_turbo.h"
#include "codec/pixel/detail/scale.h"

namespace xinglin::pixel {

namespace {

constexpr uint32_t kTableBits = 16;   // up to here every stored value is worked out once
constexpr double kLeftOut = 0.002;    // of the values, at each end of an automatic window
constexpr uint32_t kJpegMax = 65500;  // columns and rows libjpeg takes
constexpr uint32_t kWholeRangeBits = 8;

uint8_t to_byte(double unit) {
  return static_cast<uint8_t>(std::clamp(std::lround(unit * 255), 0L, 255L));
}

uint8_t to_byte(const Lut& lut, int64_t input) {
  return to_byte(lut.at(input) / static_cast<double>((1U << lut.bits) - 1));
}

int64_t signed_value(const Layout& layout, uint32_t bits) {
  const int64_t sign = int64_t{1} << (layout.bits_stored - 1);
  return layout.is_signed && (bits & sign) != 0 ? int64_t{bits} - 2 * sign : int64_t{bits};
}

bool is_padding(const Display& display, int64_t stored) {
  return display.padding && stored >= display.padding->low && stored <= display.padding->high;
}

// Stored bits of every sample, sign left out: an index into a table.
std::vector<uint16_t> indices(const Frame& frame) {
  const Layout& layout = frame.layout;
  const size_t width = layout.bytes_per_sample();
  const uint32_t shift = layout.high_bit + 1 - layout.bits_stored, mask = (1U << layout.bits_stored) - 1;
  std::vector<uint16_t> out(layout.values());
  for (size_t i = 0; i < out.size(); ++i) {
    uint32_t raw = frame.bytes[i * width];
    if (width > 1) raw |= uint32_t{frame.bytes[i * width + 1]} << 8;
    out[i] = static_cast<uint16_t>(raw >> shift & mask);
  }
  return out;
}

double modality(const Display& display, int64_t stored) {
  if (display.modality) return display.modality->at(stored);
  return display.slope * static_cast<double>(stored) + display.intercept;
}

// From the least to the greatest value, so that both are shown and nothing in between is lost.
Window spanning(double a, double b) {
  const double low = std::min(a, b), high = std::max(a, b);
  return {(low + high) / 2, std::max(high - low, 1e-6), VoiFunction::LinearExact};
}

Window whole_range(const Layout& layout, const Display& display) {
  const int64_t count = int64_t{1} << layout.bits_stored;
  const int64_t low = layout.is_signed ? -count / 2 : 0;
  return spanning(modality(display, low), modality(display, low + count - 1));
}

// `sorted_at(rank)` gives the stored value of that rank among `count`, the lowest first.
template <class SortedAt>
Window automatic(const Display& display, size_t count, SortedAt sorted_at) {
  const auto left_out = static_cast<size_t>(kLeftOut * static_cast<double>(count - 1));
  const int64_t low = sorted_at(left_out), high = sorted_at(count - 1 - left_out);
  return spanning(modality(display, low), modality(display, high));
}

Window automatic_of(const Layout& layout, const Display& display, const std::vector<uint16_t>& pixels) {
  std::vector<size_t> counts(size_t{1} << layout.bits_stored);
  for (const uint16_t pixel : pixels) ++counts[pixel];
  const size_t first = layout.is_signed ? counts.size() / 2 : 0;
  const auto value = [&](size_t step) {  // stored bits in rising order of what they mean
    return static_cast<uint32_t>((first + step) % counts.size());
  };
  size_t total = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (is_padding(display, signed_value(layout, value(i)))) counts[value(i)] = 0;
    total += counts[value(i)];
  }
  if (total == 0) return whole_range(layout, display);
  return automatic(display, total, [&](size_t rank) {
    size_t seen = 0, step = 0;
    while (seen + counts[value(step)] <= rank) seen += counts[value(step++)];
    return signed_value(layout, value(step));
  });
}

Window automatic_of(const Frame& frame, const Display& display) {
  std::vector<int64_t> values;
  values.reserve(frame.layout.values());
  for (size_t i = 0; i < frame.layout.values(); ++i)
    if (const int64_t value = sample_at(frame, i); !is_padding(display, value)) values.push_back(value);
  if (values.empty()) return whole_range(frame.layout, display);
  return automatic(display, values.size(), [&](size_t rank) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), at, values.end());
    return *at;
  });
}

// What the caller or the object says; Automatic when neither does.
void choose(Picture& out, const Display& display, const RenderOptions& options) {
  out.source = options.window             ? VoiSource::Given
               : !display.voi.empty()     ? VoiSource::StoredTable
               : !display.windows.empty() ? VoiSource::StoredWindow
                                          : VoiSource::Automatic;
  if (out.source == VoiSource::Given) out.window = *options.window;
  if (out.source == VoiSource::StoredWindow) out.window = display.windows.front();
}

uint8_t shown(const Picture& out, const Display& display, int64_t stored) {
  if (is_padding(display, stored)) return 0;
  const double value = modality(display, stored);
  const uint8_t byte = out.source == VoiSource::StoredTable
                           ? to_byte(display.voi.front(), std::llround(value))
                           : to_byte(apply(out.window, value));
  return display.inverse ? static_cast<uint8_t>(255 - byte) : byte;
}

void paint_grey(Picture& out, const Frame& frame, const Display& display, const RenderOptions& options) {
  const Layout& layout = frame.layout;
  out.bytes.resize(layout.pixels());
  choose(out, display, options);
  bool open = out.source == VoiSource::Automatic;
  if (open && layout.bits_stored <= kWholeRangeBits) {
    out.window = whole_range(layout, display);
    open = false;
  }
  if (layout.bits_allocated > kTableBits) {
    if (open) out.window = automatic_of(frame, display);
    for (size_t i = 0; i < out.bytes.size(); ++i) out.bytes[i] = shown(out, display, sample_at(frame, i));
    return;
  }
  const auto pixels = indices(frame);
  if (open) out.window = automatic_of(layout, display, pixels);
  std::vector<uint8_t> table(size_t{1} << layout.bits_stored);
  for (uint32_t i = 0; i < table.size(); ++i) table[i] = shown(out, display, signed_value(layout, i));
  for (size_t i = 0; i < pixels.size(); ++i) out.bytes[i] = table[pixels[i]];
}

void paint_palette(Picture& out, const Frame& frame, const std::array<Lut, 3>& palette) {
  out.samples = 3;
  out.bytes.resize(frame.layout.pixels() * 3);
  for (size_t i = 0; i < frame.layout.pixels(); ++i) {
    const int64_t value = sample_at(frame, i);
    for (size_t channel = 0; channel < 3; ++channel)
      out.bytes[i * 3 + channel] = to_byte(palette[channel], value);
  }
}

void paint_rgb(Picture& out, const Frame& frame) {
  out.samples = 3;
  out.bytes.resize(frame.layout.values());
  if (frame.layout.bits_allocated == 8 && frame.layout.bits_stored == 8) {
    out.bytes = frame.bytes;
    return;
  }
  const auto most = static_cast<double>((uint64_t{1} << frame.layout.bits_stored) - 1);
  for (size_t i = 0; i < out.bytes.size(); ++i)
    out.bytes[i] = to_byte(static_cast<double>(sample_at(frame, i)) / most);
}

Result<Picture> paint(Frame frame, const Display& display, const RenderOptions& options) {
  Picture out;
  out.columns = frame.layout.columns;
  out.rows = frame.layout.rows;
  if (frame.layout.photometric == Photometric::PaletteColor) {
    if (!display.palette) return Error(kBadDisplay, "PALETTE COLOR without its palette");
    paint_palette(out, frame, *display.palette);
  } else if (frame.layout.samples == 1) {
    paint_grey(out, frame, display, options);
  } else {
    frame = to_rgb(std::move(frame));
    if (frame.layout.photometric != Photometric::Rgb || frame.layout.is_signed)
      return Error(kUnsupported, std::string(name_of(frame.layout.photometric)) + " of " +
                                     std::to_string(frame.layout.bits_allocated) + " bits cannot be shown");
    paint_rgb(out, frame);
  }
  return out;
}

}  // namespace

Result<Picture> render(Frame frame, const Display& display, const RenderOptions& options) {
  if (options.window && !is_usable(*options.window))
    return Error(kBadView, "a window needs numbers and a width of at least 1 (LINEAR) or above 0");
  if (frame.bytes.size() != frame.layout.decoded_bytes()) return Error(kBadLength, "the frame is not whole");
  XL_TRY(Picture out, paint(std::move(frame), display, options));
  if (!options.viewport) return out;
  return detail::fit(std::move(out), *options.viewport, display.aspect);
}

Result<std::vector<uint8_t>> encode_jpeg(const Picture& picture, int quality) {
  if (quality < 1 || quality > 100) return Error(kBadView, "the quality of a JPEG is 1 to 100");
  if (picture.columns > kJpegMax || picture.rows > kJpegMax)
    return Error(kTooLarge, "a JPEG has at most 65500 columns and rows");
  return detail::encode_jpeg_baseline({picture.rows, picture.columns, picture.samples, picture.bytes},
                                      quality);
}

}  // namespace xinglin::pixel
