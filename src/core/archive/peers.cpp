#include "core/archive/peers.h"

#include <algorithm>

namespace xinglin::archive {

namespace {

constexpr size_t kTitleMax = 16, kHostMax = 255;

struct RightName {
  std::string_view name;
  bool PeerRights::*right;
};
constexpr RightName kRights[] = {{"store", &PeerRights::store},
                                 {"find", &PeerRights::find},
                                 {"move", &PeerRights::move},
                                 {"get", &PeerRights::get}};

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
  return {std::string(row.text(0)), std::string(row.text(1)), static_cast<uint16_t>(row.integer(2)),
          rights_from(row.integer(3))};
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
      return Error(kBadPeer, "rights are store, find, move and get, split by commas");
    out.*known->right = true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string to_string(const PeerRights& rights) {
  std::string out;
  for (const RightName& right : kRights)
    if (rights.*right.right) out += (out.empty() ? "" : ",") + std::string(right.name);
  return out;
}

Result<void> Peers::put(const trust::Access& access, const Peer& peer) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  XL_CHECK(check(peer));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("INSERT INTO archive_peer (ae_title, host, port, rights) SELECT ?1, ?2, ?3, ?4 "
               "WHERE (SELECT count(*) FROM archive_peer) < ?5 "
               "ON CONFLICT (ae_title) DO UPDATE SET host = ?2, port = ?3, rights = ?4",
               peer.ae_title, peer.host, int64_t{peer.port}, bits_of(peer.rights), kPeersMax));
    XL_CHECK(audit_.append(
        tx, access, {trust::Action::Update, "Peer/" + peer.ae_title, "", true, to_string(peer.rights)}));
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

Result<std::vector<Peer>> Peers::list(const trust::Access& access) {
  XL_CHECK(access.require(trust::Permission::ReadSystem));
  return store_.read([](sql::Session& session) -> Result<std::vector<Peer>> {
    std::vector<Peer> out;
    auto row = session.query("SELECT ae_title, host, port, rights FROM archive_peer ORDER BY ae_title");
    while (row.next()) out.push_back(peer_from(row));
    XL_CHECK(row.status());
    return out;
  });
}

Result<Peer> Peers::find(const std::string& ae_title) {
  return store_.read([&](sql::Session& session) -> Result<Peer> {
    auto row =
        session.query("SELECT ae_title, host, port, rights FROM archive_peer WHERE ae_title = ?1", ae_title);
    if (row.next()) return peer_from(row);
    XL_CHECK(row.status());
    return Error(kNoPeer);
  });
}

Result<PeerRights> Peers::rights_of(const std::string& ae_title, std::string_view address) {
  const auto peer = find(ae_title);
  if (!peer.ok()) return peer.error().is(kNoPeer) ? Result<PeerRights>(PeerRights{}) : peer.error();
  const bool there = peer->host == address || (is_loopback(peer->host) && is_loopback(address));
  return there ? peer->rights : PeerRights{};
}

}  // namespace xinglin::archive
