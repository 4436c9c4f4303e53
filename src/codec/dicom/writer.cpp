#include <algorithm>
#include <array>

#include "codec/dicom/data_set.h"
#include "codec/dicom/detail/text.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom {

namespace {

using Bytes = std::vector<uint8_t>;

constexpr Tag kCharset{0x0008, 0x0005}, kSopClass{0x0008, 0x0016}, kSopInstance{0x0008, 0x0018};
constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

void put16(Bytes& out, uint16_t v) {
  out.insert(out.end(), {static_cast<uint8_t>(v), static_cast<uint8_t>(v >> 8)});
}
void put32(Bytes& out, uint32_t v) {
  put16(out, static_cast<uint16_t>(v));
  put16(out, static_cast<uint16_t>(v >> 16));
}
void put_tag(Bytes& out, Tag tag) {
  put16(out, tag.group);
  put16(out, tag.element);
}

void put_header(Bytes& out, Tag tag, std::string_view vr, uint32_t length, bool long_length) {
  put_tag(out, tag);
  out.insert(out.end(), vr.begin(), vr.end());
  if (long_length) {
    put16(out, 0);
    put32(out, length);
  } else {
    put16(out, static_cast<uint16_t>(length));
  }
}

void put_value(Bytes& out, Tag tag, std::string_view vr, std::span<const uint8_t> value) {
  const detail::VrInfo* info = detail::find_vr(vr);
  if (info == nullptr) info = detail::find_vr("UN");
  const size_t padded = value.size() + (value.size() & 1);
  // A value too long for the short form goes as UN, which has the long form (PS3.5 6.2.2 note 5).
  const bool overflows = !info->long_length && padded > 0xFFFE;
  put_header(out, tag, overflows ? "UN" : info->name, static_cast<uint32_t>(padded),
             info->long_length || overflows);
  out.insert(out.end(), value.begin(), value.end());
  if (value.size() & 1) out.push_back(info->text && vr != "UI" ? ' ' : '\0');
}

void put_text(Bytes& out, Tag tag, std::string_view vr, std::string_view text) {
  put_value(out, tag, vr, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

bool needs_charset(const DataSet& data_set) {
  for (const auto& [tag, element] : data_set.elements()) {
    const detail::VrInfo* vr = detail::find_vr(element.vr);
    const std::string_view value(reinterpret_cast<const char*>(element.value.data()), element.value.size());
    if (vr != nullptr && vr->charset && !detail::is_ascii(value)) return true;
    for (const DataSet& item : element.items)
      if (needs_charset(item)) return true;
  }
  return false;
}

void write_elements(Bytes& out, const DataSet& data_set, const std::string& outer_charset);

void write_sequence(Bytes& out, const Element& element, const std::string& charset) {
  put_header(out, element.tag, "SQ", 0, true);
  const size_t length_at = out.size() - 4;
  for (const DataSet& item : element.items) {
    put_tag(out, {0xFFFE, 0xE000});
    put32(out, 0);
    const size_t start = out.size();
    write_elements(out, item, charset);
    const auto length = static_cast<uint32_t>(out.size() - start);
    for (size_t i = 0; i < 4; ++i) out[start - 4 + i] = static_cast<uint8_t>(length >> (8 * i));
  }
  const auto length = static_cast<uint32_t>(out.size() - length_at - 4);
  for (size_t i = 0; i < 4; ++i) out[length_at + i] = static_cast<uint8_t>(length >> (8 * i));
}

void write_element(Bytes& out, const Element& element, const std::string& charset) {
  if (element.skipped) return;  // its value was never read
  if (element.vr == "SQ") {
    write_sequence(out, element, charset);
  } else if (element.encapsulated) {
    put_header(out, element.tag, element.vr, 0xFFFFFFFF, true);
    out.insert(out.end(), element.value.begin(), element.value.end());
    put_tag(out, {0xFFFE, 0xE0DD});
    put32(out, 0);
  } else {
    put_value(out, element.tag, element.vr, element.value);
  }
}

// An item says its character set only where it is not that of the data set around it.
void write_elements(Bytes& out, const DataSet& data_set, const std::string& outer_charset) {
  const std::string charset = data_set.charset();
  bool declare = charset != outer_charset && data_set.find(kCharset) == nullptr && needs_charset(data_set);
  for (const auto& [tag, element] : data_set.elements()) {
    if (tag.element == 0 || tag.group < 0x0004 || tag.group == 0xFFFE)
      continue;  // group lengths, meta information
    if (declare && tag > kCharset) {
      put_text(out, kCharset, "CS", charset);
      declare = false;
    }
    write_element(out, element, charset);
  }
}

}  // namespace

std::vector<uint8_t> write_data_set(const DataSet& data_set) {
  Bytes out;
  write_elements(out, data_set, "");
  return out;
}

std::vector<uint8_t> write_meta(const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
                                const TransferSyntaxUid& syntax, std::string_view source_ae) {
  Bytes group;
  put_value(group, {0x0002, 0x0001}, "OB", std::array<uint8_t, 2>{0, 1});
  put_text(group, {0x0002, 0x0002}, "UI", sop_class.str());
  put_text(group, {0x0002, 0x0003}, "UI", sop_instance.str());
  put_text(group, {0x0002, 0x0010}, "UI", syntax.str());
  put_text(group, {0x0002, 0x0012}, "UI", kImplementationClassUid);
  put_text(group, {0x0002, 0x0013}, "SH", kImplementationVersionName);
  if (!source_ae.empty()) put_text(group, {0x0002, 0x0016}, "AE", source_ae);
  Bytes out(128, 0);
  out.insert(out.end(), {'D', 'I', 'C', 'M'});
  put_header(out, {0x0002, 0x0000}, "UL", 4, false);
  put32(out, static_cast<uint32_t>(group.size()));
  out.insert(out.end(), group.begin(), group.end());
  return out;
}

std::vector<uint8_t> write_file(const DataSet& data_set) {
  Bytes out = write_meta(SopClassUid(data_set.text(kSopClass)), SopInstanceUid(data_set.text(kSopInstance)),
                         TransferSyntaxUid(std::string(kExplicitLittle)), "");
  const Bytes body = write_data_set(data_set);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

}  // namespace xinglin::dicom
