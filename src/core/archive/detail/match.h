// Does a value match a search key (PS3.4 C.2.2.2)? One function per kind of value, over UTF-8 text as the
// index keeps it. Pure; private to core/archive.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xinglin::archive {

// A person name in lower case, its groups apart, without spaces and empty components at their ends. Letters
// of Latin, Greek and Cyrillic script are folded.
using NameGroups = std::array<std::string, 3>;
NameGroups fold_name(std::string_view name);

bool is_universal(std::string_view key);  // "", "*"
bool has_wildcard(std::string_view key);
// '*' stands for any characters, '?' for one.
bool matches_wildcard(std::string_view value, std::string_view pattern);
std::vector<std::string> split_key(std::string_view text);  // at '\'

// A range of dates, times or date times; both ends are included and full: YYYYMMDD, HHMMSS.FFFFFF or both.
struct TextRange {
  std::string first, last;
  bool contains(std::string_view value) const { return first <= value && value <= last; }
};
// The time that a key with precision left out may mean: "2020" is all of 2020.
Result<TextRange> parse_date_key(std::string_view key);       // "20200101", "-20200101", "2020.01.01-"
Result<TextRange> parse_time_key(std::string_view key);       // "0930", "09:30-1130"
Result<TextRange> parse_date_time_key(std::string_view key);  // offsets from UTC are left out of account
std::string plain_date(std::string_view value);               // ACR-NEMA 2020.01.31 as 20200131
std::string full_time(std::string_view value);                // "0930" as 093000.000000

// `value` as it is in the index (several values joined by '\'), `key` not universal. An invalid key matches
// nothing; check_key() tells beforehand.
bool matches(std::string_view vr, std::string_view value, std::string_view key, bool fuzzy);
bool matches_name(const NameGroups& name, std::string_view key, bool fuzzy);
Result<void> check_key(std::string_view vr, std::string_view key);

// What every value that matches begins with; "" when the key begins with a wildcard.
std::string literal_prefix(std::string_view key);

}  // namespace xinglin::archive
