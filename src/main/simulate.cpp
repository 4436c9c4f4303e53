#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <iostream>
#include <thread>

#include "base/log.h"
#include "main/commands.h"
#include "simulate/sender.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string mllp, dimse, ae_title = "XINGLIN", back_fill = "0s", duration;
  uint64_t seed = 1;
  int beds = 12;
  double speed = 1;
  int64_t events_max = 0;
};

// SIGTERM and SIGINT end the ward after the event in hand. A signal handler can reach nothing but a global.
std::atomic<bool> stop_asked{false};
void on_signal(int) {
  stop_asked = true;
}

Result<simulate::SendOptions> send_options(const Arguments& arguments) {
  simulate::SendOptions options;
  options.called_ae = arguments.ae_title;
  options.events_max = arguments.events_max;
  if (!arguments.mllp.empty()) {
    XL_TRY(options.mllp, net::parse_endpoint(arguments.mllp));
  }
  if (!arguments.dimse.empty()) {
    XL_TRY(options.dimse, net::parse_endpoint(arguments.dimse));
  }
  if (!options.mllp && !options.dimse)
    return Error(errors::kInvalid, "say where to send: --mllp, --dimse or both");
  if (!arguments.duration.empty()) {
    XL_TRY(options.for_us, parse_duration(arguments.duration));
  }
  return options;
}

void print_summary(const simulate::Summary& summary) {
  std::cout << summary.messages << " messages (" << summary.messages_refused << " refused) and "
            << summary.ecgs << " ECGs (" << summary.ecgs_refused << " refused), all synthetic; "
            << summary.retries << " retries\n";
  if (!summary.last_refusal.empty()) std::cout << "last refusal: " << summary.last_refusal << '\n';
}

Result<simulate::Summary> run_ward(const Arguments& arguments) {
  XL_TRY(const simulate::SendOptions options, send_options(arguments));
  XL_TRY(const int64_t back_fill_us, parse_duration(arguments.back_fill));
  const SystemClock clock;
  simulate::Ward ward({.seed = arguments.seed,
                       .beds = arguments.beds,
                       .start = clock.now(),
                       .back_fill_us = back_fill_us,
                       .speed = arguments.speed});
  std::signal(SIGTERM, on_signal);
  std::signal(SIGINT, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  simulate::Sender sender(clock, options);
  const bool shows = ::isatty(STDERR_FILENO) != 0;
  auto summary = sender.run(ward, stop_asked, [shows](const simulate::Summary& s, const simulate::Event&) {
    if (shows && s.events() % 10 == 0)
      std::cerr << '\r' << s.messages << " messages, " << s.ecgs << " ECGs sent" << std::flush;
  });
  if (shows) std::cerr << '\n';
  return summary;
}

}  // namespace

void add_simulate(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callback, which outlives this function
  CLI::App* verb = app.add_subcommand(
      "simulate",
      "Send a simulated ward (admissions, vital signs, labs, ECGs; all synthetic) by MLLP and C-STORE");
  verb->add_option("--mllp", arguments->mllp, "ADDRESS:PORT of the HL7 v2 server");
  verb->add_option("--dimse", arguments->dimse, "ADDRESS:PORT of the DICOM server");
  verb->add_option("--ae-title", arguments->ae_title, "Called application entity title")
      ->capture_default_str();
  verb->add_option("--beds", arguments->beds, "Beds of the ward")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  verb->add_option("--seed", arguments->seed, "The same seed makes the same ward")->capture_default_str();
  verb->add_option("--speed", arguments->speed, "Simulated time runs this much faster than real time")
      ->check(CLI::Range(0.01, 100000.0))
      ->capture_default_str();
  verb->add_option("--back-fill", arguments->back_fill, "History sent at once before going live: 24h, 7d")
      ->capture_default_str();
  verb->add_option("--for", arguments->duration,
                   "Stop after this time; 0s: the history only; not given: until stopped");
  verb->add_option("--count", arguments->events_max, "Stop after this many messages and ECGs; 0: no limit")
      ->capture_default_str();
  verb->callback([arguments, &status] {
    log::set_level(log::Level::Warning);
    const auto summary = run_ward(*arguments);
    if (!summary) {
      status = fail(summary.error());
      return;
    }
    print_summary(*summary);
    status = summary->messages_refused + summary->ecgs_refused > 0 ? kProblems : kDone;
  });
}

}  // namespace xinglin::main
