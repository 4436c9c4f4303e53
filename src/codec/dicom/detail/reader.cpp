#include "codec/dicom/detail/reader.h"

#include <algorithm>

#include "codec/dicom/detail/dictionary.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom::detail {

namespace {

constexpr uint32_t kUndefined = 0xFFFFFFFF;
constexpr Tag kItem{0xFFFE, 0xE000}, kItemEnd{0xFFFE, 0xE00D}, kSequenceEnd{0xFFFE, 0xE0DD};
constexpr Tag kPixelRepresentation{0x0028, 0x0103};

bool is_pixel_data(Tag tag) {
  return tag.group == 0x7FE0;
}

// Elements whose VR is "US or SS" by PixelRepresentation (PS3.6): the dictionary says US.
bool follows_pixel_sign(Tag tag) {
  if (tag.group != 0x0028) return false;
  const uint16_t e = tag.element;
  return (e >= 0x0106 && e <= 0x0111) || e == 0x0120 || e == 0x0121;
}

void swap_units(std::vector<uint8_t>& value, size_t unit) {
  if (unit < 2) return;
  for (size_t i = 0; i + unit <= value.size(); i += unit) std::reverse(&value[i], &value[i] + unit);
}

}  // namespace

uint16_t Reader::u16(size_t at, bool big) const {
  const int a = bytes_[at], b = bytes_[at + 1];
  return static_cast<uint16_t>(big ? (a << 8) | b : (b << 8) | a);
}

uint32_t Reader::u32(size_t at, bool big) const {
  const uint32_t a = u16(at, big), b = u16(at + 2, big);
  return big ? (a << 16) | b : (b << 16) | a;
}

Error Reader::fail(const ErrorCode& code, Tag tag, const char* what) const {
  return {code, std::string(what) + " at " + tag.str() + ", byte " + std::to_string(position_)};
}

Result<DataSet> Reader::read(Encoding encoding, int only_group) {
  DataSet out;
  XL_CHECK(read_elements(out, encoding, {bytes_.size(), false}, 0, only_group));
  return out;
}

Result<Reader::Header> Reader::read_header(Encoding encoding, size_t end) {
  Header header;
  if (end - position_ < 8) return fail(kTruncated, header.tag, "the bytes end inside an element header");
  header.tag = tag_at(position_, encoding.big_endian);
  if (header.tag.group == 0xFFFE) {
    header.length = u32(position_ + 4, encoding.big_endian);
    position_ += 8;
    return header;
  }
  if (encoding.explicit_vr) {
    XL_CHECK(read_explicit_vr(header, encoding, end));
    return header;
  }
  const std::string_view vr = vr_of(header.tag);
  std::copy(vr.begin(), vr.end(), header.vr);
  if (signed_pixels_ && vr == "US" && follows_pixel_sign(header.tag)) std::copy_n("SS", 2, header.vr);
  header.length = u32(position_ + 4, false);
  if (header.length == kUndefined && vr == "UN") std::copy_n("SQ", 2, header.vr);
  position_ += 8;
  return header;
}

Result<void> Reader::read_explicit_vr(Header& header, Encoding encoding, size_t end) {
  header.vr[0] = static_cast<char>(bytes_[position_ + 4]);
  header.vr[1] = static_cast<char>(bytes_[position_ + 5]);
  const VrInfo* vr = find_vr(header.vr);
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (vr == nullptr && !(is_upper(header.vr[0]) && is_upper(header.vr[1])))
    return fail(kBadVr, header.tag, "no value representation of the standard");
  if (vr != nullptr && !vr->long_length) {
    header.length = u16(position_ + 6, encoding.big_endian);
    position_ += 8;
    return {};
  }
  // A VR of a later edition has the long form too (PS3.5 7.1.2) and is kept as UN.
  if (end - position_ < 12) return fail(kTruncated, header.tag, "the bytes end inside an element header");
  if (vr == nullptr) std::copy_n("UN", 2, header.vr);
  header.length = u32(position_ + 8, encoding.big_endian);
  position_ += 12;
  return {};
}

Result<void> Reader::read_elements(DataSet& out, Encoding encoding, Extent extent, size_t depth,
                                   int only_group) {
  while (position_ < extent.end) {
    if (only_group >= 0 && extent.end - position_ >= 2 && u16(position_, encoding.big_endian) != only_group)
      return {};
    XL_TRY(Header header, read_header(encoding, extent.end));
    if (header.tag == kItemEnd && extent.delimited) return {};
    if (header.tag.group == 0xFFFE)
      return fail(kBadLength, header.tag, "an item mark outside of its sequence");
    if (++elements_ > limits_.elements_max) return fail(kTooMany, header.tag, "too many elements");
    Element element;
    element.tag = header.tag;
    element.vr = header.vr;
    XL_CHECK(read_value(element, header.length, encoding, extent.end, depth));
    if (header.tag == kPixelRepresentation && !element.value.empty()) signed_pixels_ = element.value[0] == 1;
    if (element.skipped && is_pixel_data(header.tag) && limits_.stop_at_pixel_data) element.value.clear();
    out.elements().emplace(header.tag, std::move(element));  // of a repeated tag the first is kept
  }
  if (extent.delimited) return fail(kTruncated, kItemEnd, "an item of undefined length has no end");
  return {};
}

Result<void> Reader::read_value(Element& element, uint32_t length, Encoding encoding, size_t end,
                                size_t depth) {
  const bool pixel_data = is_pixel_data(element.tag) && depth == 0;
  if (element.vr == "SQ") return read_sequence(element, length, encoding, end, depth);
  if (length == kUndefined) {
    // UN of undefined length holds implicit VR little endian items (PS3.5 6.2.2 note 2).
    if (element.vr == "UN") {
      element.vr = "SQ";
      return read_sequence(element, length, {false, false}, end, depth);
    }
    if (element.vr == "OB" || element.vr == "OW")
      return read_fragments(element, encoding, end, !(pixel_data && limits_.stop_at_pixel_data));
    return fail(kBadLength, element.tag, "an undefined length is not allowed");
  }
  if (length > end - position_) return fail(kTruncated, element.tag, "a value is longer than what is left");
  if (pixel_data && limits_.stop_at_pixel_data) {
    element.skipped = true;
    element.offset = position_;
    element.declared_length = length;
    position_ += length;
    return {};
  }
  return keep_bytes(element, length, encoding);
}

Result<void> Reader::keep_bytes(Element& element, size_t length, Encoding encoding) {
  element.declared_length = length;
  if (length > limits_.value_bytes_kept) {
    element.skipped = true;
    element.offset = position_;
  } else {
    const auto bytes = bytes_.subspan(position_, length);
    element.value.assign(bytes.begin(), bytes.end());
    const VrInfo* vr = find_vr(element.vr);
    if (encoding.big_endian && vr != nullptr) swap_units(element.value, static_cast<size_t>(vr->unit));
  }
  position_ += length;
  return {};
}

Result<void> Reader::read_sequence(Element& element, uint32_t length, Encoding encoding, size_t end,
                                   size_t depth) {
  if (depth + 1 > std::min(limits_.depth_max, kDepthCeiling))
    return fail(kTooDeep, element.tag, "sequences are nested too deeply");
  const bool delimited = length == kUndefined;
  if (!delimited && length > end - position_)
    return fail(kTruncated, element.tag, "a sequence is longer than what is left");
  const size_t sequence_end = delimited ? end : position_ + length;
  while (position_ < sequence_end) {
    if (sequence_end - position_ < 8)
      return fail(kTruncated, element.tag, "a sequence ends inside an item header");
    const Tag tag = tag_at(position_, encoding.big_endian);
    const uint32_t item_length = u32(position_ + 4, encoding.big_endian);
    position_ += 8;
    if (tag == kSequenceEnd && delimited) return {};
    if (tag != kItem) return fail(kBadLength, element.tag, "a sequence holds something that is not an item");
    if (++items_ > limits_.items_max) return fail(kTooMany, element.tag, "too many items");
    const bool item_delimited = item_length == kUndefined;
    if (!item_delimited && item_length > sequence_end - position_)
      return fail(kTruncated, element.tag, "an item is longer than its sequence");
    DataSet& item = element.items.emplace_back();
    const Extent extent{item_delimited ? sequence_end : position_ + item_length, item_delimited};
    XL_CHECK(read_elements(item, encoding, extent, depth + 1, -1));
  }
  if (delimited) return fail(kTruncated, element.tag, "a sequence of undefined length has no end");
  return {};
}

Result<void> Reader::read_fragments(Element& element, Encoding encoding, size_t end, bool keep) {
  element.encapsulated = true;
  const size_t start = position_;
  const LetGo none;
  Passing passing(bytes_.subspan(start), keep ? none : limits_.let_go);
  for (;;) {
    if (end - position_ < 8) return fail(kTruncated, element.tag, "encapsulated data has no end");
    const Tag tag = tag_at(position_, encoding.big_endian);
    const uint32_t length = u32(position_ + 4, encoding.big_endian);
    if (tag == kSequenceEnd) break;
    if (tag != kItem || length == kUndefined)
      return fail(kBadLength, element.tag, "encapsulated data holds something that is not a fragment");
    position_ += 8;
    if (length > end - position_)
      return fail(kTruncated, element.tag, "a fragment is longer than what is left");
    position_ += length;
    passing.at(position_ - start);
  }
  element.declared_length = position_ - start;
  if (keep && element.declared_length <= limits_.value_bytes_kept) {
    const auto bytes = bytes_.subspan(start, element.declared_length);
    element.value.assign(bytes.begin(), bytes.end());
  } else {
    element.skipped = true;
    element.offset = start;
  }
  position_ += 8;
  return {};
}

}  // namespace xinglin::dicom::detail
