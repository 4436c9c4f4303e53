#include "codec/dicom/amend.h"

namespace xinglin::dicom {

namespace {

constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99", kImplicit = "1.2.840.10008.1.2";
constexpr size_t kLongHeader = 12, kImplicitHeader = 8;  // PS3.5 7.1.2, 7.1.3

// Where the element of the pixel data begins in the data set; nullopt when there is none, or when it is not
// written as the syntax says (some writers take implicit VR for explicit).
std::optional<size_t> pixel_element(const File& file, std::span<const uint8_t> body) {
  for (const auto& [tag, element] : file.data_set.elements()) {
    if (tag.group != 0x7FE0 || !element.skipped) continue;
    const size_t header = file.transfer_syntax.str() == kImplicit ? kImplicitHeader : kLongHeader;
    if (element.offset < header) return std::nullopt;
    const size_t at = element.offset - header;
    const bool big = file.transfer_syntax.str() == "1.2.840.10008.1.2.2";
    const auto half = [&](size_t i) {
      return static_cast<uint16_t>(big ? body[i] << 8 | body[i + 1] : body[i + 1] << 8 | body[i]);
    };
    if (half(at) != tag.group || half(at + 2) != tag.element) return std::nullopt;
    return at;
  }
  return std::nullopt;
}

}  // namespace

Result<Amended> amend_file(std::span<const uint8_t> bytes, const std::function<void(DataSet&)>& change) {
  Limits limits;
  limits.depth_max = 32;
  limits.elements_max = limits.items_max = 500'000;
  limits.stop_at_pixel_data = true;
  XL_TRY(File file, parse_file(bytes, limits));
  const bool deflated = file.transfer_syntax.str() == kDeflated;
  const auto at = deflated ? std::nullopt : pixel_element(file, bytes.subspan(file.data_set_offset));
  Amended out;
  if (at) {
    out.rest_offset = file.data_set_offset + *at;
    std::erase_if(file.data_set.elements(), [](const auto& entry) { return entry.first.group >= 0x7FE0; });
  } else {
    limits.stop_at_pixel_data = false;
    XL_TRY(file, parse_file(bytes, limits));
    out.rest_offset = bytes.size();
  }
  change(file.data_set);
  XL_TRY(out.head, write_file(file.data_set, file.transfer_syntax));
  return out;
}

}  // namespace xinglin::dicom
