// The one rule that makes a URI of an assigning authority. HL7 v2.5.1 2.A.36 (HD), table 0301.
#include <algorithm>
#include <charconv>

#include "core/identity/identity.h"

namespace xinglin::identity {
namespace {

bool is_oid(std::string_view text) {
  return !text.empty() && text.find('.') != std::string_view::npos && text.front() != '.' &&
         text.back() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// What may not stand in a URI is written as %XX.
std::string issuer(std::string_view name) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "urn:xinglin:issuer:";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == ':';
    if (plain)
      out += c;
    else
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

}  // namespace

std::string authority_of_system(std::string_view system) {
  for (const std::string_view prefix : {"urn:oid:", "urn:uuid:"})
    if (system.starts_with(prefix)) return std::string(system.substr(prefix.size()));
  const std::string prefix = issuer("");
  if (!system.starts_with(prefix)) return std::string(system);
  system.remove_prefix(prefix.size());
  std::string out;
  for (size_t i = 0; i < system.size(); ++i) {
    unsigned byte = 0;
    const char* at = system.data() + i + 1;
    if (system[i] == '%' && i + 2 < system.size() && std::from_chars(at, at + 2, byte, 16).ptr == at + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += system[i];
    }
  }
  return out;
}

std::string system_of_authority(std::string_view namespace_id, std::string_view universal_id,
                                std::string_view universal_id_type) {
  if (universal_id_type == "ISO" && is_oid(universal_id)) return "urn:oid:" + std::string(universal_id);
  if ((universal_id_type == "UUID" || universal_id_type == "GUID") && !universal_id.empty())
    return "urn:uuid:" + lower(universal_id);
  if (universal_id_type == "URI" && universal_id.find(':') != std::string_view::npos)
    return std::string(universal_id);
  return issuer(namespace_id.empty() ? universal_id : namespace_id);
}

}  // namespace xinglin::identity
