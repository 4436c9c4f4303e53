// Bytes of data sets, put together by hand in any encoding, for tests and fuzz seeds.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace xinglin::dicom::test {

class Build {
public:
  explicit Build(bool explicit_vr = true, bool big = false) : explicit_vr_(explicit_vr), big_(big) {}

  Build& u16(unsigned v) {
    const auto low = static_cast<uint8_t>(v), high = static_cast<uint8_t>(v >> 8);
    if (big_) {
      bytes_.insert(bytes_.end(), {high, low});
    } else {
      bytes_.insert(bytes_.end(), {low, high});
    }
    return *this;
  }
  Build& u32(uint32_t v) { return big_ ? u16(v >> 16).u16(v & 0xFFFF) : u16(v & 0xFFFF).u16(v >> 16); }
  Build& raw(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  Build& header(unsigned group, unsigned element, std::string_view vr, uint32_t length) {
    u16(group).u16(element);
    if (!explicit_vr_) return u32(length);
    raw(vr);
    const bool is_long = vr == "SQ" || vr == "OB" || vr == "OW" || vr == "UN" || vr == "UT" || vr == "UC";
    return is_long ? u16(0).u32(length) : u16(length);
  }
  Build& text(unsigned group, unsigned element, std::string_view vr, std::string_view value) {
    return header(group, element, vr, static_cast<uint32_t>(value.size())).raw(value);
  }
  Build& item(uint32_t length = 0xFFFFFFFF) { return u16(0xFFFE).u16(0xE000).u32(length); }
  Build& item_end() { return u16(0xFFFE).u16(0xE00D).u32(0); }
  Build& sequence_end() { return u16(0xFFFE).u16(0xE0DD).u32(0); }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

private:
  bool explicit_vr_, big_;
  std::vector<uint8_t> bytes_;
};

}  // namespace xinglin::dicom::test
