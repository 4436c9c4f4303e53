// Texts packed for keeping (RFC 1951, raw deflate) against a dictionary: another text that is much like them
// and that will be at hand when they are unpacked, such as the first of a series. Of the dictionary the last
// 32 KiB count. A packed text says how long it is, so that unpacking needs no guess and damaged bytes cannot
// ask for more than `size_max`. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xinglin {

std::vector<uint8_t> pack_text(std::string_view text, std::string_view dictionary);
// errors::kCorrupt: not what pack_text() made with this dictionary, as far as that can be seen.
Result<std::string> unpack_text(std::span<const uint8_t> packed, std::string_view dictionary,
                                size_t size_max = size_t{1} << 30);

}  // namespace xinglin
