// Two people compared field by field: how far each field agrees. Fields that hang together in life (the parts
// of an address) are compared as one, because the model takes fields to be independent. Pure; a few
// microseconds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/matching/traits.h"

namespace xinglin::matching {

enum class Field : uint8_t {
  Family,
  Given,
  BirthDate,
  Sex,
  PersonalNumber,
  LocalNumber,
  Contact,
  Street,
  Place
};
inline constexpr size_t kFields = 9;
inline constexpr size_t kLevels = 8;
// Level 0 is "one of the two does not say", 1 "different" in every field.
inline constexpr uint8_t kMissing = 0, kDifferent = 1;

std::string_view name_of(Field field);                    // "family", "birth_date"
std::string_view level_name(Field field, uint8_t level);  // "exact", "sounds_alike", "one_digit"
size_t levels_of(Field field);                            // with missing
// Levels of names.
inline constexpr uint8_t kSimilar = 2, kClose = 3, kSound = 4, kSwapped = 5, kExact = 6;

struct Comparison {
  std::array<uint8_t, kFields> level{};
  // Which name of the first person agreed best, where one did: its place in Traits::names.
  int8_t name = -1;
  uint8_t of(Field field) const { return level[static_cast<size_t>(field)]; }
};

Comparison compare(const Traits& a, const Traits& b);

}  // namespace xinglin::matching
