#include <algorithm>
#include <array>

#include "codec/dicom/data_set.h"
#include "codec/dicom/deflate.h"
#include "codec/dicom/detail/text.h"
#include "codec/dicom/detail/transfer_syntax.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom {

namespace {

using Bytes = std::vector<uint8_t>;
using detail::Encoding;

constexpr Tag kCharset{0x0008, 0x0005}, kSopClass{0x0008, 0x0016}, kSopInstance{0x0008, 0x0018};
constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

constexpr Encoding kExplicitLittleEndian{true, false};

// Numbers, headers and values in one encoding, appended to one run of bytes.
class Writer {
public:
  explicit Writer(Encoding encoding) : encoding_(encoding) {}

  void put16(uint16_t v) {
    const auto low = static_cast<uint8_t>(v), high = static_cast<uint8_t>(v >> 8);
    if (encoding_.big_endian) {
      out_.insert(out_.end(), {high, low});
    } else {
      out_.insert(out_.end(), {low, high});
    }
  }
  void put32(uint32_t v) {
    put16(static_cast<uint16_t>(encoding_.big_endian ? v >> 16 : v));
    put16(static_cast<uint16_t>(encoding_.big_endian ? v : v >> 16));
  }
  void put_tag(Tag tag) {
    put16(tag.group);
    put16(tag.element);
  }
  void put_header(Tag tag, std::string_view vr, uint32_t length, bool long_length) {
    put_tag(tag);
    if (!encoding_.explicit_vr) return put32(length);
    out_.insert(out_.end(), vr.begin(), vr.end());
    if (!long_length) return put16(static_cast<uint16_t>(length));
    put16(0);
    put32(length);
  }
  void put_value(Tag tag, std::string_view vr, std::span<const uint8_t> value);
  void put_text(Tag tag, std::string_view vr, std::string_view text) {
    put_value(tag, vr, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }
  void put_raw(std::span<const uint8_t> bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  // Writes the number of bytes since `start` into the length that ends at `start`.
  void close_length(size_t start) {
    const auto length = static_cast<uint32_t>(out_.size() - start);
    for (size_t i = 0; i < 4; ++i)
      out_[start - 4 + i] = static_cast<uint8_t>(length >> (8 * (encoding_.big_endian ? 3 - i : i)));
  }
  size_t size() const { return out_.size(); }
  Bytes take() { return std::move(out_); }

private:
  Encoding encoding_;
  Bytes out_;
};

void Writer::put_value(Tag tag, std::string_view vr, std::span<const uint8_t> value) {
  const detail::VrInfo* info = detail::find_vr(vr);
  if (info == nullptr) info = detail::find_vr("UN");
  const size_t padded = value.size() + (value.size() & 1);
  // A value too long for the short form goes as UN, which has the long form (PS3.5 6.2.2 note 5).
  const bool overflows = !info->long_length && padded > 0xFFFE;
  put_header(tag, overflows ? "UN" : info->name, static_cast<uint32_t>(padded),
             info->long_length || overflows);
  const size_t start = out_.size();
  put_raw(value);
  if (value.size() & 1) out_.push_back(info->text && vr != "UI" ? ' ' : '\0');
  const auto unit = static_cast<size_t>(info->unit);
  if (!encoding_.big_endian || unit < 2) return;
  for (size_t at = start; at + unit <= out_.size(); at += unit)
    std::reverse(out_.begin() + static_cast<std::ptrdiff_t>(at),
                 out_.begin() + static_cast<std::ptrdiff_t>(at + unit));
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

void write_elements(Writer& out, const DataSet& data_set, const std::string& outer_charset);

void write_sequence(Writer& out, const Element& element, const std::string& charset) {
  out.put_header(element.tag, "SQ", 0, true);
  const size_t sequence_start = out.size();
  for (const DataSet& item : element.items) {
    out.put_tag({0xFFFE, 0xE000});
    out.put32(0);
    const size_t start = out.size();
    write_elements(out, item, charset);
    out.close_length(start);
  }
  out.close_length(sequence_start);
}

void write_element(Writer& out, const Element& element, const std::string& charset) {
  if (element.skipped) return;  // its value was never read
  if (element.vr == "SQ") {
    write_sequence(out, element, charset);
  } else if (element.encapsulated) {
    out.put_header(element.tag, element.vr, 0xFFFFFFFF, true);
    out.put_raw(element.value);
    out.put_tag({0xFFFE, 0xE0DD});
    out.put32(0);
  } else {
    out.put_value(element.tag, element.vr, element.value);
  }
}

// An item says its character set only where it is not that of the data set around it.
void write_elements(Writer& out, const DataSet& data_set, const std::string& outer_charset) {
  const std::string charset = data_set.charset();
  bool declare = charset != outer_charset && data_set.find(kCharset) == nullptr && needs_charset(data_set);
  for (const auto& [tag, element] : data_set.elements()) {
    if (tag.element == 0 || tag.group < 0x0004 || tag.group == 0xFFFE)
      continue;  // group lengths, meta information
    if (declare && tag > kCharset) {
      out.put_text(kCharset, "CS", charset);
      declare = false;
    }
    write_element(out, element, charset);
  }
}

}  // namespace

std::vector<uint8_t> write_data_set(const DataSet& data_set) {
  Writer out(kExplicitLittleEndian);
  write_elements(out, data_set, "");
  return out.take();
}

Result<std::vector<uint8_t>> write_data_set(const DataSet& data_set, const TransferSyntaxUid& syntax) {
  const auto found = detail::syntax_of(syntax.str());
  if (!found) return Error(kBadTransferSyntax);
  Writer out(found->encoding);
  write_elements(out, data_set, "");
  if (!found->deflated) return out.take();
  XL_TRY(Bytes deflated, deflate(out.take()));
  if (deflated.size() & 1) deflated.push_back(0);
  return deflated;
}

std::vector<uint8_t> write_meta(const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
                                const TransferSyntaxUid& syntax, std::string_view source_ae) {
  Writer group(kExplicitLittleEndian);
  group.put_value({0x0002, 0x0001}, "OB", std::array<uint8_t, 2>{0, 1});
  group.put_text({0x0002, 0x0002}, "UI", sop_class.str());
  group.put_text({0x0002, 0x0003}, "UI", sop_instance.str());
  group.put_text({0x0002, 0x0010}, "UI", syntax.str());
  group.put_text({0x0002, 0x0012}, "UI", kImplementationClassUid);
  group.put_text({0x0002, 0x0013}, "SH", kImplementationVersionName);
  if (!source_ae.empty()) group.put_text({0x0002, 0x0016}, "AE", source_ae);
  Writer out(kExplicitLittleEndian);
  out.put_raw(std::array<uint8_t, 128>{});
  out.put_raw(std::array<uint8_t, 4>{'D', 'I', 'C', 'M'});
  out.put_header({0x0002, 0x0000}, "UL", 4, false);
  out.put32(static_cast<uint32_t>(group.size()));
  out.put_raw(group.take());
  return out.take();
}

std::vector<uint8_t> write_file(const DataSet& data_set) {
  Bytes out = write_meta(SopClassUid(data_set.text(kSopClass)), SopInstanceUid(data_set.text(kSopInstance)),
                         TransferSyntaxUid(std::string(kExplicitLittle)), "");
  const Bytes body = write_data_set(data_set);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Result<std::vector<uint8_t>> write_file(const DataSet& data_set, const TransferSyntaxUid& syntax) {
  XL_TRY(const Bytes body, write_data_set(data_set, syntax));
  Bytes out = write_meta(SopClassUid(data_set.text(kSopClass)), SopInstanceUid(data_set.text(kSopInstance)),
                         syntax, "");
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

}  // namespace xinglin::dicom
