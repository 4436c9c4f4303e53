#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.h"
#include "main/commands.h"
#include "main/data_directory.h"
#include "main/option_table.h"
#include "main/progress.h"
#include "main/wiring.h"

namespace xinglin::main {
namespace {

Result<archive::ScrubResult> verify(const std::string& data) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open_existing(data));
  const options::Values values(option_table());
  XL_TRY(const auto house, House::open(directory, values));
  const auto progress = [](int64_t done, int64_t all) {
    show_progress(static_cast<size_t>(done), static_cast<size_t>(all), "images read again");
    return true;
  };
  return house->custody->scrub(trust::Access::system("archive-verify"), progress);
}

}  // namespace

void add_archive(CLI::App& app, int& status) {
  auto data = std::make_shared<std::string>();  // shared with the callback, which outlives this function
  CLI::App* archive =
      app.add_subcommand("archive", "Look after stored images (see also: xinglin archive verify --help)");
  archive->require_subcommand(1);
  CLI::App* verb = archive->add_subcommand(
      "verify",
      "Read every stored image again and compare it with the digest on its receipt; exit status 1 when "
      "one is missing or changed");
  verb->add_option("--data", *data, "Data directory; a server may be running on it")->required();
  verb->callback([data, &status] {
    const auto result = verify(*data);
    if (!result) {
      status = fail(result.error());
      return;
    }
    std::cout << result->checked << " images read, " << result->damaged << " damaged, " << result->healed
              << " whole again, " << result->orphans << " files of interrupted stores removed\n";
    status = result->damaged == 0 ? kDone : kProblems;
  });
}

}  // namespace xinglin::main
