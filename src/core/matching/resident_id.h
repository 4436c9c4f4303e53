// The number of the Chinese resident identity card: 6 digits of the region, 8 of the birth date, 3 of the
// order (odd for men), and a check character by ISO 7064 MOD 11-2 (GB 11643-1999). The older one of 15 digits
// has a year of two digits and no check. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xinglin::matching {

struct ResidentId {
  std::string number;      // 18 characters, X in upper case
  std::string birth_date;  // YYYYMMDD, a date that exists
  char sex = 0;            // 'm', 'f'
};

char resident_check_character(std::string_view first_17_digits);
// None when it is not one: wrong length, wrong check character, a birth date that does not exist. Spaces at
// the ends and between groups are passed over; 15 digits become 18.
std::optional<ResidentId> parse_resident_id(std::string_view text);

}  // namespace xinglin::matching
