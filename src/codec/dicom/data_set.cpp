#include "codec/dicom/data_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "codec/dicom/detail/charset_access.h"
#include "codec/dicom/detail/text.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom {

namespace {

constexpr Tag kCharset{0x0008, 0x0005};

bool keeps_leading_spaces(std::string_view vr) {
  return vr == "ST" || vr == "LT" || vr == "UT" || vr == "UC";
}

bool reads_as_text(const Element& element) {
  const detail::VrInfo* vr = detail::find_vr(element.vr);
  return vr != nullptr && (vr->text || element.vr == "UN") && !element.skipped;
}

std::string_view view(const Element& element) {
  return {reinterpret_cast<const char*>(element.value.data()), element.value.size()};
}

uint64_t read_unsigned(const Element& element, size_t index, size_t unit) {
  uint64_t out = 0;
  for (size_t i = unit; i-- > 0;) out = (out << 8) | element.value[index * unit + i];
  return out;
}

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

void append_unsigned(std::vector<uint8_t>& out, uint64_t value, int unit) {
  for (int i = 0; i < unit; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// DS holds at most 16 characters (PS3.5 6.2): the most precise form that fits.
std::string format_decimal(double value) {
  std::array<char, 40> buffer;
  for (int precision = 16; precision >= 1; --precision) {
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                            std::chars_format::general, precision);
    if (error == std::errc() && end - buffer.data() <= 16) return {buffer.data(), end};
  }
  return "0";
}

}  // namespace

std::string Tag::str() const {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "(0000,0000)";
  for (size_t i = 0; i < 4; ++i) {
    out[1 + i] = kHex[(group >> (12 - 4 * i)) & 15];
    out[6 + i] = kHex[(element >> (12 - 4 * i)) & 15];
  }
  return out;
}

const Element* DataSet::find(Tag tag) const {
  const auto it = elements_.find(tag);
  return it == elements_.end() ? nullptr : &it->second;
}

std::string DataSet::charset() const {
  const Element* own = find(kCharset);
  if (own == nullptr || own->skipped) return inherited_charset_;
  return std::string(view(*own));
}

std::vector<std::string> DataSet::texts(Tag tag) const {
  const Element* element = find(tag);
  if (element == nullptr || !reads_as_text(*element) || element->value.empty()) return {};
  const detail::VrInfo& vr = *detail::find_vr(element->vr);
  std::string decoded =
      detail::is_ascii(view(*element)) && view(*element).find('\x1b') == std::string_view::npos
          ? std::string(view(*element))
          : detail::decode_text(view(*element), charset()).text;
  const bool trim_front = !keeps_leading_spaces(element->vr);
  if (!vr.multi) return {std::string(detail::trim_padding(decoded, trim_front))};
  return detail::split_values(decoded, trim_front);
}

std::string DataSet::text(Tag tag) const {
  auto values = texts(tag);
  return values.empty() ? std::string() : std::move(values.front());
}

std::optional<int64_t> DataSet::integer(Tag tag, size_t index) const {
  const Element* element = find(tag);
  if (element == nullptr || element->skipped) return std::nullopt;
  const std::string_view vr = element->vr;
  if (vr == "IS") {
    const auto values = texts(tag);
    if (index >= values.size()) return std::nullopt;
    std::string_view text = values[index];
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  }
  const size_t unit = vr == "US" || vr == "SS"   ? 2
                      : vr == "UL" || vr == "SL" ? 4
                      : vr == "UV" || vr == "SV" ? 8
                                                 : 0;
  if (unit == 0 || index >= element->value.size() / unit) return std::nullopt;
  const uint64_t raw = read_unsigned(*element, index, unit);
  if (vr == "SS") return static_cast<int16_t>(raw);
  if (vr == "SL") return static_cast<int32_t>(raw);
  return static_cast<int64_t>(raw);
}

std::optional<double> DataSet::number(Tag tag, size_t index) const {
  const Element* element = find(tag);
  if (element == nullptr || element->skipped) return std::nullopt;
  if (element->vr == "DS") {
    const auto values = texts(tag);
    return index < values.size() ? parse_number(values[index]) : std::nullopt;
  }
  if (element->vr == "FL" && index < element->value.size() / 4) {
    const double value = std::bit_cast<float>(static_cast<uint32_t>(read_unsigned(*element, index, 4)));
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  if (element->vr == "FD" && index < element->value.size() / 8) {
    const double value = std::bit_cast<double>(read_unsigned(*element, index, 8));
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  if (const auto value = integer(tag, index)) return static_cast<double>(*value);
  return std::nullopt;
}

std::span<const DataSet> DataSet::items(Tag tag) const {
  const Element* element = find(tag);
  return element == nullptr ? std::span<const DataSet>() : std::span<const DataSet>(element->items);
}

void DataSet::set_text(Tag tag, std::string_view vr, std::string_view utf8) {
  if (!detail::is_ascii(utf8) && !detail::is_utf8_set(charset())) convert_to_utf8();
  set_bytes(tag, vr, std::vector<uint8_t>(utf8.begin(), utf8.end()));
}

void DataSet::set_integer(Tag tag, std::string_view vr, std::initializer_list<int64_t> values) {
  std::vector<uint8_t> bytes;
  const detail::VrInfo* info = detail::find_vr(vr);
  for (const int64_t value : values) {
    if (vr == "IS") {
      const std::string text = (bytes.empty() ? "" : "\\") + std::to_string(value);
      bytes.insert(bytes.end(), text.begin(), text.end());
    } else if (vr == "AT") {  // 0xGGGGEEEE
      append_unsigned(bytes, static_cast<uint64_t>(value) >> 16 & 0xFFFF, 2);
      append_unsigned(bytes, static_cast<uint64_t>(value) & 0xFFFF, 2);
    } else {
      append_unsigned(bytes, static_cast<uint64_t>(value), info == nullptr ? 2 : info->unit);
    }
  }
  set_bytes(tag, vr, std::move(bytes));
}

void DataSet::set_number(Tag tag, std::string_view vr, std::initializer_list<double> values) {
  std::vector<uint8_t> bytes;
  for (const double value : values) {
    if (vr == "FL") {
      append_unsigned(bytes, std::bit_cast<uint32_t>(static_cast<float>(value)), 4);
    } else if (vr == "FD") {
      append_unsigned(bytes, std::bit_cast<uint64_t>(value), 8);
    } else {
      const std::string text = (bytes.empty() ? "" : "\\") + format_decimal(value);
      bytes.insert(bytes.end(), text.begin(), text.end());
    }
  }
  set_bytes(tag, vr, std::move(bytes));
}

void DataSet::set_bytes(Tag tag, std::string_view vr, std::vector<uint8_t> little_endian) {
  Element& element = elements_[tag];
  element = Element{};
  element.tag = tag;
  element.vr = std::string(vr);
  element.value = std::move(little_endian);
}

DataSet& DataSet::add_item(Tag tag) {
  Element& element = elements_[tag];
  element.tag = tag;
  element.vr = "SQ";
  element.value.clear();
  return element.items.emplace_back();
}

void DataSet::erase(Tag tag) {
  elements_.erase(tag);
}

bool DataSet::has_undecodable_text() const {
  const std::string terms = charset();
  for (const auto& [tag, element] : elements_) {
    const detail::VrInfo* vr = detail::find_vr(element.vr);
    if (vr != nullptr && vr->charset && !detail::decode_text(view(element), terms).exact) return true;
    for (const DataSet& item : element.items)
      if (item.has_undecodable_text()) return true;
  }
  return false;
}

void DataSet::convert_to_utf8() {
  const std::string terms = charset();
  for (auto& [tag, element] : elements_) {
    const detail::VrInfo* vr = detail::find_vr(element.vr);
    if (vr != nullptr && vr->charset && !element.skipped && !detail::is_ascii(view(element))) {
      const std::string text = detail::decode_text(view(element), terms).text;
      element.value.assign(text.begin(), text.end());
    }
    for (DataSet& item : element.items) item.convert_to_utf8();
  }
  inherited_charset_ = "ISO_IR 192";
  if (find(kCharset) != nullptr)
    set_bytes(kCharset, "CS", {'I', 'S', 'O', '_', 'I', 'R', ' ', '1', '9', '2'});
}

void CharsetAccess::inherit(DataSet& data_set, const std::string& terms) {
  data_set.inherited_charset_ = terms;
  const std::string own = data_set.charset();
  for (auto& [tag, element] : data_set.elements())
    for (DataSet& item : element.items) inherit(item, own);
}

}  // namespace xinglin::dicom
