#include "codec/fhir/reference.h"

#include <algorithm>
#include <vector>

namespace xinglin::fhir {
namespace {

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Type/id or Type/id/_history/version at the end of the segments.
bool take_tail(const std::vector<std::string_view>& parts, Reference& out) {
  size_t n = parts.size();
  if (n >= 4 && parts[n - 2] == "_history") {
    if (!is_valid_id(parts[n - 1])) return false;
    out.version = parts[n - 1];
    n -= 2;
  }
  if (n < 2 || !is_type_name(parts[n - 2]) || !is_valid_id(parts[n - 1])) return false;
  out.type = parts[n - 2];
  out.id = parts[n - 1];
  return true;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_valid_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
  });
}

bool is_type_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.end(), is_letter);
}

std::optional<Reference> parse_reference(std::string_view text) {
  if (text.empty() || text.size() > 2048 || text.find_first_of(" \t\r\n") != std::string_view::npos)
    return std::nullopt;
  Reference out;
  out.text = text;
  if (text[0] == '#') {
    out.kind = Reference::Kind::Contained;
    out.id = text.substr(1);
    return out;
  }
  if (text.starts_with("urn:")) {
    out.kind = Reference::Kind::Urn;
    return out;
  }
  if (text.starts_with("http://") || text.starts_with("https://")) {
    out.kind = Reference::Kind::Absolute;
    take_tail(split(text), out);
    return out;
  }
  const std::vector<std::string_view> parts = split(text);
  if (parts.size() != 2 && parts.size() != 4) return std::nullopt;
  if (!take_tail(parts, out) || (parts.size() == 4 && out.version.empty())) return std::nullopt;
  return out;
}

}  // namespace xinglin::fhir
