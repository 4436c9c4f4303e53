#include "codec/pixel/file_frames.h"

#include <algorithm>
#include <string>

namespace xinglin::pixel {

namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr Tag kPixels{0x7FE0, 0x0010}, kFloat{0x7FE0, 0x0008}, kDouble{0x7FE0, 0x0009};
constexpr Tag kOffsets{0x7FE0, 0x0001}, kLengths{0x7FE0, 0x0002};
constexpr int64_t kFramesMax = 10'000'000;
constexpr std::string_view kBigEndian = "1.2.840.10008.1.2.2", kDeflated = "1.2.840.10008.1.2.1.99";

// As much of the attributes as tells the frames of this value apart.
Result<Layout> placing_layout(const DataSet& header, const Element& pixels) {
  Layout out;
  const int64_t frames = header.integer({0x0028, 0x0008}).value_or(1);
  if (frames > kFramesMax) return Error(kBadLayout, "the number of frames is not plausible");
  out.frames = frames < 1 ? 1 : static_cast<uint32_t>(frames);
  if (pixels.encapsulated) return out;
  const auto rows = header.integer({0x0028, 0x0010}).value_or(0);
  const auto columns = header.integer({0x0028, 0x0011}).value_or(0);
  const auto samples = header.integer({0x0028, 0x0002}).value_or(1);
  const int64_t fallback = pixels.tag == kFloat ? 32 : pixels.tag == kDouble ? 64 : 0;
  const auto allocated = header.integer({0x0028, 0x0100}).value_or(fallback);
  if (rows <= 0 || columns <= 0 || rows > 65535 || columns > 65535 || samples <= 0 || samples > 16 ||
      allocated <= 0 || allocated > 64)
    return Error(kBadLayout, "rows, columns, samples or bits allocated are missing or not plausible");
  out.rows = static_cast<uint32_t>(rows);
  out.columns = static_cast<uint32_t>(columns);
  out.samples = static_cast<uint32_t>(samples);
  out.bits_allocated = static_cast<uint32_t>(allocated);
  // Two pixels share one pair of chroma samples (PS3.3 C.7.6.3.1.2).
  if (header.text({0x0028, 0x0004}).ends_with("_422")) out.photometric = Photometric::YbrFull422;
  if (out.native_bits() > uint64_t{pixels.declared_length} * 8 / out.frames)
    return Error(kBadLength, "the pixel data is shorter than its frames");
  return out;
}

dicom::Limits header_limits() {
  dicom::Limits limits;
  limits.depth_max = 32;
  limits.elements_max = limits.items_max = 500'000;
  limits.value_bytes_kept = 1024;
  limits.stop_at_pixel_data = true;
  return limits;
}

}  // namespace

Result<void> FileFrames::lay_out(const DataSet& header, const Element& pixels, std::span<const uint8_t> bytes,
                                 size_t base, const LetGo& let_go) {
  encapsulated_ = pixels.encapsulated;
  value_ = {base + pixels.offset, pixels.declared_length};
  const auto table = [&](Tag tag) {
    const Element* found = encapsulated_ ? header.find(tag) : nullptr;
    if (found == nullptr) return std::span<const uint8_t>();
    return found->skipped ? bytes.subspan(base + found->offset, found->declared_length)
                          : std::span<const uint8_t>(found->value);
  };
  const PixelData data{bytes.subspan(value_.offset, value_.size), encapsulated_, table(kOffsets),
                       table(kLengths)};
  XL_TRY(const Layout placing, placing_layout(header, pixels));
  XL_TRY(index_, FrameIndex::build(data, placing, let_go));
  if (!encapsulated_) frame_bits_ = placing.native_bits();
  const auto syntax = syntax_of(transfer_syntax_);
  const auto layout = pixels.tag == kPixels ? read_layout(header) : Result<Layout>(Error(kNoPixelData));
  if (syntax && (syntax->coding != Coding::Native) != encapsulated_)
    undecodable_ = Error(kBadFragments, "the pixel data is not in the form of its transfer syntax");
  else if (!syntax)
    undecodable_ = syntax.error();
  else if (!layout)
    undecodable_ = layout.error();
  if (syntax) syntax_ = *syntax;
  if (layout) layout_ = *layout;
  return {};
}

Result<FileFrames> FileFrames::find(std::span<const uint8_t> file, const LetGo& let_go) {
  dicom::Limits limits = header_limits();
  limits.let_go = let_go;
  XL_TRY(dicom::File parsed, dicom::parse_file(file, limits));
  FileFrames out;
  out.transfer_syntax_ = parsed.transfer_syntax;
  const bool deflated = parsed.transfer_syntax.str() == kDeflated;
  if (deflated) {
    XL_TRY(parsed, dicom::parse_file(file));
  }
  for (const Tag tag : {kPixels, kFloat, kDouble}) {
    Element* pixels = parsed.data_set.elements().contains(tag) ? &parsed.data_set.elements()[tag] : nullptr;
    if (pixels == nullptr) continue;
    if (!deflated) {
      XL_CHECK(out.lay_out(parsed.data_set, *pixels, file, parsed.data_set_offset, let_go));
      return out;
    }
    out.inflated_ = std::make_shared<const std::vector<uint8_t>>(std::move(pixels->value));
    pixels->offset = 0;
    pixels->declared_length = out.inflated_->size();
    XL_CHECK(out.lay_out(parsed.data_set, *pixels, *out.inflated_, 0, {}));
    return out;
  }
  return Error(kNoPixelData);
}

Result<FramePlace> FileFrames::place(uint32_t number) const {
  if (number < 1 || number > frames())
    return Error(kNoSuchFrame, "the object has " + std::to_string(frames()) + " frames");
  XL_TRY(const auto parts, index_.ranges(number - 1));
  FramePlace out;
  for (const FrameIndex::Fragment& part : parts)
    out.ranges.push_back({value_.offset + part.offset, part.length});
  if (frame_bits_ % 8 != 0) {
    out.first_bit = static_cast<unsigned>(frame_bits_ * (number - 1) % 8);
    out.bits = frame_bits_;
  }
  return out;
}

Result<Layout> FileFrames::decodable() const {
  if (undecodable_) return *undecodable_;
  return *layout_;
}

Result<Frame> FileFrames::decode(std::span<const uint8_t> file, uint32_t number) const {
  if (undecodable_) return *undecodable_;
  if (number < 1 || number > frames())
    return Error(kNoSuchFrame, "the object has " + std::to_string(frames()) + " frames");
  if (transfer_syntax_.str() == kBigEndian) {  // retired and rare: the reader turns its words round
    XL_TRY(const dicom::File whole, dicom::parse_file(file));
    XL_TRY(const Decoder decoder, Decoder::open(whole.data_set, transfer_syntax_));
    return decoder.frame(number - 1);
  }
  const std::span<const uint8_t> bytes = inflated_ ? std::span<const uint8_t>(*inflated_) : file;
  if (bytes.size() < value_.offset + value_.size)
    return Error(kBadLength, "the file is shorter than its index");
  XL_TRY(const FrameBytes one, index_.bytes(bytes.subspan(value_.offset, value_.size), number - 1));
  if (encapsulated_) return decode_compressed(*layout_, *syntax_, one.view);
  return decode_native(*layout_, one.view, static_cast<size_t>(frame_bits_ * (number - 1) % 8));
}

}  // namespace xinglin::pixel
