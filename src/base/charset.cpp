#include "base/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace xinglin::charset {
namespace {

std::string normalised(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '-' && c != '_') out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

const char* iconv_name(Charset set) {
  switch (set) {
    case Charset::Ascii:
      return "US-ASCII";
    case Charset::Utf8:
      return "UTF-8";
    case Charset::Latin1:
      return "ISO-8859-1";
    case Charset::Gb18030:
      return "GB18030";
    case Charset::Gbk:
      return "GBK";
  }
  return "US-ASCII";
}

Result<std::string> convert(std::string_view in, const char* from, const char* to) {
  const iconv_t handle = ::iconv_open(to, from);
  if (handle == reinterpret_cast<iconv_t>(-1))
    return Error(kUnknown, std::string("no conversion from ") + from);
  std::string out;
  std::array<char, 4096> buffer{};
  char* source =
      const_cast<char*>(in.data());  // iconv's interface is not const-correct; it does not write here
  size_t left = in.size();
  bool flushed = false;
  while (!flushed) {
    char* target = buffer.data();
    size_t room = buffer.size();
    const bool at_end = left == 0;
    const size_t rc = at_end ? ::iconv(handle, nullptr, nullptr, &target, &room)
                             : ::iconv(handle, &source, &left, &target, &room);
    const int error = errno;
    out.append(buffer.data(), buffer.size() - room);
    if (rc == static_cast<size_t>(-1) && error != E2BIG) {
      ::iconv_close(handle);
      return Error(kBadBytes, "invalid bytes at offset " + std::to_string(in.size() - left) + " for " + from);
    }
    flushed = at_end && rc != static_cast<size_t>(-1);
  }
  ::iconv_close(handle);
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

Result<Charset> from_hl7(std::string_view msh18) {
  static constexpr std::array<std::pair<std::string_view, Charset>, 12> kNames{
      {{"", Charset::Ascii},
       {"ASCII", Charset::Ascii},
       {"8859/1", Charset::Latin1},
       {"ISOIR100", Charset::Latin1},
       {"UNICODEUTF8", Charset::Utf8},
       {"UTF8", Charset::Utf8},
       {"UNICODE", Charset::Utf8},
       {"GB180302000", Charset::Gb18030},
       {"GB18030", Charset::Gb18030},
       {"GBK", Charset::Gbk},
       {"GB2312", Charset::Gbk},
       {"ISO88591", Charset::Latin1}}};
  const std::string name = normalised(msh18);
  for (const auto& [text, set] : kNames)
    if (name == text) return set;
  return Error(kUnknown, "character set is not one of ASCII, 8859/1, UNICODE UTF-8, GB 18030-2000");
}

Result<Charset> from_dicom(std::string_view term) {
  static constexpr std::array<std::pair<std::string_view, Charset>, 10> kNames{
      {{"", Charset::Ascii},
       {"ISOIR6", Charset::Ascii},
       {"ISO2022IR6", Charset::Ascii},
       {"ISOIR100", Charset::Latin1},
       {"ISO2022IR100", Charset::Latin1},
       {"ISOIR192", Charset::Utf8},
       {"GB18030", Charset::Gb18030},
       {"GBK", Charset::Gbk},
       {"ISO2022GBK", Charset::Gbk},
       {"ISO2022IR58", Charset::Gbk}}};
  const std::string name = normalised(term);
  for (const auto& [text, set] : kNames)
    if (name == text) return set;
  return Error(kUnknown, "specific character set is not one of ISO_IR 6, 100, 192, GB18030, GBK");
}

bool is_valid_utf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
    const unsigned char c = byte(i);
    if (c < 0x80) {
      ++i;
      continue;
    }
    const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || i + length > text.size()) return false;
    for (size_t k = 1; k < length; ++k)
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    const unsigned char second = byte(i + 1);
    if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) || (c == 0xF0 && second < 0x90) ||
        (c == 0xF4 && second > 0x8F))
      return false;
    i += length;
  }
  return true;
}

Result<std::string> to_utf8(std::string_view bytes, Charset from) {
  if (is_ascii(bytes)) return std::string(bytes);
  if (from == Charset::Utf8) {
    if (!is_valid_utf8(bytes)) return Error(kBadBytes, "the text is not valid UTF-8");
    return std::string(bytes);
  }
  return convert(bytes, iconv_name(from), "UTF-8");
}

Result<std::string> from_utf8(std::string_view text, Charset to) {
  if (is_ascii(text) || to == Charset::Utf8) return std::string(text);
  return convert(text, "UTF-8", iconv_name(to));
}

}  // namespace xinglin::charset
