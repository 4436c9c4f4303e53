// Demo accounts for ./run: one per role, with well-known short passwords. main allows them on loopback
// addresses only.
#pragma once

#include <string>
#include <vector>

#include "core/trust/authenticator.h"

namespace xinglin::main {

// Adds what is not there yet; gives "name / password / role" for each. A directory that has real users is
// refused.
Result<std::vector<std::string>> add_demo_accounts(trust::Authenticator& authenticator);

}  // namespace xinglin::main
