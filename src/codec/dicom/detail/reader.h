// The data set reader: one pass over a span, every length checked against what surrounds it, depth and counts
// bounded. Private to codec/dicom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "codec/dicom/data_set.h"

namespace xinglin::dicom::detail {

struct Encoding {
  bool explicit_vr = true;
  bool big_endian = false;
};

// No limit may let the recursion over sequences exhaust a thread's stack.
inline constexpr size_t kDepthCeiling = 64;

class Reader {
public:
  Reader(std::span<const uint8_t> bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {}

  // Elements from `position()` to the end of the span. With `only_group` set, stops before the first other
  // group.
  Result<DataSet> read(Encoding encoding, int only_group = -1);
  size_t position() const { return position_; }

private:
  struct Header {
    Tag tag;
    char vr[3] = {'U', 'N', 0};
    uint32_t length = 0;
  };
  // Where a run of elements ends: at `end`, or earlier at an item delimiter when `delimited`.
  struct Extent {
    size_t end;
    bool delimited;
  };
  Result<Header> read_header(Encoding encoding, size_t end);
  Result<void> read_explicit_vr(Header& header, Encoding encoding, size_t end);
  Result<void> read_elements(DataSet& out, Encoding encoding, Extent extent, size_t depth, int only_group);
  Result<void> read_value(Element& element, uint32_t length, Encoding encoding, size_t end, size_t depth);
  Result<void> read_sequence(Element& element, uint32_t length, Encoding encoding, size_t end, size_t depth);
  Result<void> read_fragments(Element& element, Encoding encoding, size_t end, bool keep);
  Result<void> keep_bytes(Element& element, size_t length, Encoding encoding);
  Error fail(const ErrorCode& code, Tag tag, const char* what) const;

  uint16_t u16(size_t at, bool big) const;
  uint32_t u32(size_t at, bool big) const;
  Tag tag_at(size_t at, bool big) const { return {u16(at, big), u16(at + 2, big)}; }

  std::span<const uint8_t> bytes_;
  const Limits& limits_;
  size_t position_ = 0;
  size_t elements_ = 0, items_ = 0;
  bool signed_pixels_ = false;
};

}  // namespace xinglin::dicom::detail
