// The elements of a flat XML file of cases: enough for the UCUM functional cases and ucum-essence.xml.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace xinglin::ucum {

inline std::filesystem::path shared_data() {
  if (const char* folder = std::getenv("XL_SHARED_DATA")) return folder;
  return std::filesystem::path(XL_SOURCE_DIR) / "../shared/data";
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

inline std::string unescaped(const std::string& text) {
  static const std::map<std::string, std::string> kNames{
      {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t end = text[i] == '&' ? text.find(';', i) : std::string::npos;
    if (end == std::string::npos) {
      out += text[i];
      continue;
    }
    const std::string name = text.substr(i + 1, end - i - 1);
    if (const auto known = kNames.find(name); known != kNames.end()) out += known->second;
    if (name[0] == '#') append_utf8(out, static_cast<unsigned>(std::stoul(name.substr(1))));
    i = end;
  }
  return out;
}

struct Element {
  std::string name;  // "/name" closes
  std::map<std::string, std::string> attributes;
  std::string text;  // up to the next tag

  std::string operator[](const std::string& key) const {
    const auto found = attributes.find(key);
    return found == attributes.end() ? std::string() : found->second;
  }
};

// Every tag in the order of the text, comments left out.
inline std::vector<Element> elements_of(std::string text) {
  for (size_t at = 0; (at = text.find("<!--", at)) != std::string::npos;)
    text.erase(at, text.find("-->", at) + 3 - at);
  std::vector<Element> elements;
  for (size_t at = 0; (at = text.find('<', at)) != std::string::npos;) {
    Element element;
    size_t i = text.find_first_of(" \n\t>", at);
    element.name = text.substr(at + 1, i - at - 1);
    while (i < text.size() && text[i] != '>') {
      const size_t start = text.find_first_not_of(" \n\r\t/?", i);
      if (start == std::string::npos || text[start] == '>') {
        i = start;
        break;
      }
      const size_t equals = text.find('=', start), open = equals + 1, close = text.find(text[open], open + 1);
      element.attributes[text.substr(start, equals - start)] =
          unescaped(text.substr(open + 1, close - open - 1));
      i = close + 1;
    }
    const size_t next = text.find('<', i);
    element.text = unescaped(text.substr(i + 1, next == std::string::npos ? next : next - i - 1));
    elements.push_back(std::move(element));
    at = next;
    if (at == std::string::npos) break;
  }
  return elements;
}

}  // namespace xinglin::ucum
