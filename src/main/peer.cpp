#include <CLI/CLI.hpp>
#include <iostream>

#include "base/log.h"
#include "base/net/socket.h"
#include "core/archive/peers.h"
#include "main/commands.h"
#include "main/data_directory.h"

namespace xinglin::main {
namespace {

struct Arguments {
  std::string data, ae_title, address, description, rights = "find,move,get,store";
  bool tls = false, send_results = false, ask_commitment = false;
};

struct Opened {
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
};

Result<Opened> open(const std::string& data, const Clock& clock) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open(data, DataDirectory::Lock::None));
  Opened out;
  XL_TRY(out.store, sql::Store::open(directory.database(), {.readers = 1}));
  XL_TRY(out.audit, trust::AuditLog::open(*out.store, clock, directory.keys()));
  return out;
}

Result<void> add(const Arguments& arguments) {
  XL_TRY(const net::Endpoint endpoint, net::parse_endpoint(arguments.address));
  XL_TRY(const archive::PeerRights rights, archive::parse_rights(arguments.rights));
  const SystemClock clock;
  XL_TRY(const Opened opened, open(arguments.data, clock));
  return archive::Peers(*opened.store, *opened.audit)
      .put(trust::Access::system("command-line"),
           {arguments.ae_title, endpoint.address, endpoint.port, rights, arguments.tls,
            arguments.send_results, arguments.ask_commitment, arguments.description});
}

Result<void> remove(const Arguments& arguments) {
  const SystemClock clock;
  XL_TRY(const Opened opened, open(arguments.data, clock));
  return archive::Peers(*opened.store, *opened.audit)
      .remove(trust::Access::system("command-line"), arguments.ae_title);
}

Result<void> list(const Arguments& arguments) {
  const SystemClock clock;
  XL_TRY(const Opened opened, open(arguments.data, clock));
  XL_TRY(const auto peers,
         archive::Peers(*opened.store, *opened.audit).list(trust::Access::system("command-line")));
  for (const archive::Peer& peer : peers)
    std::cout << peer.ae_title << '\t' << net::Endpoint{peer.host, peer.port}.str() << '\t'
              << archive::to_string(peer.rights) << (peer.tls ? "\ttls" : "")
              << (peer.send_results ? "\tsend-results" : "")
              << (peer.ask_commitment ? "\task-commitment" : "") << '\n';
  return {};
}

}  // namespace

void add_peer(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();  // shared with the callbacks, which outlive this function
  CLI::App* verb =
      app.add_subcommand("peer", "The DICOM application entities that are known, and what they may do");
  verb->require_subcommand(1);
  const auto sub = [&](const char* name, const char* prose, Result<void> (*act)(const Arguments&)) {
    CLI::App* made = verb->add_subcommand(name, prose);
    made->add_option("--data", arguments->data, "Data directory; a server may be running on it")->required();
    made->callback([arguments, &status, act] {
      const auto done = act(*arguments);
      status = done.ok() ? kDone : fail(done.error());
    });
    return made;
  };
  CLI::App* adding = sub("add", "Add a peer, or replace the one of that title", add);
  adding->add_option("ae_title", arguments->ae_title, "Its AE title")->required();
  adding->add_option("address", arguments->address, "ADDRESS:PORT where it listens and comes from")
      ->required();
  adding
      ->add_option("--may", arguments->rights,
                   "find, move, get, worklist, mpps, commitment: ask us for that; store: be sent instances")
      ->capture_default_str();
  adding->add_flag("--tls", arguments->tls, "Over TLS only, both ways");
  adding->add_flag("--send-results", arguments->send_results, "Send it the results of applications");
  adding->add_flag("--ask-commitment", arguments->ask_commitment,
                   "After sending to it, ask it for storage commitment");
  adding->add_option("--description", arguments->description, "What it is, for people");
  sub("remove", "Remove a peer", remove)
      ->add_option("ae_title", arguments->ae_title, "Its AE title")
      ->required();
  sub("list", "Print title, address and rights of each peer", list);
}

}  // namespace xinglin::main
