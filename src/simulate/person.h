// Invented people for the simulated ward: names in English and Chinese, made from lists of common ones and
// marked as synthetic wherever they are written. Pure functions of the random source they are given.
#pragma once

#include <cstdint>
#include <string>

#include "base/random.h"

namespace xinglin::simulate {

enum class Sex { Female, Male };

struct Person {
  std::string mrn;                  // "SIM20-0007"
  std::string family, given;        // Latin letters
  std::string family_zh, given_zh;  // empty for people without a Chinese name
  Sex sex = Sex::Female;
  int birth_year = 1950, birth_month = 1, birth_day = 1;

  std::string birth_date() const;  // YYYYMMDD
};

inline constexpr std::string_view kAuthority = "SIMULATED";  // assigning authority of every identifier
inline constexpr std::string_view kNameSuffix = "(synthetic)";
inline constexpr std::string_view kNameSuffixZh = "（合成）";
inline constexpr std::string_view kNotice = "SYNTHETIC: made by the ward simulator, no real patient";

// `this_year` bounds the ages to 19 to 94.
Person make_person(Random& random, const std::string& mrn, int this_year);

}  // namespace xinglin::simulate
