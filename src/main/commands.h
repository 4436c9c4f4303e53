// The verbs of the command line. Each adds its subcommand to the CLI11 application and, when chosen, sets the
// exit status: 0 done, 1 done with refusals or problems found, 2 not done.
#pragma once

#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace xinglin::main {

inline constexpr int kDone = 0, kProblems = 1, kNotDone = 2;

void add_serve(CLI::App& app, int& status);
void add_simulate(CLI::App& app, int& status);
void add_token(CLI::App& app, int& status);
void add_client(CLI::App& app, int& status);
void add_import(CLI::App& app, int& status);
void add_app(CLI::App& app, int& status);
void add_archive(CLI::App& app, int& status);
void add_peer(CLI::App& app, int& status);
void add_audit(CLI::App& app, int& status);
void add_identity(CLI::App& app, int& status);
void add_terminology(CLI::App& app, int& status);
void add_version(CLI::App& app, int& status);

// Prints "xinglin: message" to standard error and gives kNotDone.
int fail(const Error& error);
// "90s", "15m", "8h", "30d" in microseconds.
Result<int64_t> parse_duration(const std::string& text);

}  // namespace xinglin::main
