#include "codec/pixel/frame_index.h"

#include <algorithm>
#include <string>

namespace xinglin::pixel {

namespace {

constexpr size_t kItemHeader = 8;

uint64_t little(std::span<const uint8_t> bytes, size_t at, size_t width) {
  uint64_t out = 0;
  for (size_t i = 0; i < width; ++i) out |= uint64_t{bytes[at + i]} << (8 * i);
  return out;
}

// A JPEG or JPEG-LS picture starts with SOI, a JPEG 2000 code stream with SOC.
bool starts_picture(std::span<const uint8_t> bytes) {
  return bytes.size() >= 4 && bytes[0] == 0xFF && (bytes[1] == 0xD8 || bytes[1] == 0x4F) && bytes[2] == 0xFF;
}

}  // namespace

Result<PixelData> pixel_data_of(const dicom::DataSet& data_set) {
  const dicom::Element* element = data_set.find({0x7FE0, 0x0010});
  if (element == nullptr && (data_set.find({0x7FE0, 0x0008}) || data_set.find({0x7FE0, 0x0009})))
    return Error(kUnsupported, "float pixel data is not decoded");
  if (element == nullptr) return Error(kNoPixelData);
  if (element->skipped) return Error(kNoPixelData, "the pixel data was not read");
  PixelData out{element->value, element->encapsulated, {}, {}};
  if (const auto* offsets = data_set.find({0x7FE0, 0x0001})) out.extended_offsets = offsets->value;
  if (const auto* lengths = data_set.find({0x7FE0, 0x0002})) out.extended_lengths = lengths->value;
  return out;
}

Result<FrameIndex> FrameIndex::build(const PixelData& data, const Layout& layout, const LetGo& let_go) {
  FrameIndex out;
  out.frames_ = layout.frames;
  out.size_ = data.value.size();
  if (!data.encapsulated) {
    out.native_bits_ = layout.native_bits();
    if ((out.native_bits_ * out.frames_ + 7) / 8 > data.value.size())
      return Error(kBadLength, "the pixel data has " + std::to_string(data.value.size()) + " bytes, " +
                                   std::to_string((out.native_bits_ * out.frames_ + 7) / 8) + " are needed");
    return out;
  }
  XL_CHECK(out.read_items(data.value, let_go));
  if (out.fragments_.size() < out.frames_)
    return Error(kBadFragments, std::to_string(out.fragments_.size()) + " fragments for " +
                                    std::to_string(out.frames_) + " frames");
  const size_t table_bytes = out.first_item_ - kItemHeader;
  if (out.frames_ == 1) {
    out.first_ = {0};
  } else if (!data.extended_offsets.empty()) {
    XL_CHECK(out.use_extended_table(data));
  } else if (table_bytes > 0) {
    XL_CHECK(out.use_basic_table(data.value.subspan(kItemHeader, table_bytes)));
  } else {
    XL_CHECK(out.use_fragments_alone(data.value));
  }
  return out;
}

Result<void> FrameIndex::read_items(std::span<const uint8_t> value, const LetGo& let_go) {
  Passing passing(value, let_go);
  for (size_t at = 0; at < value.size();) {
    if (value.size() - at < kItemHeader) return Error(kBadFragments, "a fragment header is cut short");
    if (little(value, at, 4) != 0xE000FFFE) return Error(kBadFragments, "a fragment has no item tag");
    const auto length = static_cast<size_t>(little(value, at + 4, 4));
    at += kItemHeader;
    if (length > value.size() - at) return Error(kBadFragments, "a fragment is longer than what is left");
    if (first_item_ == 0) {
      first_item_ = at + length;
    } else {
      fragments_.push_back({at, length});
    }
    at += length;
    passing.at(at);
  }
  if (first_item_ == 0) return Error(kBadFragments, "encapsulated pixel data without an offset table item");
  return {};
}

Result<void> FrameIndex::starts_at(const std::vector<uint64_t>& offsets) {
  for (const uint64_t offset : offsets) {
    const auto found =
        std::lower_bound(fragments_.begin(), fragments_.end(), offset + first_item_ + kItemHeader,
                         [](const Fragment& fragment, uint64_t at) { return fragment.offset < at; });
    if (offset > size_ || found == fragments_.end() || found->offset != offset + first_item_ + kItemHeader)
      return Error(kBadFragments,
                   "an offset table points at " + std::to_string(offset) + ", no fragment starts there");
    const auto index = static_cast<size_t>(found - fragments_.begin());
    if (first_.empty() ? index != 0 : index <= first_.back())
      return Error(kBadFragments, "an offset table is not in ascending order from the first fragment");
    first_.push_back(index);
  }
  return {};
}

Result<void> FrameIndex::use_extended_table(const PixelData& data) {
  const auto offsets = data.extended_offsets, lengths = data.extended_lengths;
  if (offsets.size() != frames_ * 8 || lengths.size() != frames_ * 8)
    return Error(kBadFragments, "the extended offset table has another number of frames");
  std::vector<uint64_t> starts(frames_);
  for (size_t i = 0; i < frames_; ++i) starts[i] = little(offsets, i * 8, 8);
  XL_CHECK(starts_at(starts));
  if (fragments_.size() != frames_)
    return Error(kBadFragments, "an extended offset table needs one fragment per frame");
  for (size_t i = 0; i < frames_; ++i) {
    const uint64_t length = little(lengths, i * 8, 8);
    const size_t given = fragments_[i].length;
    if (length > given || length + 1 < given)
      return Error(kBadFragments, "an extended offset table length differs from its fragment");
    fragments_[i].length = static_cast<size_t>(length);
  }
  return {};
}

Result<void> FrameIndex::use_basic_table(std::span<const uint8_t> table) {
  if (table.size() != frames_ * 4)
    return Error(kBadFragments, "the basic offset table has " + std::to_string(table.size() / 4) +
                                    " entries for " + std::to_string(frames_) + " frames");
  std::vector<uint64_t> starts(frames_);
  for (size_t i = 0; i < frames_; ++i) starts[i] = little(table, i * 4, 4);
  return starts_at(starts);
}

Result<void> FrameIndex::use_fragments_alone(std::span<const uint8_t> value) {
  for (size_t i = 0; i < fragments_.size(); ++i) {
    const auto bytes = value.subspan(fragments_[i].offset, fragments_[i].length);
    if (fragments_.size() == frames_ || starts_picture(bytes)) first_.push_back(i);
  }
  if (first_.size() != frames_ || first_.front() != 0)
    return Error(kBadFragments, "without an offset table the fragments do not tell the frames apart");
  return {};
}

Result<std::vector<FrameIndex::Fragment>> FrameIndex::ranges(size_t frame) const {
  if (frame >= frames_) return Error(kNoSuchFrame, "the object has " + std::to_string(frames_) + " frames");
  if (native_bits_ != 0) {
    const uint64_t start = native_bits_ * frame, end = start + native_bits_;
    return std::vector<Fragment>{
        {static_cast<size_t>(start / 8), static_cast<size_t>((end + 7) / 8 - start / 8)}};
  }
  const auto begin = fragments_.begin() + static_cast<std::ptrdiff_t>(first_[frame]);
  const auto end = frame + 1 < frames_ ? fragments_.begin() + static_cast<std::ptrdiff_t>(first_[frame + 1])
                                       : fragments_.end();
  return std::vector<Fragment>(begin, end);
}

Result<FrameBytes> FrameIndex::bytes(std::span<const uint8_t> data, size_t frame) const {
  XL_TRY(const auto parts, ranges(frame));
  if (data.size() < size_) return Error(kBadLength, "the pixel data is shorter than its index");
  FrameBytes out;
  if (parts.size() == 1) {
    out.view = data.subspan(parts[0].offset, parts[0].length);
    return out;
  }
  for (const Fragment& part : parts) {
    const auto bytes = data.subspan(part.offset, part.length);
    out.joined.insert(out.joined.end(), bytes.begin(), bytes.end());
  }
  out.view = out.joined;
  return out;
}

}  // namespace xinglin::pixel
