// Invented people for tests and benchmarks, with the truth who is who: about half with Chinese names. They
// live in households (one address, one telephone, often one family name) and have twins, so that fields hang
// together as in life; second records of them have slips of the pen, other scripts, old addresses and gaps.
// SYNTHETIC: no real person. The same seed makes the same people.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/random.h"
#include "core/matching/traits.h"

namespace xinglin::matching::testing {

struct Invented {
  uint32_t truth = 0;  // equal for records of one person
  bool chinese = false;
  std::string family, given;              // as written
  std::string family_latin, given_latin;  // pinyin of Chinese names
  std::string birth_date;                 // YYYYMMDD
  char sex = 'f';
  std::string national, mrn, phone, street, city, postcode, state;
};

class People {
public:
  explicit People(uint64_t seed) : random_(seed) {}
  Invented next();                      // somebody new, perhaps of the household of the last one
  Invented again(const Invented& one);  // another record of the same person
  uint64_t below(uint64_t bound) { return random_.below(bound); }

private:
  bool chance(double p) { return random_.uniform() < p; }
  std::string digits(size_t count);
  std::string latin_name(size_t kinds);
  void name(Invented& who);
  void house(Invented& who);
  void born(Invented& who, int from, int to);
  void number(Invented& who);
  std::string slip(std::string text);
  void slip_name(Invented& who);

  SeededRandom random_;
  Invented last_;
  uint32_t made_ = 0;
};

Traits traits_of(const Invented& who);
json::object patient_of(const Invented& who);  // FHIR Patient

}  // namespace xinglin::matching::testing
