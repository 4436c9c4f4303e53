#include <algorithm>

#include "codec/dicom/data_set.h"
#include "codec/dicom/detail/charset_access.h"
#include "codec/dicom/detail/inflate.h"
#include "codec/dicom/detail/reader.h"
#include "codec/dicom/detail/transfer_syntax.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom {

namespace {

constexpr size_t kPreamble = 128;
constexpr std::string_view kImplicit = "1.2.840.10008.1.2", kExplicit = "1.2.840.10008.1.2.1";

bool starts_with_mark(std::span<const uint8_t> bytes) {
  constexpr std::string_view kMark = "DICM";
  return bytes.size() >= kPreamble + 4 && std::equal(kMark.begin(), kMark.end(), bytes.begin() + kPreamble);
}

uint16_t group_at(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] | (bytes[at + 1] << 8));
}

// What a bare data set is coded in, told by whether a VR follows the first tag.
std::string_view guess_syntax(std::span<const uint8_t> bytes) {
  const char vr[3] = {static_cast<char>(bytes[4]), static_cast<char>(bytes[5]), 0};
  return detail::find_vr(vr) != nullptr ? kExplicit : kImplicit;
}

// Meta information comes first when it is there; a bare data set starts with a low group (PS3.3 orders by
// tag).
bool looks_like_bare(std::span<const uint8_t> bytes) {
  if (bytes.size() < 8) return false;
  const uint16_t group = group_at(bytes, 0);
  return group == 0x0002 || group == 0x0004 || group == 0x0008;
}

}  // namespace

Result<DataSet> parse_data_set(std::span<const uint8_t> bytes, const TransferSyntaxUid& syntax,
                               const Limits& limits) {
  const auto found = detail::syntax_of(syntax.str());
  if (!found) return Error(kBadTransferSyntax);
  std::vector<uint8_t> inflated;
  Limits reading = limits;
  if (found->deflated) {
    XL_TRY(inflated, detail::inflate_raw(bytes, limits));
    bytes = inflated;
    reading.let_go = {};  // these are not the caller's bytes
  }
  detail::Encoding encoding = found->encoding;
  // Some writers declare an explicit syntax and write implicit VR: the first element tells.
  if (encoding.explicit_vr && !encoding.big_endian && bytes.size() >= 8 && guess_syntax(bytes) == kImplicit &&
      group_at(bytes, 0) == 0x0008)
    encoding.explicit_vr = false;
  detail::Reader reader(bytes, reading);
  XL_TRY(DataSet out, reader.read(encoding));
  CharsetAccess::inherit(out, "");
  return out;
}

Result<File> parse_file(std::span<const uint8_t> bytes, const Limits& limits) {
  File file;
  file.had_preamble = starts_with_mark(bytes);
  size_t offset = file.had_preamble ? kPreamble + 4 : 0;
  if (!file.had_preamble && !looks_like_bare(bytes)) return Error(kNotDicom);
  const auto rest = bytes.subspan(offset);
  if (rest.size() >= 8 && group_at(rest, 0) == 0x0002) {
    const bool is_explicit = guess_syntax(rest) == kExplicit;
    detail::Reader reader(rest, limits);
    XL_TRY(file.meta, reader.read({is_explicit, false}, 0x0002));
    offset += reader.position();
    file.transfer_syntax = TransferSyntaxUid(file.meta.text({0x0002, 0x0010}));
  }
  file.data_set_offset = offset;
  const auto body = bytes.subspan(offset);
  if (file.transfer_syntax.empty())
    file.transfer_syntax = TransferSyntaxUid(std::string(body.size() >= 8 ? guess_syntax(body) : kExplicit));
  XL_TRY(file.data_set, parse_data_set(body, file.transfer_syntax, limits));
  return file;
}

}  // namespace xinglin::dicom
