#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.h"
#include "main/commands.h"
#include "main/option_table.h"
#include "main/wiring.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string data, application, subject, models;
};

Result<void> list(const Arguments& arguments) {
  const std::vector<inference::NativeApplication> applications = native_applications();
  XL_TRY(const inference::Catalog catalog, inference::Catalog::build(applications, arguments.models));
  for (const inference::CatalogEntry& entry : catalog.entries()) {
    const inference::Manifest& manifest = entry.manifest;
    std::cout << manifest.id.str() << ' ' << manifest.version << "  " << manifest.name.en << " / "
              << manifest.name.zh << "\n    " << manifest.intended_use.en << "\n    manifest sha256 "
              << entry.manifest_digest << '\n';
  }
  return {};
}

Result<void> run_application(const Arguments& arguments) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open(arguments.data, DataDirectory::Lock::Exclusive));
  const options::Values values(option_table());
  XL_TRY(const auto house, House::open(directory, values));
  house->start();
  const trust::Access access = trust::Access::system("command-line");
  auto id = house->inference->run_now(access, ApplicationId(arguments.application), arguments.subject);
  if (!id) {
    house->stop();
    return id.error();
  }
  const auto result = house->inference->results().get(access, *id);
  house->stop();
  if (!result) return result.error();
  std::cout << json::serialize(*result) << '\n';
  return {};
}

}  // namespace

void add_app(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callbacks, which outlive this function
  CLI::App* verb =
      app.add_subcommand("app", "List or run AI applications (see also: xinglin app run --help)");
  verb->require_subcommand(1);
  CLI::App* list_verb = verb->add_subcommand("list", "List the applications with version and intended use");
  list_verb->add_option("--models", arguments->models, "Folder of model files");
  list_verb->callback([arguments, &status] {
    const Result<void> result = list(*arguments);
    status = result ? kDone : fail(result.error());
  });
  CLI::App* run_verb =
      verb->add_subcommand("run", "Run an application on one subject and publish what it says");
  run_verb->add_option("--data", arguments->data, "Data directory; no server may be running on it")
      ->required();
  run_verb->add_option("application", arguments->application, "Its id, as app list prints it")->required();
  run_verb->add_option("subject", arguments->subject, "SOP Instance UID, Patient/<id> or Observation/<id>")
      ->required();
  run_verb->callback([arguments, &status] {
    const Result<void> result = run_application(*arguments);
    status = result ? kDone : fail(result.error());
  });
}

}  // namespace xinglin::main
