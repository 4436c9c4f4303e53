// The API as a page uses it, over loopback.
#include <fstream>
#include <set>

#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

class ApiTest : public testing::Test {
protected:
  void SetUp() override {
    patient_ = world_.house.admit("Berg", "Anna", "", "10001", "3W", "1");
    world_.house.journal->start();
    world_.house.vital(patient_, "8867-4", 140, "/min");
    world_.house.settle();
  }
  World world_;
  std::string patient_;
};

TEST_F(ApiTest, AClinicianReadsTheWorklistAndDecides) {
  Browser clinician = world_.signed_in(Role::Clinician);
  const json::object list = document(clinician.get("/api/worklist?status=open&ward=3W&q=berg&limit=10"));
  EXPECT_EQ(at(list, "total"), "1");
  EXPECT_EQ(at(list, "items.0.priority"), "stat");
  const std::string result = "/api/results/" + at(list, "items.0.id");
  EXPECT_EQ(at(document(clinician.get(result)), "status"), "unread") << "looking at a card is not reading it";
  EXPECT_EQ(at(document(clinician.post(result + "/read")), "status"), "read");
  EXPECT_EQ(clinician.post(result + "/feedback", {{"action", "reject"}}).status, 400) << "why?";
  const http::ClientResponse decided =
      clinician.post(result + "/feedback",
                     {{"action", "edit"},
                      {"reason", "pacing"},
                      {"edits", json::array{json::object{{"code", "1104051000000101"}, {"value", "3"}}}}});
  EXPECT_EQ(decided.status, 200) << decided.body;
  EXPECT_EQ(at(document(decided), "status"), "edited");
  EXPECT_EQ(at(document(decided), "feedback.reason"), "pacing");
  EXPECT_EQ(at(document(decided), "feedback.edits.0.value"), "3");
  EXPECT_EQ(at(document(clinician.get("/api/worklist?status=open")), "total"), "0");
  EXPECT_EQ(clinician
                .post(result + "/feedback",
                      {{"action", "edit"},
                       {"reason", "x"},
                       {"edits", json::array{json::object{{"code", "none"}, {"value", "3"}}}}})
                .status,
            400);
}

TEST_F(ApiTest, AClinicianChoosesTheSpo2ScaleAndTakesItBack) {
  Browser clinician = world_.signed_in(Role::Clinician), nurse = world_.signed_in(Role::Nurse);
  const std::string base = "/api/patients/" + patient_, url = base + "/spo2-scale";
  EXPECT_EQ(at(document(nurse.get(base + "/news2")), "spo2_scale"),
            R"({"scale":1,"reason":null,"who":null,"at":null,"history":[]})");
  EXPECT_EQ(clinician.post(url, {{"scale", 2}}).status, 400) << "why?";
  EXPECT_EQ(clinician.post(url, {{"scale", 3}, {"reason", "x"}}).status, 400);
  EXPECT_EQ(clinician.post("/api/patients/none/spo2-scale", {{"scale", 2}, {"reason", "x"}}).status, 404);
  EXPECT_EQ(nurse.post(url, {{"scale", 2}, {"reason", "COPD"}}).status, 403) << "a clinician decides";
  EXPECT_EQ(at(document(clinician.post(url, {{"scale", 2}, {"reason", "COPD"}})), "scale"), "2");
  const json::object set = document(nurse.get(base + "/news2"));
  EXPECT_EQ(at(set, "spo2_scale.scale"), "2");
  EXPECT_EQ(at(set, "spo2_scale.reason"), "COPD");
  EXPECT_FALSE(at(set, "spo2_scale.who").empty());
  world_.house.clock.advance(kMinuteUs);
  const json::object back = document(clinician.post(url, {{"scale", 1}, {"reason", "weaned"}}));
  EXPECT_EQ(at(back, "scale"), "1");
  EXPECT_EQ(at(back, "history.1.scale"), "2");
}

TEST_F(ApiTest, ThePagesOfAPatientAnswer) {
  Browser nurse = world_.signed_in(Role::Nurse);
  const std::string base = "/api/patients/" + patient_;
  EXPECT_EQ(at(document(nurse.get(base)), "mrn"), "10001");
  EXPECT_EQ(at(document(nurse.get(base + "/vitals?hours=2")), "series.0.code"), "8867-4");
  EXPECT_EQ(at(document(nurse.get(base + "/news2")), "points.0.band"), "high");
  EXPECT_EQ(at(document(nurse.get(base + "/results")), "items.0.flag"), "AA");
  EXPECT_EQ(at(document(nurse.get(base + "/tasks")), "items.0.text.zh"), "查看患者");
  EXPECT_EQ(at(document(nurse.get("/api/patients?sort=name")), "items.0.id"), patient_);
  EXPECT_EQ(at(document(nurse.get("/api/wards")), "items.0.name"), "3W");
  EXPECT_EQ(nurse.get(base + "/vitals?hours=0").status, 400);
  EXPECT_EQ(nurse.get(base + "/vitals?hours=x").status, 400);
  EXPECT_EQ(nurse.get("/api/patients?sort=age").status, 400);
  EXPECT_EQ(nurse.get("/api/patients/nobody").status, 404);
  const std::string sop = world_.house.store_ecg(patient_);
  EXPECT_EQ(at(document(nurse.get("/api/ecg/" + sop)), "leads.1.name"), "II");
  EXPECT_EQ(nurse.get("/api/ecg/1.2.3").status, 404);
}

TEST_F(ApiTest, TheSystemPageTellsFiguresWithoutPatients) {
  Browser auditor = world_.signed_in(Role::Auditor);
  MessageRow row;
  row.id = 1;
  row.type = "ORU^R01";
  row.ack = "AE";
  row.error = "PID-3: missing";
  world_.messages.rows = {row};
  const json::object system = document(auditor.get("/api/system"));
  EXPECT_EQ(at(system, "state"), "ready");
  EXPECT_EQ(at(system, "counts.patients"), "1");
  EXPECT_EQ(at(system, "counts.results"), "1");
  EXPECT_EQ(at(system, "counts.messages"), "1");
  EXPECT_NE(at(system, "listeners.http"), "null");
  EXPECT_EQ(at(system, "listeners.dimse"), "null");
  EXPECT_EQ(at(document(auditor.get("/api/system/messages?outcome=AE")), "items.0.error"), "PID-3: missing");
  EXPECT_EQ(at(document(auditor.get("/api/system/messages?outcome=AA")), "items.0"), "");
  EXPECT_EQ(at(document(auditor.get("/api/system/messages/1")), "raw"), "null")
      << "an auditor sees no patient";
  EXPECT_EQ(auditor.get("/api/system/messages?outcome=XX").status, 400);
  EXPECT_EQ(auditor.get("/api/system/messages/two").status, 400);
  EXPECT_EQ(auditor.get("/api/system/messages/2").status, 404);
}

TEST_F(ApiTest, AnAuditorFollowsTheLogAndProvesALeaf) {
  Browser clinician = world_.signed_in(Role::Clinician);
  EXPECT_EQ(clinician.get("/api/patients/" + patient_).status, 200);
  ASSERT_TRUE(world_.house.audit->flush().ok());
  ASSERT_TRUE(world_.house.audit->sign_checkpoint().ok());
  Browser auditor = world_.signed_in(Role::Auditor);
  const json::object log = document(auditor.get("/api/audit?from=0&limit=500"));
  bool seen = false;
  for (const json::value& item : *json::find_array(log, "items")) {
    const json::object& leaf = item.as_object();
    seen = seen || (at(leaf, "action") == "read" && at(leaf, "patient") == patient_ &&
                    at(leaf, "role") == "clinician");
  }
  EXPECT_TRUE(seen);
  const json::object checkpoint = document(auditor.get("/api/audit/checkpoint"));
  const json::object proof = document(auditor.get("/api/audit/proof?index=0"));
  EXPECT_EQ(at(proof, "root"), at(checkpoint, "root"));
  EXPECT_EQ(at(proof, "leaf_hash"), at(log, "items.0.leaf_hash"));
  EXPECT_EQ(auditor.get("/api/audit/proof").status, 400);
  EXPECT_EQ(auditor.get("/api/audit/proof?index=99999999").status, 400);
  const json::object verified = document(auditor.post("/api/audit/verify"));
  EXPECT_EQ(at(verified, "problems"), "[]");
}

TEST_F(ApiTest, AnAdministratorKeepsTheUsers) {
  Browser administrator = world_.signed_in(Role::Administrator);
  const json::object user{
      {"name", "lin"}, {"display", "Lin"}, {"role", "nurse"}, {"password", std::string(kPassword)}};
  const json::object added = document(administrator.post("/api/users", user));
  EXPECT_EQ(at(added, "role"), "nurse");
  EXPECT_EQ(administrator.post("/api/users", user).status, 409);
  json::object weak = user;
  weak["name"] = "wei";
  weak["password"] = "short";
  EXPECT_EQ(at(document(administrator.post("/api/users", weak)), "code"), "trust.weak-password");
  json::object boss = user;
  boss["role"] = "king";
  EXPECT_EQ(administrator.post("/api/users", boss).status, 400);
  const std::string base = "/api/users/" + at(added, "id");
  EXPECT_EQ(administrator.post(base + "/password", {{"password", "another long password"}}).status, 204);
  EXPECT_EQ(world_.browser().sign_in("lin", "another long password").status, 200);
  EXPECT_EQ(administrator.post(base + "/disabled", {{"disabled", true}}).status, 204);
  EXPECT_EQ(world_.browser().sign_in("lin", "another long password").status, 401);
  EXPECT_EQ(administrator.post(base + "/disabled", {{"disabled", "yes"}}).status, 400);
}

TEST(Health, SaysWhetherWorkCanBeTaken) {
  World world;
  Browser anyone = world.browser();
  EXPECT_EQ(anyone.get("/healthz").body, "ok\n");
  EXPECT_EQ(at(document(anyone.get("/readyz")), "state"), "ready");
  world.web->set_state(State::Draining);
  EXPECT_EQ(anyone.get("/readyz").status, 503);
  EXPECT_EQ(anyone.get("/healthz").status, 200);
  const http::ClientResponse metrics = anyone.get("/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.body.find("xinglin_http_responses_total{class=\"2xx\"}"), std::string::npos);
}

TEST(Headers, AreOnEveryKindOfAnswer) {
  World world;
  Browser anyone = world.browser();
  for (const char* target :
       {"/", "/patients/1", "/api/session", "/api/none", "/missing.js", "/healthz", "/fhir/x"}) {
    const http::ClientResponse response = anyone.get(target);
    EXPECT_TRUE(response.headers.contains("content-security-policy")) << target;
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff") << target;
    EXPECT_EQ(response.headers.at("referrer-policy"), "no-referrer") << target;
  }
}

// The parts of OpenAPI 3.1 that a generator of types stumbles over.
TEST(OpenApi, IsWellFormed) {
  World world;
  const json::object api = document(world.browser().get("/api/openapi.json"));
  EXPECT_TRUE(at(api, "openapi").starts_with("3.1"));
  EXPECT_EQ(at(api, "info.version"), "test");
  std::set<std::string> ids;
  size_t operations = 0;
  for (const auto& path : *json::find_object(api, "paths")) {
    const std::string pattern(path.key());
    EXPECT_TRUE(pattern.starts_with("/api/")) << pattern;
    for (const auto& method : path.value().as_object()) {
      const json::object& operation = method.value().as_object();
      ++operations;
      EXPECT_TRUE(ids.insert(at(operation, "operationId")).second)
          << at(operation, "operationId") << " twice";
      EXPECT_NE(at(operation, "summary"), "") << pattern;
      EXPECT_NE(at(operation, "responses.default"), "") << pattern;
      if (method.key() != "get" || pattern == "/api/events") continue;
      EXPECT_NE(at(operation, "responses.200.content"), "") << pattern << " says what it gives";
    }
  }
  EXPECT_GE(operations, 35U);
}

}  // namespace
}  // namespace xinglin::web
