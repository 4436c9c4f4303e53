// The remote application entities the archive knows: where each listens and what it may do. An AE title is a
// name and no proof, so where a peer is known by its address, it must also come from there. Kept in the SQL
// store, changed while the server runs. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/sql/store.h"

namespace xinglin::archive {

inline constexpr ErrorCode kBadPeer{"archive.bad-peer", ErrorKind::Invalid,
                                    "the description of a peer is not usable"};
inline constexpr ErrorCode kNoPeer{"archive.no-peer", ErrorKind::NotFound, "no peer has this AE title"};

struct PeerRights {
  bool store = false;  // instances may be sent to it (C-MOVE destination, sent on)
  // It may ask us for that.
  bool find = false, move = false, get = false;
  bool worklist = false;    // Modality Worklist
  bool mpps = false;        // report performed procedure steps
  bool commitment = false;  // ask whether we keep what it sent
  bool operator==(const PeerRights&) const = default;
};
// "store,find,move,get,worklist,mpps,commitment"
Result<PeerRights> parse_rights(std::string_view text);
std::vector<std::string_view> right_names(const PeerRights& rights);
std::string to_string(const PeerRights& rights);

struct Peer {
  std::string ae_title;  // 1 to 16 characters (PS3.5 6.2, AE)
  std::string host;      // numeric address, or "localhost"
  uint16_t port = 0;
  PeerRights rights;
  bool tls = false;              // we connect to it over TLS, and it may connect to us over TLS only
  bool send_results = false;     // results that applications make as DICOM objects are sent on to it
  bool ask_commitment = false;   // after sending to it, ask it for storage commitment
  std::string description = {};  // for people
  bool operator==(const Peer&) const = default;
};

class Peers {
public:
  static constexpr size_t kPeersMax = 10'000;
  Peers(sql::Store& store, trust::AuditLog& audit) : store_(store), audit_(audit) {}

  Result<void> put(const trust::Access& access,
                   const Peer& peer);  // OperateSystem; replaces the one of that title
  Result<void> remove(const trust::Access& access, const std::string& ae_title);  // OperateSystem; kNoPeer
  Result<std::vector<Peer>> list(const trust::Access& access);                    // ReadSystem; by title
  // For the edge that asks on behalf of a protocol: no patient data.
  Result<Peer> find(const std::string& ae_title);  // kNoPeer
  // What a caller with this title may do that comes from `address`; nothing when it is not known, or comes
  // without TLS while it is to use it.
  Result<PeerRights> rights_of(const std::string& ae_title, std::string_view address, bool tls = false);
  Result<std::vector<Peer>> receivers_of_results();

private:
  sql::Store& store_;
  trust::AuditLog& audit_;
};

}  // namespace xinglin::archive
