#include "main/demo.h"

#include <algorithm>

namespace xinglin::main {
namespace {

struct DemoAccount {
  std::string_view name, display, password;
  trust::Role role;
};

constexpr DemoAccount kAccounts[] = {
    {"doctor", "Demo clinician", "apricot-1", trust::Role::Clinician},
    {"nurse", "Demo nurse", "apricot-2", trust::Role::Nurse},
    {"admin", "Demo administrator", "apricot-3", trust::Role::Administrator},
    {"auditor", "Demo auditor", "apricot-4", trust::Role::Auditor},
    {"engineer", "Demo integration engineer", "apricot-5", trust::Role::Integration},
};

}  // namespace

Result<std::vector<std::string>> add_demo_accounts(trust::Authenticator& authenticator) {
  const trust::Access access = trust::Access::system("demo");
  XL_TRY(const std::vector<trust::User> users, authenticator.users(access));
  if (std::any_of(users.begin(), users.end(), [](const trust::User& user) { return !user.demo; }))
    return Error(errors::kInvalid, "--demo needs a data directory of its own: this one has real users");
  std::vector<std::string> lines;
  for (const DemoAccount& account : kAccounts) {
    const bool there =
        std::any_of(users.begin(), users.end(), [&](const trust::User& u) { return u.name == account.name; });
    if (!there) {
      XL_CHECK(authenticator.add_user(access,
                                      {.id = {},
                                       .name = std::string(account.name),
                                       .display = std::string(account.display),
                                       .role = account.role,
                                       .demo = true},
                                      account.password));
    }
    lines.push_back(std::string(account.name) + " / " + std::string(account.password) + " / " +
                    std::string(trust::to_string(account.role)));
  }
  return lines;
}

}  // namespace xinglin::main
