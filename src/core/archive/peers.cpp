#include "core/archive/peers.h"

#include <algorithm>

namespace xinglin::archive {

namespace {

constexpr size_t kTitleMax = 16, kHostMax = 255, kDescriptionMax = 400;

struct RightName {
  std::string_view name;
  bool PeerRights::*right;
};
constexpr RightName kRights[] = {{"store", &PeerRights::store},
                                 {"find", &PeerRights::find},
                                 {"move", &PeerRights::move},
                                 {"get", &PeerRights::get},
                                 {"worklist", &PeerRights::worklist},
                                 {"mpps", &PeerRights::mpps},
                                 {"commitment", &PeerRights::commitment}};
constexpr std::string_view kSelect =
    "SELECT ae_title, host, port, rights, tls, send_results, ask_commitment, description FROM archive_peer ";

int64_t bits_of(const PeerRights& rights) {
  int64_t out = 0;
  for (size_t i = 0; i < std::size(kRights); ++i)
    if (rights.*kRights[i].right) out |= 1 << i;
  return out;
}

PeerRights rights_from(int64_t bits) {
  PeerRights out;
  for (size_t i = 0; i < std::size(kRights); ++i) out.*kRights[i].right = (bits >> i & 1) != 0;
  return out;
}

Peer peer_from(const sql::Query& row) {
  return {std::string(row.text(0)),    std::string(row.text(1)), static_cast<uint16_t>(row.integer(2)),
          rights_from(row.integer(3)), row.integer(4) != 0,      row.integer(5) != 0,
          row.integer(6) != 0,         std::string(row.text(7))};
}

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

Result<void> check(const Peer& peer) {
  const bool printable = std::all_of(peer.ae_title.begin(), peer.ae_title.end(),
                                     [](char c) { return c >= 0x20 && c < 0x7F && c != '\\'; });
  if (peer.ae_title.empty() || peer.ae_title.size() > kTitleMax || !printable ||
      peer.ae_title.front() == ' ' || peer.ae_title.back() == ' ')
    return Error(kBadPeer, "an AE title has 1 to 16 printable characters without '\\' or spaces around");
  if (peer.host.empty() || peer.host.size() > kHostMax || peer.port == 0)
    return Error(kBadPeer, "a peer needs an address and a port");
  if (peer.description.size() > kDescriptionMax)
    return Error(kBadPeer, "the description of a peer has at most 400 bytes");
  if ((peer.send_results || peer.ask_commitment) && !peer.rights.store)
    return Error(kBadPeer, "only a peer with the right store can be sent results");
  return {};
}

}  // namespace

Result<PeerRights> parse_rights(std::string_view text) {
  PeerRights out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const auto known = std::find_if(std::begin(kRights), std::end(kRights),
                                    [&](const RightName& r) { return r.name == text.substr(0, end); });
    if (known == std::end(kRights))
      return Error(kBadPeer, "rights are store, find, move, get, worklist, mpps and commitment");
    out.*known->right = true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string_view> right_names(const PeerRights& rights) {
  std::vector<std::string_view> out;
  for (const RightName& right : kRights)
    if (rights.*right.right) out.push_back(right.name);
  return out;
}

std::string to_string(const PeerRights& rights) {
  std::string out;
  for (const std::string_view name : right_names(rights)) out += (out.empty() ? "" : ",") + std::string(name);
  return out;
}

Result<void> Peers::put(const trust::Access& access, const Peer& peer) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  XL_CHECK(check(peer));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(
        const int64_t changed,
        tx.run("INSERT INTO archive_peer (ae_title, host, port, rights, tls, send_results, ask_commitment, "
               "description) SELECT ?1, ?2, ?3, ?4, ?6, ?7, ?8, ?9 "
               "WHERE (SELECT count(*) FROM archive_peer) < ?5 "
               "OR EXISTS (SELECT 1 FROM archive_peer WHERE ae_title = ?1) "
               "ON CONFLICT (ae_title) DO UPDATE SET host = ?2, port = ?3, rights = ?4, tls = ?6, "
               "send_results = ?7, ask_commitment = ?8, description = ?9",
               peer.ae_title, peer.host, int64_t{peer.port}, bits_of(peer.rights), kPeersMax,
               int64_t{peer.tls}, int64_t{peer.send_results}, int64_t{peer.ask_commitment},
               peer.description));
    if (changed == 0) return Error(kBadPeer, "there are as many peers as may be");
    XL_CHECK(audit_.append(tx, access,
                           {trust::Action::Update, "Peer/" + peer.ae_title, "", true,
                            to_string(peer.rights) + (peer.tls ? " tls" : "")}));
    return {};
  });
}

Result<void> Peers::remove(const trust::Access& access, const std::string& ae_title) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const int64_t removed, tx.run("DELETE FROM archive_peer WHERE ae_title = ?1", ae_title));
    if (removed == 0) return Error(kNoPeer);
    XL_CHECK(audit_.append(tx, access, {trust::Action::Delete, "Peer/" + ae_title, "", true, ""}));
    return {};
  });
}

namespace {

Result<std::vector<Peer>> all_of(sql::Query row) {
  std::vector<Peer> out;
  while (row.next()) out.push_back(peer_from(row));
  XL_CHECK(row.status());
  return out;
}

}  // namespace

Result<std::vector<Peer>> Peers::list(const trust::Access& access) {
  XL_CHECK(access.require(trust::Permission::ReadSystem));
  return store_.read([](sql::Session& session) {
    return all_of(session.query(std::string(kSelect) + "ORDER BY ae_title"));
  });
}

Result<std::vector<Peer>> Peers::receivers_of_results() {
  return store_.read([](sql::Session& session) {
    return all_of(session.query(std::string(kSelect) + "WHERE send_results = 1 ORDER BY ae_title"));
  });
}

Result<Peer> Peers::find(const std::string& ae_title) {
  XL_TRY(auto found, store_.read([&](sql::Session& session) {
    return all_of(session.query(std::string(kSelect) + "WHERE ae_title = ?1", ae_title));
  }));
  if (found.empty()) return Error(kNoPeer);
  return std::move(found.front());
}

Result<PeerRights> Peers::rights_of(const std::string& ae_title, std::string_view address, bool tls) {
  const auto peer = find(ae_title);
  if (!peer.ok()) return peer.error().is(kNoPeer) ? Result<PeerRights>(PeerRights{}) : peer.error();
  const bool there = peer->host == address || (is_loopback(peer->host) && is_loopback(address));
  return there && (tls || !peer->tls) ? peer->rights : PeerRights{};
}

}  // namespace xinglin::archive
