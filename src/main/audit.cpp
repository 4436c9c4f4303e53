#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.h"
#include "core/trust/audit_log.h"
#include "main/commands.h"
#include "main/data_directory.h"

namespace xinglin::main {
namespace {

Result<trust::Verification> verify(const std::string& data) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open_existing(data));
  XL_TRY(const auto store, sql::Store::open(directory.database(), {.readers = 1}));
  const SystemClock clock;
  XL_TRY(const auto audit, trust::AuditLog::open(*store, clock, directory.keys()));
  return audit->verify();
}

}  // namespace

void add_audit(CLI::App& app, int& status) {
  auto data = std::make_shared<std::string>();  // shared with the callback, which outlives this function
  CLI::App* audit =
      app.add_subcommand("audit", "Inspect the audit log (see also: xinglin audit verify --help)");
  audit->require_subcommand(1);
  CLI::App* verb = audit->add_subcommand(
      "verify",
      "Recompute the whole log against its signed checkpoints; proves that nothing was changed or removed");
  verb->add_option("--data", *data, "Data directory; a server may be running on it")->required();
  verb->callback([data, &status] {
    const auto result = verify(*data);
    if (!result) {
      status = fail(result.error());
      return;
    }
    for (const std::string& problem : result->problems) std::cout << "problem: " << problem << '\n';
    std::cout << result->leaves << " leaves, " << result->checkpoints << " checkpoints, root "
              << to_hex(result->root) << ": "
              << (result->problems.empty() ? "nothing was changed or removed" : "THE LOG IS NOT INTACT")
              << '\n';
    status = result->problems.empty() ? kDone : kProblems;
  });
}

}  // namespace xinglin::main
