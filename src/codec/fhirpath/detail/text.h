// UTF-8 texts by character: lengths and places of FHIRPath count code points, not bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinglin::fhirpath::detail {

void append_utf8(std::string& out, uint32_t code_point);
size_t count_characters(std::string_view text);
// The byte at which the nth character starts; the text's size when it has fewer.
size_t byte_of_character(std::string_view text, size_t nth);
size_t character_bytes(std::string_view text, size_t at);    // of the character that starts there
std::optional<uint32_t> hex_value(std::string_view digits);  // nullopt: empty or not hexadecimal
bool is_ascii(std::string_view text);

}  // namespace xinglin::fhirpath::detail
