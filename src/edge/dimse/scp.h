// The DICOM server: Verification, Storage and Query/Retrieve SCP over our own upper layer (PS3.8), one thread
// per association. It checks what a sender may say, holds the data set within bounds while it comes in, and
// hands it to `store`; the C-STORE response goes out only when that returns, so success means durable. Built
// and stopped by main. Thread-safe. PS3.7 9.1.1 (C-STORE), 9.1.5 (C-ECHO), PS3.8 9 (upper layer), PS3.4 B
// (storage).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/net/socket.h"
#include "base/result.h"
#include "base/time.h"
#include "core/archive/archive.h"
#include "core/archive/commitment.h"
#include "core/archive/peers.h"
#include "core/archive/query.h"
#include "core/archive/retrieve.h"
#include "core/archive/sent.h"
#include "core/procedure/performed.h"
#include "core/procedure/schedule.h"
#include "core/trust/access.h"

namespace xinglin::dimse {

enum class CalledAe { Any, OnlyOurs };
enum class UnknownStorage { Refuse, Accept };

class Scp {
public:
  struct Options {
    net::Endpoint endpoint{"127.0.0.1", 11112};
    std::string ae_title = "XINGLIN";
    CalledAe called_ae = CalledAe::Any;
    std::vector<std::string> calling_aes;                     // empty: any; else only these
    UnknownStorage unknown_storage = UnknownStorage::Accept;  // classes newer than our table
    size_t associations_max = 64;
    uint32_t pdu_bytes_max = 256 * 1024;       // offered; a longer P-DATA-TF aborts the association
    uint64_t data_set_bytes_max = 2ull << 30;  // a longer data set is refused with 0xA700
    uint64_t memory_bytes_max = 32u << 20;     // of one data set; beyond it goes to a temporary file
    std::string spool_directory = "/tmp";  // for that file, which has no name and vanishes with the process
    int idle_timeout_ms = 300'000;         // between two messages
    int network_timeout_ms = 30'000;       // of silence inside a message, and for the A-ASSOCIATE-RQ (ARTIM)
    int message_timeout_ms = 900'000;      // for one whole data set
    std::shared_ptr<const net::TlsContext> tls = {};  // set: every connection speaks TLS
    int64_t matches_max = 50'000;                     // of one C-FIND; beyond it 0xA700
  };
  // Optional: where a data set is written while it is received (archive::Archive::stage); `store` then gets
  // it too.
  using Stage = std::function<Result<archive::Staged>(const SopClassUid&, const SopInstanceUid&,
                                                      const TransferSyntaxUid&)>;
  // Called on association threads. Success only when the instance is durable.
  using Store = std::function<Result<archive::Outcome>(const trust::Access&, const archive::Incoming&)>;

  // What query and retrieve need; without them the SOP classes of PS3.4 C are not offered.
  struct Query {
    // What a caller with this AE title at this address may do on this server.
    std::function<Result<archive::PeerRights>(const std::string& calling_ae, const std::string& address)>
        rights;
    std::function<Result<archive::Page>(const trust::Access&, const archive::Query&)> find;
    // The PS3.10 file of an instance (archive::Retrieval::open), for C-GET and C-MOVE; the peer a C-MOVE
    // sends to, by its AE title.
    std::function<Result<archive::OutgoingFile>(const trust::Access&, const SopInstanceUid&)> open;
    std::function<Result<archive::Peer>(const std::string& ae_title)> destination;
    // For peers that are to be reached over TLS.
    std::shared_ptr<const net::TlsContext> tls;
  };

  // What else known peers are offered; what is not there is not offered. They must outlive the server.
  struct Services {
    archive::Commitment* commitment = nullptr;
    archive::Sent* sent = nullptr;
    procedure::Schedule* schedule = nullptr;
    procedure::Performed* performed = nullptr;
    // Told what a sender has stored when it releases its association.
    std::function<Result<void>(std::span<const SopInstanceUid>)> released = {};
  };

  static Result<std::unique_ptr<Scp>> start(Options options, Store store, const Clock& clock,
                                            Metrics& metrics, Stage stage, Query query, Services services);
  static Result<std::unique_ptr<Scp>> start(Options options, Store store, const Clock& clock,
                                            Metrics& metrics, Stage stage = {}, Query query = {}) {
    return start(std::move(options), std::move(store), clock, metrics, std::move(stage), std::move(query),
                 Services());
  }
  ~Scp();
  Scp(const Scp&) = delete;
  Scp& operator=(const Scp&) = delete;

  net::Endpoint endpoint() const;
  size_t associations() const;
  // No new associations; idle ones are aborted at once, a message in progress is finished and answered. What
  // still runs after `grace_ms` is cut. Returns when every thread has ended.
  void stop(int grace_ms);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;

public:
  explicit Scp(std::unique_ptr<Impl> impl);  // for start(); nobody else knows Impl
};

}  // namespace xinglin::dimse
