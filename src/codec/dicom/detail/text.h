// Text values between DICOM character sets and UTF-8 (PS3.5 6.1, PS3.3 C.12.1.1.2). Private to codec/dicom.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xinglin::dicom::detail {

struct Decoded {
  std::string text;
  bool exact = true;  // false: the declared set is unknown here or the bytes break it; read as Latin-1
};

// `terms` is the value of (0008,0005), several joined by '\'. Escape sequences of ISO 2022 are taken out.
Decoded decode_text(std::string_view bytes, std::string_view terms);
bool is_utf8_set(std::string_view terms);
bool is_ascii(std::string_view bytes);
// Splits at '\' and removes padding; `trim_front` also removes leading spaces.
std::vector<std::string> split_values(std::string_view text, bool trim_front);
std::string_view trim_padding(std::string_view text, bool trim_front);

}  // namespace xinglin::dicom::detail
