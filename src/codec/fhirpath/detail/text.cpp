#include "codec/fhirpath/detail/text.h"

#include <algorithm>
#include <charconv>

namespace xinglin::fhirpath::detail {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

void append_utf8(std::string& out, uint32_t code_point) {
  const auto byte = [&out](uint32_t v) { out.push_back(static_cast<char>(static_cast<unsigned char>(v))); };
  if (code_point < 0x80) return byte(code_point);
  if (code_point < 0x800) {
    byte(0xC0U | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      byte(0xE0U | (code_point >> 12));
    } else {
      byte(0xF0U | (code_point >> 18));
      byte(0x80U | ((code_point >> 12) & 0x3FU));
    }
    byte(0x80U | ((code_point >> 6) & 0x3FU));
  }
  byte(0x80U | (code_point & 0x3FU));
}

size_t count_characters(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), continues));
}

size_t character_bytes(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && continues(text[end])) ++end;
  return end - at;
}

size_t byte_of_character(std::string_view text, size_t nth) {
  size_t at = 0;
  for (; nth > 0 && at < text.size(); --nth) at += character_bytes(text, at);
  return at;
}

std::optional<uint32_t> hex_value(std::string_view digits) {
  uint32_t value = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (failed != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return value;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

}  // namespace xinglin::fhirpath::detail
