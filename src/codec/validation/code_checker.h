// What the validator asks of terminology: is this code a member of that value set? Rooms above implement it;
// a call comes from any thread, several times per resource, so it must be cheap. FHIR R4 4.1.5 (bindings).
#pragma once

#include <string_view>

namespace xinglin::validation {

enum class Membership {
  Member,
  NotMember,
  Unknown,  // the value set, or the code system the code is of, is not held here
};

class CodeChecker {
public:
  virtual ~CodeChecker() = default;
  // `value_set` is a canonical, perhaps with |version. An empty system: any that the value set has (of a code
  // element, whose system the value set implies).
  virtual Membership check(std::string_view value_set, std::string_view system,
                           std::string_view code) const = 0;
};

}  // namespace xinglin::validation
