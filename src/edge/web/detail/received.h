// What a machine sent, made readable for an engineer: a message as lines of text, a DICOM object as a list of
// its elements, anything else as bytes in hexadecimal. Used for what lies in quarantine, so it expects to
// meet nonsense: it never fails, and what it gives is bounded. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace xinglin::web::detail {

inline constexpr uint64_t kReceivedBytesMax = 64u
                                              << 20;  // larger objects are not read into memory to be shown

struct Received {
  std::string_view form = "hex";  // "text", "dicom", "hex"
  std::string content;            // UTF-8, lines end in LF
  size_t shown_bytes = 0;         // of the object; less than its size when only its beginning is shown
};

Received show_received(std::span<const uint8_t> bytes);

// "00000010  4d 53 48 7c ...  |MSH|...|", 16 bytes a line.
std::string hex_lines(std::span<const uint8_t> bytes);

}  // namespace xinglin::web::detail
