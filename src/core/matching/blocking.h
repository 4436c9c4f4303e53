// Who is worth comparing: two people meet when they share one of several keys, so that no single slip of the
// pen keeps them apart. A key is 48 bits of a digest of the pass and what it looks at. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/matching/traits.h"

namespace xinglin::matching {

enum class Pass : uint8_t {
  Number,      // an identifier, with its system
  NumberHead,  // the first, the last half of a personal number
  NumberTail,
  Contact,    // telephone or mail
  BirthDate,  // the whole day; who asks also asks for day and month swapped
  NamesYear,  // sounds of both names, in either order, and the year of birth
  Names,      // the same without the year
  NameDay,    // sound of one name with day and month of birth
  NameYear,   // with the year of birth
  NamePostcode,
  Street,  // number and street
};
inline constexpr size_t kPasses = 11;
std::string_view name_of(Pass pass);

struct Key {
  Pass pass;
  int64_t value;
  bool operator==(const Key&) const = default;
};

inline constexpr size_t kKeysMax = 48;
std::vector<Key> keys_of(const Traits& traits);     // under which a person is kept
std::vector<Key> lookups_of(const Traits& traits);  // under which others of the same person may be kept

}  // namespace xinglin::matching
