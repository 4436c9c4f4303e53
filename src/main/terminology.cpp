#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/log.h"
#include "core/terminology/loader.h"
#include "main/commands.h"
#include "main/data_directory.h"
#include "main/progress.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string data, file, system, version, name, format = "guess";
  bool ignores_case = false;
};

Result<std::unique_ptr<sql::Store>> open(const std::string& data) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open(data, DataDirectory::Lock::None));
  return sql::Store::open(directory.database(), {.readers = 1});
}

Result<std::string> read_file(const std::string& path) {
  std::error_code problem;
  const uintmax_t size = std::filesystem::file_size(path, problem);
  if (problem) return Error(errors::kNotFound, path + ": " + problem.message());
  if (size > terminology::kMaxFileBytes) return Error(errors::kTooLarge, path + " is larger than 256 MB");
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return Error(errors::kIo, path + " cannot be read");
  return text;
}

terminology::ListFormat format_of(const std::string& name) {
  if (name == "csv") return terminology::ListFormat::Csv;
  return name == "icd10" ? terminology::ListFormat::Icd10 : terminology::ListFormat::Guess;
}

// kProblems when some lines could not be used.
Result<int> load(const Arguments& arguments) {
  XL_TRY(const std::string text, read_file(arguments.file));
  XL_TRY(const std::unique_ptr<sql::Store> store, open(arguments.data));
  const SystemClock clock;
  const terminology::LoadSpec spec{arguments.system, arguments.version, arguments.name,
                                   format_of(arguments.format), arguments.ignores_case};
  XL_TRY(const terminology::LoadReport report,
         terminology::load(*store, clock, spec, text,
                           [](size_t done, size_t total) { show_progress(done, total, "codes"); }));
  for (const terminology::LoadProblem& problem : report.problems)
    std::cerr << arguments.file << ":" << problem.line << ": " << problem.text << '\n';
  if (report.refused > report.problems.size())
    std::cerr << "and " << report.refused - report.problems.size() << " more\n";
  std::cout << arguments.system << ": " << report.concepts << " codes of " << report.lines << " lines, "
            << report.refused << " refused";
  if (report.was_loaded)
    std::cout << ", nothing to do: this file is loaded";
  else if (report.resumed_at != 0)
    std::cout << ", went on after " << report.resumed_at;
  std::cout << '\n';
  return report.refused == 0 ? kDone : kProblems;
}

Result<int> list(const Arguments& arguments) {
  XL_TRY(const std::unique_ptr<sql::Store> store, open(arguments.data));
  XL_TRY(const auto systems, terminology::loaded_systems(*store));
  for (const terminology::LoadedSystem& system : systems)
    std::cout << system.system << '\t' << system.version << '\t' << system.concepts << '\t'
              << (system.finished ? "complete" : "not finished") << '\t' << system.name << '\n';
  return kDone;
}

Result<int> remove(const Arguments& arguments) {
  XL_TRY(const std::unique_ptr<sql::Store> store, open(arguments.data));
  XL_CHECK(terminology::unload(*store, arguments.system, arguments.version));
  return kDone;
}

}  // namespace

void add_terminology(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callbacks, which outlive this function
  CLI::App* verb = app.add_subcommand("terminology", "Code systems that are loaded from files");
  verb->require_subcommand(1);
  const auto sub = [&](const char* name, const char* prose, Result<int> (*act)(const Arguments&)) {
    CLI::App* made = verb->add_subcommand(name, prose);
    made->add_option("--data", arguments->data, "Data directory; a server may be running on it")->required();
    made->callback([arguments, &status, act] {
      const Result<int> done = act(*arguments);
      status = done ? *done : fail(done.error());
    });
    return made;
  };
  const auto named = [&](CLI::App* made) {
    made->add_option("--system", arguments->system, "Canonical URL of the code system")->required();
    made->add_option("--version", arguments->version, "Its version");
    return made;
  };
  CLI::App* loading = named(sub("load", "Load a list of codes, or go on with a load that was stopped", load));
  loading->add_option("file", arguments->file, "CSV list, or ICD-10 list of WHO, ICD-10-CM or China")
      ->required();
  loading->add_option("--name", arguments->name, "What people call it");
  loading->add_option("--format", arguments->format, "csv, icd10, or guess from the lines")
      ->check(CLI::IsMember({"guess", "csv", "icd10"}))
      ->capture_default_str();
  loading->add_flag("--ignore-case", arguments->ignores_case, "Codes mean the same in upper and lower case");
  sub("list", "Print url, version, codes and state of each loaded code system", list);
  named(sub("remove", "Remove a loaded code system", remove));
}

}  // namespace xinglin::main
