// One accepted connection: negotiation, then messages until release, abort or stop (PS3.8 9.2 as the acceptor
// sees it). Runs on the connection's thread. Private to edge/dimse.
#pragma once

#include <atomic>
#include <map>

#include "base/spool.h"
#include "edge/dimse/detail/command_set.h"
#include "edge/dimse/detail/identifier.h"
#include "edge/dimse/detail/negotiation.h"
#include "edge/dimse/detail/outgoing.h"
#include "edge/dimse/detail/status.h"
#include "edge/dimse/detail/transport.h"
#include "edge/dimse/scp.h"

namespace xinglin::dimse {

struct ScpCounters {
  Counter &accepted, &rejected, &aborted, &stored, &already_stored, &refused;
  explicit ScpCounters(Metrics& metrics);
};
// What all associations of one Scp share.
struct ScpShared {
  Scp::Options options;
  Scp::Store store;
  Scp::Stage stage;
  Scp::Query query;
  Scp::Services services;
  const Clock& clock;
  ScpCounters counters;
  std::atomic<bool> stopping{false};
  std::atomic<size_t> associations{0};
};

class ServerAssociation {
public:
  ServerAssociation(ScpShared& shared, net::Stream& stream);
  ~ServerAssociation() { leave(); }
  ServerAssociation(const ServerAssociation&) = delete;
  ServerAssociation& operator=(const ServerAssociation&) = delete;
  void run();

private:
  Result<bool> open();  // false: rejected
  Result<Offered> offer() const;
  Result<void> serve();
  Result<void> take_data_pdu(uint32_t length);
  Result<void> take_fragment(const PdvHeader& pdv);
  Result<void> take_command();
  void keep_staged(std::span<const uint8_t> bytes);
  Result<void> take_message();
  Result<Status> perform();
  Status store_instance();
  void tell_end();  // of an association that stored
  Result<void> respond(const Status& answer);
  // detail/server_query.cpp
  trust::Access access() const;  // of a sender
  trust::Access asking() const;  // of a known peer that may query
  Result<Status> query(const QueryClass& asked_of);
  Result<Status> find_matches(const Asked& asked);
  Result<archive::Page> page_of(const Asked& asked, const archive::Query& query);
  Status refuse(const Error& error);
  // detail/server_commitment.cpp
  struct CommitmentDue {
    int64_t id = 0;
    uint8_t context = 0;
  };
  Result<Status> commitment();
  Status take_commitment_request(const archive::CommitmentList& request);
  Status take_commitment_answer(const archive::CommitmentList& answer);
  Result<void> report_commitment();
  Result<void> take_response();
  // detail/server_performed.cpp
  Result<Status> performed_step();
  Result<Status> read_performed_step();
  // detail/server_retrieve.cpp
  using Send = std::function<Result<uint16_t>(const Wanted&)>;
  Result<std::vector<Wanted>> wanted(const Asked& asked);
  Result<Status> retrieve(const Asked& asked, QueryOperation operation);
  Result<Status> send_all(const std::vector<Wanted>& wanted, const Send& send);
  Result<Status> move(const std::vector<Wanted>& wanted);
  Result<Status> get(const std::vector<Wanted>& wanted);
  std::optional<uint8_t> context_back(const Wanted& one, TransferSyntaxUid& syntax) const;
  Result<CommandSet> read_command();
  Result<bool> cancelled();
  bool enter();  // takes a place among the associations; false: all are taken
  void leave();
  void abort(const Error& why);
  void reject(const Rejection& rejection);

  ScpShared& shared_;
  Transport transport_;
  std::string peer_, calling_ae_, called_ae_;
  std::map<uint8_t, std::pair<std::string, std::string>> contexts_;  // id: abstract syntax, transfer syntax
  UserInformation user_;                                             // as agreed
  uint32_t peer_pdu_max_ = 0;
  uint32_t left_in_pdu_ = 0;  // of the P-DATA-TF being read
  Offered offered_;
  std::optional<CommitmentDue> commitment_due_;
  std::map<uint16_t, int64_t> awaited_;  // reports under way: message, request
  uint16_t own_message_ = 0;
  bool cancel_seen_ = false;  // among the answers to the sub-operations of a C-GET
  bool entered_ = false;
  std::vector<SopInstanceUid> stored_;
  // The message being received.
  std::vector<uint8_t> command_bytes_;
  std::optional<CommandSet> command_;
  uint8_t context_ = 0;
  Spool data_set_;
  std::optional<archive::Staged> staged_;
  std::optional<Error> spool_error_;
  int64_t message_deadline_us_ = 0;
};

}  // namespace xinglin::dimse
