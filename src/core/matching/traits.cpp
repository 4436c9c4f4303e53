#include "core/matching/traits.h"

#include <algorithm>
#include <array>

#include "core/matching/dates.h"
#include "core/matching/resident_id.h"
#include "core/matching/text.h"

namespace xinglin::matching {
namespace {

constexpr size_t kPartMax = 96;  // bytes of one part that are kept
constexpr std::string_view kResident = "CN-resident";

std::string upper_compact(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '.' || c == '/') continue;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
    if (out.size() == kPartMax) break;
  }
  return out;
}

void add_unique(std::vector<std::string>& list, std::string text, size_t most) {
  if (!text.empty() && list.size() < most && std::ranges::find(list, text) == list.end())
    list.push_back(std::move(text));
}

// "Street" and "St" are the same; kinds of streets say little, so they are short.
std::string_view short_form(std::string_view word) {
  constexpr std::array<std::array<std::string_view, 2>, 16> kForms{{{"street", "st"},
                                                                    {"road", "rd"},
                                                                    {"avenue", "av"},
                                                                    {"ave", "av"},
                                                                    {"place", "pl"},
                                                                    {"court", "ct"},
                                                                    {"crescent", "cr"},
                                                                    {"drive", "dr"},
                                                                    {"close", "cl"},
                                                                    {"circuit", "cc"},
                                                                    {"lane", "ln"},
                                                                    {"terrace", "tc"},
                                                                    {"boulevard", "bd"},
                                                                    {"highway", "hw"},
                                                                    {"apartment", "apt"},
                                                                    {"building", "bldg"}}};
  for (const auto& form : kForms)
    if (form[0] == word) return form[1];
  return word;
}

void put(std::string& out, char mark, std::string_view text) {
  if (text.empty()) return;
  out.push_back(mark);
  for (const char c : text.substr(0, kPartMax)) out.push_back(c == '\n' ? ' ' : c);
  out.push_back('\n');
}

PersonName made(std::string family, std::string given, std::string first) {
  PersonName out{std::move(family), std::move(given), {}, {}, std::move(first)};
  out.han = has_han(out.family) || has_han(out.given);
  out.family_latin = latin(out.family, Reading::FamilyName);
  out.given_latin = latin(out.given);
  return out;
}

}  // namespace

bool Traits::empty() const {
  return names.empty() && numbers.empty() && contacts.empty() && birth_date.empty();
}

void add_name(Traits& traits, std::string_view family, std::string_view given) {
  const std::string family_words = plain(family), given_words = plain(given);
  if (family_words.empty() && given_words.empty()) return;
  if (family_words.empty() && has_han(given_words)) return add_name_text(traits, given);
  if (given_words.empty() && code_points(family_words).size() > 1 && has_han(family_words))
    return add_name_text(traits, family);
  std::string first;
  if (!has_han(given_words) && words(given_words).size() > 1) first = words(given_words)[0];
  PersonName name = made(without_spaces(family_words).substr(0, kPartMax),
                         without_spaces(given_words).substr(0, kPartMax), std::move(first));
  const auto same = [&](const PersonName& n) { return n.family == name.family && n.given == name.given; };
  if (traits.names.size() < kNamesMax && std::ranges::none_of(traits.names, same))
    traits.names.push_back(std::move(name));
}

void add_name_text(Traits& traits, std::string_view text) {
  if (const size_t comma = text.find(','); comma != std::string_view::npos)
    return add_name(traits, text.substr(0, comma), text.substr(comma + 1));
  const std::string all = plain(text);
  if (all.empty()) return;
  if (has_han(all)) {
    const std::u32string points = code_points(without_spaces(all));
    const size_t first = std::min(family_characters(points), points.size());
    std::string family, given;
    for (size_t i = 0; i < points.size(); ++i) append_utf8(i < first ? family : given, points[i]);
    PersonName name = made(family.substr(0, kPartMax), given.substr(0, kPartMax), "");
    if (traits.names.size() < kNamesMax) traits.names.push_back(std::move(name));
    return;
  }
  const size_t space = all.rfind(' ');
  if (space == std::string::npos) return add_name(traits, all, "");
  add_name(traits, all.substr(space + 1), all.substr(0, space));
}

void add_number(Traits& traits, NumberKind kind, std::string_view system, std::string_view value) {
  Number number{kind, std::string(system.substr(0, kPartMax)), upper_compact(value)};
  if (number.value.empty() || traits.numbers.size() >= kNumbersMax) return;
  if (const auto resident = parse_resident_id(number.value)) {
    number = {NumberKind::Personal, std::string(kResident), resident->number};
    if (traits.birth_date.empty()) traits.birth_date = resident->birth_date;
    if (traits.sex == 0) traits.sex = resident->sex;
  }
  if (std::ranges::find(traits.numbers, number) == traits.numbers.end())
    traits.numbers.push_back(std::move(number));
}

void add_contact(Traits& traits, std::string_view text) {
  if (text.find('@') == std::string_view::npos)
    return add_unique(traits.contacts, plain_phone(text), kContactsMax);
  std::string mail;
  for (const char c : text.substr(0, kPartMax))
    if (c != ' ') mail.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  add_unique(traits.contacts, std::move(mail), kContactsMax);
}

void set_street(Traits& traits, std::string_view text) {
  traits.street.clear();
  const std::string line = plain(text);
  for (const std::string_view word : words(line)) {
    if (!traits.street.empty()) traits.street.push_back(' ');
    traits.street += short_form(word);
    if (traits.street.size() > kPartMax) break;
  }
  if (traits.street.size() > kPartMax) traits.street.resize(kPartMax);
}

std::string pack(const Traits& t) {
  std::string out;
  for (const PersonName& name : t.names) {
    put(out, 'F', name.family);
    put(out, 'G', name.given);
    put(out, 'H', name.first_given);
    out += "N\n";
  }
  put(out, 'B', t.birth_date);
  if (t.sex != 0) put(out, 'X', std::string_view(&t.sex, 1));
  for (const Number& number : t.numbers) {
    put(out, 'S', number.system);
    put(out, number.kind == NumberKind::Personal ? 'I' : 'L', number.value);
  }
  for (const std::string& contact : t.contacts) put(out, 'C', contact);
  put(out, 'A', t.street);
  put(out, 'P', t.place);
  put(out, 'Z', t.postcode);
  put(out, 'R', t.region);
  return out;
}

Traits unpack(std::string_view packed) {
  Traits out;
  std::string family, given, first, system;
  while (!packed.empty()) {
    const std::string_view line = packed.substr(0, packed.find('\n'));
    packed.remove_prefix(std::min(packed.size(), line.size() + 1));
    if (line.empty()) continue;
    const std::string_view text = line.substr(1);
    switch (line[0]) {
      case 'F':
        family = text;
        break;
      case 'G':
        given = text;
        break;
      case 'H':
        first = text;
        break;
      case 'N':
        if (out.names.size() < kNamesMax)
          out.names.push_back(made(std::move(family), std::move(given), std::move(first)));
        family.clear(), given.clear(), first.clear();
        break;
      case 'B':
        out.birth_date = text;
        break;
      case 'X':
        out.sex = text.empty() ? '\0' : text[0];
        break;
      case 'S':
        system = text;
        break;
      case 'I':
      case 'L':
        if (out.numbers.size() < kNumbersMax)
          out.numbers.push_back(
              {line[0] == 'I' ? NumberKind::Personal : NumberKind::Local, system, std::string(text)});
        system.clear();
        break;
      case 'C':
        if (out.contacts.size() < kContactsMax) out.contacts.emplace_back(text);
        break;
      case 'A':
        out.street = text;
        break;
      case 'P':
        out.place = text;
        break;
      case 'Z':
        out.postcode = text;
        break;
      case 'R':
        out.region = text;
        break;
      default:
        break;
    }
  }
  return out;
}

}  // namespace xinglin::matching
