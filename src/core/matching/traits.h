// Traits: what is known about a person, in the form in which people are compared. Made from a FHIR Patient or
// from a row of a table; packed into a few hundred bytes for an index. Names are plain() with a Latin reading
// beside them; dates and numbers are in one writing. What is missing is empty. Pure, values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace xinglin::matching {

struct PersonName {
  std::string family, given;              // plain, no spaces
  std::string family_latin, given_latin;  // reading of Han, else the same
  std::string first_given;                // of several given names the first; "" when there is one
  bool han = false;
};

enum class NumberKind { Personal, Local };  // given to a person for life by the state; of a house or a card
struct Number {
  NumberKind kind = NumberKind::Local;
  std::string system, value;  // value without spaces and dashes, upper case
  bool operator==(const Number&) const = default;
};

struct Traits {
  std::vector<PersonName> names;
  std::string birth_date;  // YYYYMMDD, YYYYMM or YYYY
  char sex = 0;            // 'm', 'f', 0 for all others
  std::vector<Number> numbers;
  std::vector<std::string> contacts;  // telephone numbers, mail addresses
  std::string street;                 // number, street, building: words in the order in which they came
  std::string place;                  // suburb or city
  std::string postcode, region;

  bool empty() const;  // nothing to find anybody by
};

inline constexpr size_t kNamesMax = 4, kNumbersMax = 12, kContactsMax = 6;

// A name in parts or as one text ("Wang, Xiaoming", "Xiaoming Wang", "王小明"); without effect when both are
// empty or there are kNamesMax already.
void add_name(Traits& traits, std::string_view family, std::string_view given);
void add_name_text(Traits& traits, std::string_view text);
void add_number(Traits& traits, NumberKind kind, std::string_view system, std::string_view value);
void add_contact(Traits& traits, std::string_view text);
void set_street(Traits& traits, std::string_view text);

Traits traits_of_patient(const json::object& patient);

std::string pack(const Traits& traits);
Traits unpack(std::string_view packed);  // of a text that pack() made; of any other: something, without harm

}  // namespace xinglin::matching
