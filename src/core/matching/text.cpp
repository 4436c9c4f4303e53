#include "core/matching/text.h"

#include <algorithm>
#include <array>

#include "core/matching/detail/han_table.h"

namespace xinglin::matching {
namespace {

constexpr size_t kTextMax = 512;  // bytes of a text that are looked at

// U+00C0..017F without marks; ' ' where there is no such letter.
constexpr std::string_view kLatin1 = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
constexpr std::string_view kLatinA =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
    "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

char32_t simplified(char32_t c) {
  size_t low = 0, high = detail::kSimplifiedPairs;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (detail::kSimplified[2 * middle] < c)
      low = middle + 1;
    else
      high = middle;
  }
  return low < detail::kSimplifiedPairs && detail::kSimplified[2 * low] == c
             ? detail::kSimplified[2 * low + 1]
             : c;
}

std::string_view syllable(char32_t c) {
  if (c >= detail::kHanFirst && c < detail::kHanEnd)
    return detail::kSyllables[detail::kReadings[detail::kExtensionEnd - detail::kExtensionFirst + c -
                                                detail::kHanFirst]];
  if (c >= detail::kExtensionFirst && c < detail::kExtensionEnd)
    return detail::kSyllables[detail::kReadings[c - detail::kExtensionFirst]];
  return {};
}

struct FamilyReading {
  char32_t character;
  std::string_view reading;
};
// Read otherwise as a family name than as a word.
constexpr std::array<FamilyReading, 18> kFamilyReadings{{{U'单', "shan"},
                                                         {U'曾', "zeng"},
                                                         {U'仇', "qiu"},
                                                         {U'解', "xie"},
                                                         {U'查', "zha"},
                                                         {U'区', "ou"},
                                                         {U'盖', "ge"},
                                                         {U'翟', "zhai"},
                                                         {U'任', "ren"},
                                                         {U'朴', "piao"},
                                                         {U'宁', "ning"},
                                                         {U'华', "hua"},
                                                         {U'吕', "lv"},
                                                         {U'覃', "qin"},
                                                         {U'缪', "miao"},
                                                         {U'乐', "yue"},
                                                         {U'尉', "yu"},
                                                         {U'万', "wan"}}};
constexpr std::array<std::u32string_view, 20> kDoubleFamilies{
    U"欧阳", U"上官", U"司马", U"诸葛", U"东方", U"皇甫", U"尉迟", U"公孙", U"令狐", U"慕容",
    U"司徒", U"夏侯", U"宇文", U"长孙", U"端木", U"南宫", U"西门", U"独孤", U"轩辕", U"百里"};

char32_t folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= 'A' && c <= 'Z') return c + 32;
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
  if (c < 0xC0) return ' ';
  if (c < 0x100) return static_cast<unsigned char>(kLatin1[c - 0xC0]);
  if (c < 0x180) return static_cast<unsigned char>(kLatinA[c - 0x100]);
  if (c >= 0x300 && c < 0x370) return 0;                        // combining marks
  if (c >= 0x2000 && c < 0x3040) return c == 0x3007 ? c : ' ';  // punctuation and symbols
  return is_han(c) ? simplified(c) : c;
}

// Letters that are mistaken for each other share a digit.
char sound_of(char c) {
  constexpr std::string_view kCodes = "01230120022455012623010202";
  return kCodes[static_cast<size_t>(c - 'a')];
}

}  // namespace

std::u32string code_points(std::string_view utf8) {
  std::u32string out;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xC2 ? 0
                          : lead < 0xE0 ? 2
                          : lead < 0xF0 ? 3
                          : lead < 0xF5 ? 4
                                        : 0;
    if (length == 0 || i + length > utf8.size()) {
      ++i;
      continue;
    }
    char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    bool good = true;
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(utf8[i + k]);
      good = good && (next & 0xC0) == 0x80;
      c = (c << 6) | (next & 0x3F);
    }
    if (good) out.push_back(c);
    i += good ? length : 1;
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool is_han(char32_t c) {
  return (c >= detail::kHanFirst && c < detail::kHanEnd) ||
         (c >= detail::kExtensionFirst && c < detail::kExtensionEnd) || c == 0x3007 ||
         (c >= 0x20000 && c < 0x32000);
}

bool has_han(std::string_view utf8) {
  if (std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) < 0xE0; }))
    return false;
  return std::ranges::any_of(code_points(utf8), is_han);
}

std::string plain(std::string_view utf8) {
  std::string out;
  for (const char32_t c : code_points(utf8.substr(0, kTextMax))) {
    if (c == '\'' || c == 0x2019) continue;  // O'Brien and OBrien are written alike
    const char32_t f = folded(c);
    if (f == 0) continue;
    if (f != ' ')
      append_utf8(out, f);
    else if (!out.empty() && out.back() != ' ')
      out.push_back(' ');
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string without_spaces(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != ' '; });
  return out;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (!word.empty()) out.push_back(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out;
}

std::string latin(std::string_view plain, Reading reading) {
  if (!has_han(plain)) return without_spaces(plain);
  std::string out;
  bool first = reading == Reading::FamilyName;
  for (const char32_t c : code_points(plain)) {
    if (c == ' ') continue;
    const auto* special = std::ranges::find(kFamilyReadings, c, &FamilyReading::character);
    if (first && special != kFamilyReadings.end())
      out += special->reading;
    else if (is_han(c))
      out += syllable(c);
    else
      append_utf8(out, c);
    first = false;
  }
  return out;
}

size_t family_characters(std::u32string_view name) {
  if (name.size() < 3) return 1;
  return std::ranges::find(kDoubleFamilies, name.substr(0, 2)) != kDoubleFamilies.end() ? 2 : 1;
}

std::string sound(std::string_view latin) {
  constexpr size_t kLength = 5;
  std::string letters;
  for (size_t i = 0; i < latin.size(); ++i) {
    const char c = latin[i];
    if (c < 'a' || c > 'z') continue;
    const char next = i + 1 < latin.size() ? latin[i + 1] : ' ';
    if (c == 'p' && next == 'h') {  // Philip, Filip
      letters.push_back('f');
      ++i;
    } else if (letters.empty() && ((c == 'k' && next == 'n') || (c == 'w' && next == 'r'))) {
      continue;
    } else {
      letters.push_back(c);
    }
  }
  std::string out;
  char before = 0;
  for (const char c : letters) {
    const char code = sound_of(c);
    if (out.empty())
      out.push_back(code);
    else if (code != '0' && code != before)
      out.push_back(code);
    if (c != 'h' && c != 'w') before = code;
    if (out.size() == kLength) break;
  }
  return out;
}

}  // namespace xinglin::matching
