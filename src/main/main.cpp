// xinglin: one binary, a verb each for serving, simulating, importing and inspecting.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "main/commands.h"

int main(int argc, char** argv) {
  using namespace xinglin::main;
  CLI::App app{
      "Xinglin, an open clinical AI platform. Not a medical device: decision support under development.",
      "xinglin"};
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  int status = kDone;
  add_serve(app, status);
  add_simulate(app, status);
  add_token(app, status);
  add_client(app, status);
  add_import(app, status);
  add_app(app, status);
  add_archive(app, status);
  add_peer(app, status);
  add_audit(app, status);
  add_identity(app, status);
  add_terminology(app, status);
  add_version(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kNotDone;
  } catch (const std::exception& e) {
    std::cerr << "xinglin: " << e.what() << '\n';
    return kNotDone;
  }
  return status;
}
