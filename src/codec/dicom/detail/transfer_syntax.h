// How each transfer syntax of the standard codes a data set. Private to codec/dicom.
#pragma once

#include <optional>
#include <string_view>

#include "codec/dicom/detail/reader.h"

namespace xinglin::dicom::detail {

struct Syntax {
  Encoding encoding;
  bool deflated = false;
};
// Every syntax but the four named in PS3.5 A.1 to A.5 is explicit VR little endian around encapsulated pixel
// data.
std::optional<Syntax> syntax_of(std::string_view uid);

}  // namespace xinglin::dicom::detail
