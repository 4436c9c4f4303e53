#include "core/matching/resident_id.h"

#include <algorithm>
#include <array>

#include "core/matching/dates.h"

namespace xinglin::matching {

char resident_check_character(std::string_view first_17_digits) {
  // ISO 7064 MOD 11-2, the pure system's recursion.
  int product = 0;
  for (const char c : first_17_digits) product = (product + (c - '0')) * 2 % 11;
  const int check = (12 - product) % 11;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

std::optional<ResidentId> parse_resident_id(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ' ') continue;
    digits.push_back(c == 'x' ? 'X' : c);
    if (digits.size() > 18) return std::nullopt;
  }
  const size_t plain = digits.size() == 18 ? 17 : 15;
  if (digits.size() != 15 && digits.size() != 18) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.begin() + static_cast<ptrdiff_t>(plain),
                   [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  if (plain == 15) {
    digits.insert(6, "19");
    digits.push_back(resident_check_character(digits));
  }
  if (digits[0] == '0' || digits[17] != resident_check_character(std::string_view(digits).substr(0, 17)))
    return std::nullopt;
  ResidentId out{digits, digits.substr(6, 8), (digits[16] - '0') % 2 == 1 ? 'm' : 'f'};
  if (plain_date(out.birth_date) != out.birth_date) return std::nullopt;
  return out;
}

}  // namespace xinglin::matching
