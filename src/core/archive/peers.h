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
  bool store = false;                            // instances may be sent to it (C-MOVE destination)
  bool find = false, move = false, get = false;  // it may ask us for that
  bool operator==(const PeerRights&) const = default;
};
Result<PeerRights> parse_rights(std::string_view text);  // "store,find,move,get"
std::string to_string(const PeerRights& rights);

struct Peer {
  std::string ae_title;  // 1 to 16 characters (PS3.5 6.2, AE)
  std::string host;      // numeric address, or "localhost"
  uint16_t port = 0;
  PeerRights rights;
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
  // What a caller with this title may do that comes from `address`; nothing when it is not known.
  Result<PeerRights> rights_of(const std::string& ae_title, std::string_view address);

private:
  sql::Store& store_;
  trust::AuditLog& audit_;
};

}  // namespace xinglin::archive
