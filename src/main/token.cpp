#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.h"
#include "core/trust/authenticator.h"
#include "main/commands.h"
#include "main/data_directory.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string data, role = "clinician", ttl = "8h", label = "command line";
};

Result<std::string> issue(const Arguments& arguments) {
  log::set_level(log::Level::Warning);
  XL_TRY(const trust::Role role, trust::parse_role(arguments.role));
  XL_TRY(const int64_t ttl_us, parse_duration(arguments.ttl));
  XL_TRY(const DataDirectory directory, DataDirectory::open(arguments.data, DataDirectory::Lock::None));
  XL_TRY(const auto store, sql::Store::open(directory.database(), {.readers = 1}));
  const SystemClock clock;
  SystemRandom random;
  XL_TRY(const auto audit, trust::AuditLog::open(*store, clock, directory.keys()));
  trust::Authenticator authenticator(*store, clock, random, *audit, {});
  return authenticator.issue_token(trust::Access::system("command-line"), role, ttl_us, arguments.label);
}

}  // namespace

void add_token(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callback, which outlives this function
  CLI::App* verb = app.add_subcommand("token", "Print a bearer token for /api and /fhir on standard output");
  verb->add_option("--data", arguments->data, "Data directory; a server may be running on it")->required();
  verb->add_option("--role", arguments->role,
                   "administrator, clinician, nurse, integration (engineer), auditor, or sender (a machine "
                   "that may only "
                   "send)")
      ->capture_default_str();
  verb->add_option("--ttl", arguments->ttl, "How long it is good: 90s, 15m, 8h, 30d")->capture_default_str();
  verb->add_option("--label", arguments->label, "What it is for, kept with it")->capture_default_str();
  verb->callback([arguments, &status] {
    const auto token = issue(*arguments);
    if (!token) {
      status = fail(token.error());
      return;
    }
    std::cout << *token << '\n';
    status = kDone;
  });
}

}  // namespace xinglin::main
