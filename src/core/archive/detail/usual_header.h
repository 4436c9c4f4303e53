// Attributes with their frequent values, as the DICOM JSON of images has them: the dictionary that the header
// of each series is packed against. Every archive depends on it: the text must never change. Private to
// core/archive.
#pragma once

#include <string_view>

namespace xinglin::archive {

extern const std::string_view kUsualHeader;

}  // namespace xinglin::archive
