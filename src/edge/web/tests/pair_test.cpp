// Identity review over the API: who sees what, and deciding.
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

class PairApi : public testing::Test {
protected:
  void SetUp() override {
    for (const char* given : {"Katherine", "Catherine"}) last_ = create(given);
    ASSERT_TRUE(world_.matches.review(PatientId(last_)).ok());
  }
  std::string create(const std::string& given) {
    IssueSink issues;
    const auto made = world_.house.record->create_now(
        trust::Access::system("test"),
        {{"resourceType", "Patient"},
         {"name", json::array{json::object{{"family", "Novak"}, {"given", json::array{given}}}}},
         {"birthDate", "1983-05-17"},
         {"telecom", json::array{json::object{{"system", "phone"}, {"value", "13800138000"}}}}},
        issues);
    EXPECT_TRUE(made.ok());
    return made.ok() ? made->id : "";
  }
  json::object pairs(const std::string& state) {
    return document(clinician_.get("/api/identity/pairs?state=" + state));
  }
  World world_;
  Browser clinician_ = world_.signed_in(Role::Clinician);
  std::string last_;
};

TEST_F(PairApi, ShowsBothWithEvidenceToThoseWhoMaySeePatients) {
  const json::object list = pairs("open");
  EXPECT_EQ(at(list, "items.0.b_person.birth_date"), "1983-05-17") << json::serialize(list);
  EXPECT_GT(std::stod(at(list, "items.0.probability")), 0.9);
  EXPECT_NE(at(list, "items.0.evidence").find("birth_date"), std::string::npos);
  EXPECT_EQ(at(list, "items.0.decision"), "null");
  EXPECT_EQ(world_.signed_in(Role::Integration).get("/api/identity/pairs").status, 403);
}

TEST_F(PairApi, AClinicianDecidesWithAReasonAndTakesItBack) {
  const std::string path = "/api/identity/pairs/" + at(pairs("open"), "items.0.id");
  EXPECT_EQ(clinician_.post(path + "/decision", {{"decision", "same"}, {"reason", ""}}).status, 400);
  EXPECT_EQ(clinician_.post(path + "/decision", {{"decision", "perhaps"}, {"reason", "x"}}).status, 400);
  EXPECT_EQ(clinician_.post(path + "/decision", {{"decision", "later"}, {"reason", "papers"}}).status, 204);
  EXPECT_EQ(at(pairs("open"), "items"), "[]");
  EXPECT_EQ(at(pairs("later"), "items.0.why"), "papers");
  EXPECT_EQ(clinician_.post(path + "/decision", {{"decision", "same"}, {"reason", "one passport"}}).status,
            204);
  EXPECT_EQ(clinician_.post(path + "/decision", {{"decision", "different"}, {"reason", "x"}}).status, 409);
  EXPECT_EQ(clinician_.post(path + "/decision", {{"decision", "open"}, {"reason", "misread"}}).status, 204);
  EXPECT_EQ(at(pairs("all"), "items.0.decision"), "null");
  const json::object history = document(clinician_.get(path + "/history"));
  EXPECT_EQ(at(history, "items.2.decision"), "open") << json::serialize(history);
  EXPECT_EQ(
      clinician_.post("/api/identity/pairs/999/decision", {{"decision", "same"}, {"reason", "x"}}).status,
      404);
}

}  // namespace
}  // namespace xinglin::web
