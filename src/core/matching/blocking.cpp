#include "core/matching/blocking.h"

#include <algorithm>
#include <array>

#include "core/matching/text.h"

namespace xinglin::matching {
namespace {

class Keys {
public:
  void add(Pass pass, std::string_view first, std::string_view second = {}) {
    if (list_.size() >= kKeysMax) return;
    uint64_t h = 0xCBF29CE484222325U ^ (static_cast<uint64_t>(pass) + 1) * 0x9E3779B97F4A7C15U;
    const auto mix = [&](unsigned char byte) { h = (h ^ byte) * 0x100000001B3U; };
    for (const char c : first) mix(static_cast<unsigned char>(c));
    mix(0xFF);
    for (const char c : second) mix(static_cast<unsigned char>(c));
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9U;
    h ^= h >> 32;
    const Key key{pass, static_cast<int64_t>(h & 0xFFFFFFFFFFFFU)};
    if (std::ranges::find(list_, key) == list_.end()) list_.push_back(key);
  }
  std::vector<Key> take() { return std::move(list_); }

private:
  std::vector<Key> list_;
};

void add_dates(Keys& keys, const Traits& t, bool asking) {
  if (t.birth_date.size() != 8) return;
  keys.add(Pass::BirthDate, t.birth_date);
  if (!asking) return;
  const std::string& d = t.birth_date;
  keys.add(Pass::BirthDate, d.substr(0, 4) + d.substr(6, 2) + d.substr(4, 2));
}

void add_names(Keys& keys, const Traits& t) {
  const std::string year = t.birth_date.substr(0, 4);
  const std::string day = t.birth_date.size() == 8 ? t.birth_date.substr(4) : "";
  for (const PersonName& name : t.names) {
    const std::string family = sound(name.family_latin), given = sound(name.given_latin);
    const std::string first = name.first_given.empty() ? given : sound(name.first_given);
    const auto both = std::minmax(family, first);
    if (!family.empty() && !first.empty()) {
      const std::string pair = both.first + "/" + both.second;
      if (!year.empty()) keys.add(Pass::NamesYear, pair, year);
      keys.add(Pass::Names, pair);
    }
    for (const std::string& one : {family, first}) {
      if (one.empty()) continue;
      if (!day.empty()) keys.add(Pass::NameDay, one, day);
      if (!year.empty()) keys.add(Pass::NameYear, one, year);
      if (!t.postcode.empty()) keys.add(Pass::NamePostcode, one, t.postcode);
    }
  }
}

std::vector<Key> made(const Traits& t, bool asking) {
  constexpr size_t kHalvesFrom = 6;  // characters of a number
  Keys keys;
  for (const Number& number : t.numbers) {
    keys.add(Pass::Number, number.system, number.value);
    if (number.kind != NumberKind::Personal || number.value.size() < kHalvesFrom) continue;
    const size_t half = (number.value.size() + 1) / 2;
    keys.add(Pass::NumberHead, number.system, std::string_view(number.value).substr(0, half));
    keys.add(Pass::NumberTail, number.system,
             std::string_view(number.value).substr(number.value.size() - half));
  }
  for (const std::string& contact : t.contacts) keys.add(Pass::Contact, contact);
  add_dates(keys, t, asking);
  add_names(keys, t);
  if (t.street.size() > 3) keys.add(Pass::Street, without_spaces(t.street));
  return keys.take();
}

}  // namespace

std::string_view name_of(Pass pass) {
  constexpr std::array<std::string_view, kPasses> kNames{
      "number", "number_head", "number_tail", "contact",       "birth_date", "names_year",
      "names",  "name_day",    "name_year",   "name_postcode", "street"};
  return kNames[static_cast<size_t>(pass)];
}

std::vector<Key> keys_of(const Traits& traits) {
  return made(traits, false);
}
std::vector<Key> lookups_of(const Traits& traits) {
  return made(traits, true);
}

}  // namespace xinglin::matching
