#include "core/matching/compare.h"

#include <algorithm>

#include "core/matching/text.h"

namespace xinglin::matching {
namespace {

using Names = std::array<std::string_view, kLevels>;
constexpr Names kNameLevels{"missing", "different", "similar", "close", "sounds_alike", "swapped", "exact"};
constexpr Names kDateLevels{"missing",       "different", "same_year", "two_parts",
                            "parts_swapped", "one_digit", "exact"};
constexpr Names kSexLevels{"missing", "different", "exact"};
constexpr Names kNumberLevels{"missing", "different", "similar", "close", "exact"};
constexpr Names kStreetLevels{"missing", "different", "little", "some", "half", "much", "nearly", "exact"};
constexpr Names kPlaceLevels{"missing", "different", "region", "weak", "one_part", "nearly", "exact"};

struct FieldInfo {
  std::string_view name;
  const Names& levels;
  size_t count;
};
constexpr std::array<FieldInfo, kFields> kInfo{{{"family", kNameLevels, 7},
                                                {"given", kNameLevels, 7},
                                                {"birth_date", kDateLevels, 7},
                                                {"sex", kSexLevels, 3},
                                                {"personal_number", kNumberLevels, 5},
                                                {"local_number", kNumberLevels, 5},
                                                {"contact", kNumberLevels, 5},
                                                {"street", kStreetLevels, 8},
                                                {"place", kPlaceLevels, 7}}};

struct NameText {
  std::string_view written, latin;
  bool han;
};

// One part of a name against one part of another.
uint8_t part(const NameText& a, const NameText& b) {
  if (a.written.empty() || b.written.empty()) return kMissing;
  if (a.written == b.written) return kExact;
  if (a.han != b.han || a.han) {
    if (!a.latin.empty() && a.latin == b.latin) return kSound;  // homophones, or pinyin of the characters
    if (a.han && b.han) return jaro_winkler(a.written, b.written) >= 0.6 ? kSimilar : kDifferent;
  }
  const std::string_view x = a.latin, y = b.latin;
  const size_t shorter = std::min(x.size(), y.size());
  if (shorter == 0) return kDifferent;
  if (shorter == 1) return x[0] == y[0] ? kSimilar : kDifferent;  // an initial
  const double alike = jaro_winkler(x, y);
  if (alike >= 0.92 || (shorter >= 4 && edit_distance(x, y, 1) <= 1)) return kClose;
  if (alike >= 0.70 && shorter >= 3 && sound(x) == sound(y)) return kSound;
  if (alike >= 0.80) return kSimilar;
  if (shorter >= 3 && (x.starts_with(y) || y.starts_with(x))) return kSimilar;
  return kDifferent;
}

struct NamePair {
  uint8_t family = kMissing, given = kMissing;
  int sum() const { return family + given; }
};

NamePair names(const PersonName& a, const PersonName& b) {
  const NameText af{a.family, a.family_latin, a.han}, ag{a.given, a.given_latin, a.han};
  const NameText bf{b.family, b.family_latin, b.han}, bg{b.given, b.given_latin, b.han};
  NamePair out{part(af, bf), part(ag, bg)};
  if (out.given != kExact && out.given != kMissing && (!a.first_given.empty() || !b.first_given.empty())) {
    const auto first = [](const PersonName& n) {
      const std::string_view one = n.first_given.empty() ? std::string_view(n.given) : n.first_given;
      return NameText{one, one, n.han};
    };
    out.given = std::max(out.given, part(first(a), first(b)));
  }
  if (out.family >= kSound && out.given >= kSound) return out;
  // Family and given name in each other's place, as far as both have them.
  const uint8_t cross = part(af, bg), back = part(ag, bf);
  const bool one = (cross >= kClose && back == kMissing) || (back >= kClose && cross == kMissing);
  if ((cross >= kClose && back >= kClose) || (one && out.family != kExact && out.given != kExact)) {
    out = {kSwapped, kMissing};  // one event: it must not count twice
  }
  return out;
}

uint8_t dates(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return kMissing;
  if (a.size() != 8 || b.size() != 8) {
    const size_t known = std::min(a.size(), b.size());
    if (a.substr(0, known) == b.substr(0, known)) return known > 4 ? 3 : 2;
    return a.substr(0, 4) == b.substr(0, 4) ? 2 : kDifferent;
  }
  if (a == b) return 6;
  if (edit_distance(a, b, 1) <= 1) return 5;
  const std::string_view ay = a.substr(0, 4), am = a.substr(4, 2), ad = a.substr(6), by = b.substr(0, 4),
                         bm = b.substr(4, 2), bd = b.substr(6);
  if (ay == by && am == bd && ad == bm) return 4;
  if (static_cast<int>(ay == by) + static_cast<int>(am == bm) + static_cast<int>(ad == bd) == 2) return 3;
  return ay == by ? 2 : kDifferent;
}

uint8_t number_level(std::string_view a, std::string_view b) {
  if (a == b) return 4;
  const int away = edit_distance(a, b, 2);
  const size_t shorter = std::min(a.size(), b.size());
  if (away <= 1 && shorter >= 5) return 3;
  return away <= 2 && shorter >= 6 ? 2 : kDifferent;
}

uint8_t numbers(const Traits& a, const Traits& b, NumberKind kind) {
  uint8_t out = kMissing;
  for (const Number& x : a.numbers)
    for (const Number& y : b.numbers) {
      if (x.kind != kind || y.kind != kind || x.system != y.system) continue;
      const uint8_t level = number_level(x.value, y.value);
      // Numbers of one house are given in order: the next one is the next person's.
      out = std::max(out, kind == NumberKind::Local && level < 4 ? kDifferent : level);
    }
  return out;
}

uint8_t contacts(const Traits& a, const Traits& b) {
  uint8_t out = a.contacts.empty() || b.contacts.empty() ? kMissing : kDifferent;
  for (const std::string& x : a.contacts)
    for (const std::string& y : b.contacts) out = std::max(out, number_level(x, y));
  return out;
}

uint8_t streets(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return kMissing;
  if (a == b) return 7;
  const double alike = dice(a, b);
  if (alike >= 0.85) return 6;
  if (alike >= 0.68) return 5;
  if (alike >= 0.50) return 4;
  if (alike >= 0.35) return 3;
  return alike >= 0.20 ? 2 : kDifferent;
}

uint8_t places(const Traits& a, const Traits& b) {
  const bool place = !a.place.empty() && !b.place.empty();
  const bool code = !a.postcode.empty() && !b.postcode.empty();
  const bool region = !a.region.empty() && !b.region.empty();
  if (!place && !code) return !region ? kMissing : a.region == b.region ? 2 : kDifferent;
  int points = 0;
  if (place) points += a.place == b.place ? 2 : jaro_winkler(a.place, b.place) >= 0.88 ? 1 : 0;
  if (code) points += a.postcode == b.postcode ? 2 : edit_distance(a.postcode, b.postcode, 1) <= 1 ? 1 : 0;
  if (points == 4) return 6;
  if (points == 3) return 5;
  if (points == 2) return 4;
  const bool same_region = region && a.region == b.region;
  if (points == 1) return same_region ? 3 : 2;
  return same_region ? 2 : kDifferent;
}

}  // namespace

std::string_view name_of(Field field) {
  return kInfo[static_cast<size_t>(field)].name;
}
std::string_view level_name(Field field, uint8_t level) {
  return level < kLevels ? kInfo[static_cast<size_t>(field)].levels[level] : std::string_view();
}
size_t levels_of(Field field) {
  return kInfo[static_cast<size_t>(field)].count;
}

Comparison compare(const Traits& a, const Traits& b) {
  Comparison out;
  const auto set = [&](Field field, uint8_t level) { out.level[static_cast<size_t>(field)] = level; };
  NamePair best;
  for (size_t i = 0; i < a.names.size(); ++i)
    for (const PersonName& other : b.names) {
      const NamePair found = names(a.names[i], other);
      if (out.name >= 0 && found.sum() <= best.sum()) continue;
      best = found;
      out.name = static_cast<int8_t>(i);
    }
  set(Field::Family, best.family);
  set(Field::Given, best.given);
  set(Field::BirthDate, dates(a.birth_date, b.birth_date));
  if (a.sex != 0 && b.sex != 0) set(Field::Sex, a.sex == b.sex ? 2 : kDifferent);
  set(Field::PersonalNumber, numbers(a, b, NumberKind::Personal));
  set(Field::LocalNumber, numbers(a, b, NumberKind::Local));
  set(Field::Contact, contacts(a, b));
  set(Field::Street, streets(a.street, b.street));
  set(Field::Place, places(a, b));
  return out;
}

}  // namespace xinglin::matching
