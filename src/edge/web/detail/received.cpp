#include "edge/web/detail/received.h"

#include <algorithm>
#include <optional>

#include "base/charset.h"
#include "codec/dicom/data_set.h"

namespace xinglin::web::detail {
namespace {

constexpr size_t kTextBytesMax = 256 << 10;
constexpr size_t kHexBytesMax = 16 << 10;
constexpr size_t kElementLinesMax = 2000;
constexpr size_t kValueBytesMax = 128;
constexpr char kDigits[] = "0123456789abcdef";

std::string_view text_of(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Not longer than `bytes_max`, cut between characters.
std::string_view beginning(std::string_view utf8, size_t bytes_max) {
  if (utf8.size() <= bytes_max) return utf8;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<uint8_t>(utf8[end]) & 0xc0) == 0x80) --end;
  return utf8.substr(0, end);
}

bool is_readable(std::string_view text) {
  const auto odd = [](char c) {
    return static_cast<uint8_t>(c) < 0x20 && c != '\r' && c != '\n' && c != '\t';
  };
  return std::none_of(text.begin(), text.end(), odd) && charset::is_valid_utf8(text);
}

// Segments of HL7 v2 end in CR; a page shows lines.
std::string with_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      out += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      out += '\n';
  }
  return out;
}

std::optional<Received> as_text(std::span<const uint8_t> bytes) {
  const std::string_view shown = beginning(text_of(bytes), kTextBytesMax);
  if (!is_readable(shown)) return std::nullopt;
  return Received{.form = "text", .content = with_lines(shown), .shown_bytes = shown.size()};
}

struct ElementList {
  std::string text;
  size_t lines = 0;
  bool is_full() const { return lines >= kElementLinesMax; }
};

std::string value_of(const dicom::DataSet& data_set, const dicom::Element& element) {
  const size_t size_bytes = element.skipped ? element.declared_length : element.value.size();
  std::string joined;
  for (const std::string& one : data_set.texts(element.tag)) {
    if (!joined.empty()) joined += '\\';
    joined += one;
    if (joined.size() > kValueBytesMax) break;
  }
  const bool has_text = !joined.empty() && is_readable(joined);
  if (!has_text) return size_bytes == 0 ? "" : "<" + std::to_string(size_bytes) + " bytes>";
  const std::string_view shown = beginning(joined, kValueBytesMax);
  return "[" + std::string(shown) + (shown.size() < joined.size() ? "…]" : "]");
}

void list_elements(const dicom::DataSet& data_set, size_t depth, ElementList& out) {
  for (const auto& [tag, element] : data_set.elements()) {
    if (out.is_full()) return;
    ++out.lines;
    out.text += std::string(2 * depth, ' ') + tag.str() + " " + element.vr + " ";
    if (element.items.empty()) {
      out.text += value_of(data_set, element) + "\n";
      continue;
    }
    out.text += "<" + std::to_string(element.items.size()) + " items>\n";
    for (size_t i = 0; i < element.items.size(); ++i) {
      if (out.is_full()) return;
      ++out.lines;
      out.text += std::string(2 * depth + 1, ' ') + "item " + std::to_string(i + 1) + "\n";
      list_elements(element.items[i], depth + 1, out);
    }
  }
}

std::optional<Received> as_dicom(std::span<const uint8_t> bytes) {
  const dicom::Limits limits{.inflated_bytes_max = kReceivedBytesMax, .value_bytes_kept = 1024};
  const Result<dicom::File> file = dicom::parse_file(bytes, limits);
  if (!file || (file->meta.elements().empty() && file->data_set.elements().empty())) return std::nullopt;
  ElementList list;
  list_elements(file->meta, 0, list);
  list_elements(file->data_set, 0, list);
  if (list.is_full()) list.text += "…\n";
  return Received{.form = "dicom", .content = std::move(list.text), .shown_bytes = bytes.size()};
}

}  // namespace

std::string hex_lines(std::span<const uint8_t> bytes) {
  std::string out;
  for (size_t line = 0; line < bytes.size(); line += 16) {
    for (int shift = 28; shift >= 0; shift -= 4) out += kDigits[(line >> shift) & 15];
    out += ' ';
    std::string printable;
    for (size_t i = line; i < line + 16; ++i) {
      if (i % 8 == 0) out += ' ';
      if (i >= bytes.size()) {
        out += "   ";
        continue;
      }
      out += {kDigits[bytes[i] >> 4], kDigits[bytes[i] & 15], ' '};
      printable += bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
    }
    out += " |" + printable + "|\n";
  }
  return out;
}

Received show_received(std::span<const uint8_t> bytes) {
  if (std::optional<Received> text = as_text(bytes)) return std::move(*text);
  if (std::optional<Received> list = as_dicom(bytes)) return std::move(*list);
  const std::span<const uint8_t> shown = bytes.first(std::min(bytes.size(), kHexBytesMax));
  return {.form = "hex", .content = hex_lines(shown), .shown_bytes = shown.size()};
}

}  // namespace xinglin::web::detail
