#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "base/log.h"
#include "main/commands.h"
#include "main/demo.h"
#include "main/option_table.h"
#include "main/wiring.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string data, config, http = "127.0.0.1:8080", dimse = "127.0.0.1:11112", mllp = "127.0.0.1:2575",
                            dimse_tls;
  bool demo = false, options_markdown = false;
  std::vector<std::pair<std::string, std::string>> options;
};

Result<options::Values> read_options(const Arguments& arguments) {
  options::Values values(option_table());
  if (!arguments.config.empty()) {
    std::ifstream in(arguments.config);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in) return Error(errors::kIo, "the configuration file " + arguments.config + " cannot be read");
    XL_CHECK(values.load_toml(text, arguments.config));
  }
  for (const auto& [name, value] : arguments.options) XL_CHECK(values.set(name, value));
  return values;
}

Result<DoorAddresses> read_addresses(const Arguments& arguments) {
  DoorAddresses addresses;
  XL_TRY(addresses.http, net::parse_endpoint(arguments.http));
  XL_TRY(addresses.dimse, net::parse_endpoint(arguments.dimse));
  XL_TRY(addresses.mllp, net::parse_endpoint(arguments.mllp));
  if (!arguments.dimse_tls.empty()) {
    XL_TRY(addresses.dimse_tls, net::parse_endpoint(arguments.dimse_tls));
    if (arguments.demo && !net::is_loopback(*addresses.dimse_tls))
      return Error(errors::kInvalid, "--demo works on loopback addresses only");
  }
  for (const net::Endpoint* endpoint : {&addresses.http, &addresses.dimse, &addresses.mllp}) {
    if (net::is_loopback(*endpoint)) continue;
    if (arguments.demo)
      return Error(errors::kInvalid, "--demo works on loopback addresses only, not on " + endpoint->str());
    log::warning("serve.beyond-loopback", {{"address", endpoint->str()}, {"note", "put TLS in front of it"}});
  }
  return addresses;
}

Result<void> set_log_level(const std::string& level) {
  using log::Level;
  for (const auto& [name, value] : {std::pair{"debug", Level::Debug}, std::pair{"info", Level::Info},
                                    std::pair{"warning", Level::Warning}, std::pair{"error", Level::Error}}) {
    if (level == name) {
      log::set_level(value);
      return {};
    }
  }
  return Error(errors::kInvalid, "log.level is one of debug, info, warning, error");
}

// Blocks until SIGTERM or SIGINT, which every thread has blocked.
void wait_for_stop(const sigset_t& signals) {
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
  log::info("serve.stopping", {{"signal", received}});
}

// A stop that hangs must not keep the process: what is acknowledged is durable already, so ending hard loses
// nothing.
void end_hard_after(std::chrono::seconds limit) {
  std::thread([limit] {
    std::this_thread::sleep_for(limit);
    log::error("serve.stop-overran", {{"seconds", limit.count()}});
    std::_Exit(3);
  }).detach();
}

Result<void> serve(const Arguments& arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  XL_TRY(const options::Values values, read_options(arguments));
  XL_CHECK(set_log_level(values.text("log.level")));
  XL_TRY(const DoorAddresses addresses, read_addresses(arguments));
  XL_TRY(const DataDirectory directory, DataDirectory::open(arguments.data, DataDirectory::Lock::Exclusive));
  XL_TRY(const auto house, House::open(directory, values));
  if (arguments.demo) {
    XL_TRY(const auto lines, add_demo_accounts(*house->authenticator));
    for (const std::string& line : lines) std::cout << "demo sign-in: " << line << '\n';
  } else {
    XL_TRY(const auto password, house->authenticator->bootstrap());
    if (password)
      std::cout << "administrator password (shown once, user '" << trust::kFirstUserName
                << "'): " << *password << '\n';
  }
  // The doors first: open pages listen to the journal, which takes listeners only before it starts.
  XL_TRY(const auto doors, Doors::open(*house, directory, values, addresses));
  house->start();
  const DoorAddresses bound = doors->bound();
  doors->set_ready();
  std::cout << "listening http=" << bound.http.str() << " dimse=" << bound.dimse.str()
            << " mllp=" << bound.mllp.str() << (bound.dimse_tls ? " dimse_tls=" + bound.dimse_tls->str() : "")
            << std::endl;
  log::info("serve.ready",
            {{"http", bound.http.str()}, {"dimse", bound.dimse.str()}, {"mllp", bound.mllp.str()}});
  wait_for_stop(signals);
  end_hard_after(std::chrono::seconds(9));
  doors->stop();
  house->stop();
  log::info("serve.stopped");
  return {};
}

}  // namespace

void add_serve(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callback, which outlives this function
  CLI::App* verb = app.add_subcommand("serve", "Run the server until SIGTERM");
  verb->add_option("--data", arguments->data, "Data directory, made when it is not there");
  verb->add_option("--http", arguments->http, "ADDRESS:PORT of FHIR, API and pages; port 0 picks one")
      ->capture_default_str();
  verb->add_option("--dimse", arguments->dimse, "ADDRESS:PORT for DICOM associations")->capture_default_str();
  verb->add_option(
      "--dimse-tls", arguments->dimse_tls,
      "ADDRESS:PORT for DICOM associations over TLS; needs dimse.tls_certificate and dimse.tls_key");
  verb->add_option("--mllp", arguments->mllp, "ADDRESS:PORT for HL7 v2 over MLLP")->capture_default_str();
  verb->add_option("--config", arguments->config, "TOML file of the options below");
  verb->add_flag("--demo", arguments->demo, "Make demo accounts with well-known passwords (loopback only)");
  verb->add_flag("--options-markdown", arguments->options_markdown,
                 "Print the table of options for docs/options.md");
  for (const options::Declaration& d : option_table()) {
    const std::string name(d.name);
    std::string prose =
        std::string(d.prose) + (d.default_value.empty() ? "" : " [" + std::string(d.default_value) + "]");
    verb->add_option_function<std::string>(
            "--" + name,
            [arguments, name](const std::string& value) { arguments->options.emplace_back(name, value); },
            prose)
        ->group("Options");
  }
  verb->callback([arguments, &status] {
    if (arguments->options_markdown) {
      std::cout
          << "# Options\n\nIn a TOML file (`[dimse]` then `ae_title = \"ARCHIVE\"`) or on the command line "
             "(`--dimse.ae_title ARCHIVE`).\nWritten by `xinglin serve --options-markdown`.\n\n"
          << options::Values(option_table()).markdown();
      return;
    }
    if (arguments->data.empty()) {
      status = fail(Error(errors::kInvalid, "serve needs --data DIR"));
      return;
    }
    const Result<void> result = serve(*arguments);
    status = result ? kDone : fail(result.error());
  });
}

}  // namespace xinglin::main
