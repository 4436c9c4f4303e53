#include "codec/dicom/pixel_layout.h"

#include <algorithm>

#include "codec/dicom/detail/transfer_syntax.h"

namespace xinglin::dicom {

namespace {

constexpr Tag kPixelTags[] = {{0x7FE0, 0x0010}, {0x7FE0, 0x0008}, {0x7FE0, 0x0009}};
constexpr Tag kOffsets{0x7FE0, 0x0001};

uint64_t little(std::span<const uint8_t> bytes, size_t at, size_t size) {
  uint64_t out = 0;
  for (size_t i = size; i-- > 0;) out = out << 8 | bytes[at + i];
  return out;
}

// The items of encapsulated data; the reader has already checked that they fill it.
struct Items {
  Segment table;                   // the value of the Basic Offset Table
  std::vector<uint64_t> starts;    // of each fragment's item, from the end of the table's item
  std::vector<Segment> fragments;  // their values, in the file
};

Items walk(std::span<const uint8_t> bytes, Segment value) {
  Items out;
  bool first = true;
  const uint64_t end = value.offset + value.size;
  uint64_t base = 0;
  for (uint64_t at = value.offset; at + 8 <= end;) {
    const uint64_t length = little(bytes, at + 4, 4);
    if (first) {
      out.table = {at + 8, length};
      base = at + 8 + length;
    } else {
      out.starts.push_back(at - base);
      out.fragments.push_back({at + 8, length});
    }
    first = false;
    at += 8 + length;
  }
  return out;
}

// Frames by a table of item offsets; empty when the table does not fit the items.
std::vector<uint32_t> by_table(std::span<const uint8_t> table, size_t unit, const Items& items,
                               uint32_t frames) {
  if (table.size() / unit != frames) return {};
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < frames; ++i) {
    const uint64_t start = little(table, i * unit, unit);
    const auto found = std::lower_bound(items.starts.begin(), items.starts.end(), start);
    if (found == items.starts.end() || *found != start) return {};
    const auto fragment = static_cast<uint32_t>(found - items.starts.begin());
    if (out.empty() ? fragment != 0 : fragment <= out.back()) return {};
    out.push_back(fragment);
  }
  out.push_back(static_cast<uint32_t>(items.fragments.size()));
  return out;
}

// Start of image of JPEG and JPEG-LS (FF D8 FF), start of code stream of JPEG 2000 and HTJ2K (FF 4F FF 51).
bool starts_image(std::span<const uint8_t> bytes, Segment fragment) {
  if (fragment.size < 4) return false;
  const uint64_t mark = little(bytes, fragment.offset, 4);
  return (mark & 0xFFFFFF) == 0xFFD8FF || mark == 0x51FF4FFF;
}

std::vector<uint32_t> by_marks(std::span<const uint8_t> bytes, const Items& items, uint32_t frames) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < items.fragments.size(); ++i)
    if (starts_image(bytes, items.fragments[i])) out.push_back(i);
  if (out.size() != frames || out.front() != 0) return {};
  out.push_back(static_cast<uint32_t>(items.fragments.size()));
  return out;
}

Result<void> lay_out_fragments(PixelLayout& out, std::span<const uint8_t> bytes,
                               std::span<const uint8_t> extended) {
  Items items = walk(bytes, out.value);
  if (items.fragments.size() < out.frames) return Error(kBadPixels, "there are fewer fragments than frames");
  std::vector<uint32_t>& first = out.first_fragment;
  if (out.frames == 1) first = {0, static_cast<uint32_t>(items.fragments.size())};
  if (first.empty()) first = by_table(extended, 8, items, out.frames);
  if (first.empty())
    first = by_table(bytes.subspan(items.table.offset, items.table.size), 4, items, out.frames);
  if (first.empty() && items.fragments.size() == out.frames)
    for (uint32_t i = 0; i <= out.frames; ++i) first.push_back(i);
  if (first.empty()) first = by_marks(bytes, items, out.frames);
  if (first.empty()) return Error(kBadPixels);
  out.fragments = std::move(items.fragments);
  return {};
}

uint64_t bits_per_frame(const DataSet& data_set, Tag pixels) {
  const auto rows = data_set.integer({0x0028, 0x0010}).value_or(0);
  const auto columns = data_set.integer({0x0028, 0x0011}).value_or(0);
  const auto samples = data_set.integer({0x0028, 0x0002}).value_or(1);
  const int64_t fallback = pixels == kPixelTags[1] ? 32 : pixels == kPixelTags[2] ? 64 : 0;
  const auto allocated = data_set.integer({0x0028, 0x0100}).value_or(fallback);
  if (rows <= 0 || columns <= 0 || samples <= 0 || samples > 16 || allocated <= 0 || allocated > 64) return 0;
  // Two pixels share one pair of chroma samples (PS3.3 C.7.6.3.1.2).
  const bool halved = data_set.text({0x0028, 0x0004}).ends_with("_422");
  return static_cast<uint64_t>(rows) * static_cast<uint64_t>(columns) *
         static_cast<uint64_t>(halved ? 2 : samples) * static_cast<uint64_t>(allocated);
}

Limits layout_limits() {
  Limits limits;
  limits.depth_max = 32;
  limits.elements_max = limits.items_max = 500'000;
  limits.value_bytes_kept = 1024;
  limits.stop_at_pixel_data = true;
  return limits;
}

Result<void> lay_out(PixelLayout& out, const DataSet& data_set, const Element& pixels,
                     std::span<const uint8_t> bytes, size_t base) {
  const int64_t frames = data_set.integer({0x0028, 0x0008}).value_or(1);
  if (frames > 10'000'000) return Error(kBadPixels, "the number of frames is not plausible");
  out.frames = frames < 1 ? 1 : static_cast<uint32_t>(frames);
  out.encapsulated = pixels.encapsulated;
  out.value = {base + pixels.offset, pixels.declared_length};
  if (out.encapsulated) {
    const Element* table = data_set.find(kOffsets);
    const bool there = table != nullptr && table->skipped;
    return lay_out_fragments(
        out, bytes,
        there ? bytes.subspan(base + table->offset, table->declared_length) : std::span<const uint8_t>());
  }
  out.frame_bits = bits_per_frame(data_set, pixels.tag);
  if (out.frame_bits == 0) return Error(kBadPixels, "rows, columns or bits allocated are missing");
  if (out.frame_bits > out.value.size * 8 / out.frames)
    return Error(kBadPixels, "the pixel data is shorter than its frames");
  return {};
}

}  // namespace

Result<PixelLayout> pixel_layout(std::span<const uint8_t> file) {
  XL_TRY(File parsed, parse_file(file, layout_limits()));
  PixelLayout out;
  out.transfer_syntax = parsed.transfer_syntax;
  const auto syntax = detail::syntax_of(parsed.transfer_syntax.str());
  const bool deflated = syntax && syntax->deflated;
  if (deflated) {
    XL_TRY(parsed, parse_file(file));
  }
  for (const Tag tag : kPixelTags) {
    const Element* pixels = parsed.data_set.find(tag);
    if (pixels == nullptr) continue;
    if (deflated) {
      out.inflated = std::make_shared<const std::vector<uint8_t>>(pixels->value);
      Element moved = *pixels;
      moved.offset = 0;
      XL_CHECK(lay_out(out, parsed.data_set, moved, *out.inflated, 0));
      return out;
    }
    XL_CHECK(lay_out(out, parsed.data_set, *pixels, file, parsed.data_set_offset));
    return out;
  }
  return Error(kNoPixels);
}

Result<FramePlace> PixelLayout::frame(uint32_t number) const {
  if (number < 1 || number > frames)
    return Error(kNoFrame, "the object has " + std::to_string(frames) + " frames");
  FramePlace out;
  if (encapsulated) {
    for (uint32_t i = first_fragment[number - 1]; i < first_fragment[number]; ++i)
      out.segments.push_back(fragments[i]);
    return out;
  }
  const uint64_t first = (number - 1) * frame_bits, last = first + frame_bits;
  out.segments.push_back({value.offset + first / 8, (last + 7) / 8 - first / 8});
  out.first_bit = static_cast<unsigned>(first % 8);
  out.bits = frame_bits % 8 == 0 ? 0 : frame_bits;
  return out;
}

}  // namespace xinglin::dicom
