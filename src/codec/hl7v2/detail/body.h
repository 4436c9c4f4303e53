// What a Message holds: its UTF-8 text and where segments and fields begin.
#pragma once

#include "codec/hl7v2/message.h"

namespace xinglin::hl7v2 {

struct Message::Body {
  struct SegmentSpan {
    uint32_t begin = 0, end = 0;           // in text
    uint32_t first_start = 0, starts = 0;  // in `starts`
    int sequence = 1;
  };
  std::string text;
  Encoding encoding;
  Header header;
  std::vector<SegmentSpan> segments;
  // Per segment: where each field begins, relative to the segment, and one past its end as a last entry. For
  // MSH the first entry is MSH-2.
  std::vector<uint32_t> starts;
};

}  // namespace xinglin::hl7v2
