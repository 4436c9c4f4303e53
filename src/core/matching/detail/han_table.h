// The tables that tools/definitions/han_tables.py makes at build time: CJK U+3400..4DBF, then U+4E00..9FFF.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xinglin::matching::detail {

inline constexpr char32_t kExtensionFirst = 0x3400, kExtensionEnd = 0x4DC0;
inline constexpr char32_t kHanFirst = 0x4E00, kHanEnd = 0xA000;

extern const char kSyllables[][8];    // "" first
extern const uint16_t kReadings[];    // by character: place in kSyllables
extern const uint16_t kSimplified[];  // pairs from, to; sorted by from
extern const size_t kSimplifiedPairs;

}  // namespace xinglin::matching::detail
