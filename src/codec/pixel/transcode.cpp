#include "codec/pixel/transcode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "codec/pixel/detail/codec.h"

namespace xinglin::pixel {

namespace {

using dicom::DataSet;
using dicom::Tag;

constexpr std::string_view kDeflatedFrames = "1.2.840.10008.1.2.8.1", kRle = "1.2.840.10008.1.2.5";
constexpr std::string_view kJpegLs = "1.2.840.10008.1.2.4.80", kJpeg2000 = "1.2.840.10008.1.2.4.90";
constexpr std::string_view kHtj2k = "1.2.840.10008.1.2.4.201";
constexpr auto kEncodable = std::to_array<std::string_view>(
    {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
     kDeflatedFrames, kRle, kJpegLs, kJpeg2000, kHtj2k});

constexpr Tag kPixels{0x7FE0, 0x0010}, kIcon{0x0088, 0x0200}, kLossy{0x0028, 0x2110};

bool has_fragments(const DataSet& data_set) {
  for (const auto& [tag, element] : data_set.elements()) {
    if (element.encapsulated) return true;
    for (const DataSet& item : element.items)
      if (has_fragments(item)) return true;
  }
  return false;
}

// Overlays of old objects may sit in the bits above Bits Stored (PS3.3 C.9.2, retired): they would be lost.
bool has_overlay_in_pixels(const DataSet& data_set) {
  for (uint16_t group = 0x6000; group <= 0x601E; group = static_cast<uint16_t>(group + 2))
    if (data_set.find({group, 0x0102}) != nullptr && data_set.find({group, 0x3000}) == nullptr) return true;
  return false;
}

bool keeps_every_bit(std::string_view syntax, Coding coding) {
  return coding == Coding::Native || syntax == kRle || syntax == kDeflatedFrames;
}

Result<void> check_target(const DataSet& data_set, const Layout& layout, std::string_view to, Coding coding) {
  if (keeps_every_bit(to, coding) || layout.bits_stored == layout.bits_allocated) return {};
  if (layout.high_bit + 1 != layout.bits_stored)
    return Error(kCannotEncode,
                 "High Bit is not Bits Stored - 1: the samples cannot be compressed without loss");
  if (has_overlay_in_pixels(data_set))
    return Error(kCannotEncode, "an overlay in unused bits of the pixels would be lost");
  return {};
}

// Frames one after the other: native bits without gaps, or items with their Basic Offset Table.
class Assembly {
public:
  explicit Assembly(bool encapsulated) : encapsulated_(encapsulated) {}

  Result<void> add(const Frame& frame, std::vector<uint8_t> bytes) {
    if (encapsulated_) {
      if (body_.size() > UINT32_MAX - bytes.size() - 8)
        return Error(kTooLarge, "the compressed frames are over 4 GiB");
      offsets_.push_back(static_cast<uint32_t>(body_.size()));
      put_item(body_, bytes);
    } else if (frame.layout.bits_allocated == 1) {
      bits_.insert(bits_.end(), frame.bytes.begin(), frame.bytes.end());
      const size_t whole = bits_.size() / 8 * 8;
      append(detail::pack_bits({bits_.data(), whole}));
      bits_.erase(bits_.begin(), bits_.begin() + static_cast<std::ptrdiff_t>(whole));
    } else {
      append(bytes);
    }
    return {};
  }

  dicom::Element finish(uint32_t bits_allocated) {
    dicom::Element out;
    out.tag = kPixels;
    out.vr = !encapsulated_ && bits_allocated > 8 ? "OW" : "OB";
    out.encapsulated = encapsulated_;
    if (encapsulated_) {
      std::vector<uint8_t> table;
      for (const uint32_t offset : offsets_) put32(table, offset);
      put_item(out.value, table);
      out.value.insert(out.value.end(), body_.begin(), body_.end());
    } else {
      append(detail::pack_bits(bits_));
      if (body_.size() & 1) body_.push_back(0);
      out.value = std::move(body_);
    }
    out.declared_length = out.value.size();
    return out;
  }

private:
  static void put32(std::vector<uint8_t>& out, uint32_t v) {
    for (int i = 0; i < 4; ++i) out.push_back(static_cast<uint8_t>(v >> (8 * i)));
  }
  static void put_item(std::vector<uint8_t>& out, const std::vector<uint8_t>& bytes) {
    put32(out, 0xE000FFFE);
    put32(out, static_cast<uint32_t>(bytes.size()));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  void append(const std::vector<uint8_t>& bytes) { body_.insert(body_.end(), bytes.begin(), bytes.end()); }

  bool encapsulated_;
  std::vector<uint8_t> body_, bits_;
  std::vector<uint32_t> offsets_;
};

std::string_view method_of(const Syntax& from) {
  if (from.coding == Coding::Jpeg) return "ISO_10918_1";
  if (from.coding == Coding::JpegLs) return "ISO_14495_1";
  return from.uid.substr(from.uid.rfind('.')).size() == 4 ? "ISO_15444_15" : "ISO_15444_1";  // .201 to .203
}

// PS3.3 C.7.6.1.1.5: once lossy, always marked, with ratio and method.
void mark_loss(DataSet& data_set, Loss loss, const Syntax& from, double ratio) {
  const std::string marked = data_set.text(kLossy);
  if (marked == "01" || loss == Loss::None || (loss == Loss::Unknown && !marked.empty())) return;
  data_set.set_text(kLossy, "CS", "01");
  data_set.set_text({0x0028, 0x2112}, "DS", fmt::format("{:.2f}", ratio));
  data_set.set_text({0x0028, 0x2114}, "CS", method_of(from));
}

void describe(DataSet& data_set, const Layout& decoded, std::string_view to) {
  const bool transforms = to == kJpeg2000 || to == kHtj2k;
  const Photometric photometric =
      transforms && decoded.photometric == Photometric::Rgb ? Photometric::YbrRct : decoded.photometric;
  data_set.set_text({0x0028, 0x0004}, "CS", name_of(photometric));
  if (decoded.samples > 1) data_set.set_integer({0x0028, 0x0006}, "US", {0});
  data_set.erase({0x7FE0, 0x0001});
  data_set.erase({0x7FE0, 0x0002});
  const dicom::Element* icon = data_set.find(kIcon);
  if (icon != nullptr && std::any_of(icon->items.begin(), icon->items.end(), has_fragments))
    data_set.erase(kIcon);
}

}  // namespace

std::span<const std::string_view> encodable_syntaxes() {
  return kEncodable;
}

bool can_encode(const TransferSyntaxUid& syntax) {
  return std::find(kEncodable.begin(), kEncodable.end(), syntax.str()) != kEncodable.end();
}

Result<std::vector<uint8_t>> encode_frame(const Frame& frame, const TransferSyntaxUid& to) {
  const std::string_view uid = to.str();
  if (!can_encode(to)) return Error(kCannotEncode, "transfer syntax " + to.str() + " is not written here");
  if (uid == kDeflatedFrames) return detail::encode_deflated(frame);
  if (uid == kRle) return detail::encode_rle(frame);
  if (uid == kJpegLs) return detail::encode_jpeg_ls(frame);
  if (uid == kJpeg2000) return detail::encode_jpeg_2000(frame);
  if (uid == kHtj2k) return detail::encode_htj2k(frame);
  return frame.layout.bits_allocated == 1 ? detail::pack_bits(frame.bytes) : frame.bytes;
}

Result<DataSet> transcode(DataSet data_set, const TransferSyntaxUid& from, const TransferSyntaxUid& to,
                          const Limits& limits) {
  if (from == to) return data_set;
  if (!can_encode(to)) return Error(kCannotEncode, "transfer syntax " + to.str() + " is not written here");
  XL_TRY(const Syntax target, syntax_of(to));
  const auto source = syntax_of(from);
  const dicom::Element* pixels = data_set.find(kPixels);
  if (pixels != nullptr && pixels->skipped) return Error(kNoPixelData, "the pixel data was not read");
  const bool native_source = source.ok() && source->coding == Coding::Native;
  if (target.coding == Coding::Native && (native_source || pixels == nullptr)) return data_set;
  XL_TRY(const Decoder decoder, Decoder::open(data_set, from, limits));
  const Layout& layout = decoder.layout();
  if (layout.decoded_bytes() > limits.object_bytes_max / layout.frames)
    return Error(kTooLarge, "the decoded object is over the limit");
  XL_CHECK(check_target(data_set, layout, to.str(), target.coding));
  Assembly assembly(target.coding != Coding::Native);
  Layout decoded = layout;
  Loss loss = Loss::None;
  for (size_t i = 0; i < layout.frames; ++i) {
    XL_TRY(const Frame frame, decoder.frame(i));
    loss = std::max(loss, frame.loss);
    decoded = frame.layout;
    XL_TRY(auto bytes, encode_frame(frame, to));
    XL_CHECK(assembly.add(frame, std::move(bytes)));
  }
  const double ratio = static_cast<double>(layout.decoded_bytes()) * layout.frames /
                       static_cast<double>(std::max<size_t>(1, pixels->value.size()));
  dicom::Element element = assembly.finish(layout.bits_allocated);
  mark_loss(data_set, loss, *source, ratio);
  describe(data_set, decoded, to.str());
  data_set.elements()[kPixels] = std::move(element);
  return data_set;
}

Result<std::vector<uint8_t>> transcode_file(std::span<const uint8_t> file, const TransferSyntaxUid& to,
                                            const Limits& limits, const dicom::Limits& reading) {
  XL_TRY(dicom::File parsed, dicom::parse_file(file, reading));
  XL_TRY(const DataSet out, transcode(std::move(parsed.data_set), parsed.transfer_syntax, to, limits));
  return dicom::write_file(out, to);
}

}  // namespace xinglin::pixel
