#include "codec/dicom/detail/text.h"

#include <algorithm>

#include "base/charset.h"

namespace xinglin::dicom::detail {

namespace {

std::string latin1_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::string without_escapes(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\x1b') {
      out += bytes[i];
      continue;
    }
    // ESC, any number of intermediate bytes 2/0 to 2/15, one final byte (ISO 2022).
    size_t j = i + 1;
    while (j < bytes.size() && bytes[j] >= 0x20 && bytes[j] <= 0x2f) ++j;
    i = std::min(j, bytes.size() - 1);
  }
  return out;
}

std::string_view next_term(std::string_view& terms) {
  const size_t cut = terms.find('\\');
  std::string_view term = terms.substr(0, cut);
  terms = cut == std::string_view::npos ? std::string_view() : terms.substr(cut + 1);
  return trim_padding(term, true);
}

// The one set that carries the bytes above 7F: with code extensions the last named set that we can decode.
Result<charset::Charset> effective_set(std::string_view terms) {
  Result<charset::Charset> best = charset::Charset::Ascii;
  bool first = true;
  while (!terms.empty()) {
    const std::string_view term = next_term(terms);
    const bool gb2312 = term == "ISO 2022 IR 58";  // double byte in G1: a subset of GB 18030
    Result<charset::Charset> set =
        gb2312                      ? Result<charset::Charset>(charset::Charset::Gb18030)
        : term == "ISO 2022 IR 6"   ? Result<charset::Charset>(charset::Charset::Ascii)
        : term == "ISO 2022 IR 100" ? Result<charset::Charset>(charset::Charset::Latin1)
                                    : charset::from_dicom(term);
    if (first || !set.ok() || *set != charset::Charset::Ascii) best = set;
    first = false;
  }
  return best;
}

}  // namespace

std::string_view trim_padding(std::string_view text, bool trim_front) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (trim_front && !text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8_set(std::string_view terms) {
  return trim_padding(terms, true) == "ISO_IR 192";
}

Decoded decode_text(std::string_view bytes, std::string_view terms) {
  const bool escaped = bytes.find('\x1b') != std::string_view::npos;
  if (!escaped && is_ascii(bytes)) return {std::string(bytes), true};
  if (is_utf8_set(terms)) {
    if (charset::is_valid_utf8(bytes)) return {std::string(bytes), true};
    return {latin1_to_utf8(bytes), false};
  }
  const std::string plain = escaped ? without_escapes(bytes) : std::string(bytes);
  if (const auto set = effective_set(terms); set.ok()) {
    if (auto text = charset::to_utf8(plain, *set); text.ok()) return {std::move(*text), true};
  }
  return {latin1_to_utf8(plain), false};
}

std::vector<std::string> split_values(std::string_view text, bool trim_front) {
  std::vector<std::string> out;
  for (size_t start = 0;;) {
    const size_t cut = text.find('\\', start);
    out.emplace_back(
        trim_padding(text.substr(start, cut == std::string_view::npos ? cut : cut - start), trim_front));
    if (cut == std::string_view::npos) return out;
    start = cut + 1;
  }
}

}  // namespace xinglin::dicom::detail
