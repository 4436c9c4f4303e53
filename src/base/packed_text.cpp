#include "base/packed_text.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace xinglin {

namespace {

constexpr int kLevel = 6, kWindowMin = 9, kWindowMax = 15, kMemoryLevel = 6;
constexpr size_t kHead = 8;  // bytes of the length, little endian

// The smallest window that reaches back over everything: less memory to set up for each short text.
int window_for(size_t bytes) {
  return std::clamp(static_cast<int>(std::bit_width(bytes)), kWindowMin, kWindowMax);
}

std::string_view last_of(std::string_view dictionary) {
  constexpr size_t kReach = 32 * 1024 - 512;
  return dictionary.size() > kReach ? dictionary.substr(dictionary.size() - kReach) : dictionary;
}

Bytef* bytes_of(const char* text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));  // zlib reads them only
}

// Feeds and drains a stream in steps that zlib's 32-bit counts can hold, until it says that it is done.
template <class Step>
int run_through(z_stream& z, std::string_view in, uint8_t* out, size_t room, const Step& step) {
  constexpr size_t kMost = std::numeric_limits<uInt>::max() / 2;
  z.next_in = bytes_of(in.data());
  z.next_out = out;
  size_t unread = in.size(), unwritten = room;
  for (;;) {
    const size_t given = std::min(unread, kMost), space = std::min(unwritten, kMost);
    z.avail_in = static_cast<uInt>(given);
    z.avail_out = static_cast<uInt>(space);
    const int result = step(z, given == unread);
    unread -= given - z.avail_in;
    unwritten -= space - z.avail_out;
    const bool moved = z.avail_in < given || z.avail_out < space;
    if (result != Z_OK || !moved) return result;
  }
}

}  // namespace

std::vector<uint8_t> pack_text(std::string_view text, std::string_view dictionary) {
  dictionary = last_of(dictionary);
  z_stream z{};
  XL_ASSERT(deflateInit2(&z, kLevel, Z_DEFLATED, -window_for(text.size() + dictionary.size()), kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  if (!dictionary.empty())
    XL_ASSERT(deflateSetDictionary(&z, bytes_of(dictionary.data()), static_cast<uInt>(dictionary.size())) ==
              Z_OK);
  std::vector<uint8_t> out(kHead + deflateBound(&z, static_cast<uLong>(text.size())));
  for (size_t i = 0; i < kHead; ++i) out[i] = static_cast<uint8_t>(uint64_t{text.size()} >> (8 * i));
  const int result = run_through(z, text, out.data() + kHead, out.size() - kHead, [](z_stream& s, bool last) {
    return deflate(&s, last ? Z_FINISH : Z_NO_FLUSH);
  });
  XL_ASSERT(result == Z_STREAM_END);
  out.resize(kHead + z.total_out);
  deflateEnd(&z);
  return out;
}

Result<std::string> unpack_text(std::span<const uint8_t> packed, std::string_view dictionary,
                                size_t size_max) {
  if (packed.size() < kHead) return Error(errors::kCorrupt, "a packed text is cut short");
  uint64_t size = 0;
  for (size_t i = 0; i < kHead; ++i) size |= uint64_t{packed[i]} << (8 * i);
  // Deflate cannot shrink by more than 1032:1, so a length beyond that is a lie.
  if (size > size_max || size > (packed.size() - kHead) * 1032)
    return Error(errors::kCorrupt, "a packed text claims an impossible length");
  dictionary = last_of(dictionary);
  z_stream z{};
  XL_ASSERT(inflateInit2(&z, -kWindowMax) == Z_OK);
  if (!dictionary.empty())
    XL_ASSERT(inflateSetDictionary(&z, bytes_of(dictionary.data()), static_cast<uInt>(dictionary.size())) ==
              Z_OK);
  std::string out(size, '\0');
  const std::string_view in(reinterpret_cast<const char*>(packed.data()) + kHead, packed.size() - kHead);
  const int result = run_through(z, in, reinterpret_cast<uint8_t*>(out.data()), out.size(),
                                 [](z_stream& s, bool) { return inflate(&s, Z_NO_FLUSH); });
  const bool whole = result == Z_STREAM_END && z.total_out == size;
  inflateEnd(&z);
  if (!whole) return Error(errors::kCorrupt, "a packed text is damaged");
  return out;
}

}  // namespace xinglin
