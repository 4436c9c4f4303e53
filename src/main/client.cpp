#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/log.h"
#include "core/trust/clients.h"
#include "main/commands.h"
#include "main/data_directory.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string data, role = "clinician", keys_file;
  trust::Client client;
  bool secret = false;
};

// Clients on the store of a data directory, with what they stand on.
struct Opened {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<trust::Clients> clients;
};

Result<std::unique_ptr<Opened>> open(const std::string& data) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open(data, DataDirectory::Lock::None));
  auto out = std::make_unique<Opened>();
  XL_TRY(out->store, sql::Store::open(directory.database(), {.readers = 1}));
  XL_TRY(out->audit, trust::AuditLog::open(*out->store, out->clock, directory.keys()));
  out->clients = std::make_unique<trust::Clients>(*out->store, out->clock, out->random, *out->audit);
  return out;
}

Result<void> add(const Arguments& arguments) {
  trust::Client client = arguments.client;
  XL_TRY(client.role, trust::parse_role(arguments.role));
  if (!arguments.keys_file.empty()) {
    std::ifstream in(arguments.keys_file);
    if (!in) return Error(errors::kIo, arguments.keys_file + " cannot be read");
    client.jwks.assign(std::istreambuf_iterator<char>(in), {});
  }
  XL_TRY(const auto opened, open(arguments.data));
  XL_TRY(const std::string secret, opened->clients->add(trust::Access::system("command-line"), client,
                                                        arguments.secret ? trust::Clients::Secret::Make
                                                                         : trust::Clients::Secret::None));
  if (!secret.empty()) std::cout << secret << '\n';
  return {};
}

Result<void> list(const Arguments& arguments) {
  XL_TRY(const auto opened, open(arguments.data));
  XL_TRY(const auto clients, opened->clients->list(trust::Access::system("command-line")));
  for (const trust::Client& client : clients) {
    const char* proof = client.is_public() ? "public" : client.secret_hash ? "secret" : "keys";
    std::cout << client.id << '\t' << client.name << '\t' << proof << '\t' << client.scopes;
    for (const std::string& uri : client.redirect_uris) std::cout << '\t' << uri;
    std::cout << '\n';
  }
  return {};
}

Result<void> remove(const Arguments& arguments) {
  XL_TRY(const auto opened, open(arguments.data));
  return opened->clients->remove(trust::Access::system("command-line"), arguments.client.id);
}

}  // namespace

void add_client(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callbacks, which outlive this function
  CLI::App* verb = app.add_subcommand("client", "Applications that may ask for tokens (SMART on FHIR)");
  verb->require_subcommand(1);
  const auto sub = [&](const char* name, const char* prose, Result<void> (*work)(const Arguments&)) {
    CLI::App* out = verb->add_subcommand(name, prose);
    out->add_option("--data", arguments->data, "Data directory; a server may be running on it")->required();
    out->callback([arguments, work, &status] {
      const Result<void> done = work(*arguments);
      status = done ? kDone : fail(done.error());
    });
    return out;
  };
  CLI::App* adding = sub("add", "Register an application; prints its secret when one was asked for", add);
  trust::Client& client = arguments->client;
  adding->add_option("id", client.id, "Its client_id")->required();
  adding->add_option("--name", client.name, "Shown to people who are asked for consent")->required();
  adding
      ->add_option("--scopes", client.scopes,
                   "The most it may be given, \"launch/patient patient/*.rs openid\"")
      ->required();
  adding->add_option("--redirect-uri", client.redirect_uris,
                     "Where people are sent back to; may be repeated");
  adding->add_option("--launch-uri", client.launch_uri, "Where a launch from a patient's page begins");
  adding->add_option("--role", arguments->role, "Of tokens it has for itself: clinician, nurse or sender")
      ->capture_default_str();
  adding->add_option("--jwks", arguments->keys_file, "File of its public keys (JWK Set)");
  adding->add_option("--jwks-uri", client.jwks_uri, "Address of its public keys");
  adding->add_flag("--secret", arguments->secret, "It proves itself by a secret, which is printed this once");
  sub("list", "Id, name, proof, scopes and redirect URIs, a line each", list);
  sub("remove", "Take it out; its tokens end at once", remove)
      ->add_option("id", client.id, "Its client_id")
      ->required();
}

}  // namespace xinglin::main
