// Writing of identifiers: implicit little endian, explicit little and big endian, text in the character set
// of who asked.
#include <algorithm>
#include <optional>

#include "base/charset.h"
#include "edge/dimse/detail/identifier.h"

namespace xinglin::dimse {

namespace {

using charset::Charset;

constexpr dicom::Tag kCharset{0x0008, 0x0005};

struct Coding {
  bool explicit_vr = true, big_endian = false;
  std::optional<Charset> charset;  // nothing: text stays as it is
};

bool follows_charset(std::string_view vr) {
  constexpr std::string_view kVrs[] = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"};
  return std::find(std::begin(kVrs), std::end(kVrs), vr) != std::end(kVrs);
}

bool has_long_length(std::string_view vr) {
  constexpr std::string_view kVrs[] = {"SQ", "UC", "UN", "UR", "UT", "SV", "UV"};
  return vr[0] == 'O' || std::find(std::begin(kVrs), std::end(kVrs), vr) != std::end(kVrs);
}

size_t unit_of(std::string_view vr) {
  if (vr == "US" || vr == "SS" || vr == "AT" || vr == "OW") return 2;
  if (vr == "UL" || vr == "SL" || vr == "FL" || vr == "OF" || vr == "OL") return 4;
  return vr == "FD" || vr == "OD" || vr == "SV" || vr == "UV" || vr == "OV" ? 8 : 1;
}

class Writer {
public:
  explicit Writer(const Coding& coding) : coding_(coding) {}

  Result<void> write(const dicom::DataSet& data_set) {
    for (const auto& [tag, element] : data_set.elements()) {
      if (tag.element == 0) continue;  // lengths of groups would no longer be true
      if (element.vr == "SQ")
        XL_CHECK(write_sequence(tag, element));
      else
        XL_CHECK(write_value(tag, element));
    }
    return {};
  }
  std::vector<uint8_t> take() { return std::move(out_); }

private:
  void put(uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i)
      out_.push_back(static_cast<uint8_t>(value >> 8 * (coding_.big_endian ? bytes - 1 - i : i)));
  }
  void put_header(dicom::Tag tag, std::string_view vr, size_t length) {
    put(tag.group, 2);
    put(tag.element, 2);
    if (!coding_.explicit_vr) return put(length, 4);
    out_.insert(out_.end(), vr.begin(), vr.end());
    if (!has_long_length(vr)) return put(length, 2);
    put(0, 2);
    put(length, 4);
  }
  Result<void> write_value(dicom::Tag tag, const dicom::Element& element) {
    std::vector<uint8_t> value = element.value;
    if (coding_.charset && follows_charset(element.vr)) {
      const std::string_view utf8(reinterpret_cast<const char*>(value.data()), value.size());
      XL_TRY(const std::string text, charset::from_utf8(utf8, *coding_.charset));
      value.assign(text.begin(), text.end());
    }
    const size_t unit = coding_.big_endian ? unit_of(element.vr) : 1;
    for (size_t at = 0; at + unit <= value.size() && unit > 1; at += unit)
      std::reverse(value.begin() + static_cast<ptrdiff_t>(at),
                   value.begin() + static_cast<ptrdiff_t>(at + unit));
    if (value.size() & 1) value.push_back(element.vr == "UI" || element.vr[0] == 'O' ? 0 : ' ');
    // A value too long for the short form goes as UN, which has the long form (PS3.5 6.2.2 note 5).
    const bool overflows = value.size() > 0xFFFE && !has_long_length(element.vr);
    put_header(tag, overflows ? "UN" : element.vr, value.size());
    out_.insert(out_.end(), value.begin(), value.end());
    return {};
  }
  Result<void> write_sequence(dicom::Tag tag, const dicom::Element& element) {
    Writer content(coding_);
    for (const dicom::DataSet& item : element.items) {
      Writer inner(coding_);
      XL_CHECK(inner.write(item));
      const std::vector<uint8_t> bytes = inner.take();
      content.put(0xFFFE, 2);
      content.put(0xE000, 2);
      content.put(bytes.size(), 4);
      content.out_.insert(content.out_.end(), bytes.begin(), bytes.end());
    }
    put_header(tag, "SQ", content.out_.size());
    out_.insert(out_.end(), content.out_.begin(), content.out_.end());
    return {};
  }

  Coding coding_;
  std::vector<uint8_t> out_;
};

Coding coding_of(const std::string& transfer_syntax) {
  return {.explicit_vr = transfer_syntax != "1.2.840.10008.1.2",
          .big_endian = transfer_syntax == "1.2.840.10008.1.2.2",
          .charset = std::nullopt};
}

struct Term {
  std::string_view name;
  Charset charset;
};
// The one term asked for and the one that can say everything.
std::vector<Term> terms_for(const std::string& asked) {
  std::vector<Term> out = {{"", Charset::Ascii}};
  for (const Term& term :
       {Term{"GB18030", Charset::Gb18030}, {"GBK", Charset::Gbk}, {"ISO_IR 100", Charset::Latin1}})
    if (term.name == asked) out.push_back(term);
  out.push_back({"ISO_IR 192", Charset::Utf8});
  return out;
}

}  // namespace

std::vector<uint8_t> encode_identifier(const dicom::DataSet& data_set, const std::string& transfer_syntax,
                                       const std::string& charset) {
  Coding coding = coding_of(transfer_syntax);
  for (const Term& term : terms_for(charset)) {
    coding.charset = term.charset;
    dicom::DataSet said = data_set;
    if (!term.name.empty()) said.set_text(kCharset, "CS", term.name);
    Writer writer(coding);
    if (writer.write(said).ok()) return writer.take();
  }
  return {};  // not UTF-8 within: the index holds none such
}

std::vector<uint8_t> rewrite(const dicom::DataSet& data_set, const std::string& transfer_syntax) {
  Writer writer(coding_of(transfer_syntax));
  const auto written = writer.write(data_set);
  return written.ok() ? writer.take() : std::vector<uint8_t>();
}

}  // namespace xinglin::dimse
