// Escape sequences of HL7 v2.5.1 section 2.7.
#include "base/digest.h"
#include "codec/hl7v2/message.h"

namespace xinglin::hl7v2 {
namespace {

std::optional<std::string> from_hex_escape(std::string_view digits, const Encoding& encoding) {
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->empty()) return std::nullopt;
  auto text = charset::to_utf8(as_text(*bytes), encoding.charset);
  if (!text) return std::nullopt;
  for (const char c : *text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') return std::nullopt;
  return std::move(*text);
}

int command_count(std::string_view digits) {
  int n = 0;
  for (const char c : digits) {
    if (c == '+') continue;
    if (c < '0' || c > '9' || n > 99) return 1;
    n = n * 10 + (c - '0');
  }
  return n == 0 ? 1 : n;
}

// Formatting commands of FT: line ends stay line ends, the rest is layout that plain text does not carry.
std::optional<std::string> from_format_command(std::string_view body) {
  const std::string_view command = body.substr(0, 3);
  const std::string_view rest = body.size() > 3 ? body.substr(3) : std::string_view{};
  if (command == ".br" || command == ".ce") return "\n";
  if (command == ".sp") return std::string(static_cast<size_t>(command_count(rest)), '\n');
  if (command == ".sk") return std::string(static_cast<size_t>(command_count(rest)), ' ');
  if (command == ".fi" || command == ".nf" || command == ".in" || command == ".ti") return "";
  return std::nullopt;
}

std::optional<std::string> resolve(std::string_view body, const Encoding& encoding) {
  const Separators& s = encoding.separators;
  if (body.size() == 1) {
    switch (body[0]) {
      case 'F':
        return std::string(1, s.field);
      case 'S':
        return std::string(1, s.component);
      case 'T':
        return std::string(1, s.subcomponent);
      case 'R':
        return std::string(1, s.repetition);
      case 'E':
        return std::string(1, s.escape);
      case 'P':
        return std::string(1, s.truncation != '\0' ? s.truncation : '#');
      case 'H':
      case 'N':
        return "";  // highlighting on and off
      default:
        return std::nullopt;
    }
  }
  if (body.size() > 1 && body[0] == 'X') return from_hex_escape(body.substr(1), encoding);
  if (body.size() > 2 && body[0] == '.') return from_format_command(body);
  return std::nullopt;
}

}  // namespace

std::string unescape(std::string_view raw, const Encoding& encoding) {
  const char mark = encoding.separators.escape;
  size_t at = mark == '\0' ? std::string_view::npos : raw.find(mark);
  if (at == std::string_view::npos) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  size_t from = 0;
  while (at != std::string_view::npos) {
    out.append(raw.substr(from, at - from));
    const size_t end = raw.find(mark, at + 1);
    if (end == std::string_view::npos) {
      from = at;
      break;
    }
    if (const auto text = resolve(raw.substr(at + 1, end - at - 1), encoding)) {
      out.append(*text);
      from = end + 1;
      at = raw.find(mark, from);
    } else {  // not an escape: the mark is text, and the next mark may begin one
      out.push_back(mark);
      from = at + 1;
      at = end;
    }
  }
  out.append(raw.substr(from));
  return out;
}

std::string escape(std::string_view text, const Separators& s) {
  std::string out;
  out.reserve(text.size() + 8);
  const auto put = [&](std::string_view body) {
    out.push_back(s.escape);
    out.append(body);
    out.push_back(s.escape);
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (s.escape == '\0') {
      out.push_back(c == '\r' || c == '\n' || c == s.field ? ' ' : c);
    } else if (c == s.escape) {
      put("E");
    } else if (c == s.field) {
      put("F");
    } else if (c == s.component) {
      put("S");
    } else if (c == s.subcomponent) {
      put("T");
    } else if (c == s.repetition) {
      put("R");
    } else if (c == '\r' || c == '\n') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      put(".br");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace xinglin::hl7v2
