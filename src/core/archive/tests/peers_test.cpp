#include "core/archive/peers.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace xinglin::archive {
namespace {

TEST(Peers, are_kept_changed_and_removed_and_each_change_is_audited) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(::testing::TempDir()) / "xl_peers";
  fs::remove_all(folder);
  fs::create_directories(folder / "keys");
  const ManualClock clock(from_civil({2026, 11, 22, 8, 0, 0, 0}));
  const auto store = std::move(*sql::Store::open((folder / "db").string()));
  const auto audit = std::move(*trust::AuditLog::open(*store, clock, (folder / "keys").string()));
  Peers peers(*store, *audit);
  const auto system = trust::Access::system("test");
  const auto sender = trust::Access::sender("dimse", "X@127.0.0.1");
  const int64_t before = *audit->size();
  ASSERT_TRUE(peers.put(system, {"VIEWER", "10.0.0.7", 104, {.find = true}}).ok());
  ASSERT_TRUE(peers.put(system, {"VIEWER", "10.0.0.8", 11112, {.store = true, .move = true}}).ok());
  ASSERT_EQ(peers.list(system)->size(), 1u);
  EXPECT_EQ(peers.find("VIEWER")->port, 11112);
  EXPECT_EQ(to_string(peers.find("VIEWER")->rights), "store,move");
  EXPECT_EQ(*peers.rights_of("VIEWER", "10.0.0.8"), (PeerRights{.store = true, .move = true}));
  EXPECT_EQ(*peers.rights_of("VIEWER", "10.0.0.9"), PeerRights{});  // the title alone is no proof
  EXPECT_EQ(*peers.rights_of("OTHER", "10.0.0.8"), PeerRights{});
  EXPECT_EQ(peers.put(sender, {"A", "b", 1, {}}).error().kind(), ErrorKind::Denied);
  EXPECT_EQ(peers.list(sender).error().kind(), ErrorKind::Denied);
  for (const Peer& bad :
       {Peer{"", "h", 1, {}}, Peer{"SEVENTEENLETTERSX", "h", 1, {}}, Peer{"A\\B", "h", 1, {}},
        Peer{" A", "h", 1, {}}, Peer{"A", "", 1, {}}, Peer{"A", "h", 0, {}}})
    EXPECT_TRUE(peers.put(system, bad).error().is(kBadPeer)) << bad.ae_title;
  EXPECT_TRUE(peers.remove(system, "OTHER").error().is(kNoPeer));
  EXPECT_TRUE(peers.remove(system, "VIEWER").ok());
  EXPECT_TRUE(peers.find("VIEWER").error().is(kNoPeer));
  EXPECT_EQ(*audit->size(), before + 3);
}

TEST(Peers, tls_is_kept_to_and_results_have_receivers) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(::testing::TempDir()) / "xl_peers_tls";
  fs::remove_all(folder);
  fs::create_directories(folder / "keys");
  const ManualClock clock(from_civil({2026, 11, 22, 8, 0, 0, 0}));
  const auto store = std::move(*sql::Store::open((folder / "db").string()));
  const auto audit = std::move(*trust::AuditLog::open(*store, clock, (folder / "keys").string()));
  Peers peers(*store, *audit);
  const auto system = trust::Access::system("test");
  const Peer pacs{.ae_title = "PACS",
                  .host = "10.0.0.1",
                  .port = 2762,
                  .rights = {.store = true, .commitment = true},
                  .tls = true,
                  .send_results = true,
                  .ask_commitment = true,
                  .description = "the archive of the hospital"};
  ASSERT_TRUE(peers.put(system, pacs).ok());
  ASSERT_TRUE(peers.put(system, {"CT1", "10.0.0.2", 104, {.worklist = true, .mpps = true}}).ok());
  EXPECT_EQ(*peers.find("PACS"), pacs);
  EXPECT_EQ(*peers.receivers_of_results(), std::vector<Peer>{pacs});
  EXPECT_EQ(*peers.rights_of("PACS", "10.0.0.1"), PeerRights{});
  EXPECT_EQ(*peers.rights_of("PACS", "10.0.0.1", true), pacs.rights);
  EXPECT_EQ(*peers.rights_of("CT1", "10.0.0.2", true), (PeerRights{.worklist = true, .mpps = true}));
  Peer wrong = pacs;
  wrong.rights = {.find = true};
  EXPECT_TRUE(peers.put(system, wrong).error().is(kBadPeer));
}

TEST(Peers, rights_are_words) {
  EXPECT_EQ(*parse_rights("store,get"), (PeerRights{.store = true, .get = true}));
  EXPECT_EQ(to_string(*parse_rights("mpps,commitment,worklist")), "worklist,mpps,commitment");
  EXPECT_EQ(*parse_rights(""), PeerRights{});
  EXPECT_TRUE(parse_rights("store,delete").error().is(kBadPeer));
}

}  // namespace
}  // namespace xinglin::archive
