// The table of peers over the API.
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using http::Method;

constexpr std::string_view kScanner =
    R"({"host": "10.0.0.7", "port": 104, "may": ["worklist", "mpps"], "description": "CT, ground floor"})";

TEST(PeerRoutes, KeepChangeAskAndRemove) {
  World world;
  Browser engineer = world.signed_in(trust::Role::Integration);
  EXPECT_EQ(at(document(engineer.get("/api/peers")), "items"), "[]");
  const auto added = engineer.send(Method::Put, "/api/peers/CT%201", kScanner);
  ASSERT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(added.body, engineer.get("/api/peers/CT%201").body);
  EXPECT_EQ(at(document(added), "may"), R"(["worklist","mpps"])");
  EXPECT_EQ(at(document(added), "tls"), "false");
  EXPECT_EQ(at(document(engineer.get("/api/peers")), "items.0.ae_title"), "CT 1");
  // No sender is wired in here.
  EXPECT_EQ(engineer.post("/api/peers/CT%201/echo").status, 422);
  EXPECT_EQ(engineer.send(Method::Delete, "/api/peers/CT%201").status, 204);
  EXPECT_EQ(engineer.send(Method::Delete, "/api/peers/CT%201").status, 404);
  EXPECT_EQ(engineer.get("/api/peers/CT%201").status, 404);
}

TEST(PeerRoutes, RefuseWhatIsNoPeer) {
  World world;
  Browser engineer = world.signed_in(trust::Role::Integration);
  for (const std::string_view body :
       {R"({"port": 104, "may": []})", R"({"host": "ct.hospital", "port": 104, "may": []})",
        R"({"host": "10.0.0.7", "port": 70000, "may": []})", R"({"host": "10.0.0.7", "port": 104})",
        R"({"host": "10.0.0.7", "port": 104, "may": ["delete"]})",
        R"({"host": "10.0.0.7", "port": 104, "may": [], "tls": "yes"})",
        R"({"host": "10.0.0.7", "port": 104, "may": [], "send_results": true})"})
    EXPECT_EQ(engineer.send(Method::Put, "/api/peers/CT1", body).status, 400) << body;
  EXPECT_EQ(engineer.send(Method::Put, "/api/peers/SEVENTEENLETTERSX", kScanner).status, 400);
  EXPECT_EQ(at(document(engineer.get("/api/peers")), "items"), "[]");
}

}  // namespace
}  // namespace xinglin::web
