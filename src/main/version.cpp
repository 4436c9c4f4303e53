#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>

#include "main/commands.h"

namespace xinglin::main {

void add_version(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("version", "Print the version");
  verb->callback([&status] {
    std::cout << "xinglin " XL_VERSION "\n";
    status = kDone;
  });
}

int fail(const Error& error) {
  std::cerr << "xinglin: " << error.message() << " [" << error.code().name << "]\n";
  return kNotDone;
}

Result<int64_t> parse_duration(const std::string& text) {
  int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, static_cast<size_t>(text.data() + text.size() - end));
  const int64_t scale = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
  if (code != std::errc{} || scale == 0 || number < 0 || number > 36500)
    return Error(errors::kInvalid, "'" + text + "' is not a duration such as 90s, 15m, 8h, 30d");
  return number * scale * 1'000'000;
}

}  // namespace xinglin::main
