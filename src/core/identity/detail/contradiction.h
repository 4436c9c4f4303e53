// Can two sets of demographics be those of one person? Pure; private to core/identity.
#pragma once

#include <string>

#include "base/json.h"

namespace xinglin::identity::detail {

// Of "birth_date", "gender" and "name" those that cannot both be true, parted by spaces; "" when nothing
// contradicts. What one of the two does not say contradicts nothing; a birth date is compared as far as both
// are exact; names contradict when in no script they have a part in common. `clear`: name and birth date
// decide. Two contradictions are clear, and so is one of name or birth date when the other is not there to
// confirm; another family name with the same birth date (a marriage) and a slip in the birth date are not.
struct Contradictions {
  std::string differs;
  bool clear = false;
};
Contradictions contradictions(const json::object& known, const json::object& other);
// Name, birth date and sex in one form, whichever way they were written; "" when none of them is said.
std::string said_of(const json::object& patient);

}  // namespace xinglin::identity::detail
