#include "core/terminology/detail/implied.h"

#include <algorithm>

#include "codec/ucum/unit.h"

namespace xinglin::terminology::detail {

namespace {

constexpr std::string_view kMediaTypes = "urn:ietf:bcp:13", kLanguages = "urn:ietf:bcp:47";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_letter(char c) {
  return is_alphanumeric(c) && (c < '0' || c > '9');
}

// RFC 6838 4.2: restricted-name characters, at most 127 of them.
bool is_restricted_name(std::string_view name) {
  return !name.empty() && name.size() <= 127 && is_alphanumeric(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_alphanumeric(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
         });
}

bool is_media_type(std::string_view code) {
  const std::string_view type = code.substr(0, code.find(';'));
  const size_t slash = type.find('/');
  std::string_view subtype = slash == std::string_view::npos ? std::string_view() : type.substr(slash + 1);
  while (subtype.ends_with(' ')) subtype.remove_suffix(1);
  return slash != std::string_view::npos && is_restricted_name(type.substr(0, slash)) &&
         is_restricted_name(subtype);
}

// RFC 5646 2.1: a language of 2 to 8 letters (or x, i), then parts of 1 to 8 letters and digits.
bool is_language_tag(std::string_view code) {
  if (code.empty() || code.ends_with('-')) return false;
  for (bool first = true; !code.empty(); first = false) {
    const std::string_view part = code.substr(0, code.find('-'));
    if (part.empty() || part.size() > 8) return false;
    if (first && (!std::all_of(part.begin(), part.end(), is_letter) ||
                  (part.size() == 1 && part != "x" && part != "i" && part != "X" && part != "I")))
      return false;
    if (!std::all_of(part.begin(), part.end(), is_alphanumeric)) return false;
    code.remove_prefix(std::min(code.size(), part.size() + 1));
  }
  return true;
}

}  // namespace

bool is_implied(std::string_view system) {
  return system == ucum::kSystem || system == kMediaTypes || system == kLanguages;
}

std::string implied_problem(std::string_view system, std::string_view code) {
  if (system == kMediaTypes) return is_media_type(code) ? "" : "not a media type (BCP 13)";
  if (system == kLanguages) return is_language_tag(code) ? "" : "not a language tag (BCP 47)";
  const auto valid = ucum::validate(code);
  return valid.ok() ? std::string() : valid.error().message();
}

std::string implied_display(std::string_view system, std::string_view code) {
  return system == ucum::kSystem ? std::string(code) : std::string();
}

}  // namespace xinglin::terminology::detail
