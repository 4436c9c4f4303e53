#include "main/dimse_door.h"

#include <sstream>

#include "core/archive/evidence.h"
#include "edge/dimse/commitment.h"
#include "edge/dimse/errors.h"
#include "edge/dimse/scu.h"

namespace xinglin::main {
namespace {

constexpr int kEchoTimeoutMs = 5000, kPatienceMs = 5000;
constexpr std::string_view kResults = "send-results", kSend = "send-to-peer";
// A peer may be off for hours: 10 s, doubling to 5 min.
constexpr journal::QueueOptions kPatient{
    .workers = 1, .attempts_max = 100, .backoff_first_us = 10 * kSecondUs, .timeout_us = 10 * kMinuteUs};

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) out.push_back(part);
  return out;
}

dimse::Scp::Query query_services(House& house, bool over_tls) {
  dimse::Scp::Query out;
  out.rights = [&house, over_tls](const std::string& ae, const std::string& address) {
    return house.peers->rights_of(ae, address, over_tls);
  };
  out.tls = house.tls_client;
  out.find = [&house](const trust::Access& access, const archive::Query& query) {
    return house.search->run(access, query);
  };
  out.open = [&house](const trust::Access& access, const SopInstanceUid& uid) {
    return house.retrieval->open(access, uid);
  };
  out.destination = [&house](const std::string& ae_title) { return house.peers->find(ae_title); };
  return out;
}

Result<dimse::Scu::Options> towards(const House& house, const archive::Peer& peer,
                                    const std::string& our_title) {
  dimse::Scu::Options out;
  out.peer = {peer.host, peer.port};
  out.calling_ae = our_title;
  out.called_ae = peer.ae_title;
  if (peer.tls && !house.tls_client)
    return Error(net::kTlsConfiguration,
                 "the peer is to be reached over TLS: dimse.tls_authorities is not set");
  if (peer.tls) out.tls = house.tls_client;
  return out;
}

// A peer that was removed is not waited for.
Result<archive::Peer> peer_of(House& house, const std::string& ae_title) {
  auto peer = house.peers->find(ae_title);
  if (!peer.ok() && peer.error().is(archive::kNoPeer))
    return Error(journal::kPermanent, "the peer " + ae_title + " is no longer known");
  return peer;
}

std::string text_of(const journal::Job& job, std::string_view name) {
  return std::string(json::find_string(job.payload, name).value_or(""));
}

Result<void> report(House& house, const std::string& our_title, const journal::Job& job) {
  const auto id = static_cast<int64_t>(json::find_number(job.payload, "id").value_or(0));
  XL_TRY(const archive::CommitmentList answer, house.commitment->answer(id));
  if (answer.reported) return {};
  XL_TRY(const archive::Peer peer, peer_of(house, answer.ae_title));
  XL_TRY(const auto to, towards(house, peer, our_title));
  XL_CHECK(dimse::report_commitment(to, answer, house.clock));
  return house.commitment->reported(id);
}

Result<void> ask(House& house, const std::string& our_title, const journal::Job& job) {
  XL_TRY(const archive::Peer peer, peer_of(house, text_of(job, "ae_title")));
  XL_TRY(const auto to, towards(house, peer, our_title));
  for (;;) {
    XL_TRY(const auto request, house.sent->next_request(peer.ae_title));
    if (!request) return {};
    XL_TRY(const auto answer, dimse::ask_commitment(to, *request, kPatienceMs, house.clock));
    XL_CHECK(house.sent->asked(*request));
    if (answer) XL_CHECK(house.sent->note(*answer));
  }
}

// One job for each peer that is to have the result.
Result<void> spread(House& house, const journal::Job& job) {
  XL_TRY(const auto peers, house.peers->receivers_of_results());
  if (peers.empty()) return {};
  const std::string sop = text_of(job, "sop");
  return house.store->write([&](sql::Tx& tx) -> Result<void> {
    for (const archive::Peer& peer : peers)
      XL_CHECK(house.journal->enqueue(
          tx, kSend,
          {.key = peer.ae_title + " " + sop, .payload = {{"sop", sop}, {"ae_title", peer.ae_title}}}));
    return {};
  });
}

Result<void> send(House& house, const std::string& our_title, const journal::Job& job) {
  XL_TRY(const archive::Peer peer, peer_of(house, text_of(job, "ae_title")));
  if (!peer.send_results) return {};
  const trust::Access access = trust::Access::system("send-results");
  const SopInstanceUid uid(text_of(job, "sop"));
  XL_TRY(const auto file, house.retrieval->whole(access, uid));
  XL_TRY(const auto context, dimse::Scu::context_of(file));
  XL_TRY(const auto to, towards(house, peer, our_title));
  XL_TRY(auto scu, dimse::Scu::associate(to, {context}, house.clock));
  XL_TRY(const auto answer, scu.store(file));
  static_cast<void>(scu.release());
  if (!answer.stored()) {
    const bool later = (answer.status & 0xFF00) == 0xA700;  // out of resources
    return Error(later ? errors::kIo : dimse::kStatus,
                 "the peer refused the result with status " + std::to_string(answer.status));
  }
  return house.sent->record(access, peer.ae_title, {{context.sop_class, uid}}, "result",
                            peer.ask_commitment ? archive::AskCommitment::Yes : archive::AskCommitment::No);
}

std::vector<journal::NewJob> results_of(const journal::Event& event) {
  if (event.type != "archive.instance-stored") return {};
  if (!json::find_string(event.data, "sender").value_or("").starts_with("system:inference")) return {};
  return {{.key = event.subject, .payload = {{"sop", event.subject}}}};
}

}  // namespace

Result<std::unique_ptr<dimse::Scp>> start_dimse(House& house, const options::Values& values,
                                                const net::Endpoint& endpoint, const std::string& spool,
                                                std::shared_ptr<const net::TlsContext> tls) {
  const auto size = [&](std::string_view name) { return static_cast<size_t>(values.integer(name)); };
  dimse::Scp::Options options;
  options.endpoint = endpoint;
  options.ae_title = values.text("dimse.ae_title");
  options.called_ae =
      values.boolean("dimse.accept_any_called") ? dimse::CalledAe::Any : dimse::CalledAe::OnlyOurs;
  options.calling_aes = split_list(values.text("dimse.calling_aes"));
  options.associations_max = size("dimse.associations_max");
  options.data_set_bytes_max = size("dimse.instance_mib_max") << 20;
  options.spool_directory = spool;
  options.idle_timeout_ms = static_cast<int>(values.integer("dimse.idle_timeout_ms"));
  options.matches_max = values.integer("dimse.matches_max");
  options.tls = tls;
  return dimse::Scp::start(
      options,
      [&house](const trust::Access& access, const archive::Incoming& incoming) {
        return house.dicom_intake->store(access, incoming);
      },
      house.clock, house.metrics,
      [&house](const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
               const TransferSyntaxUid& syntax) {
        return house.archive->stage(sop_class, sop_instance, syntax);
      },
      query_services(house, tls != nullptr),
      {.commitment = house.commitment.get(),
       .sent = house.sent.get(),
       .schedule = house.schedule.get(),
       .performed = house.performed.get(),
       .released = [&house](std::span<const SopInstanceUid> stored) {
         return archive::note_association_end(*house.store, stored, house.clock.now());
       }});
}

Result<std::shared_ptr<const net::TlsContext>> make_tls_server(const options::Values& values) {
  return net::TlsContext::server({.certificate = values.text("dimse.tls_certificate"),
                                  .key = values.text("dimse.tls_key"),
                                  .authorities = values.text("dimse.tls_client_authorities")});
}

Result<std::shared_ptr<const net::TlsContext>> make_tls_client(const options::Values& values) {
  const std::string& authorities = values.text("dimse.tls_authorities");
  if (authorities.empty()) return std::shared_ptr<const net::TlsContext>();
  return net::TlsContext::client({.certificate = values.text("dimse.tls_certificate"),
                                  .key = values.text("dimse.tls_key"),
                                  .authorities = authorities});
}

void add_dimse_jobs(House& house, const options::Values& values) {
  const std::string title = values.text("dimse.ae_title");
  const auto with = [&house, title](auto work) {
    return [&house, title, work](const journal::Job& job) { return work(house, title, job); };
  };
  house.journal->add_queue(std::string(archive::Commitment::kQueue), kPatient, with(report));
  house.journal->add_queue(std::string(archive::Sent::kQueue), kPatient, with(ask));
  house.journal->add_queue(std::string(kSend), kPatient, with(send));
  house.journal->add_queue(std::string(kResults), {},
                           [&house](const journal::Job& job) { return spread(house, job); });
  house.journal->add_route("send-results", std::string(kResults), results_of);
}

Result<void> echo_peer(House& house, const options::Values& values, const archive::Peer& peer) {
  XL_TRY(dimse::Scu::Options to, towards(house, peer, values.text("dimse.ae_title")));
  to.connect_timeout_ms = to.response_timeout_ms = kEchoTimeoutMs;
  XL_TRY(auto scu, dimse::Scu::associate(to, {}, house.clock));
  XL_CHECK(scu.echo());
  return scu.release();
}

}  // namespace xinglin::main
