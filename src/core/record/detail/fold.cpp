#include "core/record/detail/fold.h"

#include <cstdint>

namespace xinglin::record::detail {
namespace {

// U+00C0 to U+017F: the plain letter, two for ligatures, "." for what stays as it is.
constexpr std::string_view kLatin1 = "a a a a a a aec e e e e i i i i . n o o o o o . o u u u u y . ss";
constexpr std::string_view kLatinA =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.lllllll"
    "lllnnnnnnn..oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
    out.push_back(static_cast<char>(0x80 | (c & 63)));
  } else {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 63)));
    out.push_back(static_cast<char>(0x80 | (c & 63)));
  }
}

// Two- and three-byte characters up to U+FFFF; the text is valid UTF-8.
void append_folded(std::string& out, uint32_t c) {
  if (c >= 0x300 && c <= 0x36F) return;  // combining marks
  if (c >= 0xC0 && c <= 0xFF) {
    if (c == 0xFF) return out.push_back('y');
    const size_t at = (c - 0xC0) % 32;  // capitals and small letters alike; 31 is sharp s
    const std::string_view letters = kLatin1.substr(at * 2, 2);
    if (letters[0] == '.') return append_utf8(out, c < 0xE0 && c != 0xD7 ? c + 32 : c);
    out.push_back(letters[0]);
    if (letters[1] != ' ') out.push_back(letters[1]);
    return;
  }
  if (c >= 0x100 && c <= 0x17F) {
    const char letter = kLatinA[c - 0x100];
    if (letter != '.') return out.push_back(letter);
    return append_utf8(out, c % 2 == 0 && c != 0x138 ? c + 1 : c);
  }
  if (c >= 0x391 && c <= 0x3A9) c += 32;  // Greek
  if (c >= 0x410 && c <= 0x42F) c += 32;  // Cyrillic
  if (c >= 0x400 && c <= 0x40F) c += 80;
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width ASCII
  if (c >= 'A' && c <= 'Z') c += 32;
  append_utf8(out, c);
}

}  // namespace

std::string fold(std::string_view utf8) {
  static_assert(kLatin1.size() == 64 && kLatinA.size() == 128);
  std::string out;
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      out.push_back(static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte));
    } else if (byte < 0xE0 && i + 1 < utf8.size()) {
      append_folded(out, static_cast<uint32_t>((byte & 31) << 6 | (utf8[i + 1] & 63)));
      i += 1;
    } else if (byte < 0xF0 && i + 2 < utf8.size()) {
      append_folded(out,
                    static_cast<uint32_t>((byte & 15) << 12 | (utf8[i + 1] & 63) << 6 | (utf8[i + 2] & 63)));
      i += 2;
    } else {
      out.push_back(utf8[i]);
    }
  }
  return out;
}

}  // namespace xinglin::record::detail
