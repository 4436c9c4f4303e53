// Who may do what, over every route: one row per route, one column per role.
#include <algorithm>
#include <array>

#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using http::Method;
using trust::Role;

struct Row {
  Method method;
  std::string_view target;
  std::string_view allowed;  // a(dministrator) c(linician) n(urse) i(ntegration) u: auditor s(ender)
};
// 400 and 404 mean "allowed, but there is nothing": the guard comes first.
constexpr Row kMatrix[] = {
    {Method::Get, "/api/session", "acniu"},
    {Method::Get, "/api/applications", "acnius"},
    {Method::Get, "/api/worklist", "cn"},
    {Method::Get, "/api/wards", "cn"},
    {Method::Get, "/api/patients", "cn"},
    {Method::Get, "/api/patients/x", "cn"},
    {Method::Get, "/api/patients/x/vitals", "cn"},
    {Method::Get, "/api/patients/x/news2", "cn"},
    {Method::Get, "/api/patients/x/labs", "cn"},
    {Method::Get, "/api/patients/x/results", "cn"},
    {Method::Get, "/api/patients/x/timeline", "cn"},
    {Method::Get, "/api/patients/x/studies", "cn"},
    {Method::Get, "/api/patients/x/tasks", "cn"},
    {Method::Get, "/api/ecg/1.2.3", "cn"},
    {Method::Get, "/api/studies", "cn"},
    {Method::Get, "/api/studies/1.2.3", "cn"},
    {Method::Get, "/api/studies/1.2.3/instances?series=1.2", "cn"},
    {Method::Post, "/api/studies/1.2.3/complete", "c"},
    {Method::Post, "/api/studies/1.2.3/reject", "c"},
    {Method::Post, "/api/studies/1.2.3/restore", "c"},
    {Method::Post, "/api/studies/1.2.3/correct", "c"},
    {Method::Post, "/api/studies/1.2.3/move", "c"},
    {Method::Post, "/api/studies/1.2.3/corrections/1/undo", "c"},
    {Method::Get, "/api/instances/1.2.3/original", "cni"},
    {Method::Get, "/api/deletions", "a"},
    {Method::Post, "/api/deletions", "a"},
    {Method::Post, "/api/deletions/1/recover", "a"},
    {Method::Post, "/api/studies/1.2.3/hold", "a"},
    {Method::Post, "/api/studies/1.2.3/release", "a"},
    {Method::Get, "/api/results/x", "cn"},
    {Method::Post, "/api/results/x/read", "cn"},
    {Method::Post, "/api/results/x/feedback", "cn"},
    {Method::Post, "/api/patients/x/spo2-scale", "c"},
    {Method::Get, "/api/system", "aiu"},
    {Method::Get, "/api/system/messages", "aiu"},
    {Method::Get, "/api/system/messages/1", "aiu"},
    {Method::Get, "/api/system/quarantine", "aiu"},
    {Method::Get, "/api/system/quarantine/1", "i"},
    {Method::Get, "/api/system/quarantine/1/file", "i"},
    {Method::Get, "/api/system/custody", "aiu"},
    {Method::Get, "/api/instances/1.2.3/receipt", "cn"},
    {Method::Get, "/api/commitments", "aiu"},
    {Method::Get, "/api/sent", "aiu"},
    {Method::Get, "/api/procedures/scheduled?date=20261122", "cn"},
    {Method::Get, "/api/procedures/performed?study=1.2.3", "cn"},
    {Method::Get, "/api/peers", "aiu"},
    {Method::Get, "/api/peers/X", "aiu"},
    {Method::Put, "/api/peers/X", "ai"},
    {Method::Delete, "/api/peers/X", "ai"},
    {Method::Post, "/api/peers/X/echo", "ai"},
    {Method::Get, "/api/system/dead-letters", "aiu"},
    {Method::Post, "/api/system/dead-letters/1/replay", "ai"},
    {Method::Post, "/api/system/messages/1/replay", "ai"},
    {Method::Get, "/api/merges", "aiu"},
    {Method::Post, "/api/merges/1/undo", "ai"},
    {Method::Get, "/api/system/bulk", "aiu"},
    {Method::Post, "/api/system/bulk/1/cancel", "ai"},
    {Method::Get, "/api/identity/pairs", "cn"},
    {Method::Get, "/api/identity/pairs/1/history", "cn"},
    {Method::Post, "/api/identity/pairs/1/decision", "c"},
    {Method::Get, "/api/conflicts", "acniu"},
    {Method::Post, "/api/conflicts/1/decision", "c"},
    {Method::Get, "/api/audit", "au"},
    {Method::Get, "/api/audit/checkpoint", "au"},
    {Method::Get, "/api/audit/proof?index=0", "au"},
    {Method::Post, "/api/audit/verify", "au"},
    {Method::Get, "/api/users", "a"},
    {Method::Post, "/api/users", "a"},
    {Method::Post, "/api/users/x/password", "a"},
    {Method::Post, "/api/users/x/disabled", "a"},
    {Method::Get, "/api/authorizations/x", "cn"},
    {Method::Post, "/api/authorizations/x", "cn"},
    {Method::Get, "/api/launches", "cn"},
    {Method::Post, "/api/launches", "cn"},
    {Method::Get, "/api/clients", "a"},
    {Method::Post, "/api/clients", "a"},
    {Method::Delete, "/api/clients/x", "a"},
};
constexpr std::array<std::pair<char, Role>, 5> kRoles{{{'a', Role::Administrator},
                                                       {'c', Role::Clinician},
                                                       {'n', Role::Nurse},
                                                       {'i', Role::Integration},
                                                       {'u', Role::Auditor}}};

TEST(Roles, MayDoWhatTheMatrixSays) {
  World world;
  for (const auto& [letter, role] : kRoles) {
    Browser browser = world.signed_in(role);
    for (const Row& row : kMatrix) {
      const int status = browser.send(row.method, row.target).status;
      const bool allowed = row.allowed.find(letter) != std::string_view::npos;
      EXPECT_EQ(status != 403, allowed)
          << letter << " " << http::to_string(row.method) << " " << row.target << " " << status;
      EXPECT_NE(status, 401) << row.target;
      EXPECT_LT(status, 500) << letter << " " << row.target;
    }
  }
  // Nobody signs in as a sender: a machine has a token.
  Browser machine = world.browser();
  machine.headers["Authorization"] = "Bearer " + world.token(Role::Sender);
  for (const Row& row : kMatrix) {
    if (row.target == "/api/session") continue;
    const int status = machine.send(row.method, row.target).status;
    EXPECT_EQ(status != 403, row.allowed.find('s') != std::string_view::npos) << row.target << " " << status;
  }
  EXPECT_EQ(machine.get("/api/events").status, 403);
}

TEST(Roles, NobodyInParticularMayDoNothing) {
  World world;
  Browser stranger = world.browser();
  for (const Row& row : kMatrix) {
    const http::ClientResponse response = stranger.send(row.method, row.target);
    EXPECT_EQ(response.status, 401) << row.target;
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(response.headers.at("cache-control"), "no-store");
  }
  EXPECT_EQ(stranger.get("/api/events").status, 401);
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out(1);
  for (const char c : path.substr(0, path.find('?')))
    if (c == '/')
      out.emplace_back();
    else
      out.back() += c;
  return out;
}

bool is_row_of(const Row& row, std::string_view method, std::string_view pattern) {
  std::string upper(method);
  for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
  const std::vector<std::string> wanted = segments(pattern), given = segments(row.target);
  return upper == http::to_string(row.method) &&
         std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](const std::string& w, const std::string& g) { return w == g || w.starts_with('{'); });
}

// Every route of the document has a row here, so that a new one cannot be forgotten.
TEST(Roles, TheMatrixHasEveryRoute) {
  World world;
  const json::object api = document(world.browser().get("/api/openapi.json"));
  for (const auto& path : *json::find_object(api, "paths")) {
    if (path.key() == "/api/session" || path.key() == "/api/events") continue;
    for (const auto& operation : path.value().as_object()) {
      const bool found = std::any_of(std::begin(kMatrix), std::end(kMatrix), [&](const Row& row) {
        return is_row_of(row, operation.key(), path.key());
      });
      EXPECT_TRUE(found) << operation.key() << " " << path.key();
    }
  }
}

}  // namespace
}  // namespace xinglin::web
