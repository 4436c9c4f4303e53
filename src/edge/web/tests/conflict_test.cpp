// Conflicts over the API: who sees what, and deciding.
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

class ConflictApi : public testing::Test {
protected:
  void SetUp() override {
    known_ = meet("Wang", "1959-03-14");
    other_ = meet("Garcia", "1980-01-01");
  }
  // A patient as a message about number 4711 would name them.
  std::string meet(const std::string& family, const std::string& born) {
    const identity::Identifier number{identity::system_of_authority("HOSP"), "4711"};
    json::object patient{{"resourceType", "Patient"}, {"birthDate", born}};
    patient["identifier"] = json::array{json::object{{"system", number.system}, {"value", number.value}}};
    patient["name"] = json::array{json::object{{"family", family}}};
    const auto met = world_.house.store->write_for<identity::Resolved>([&](sql::Tx& tx) {
      return world_.house.identity->resolve(tx, trust::Access::sender("mllp", "HIS"), {number}, patient,
                                            identity::Identity::Demographics::Update);
    });
    EXPECT_TRUE(met.ok()) << (met.ok() ? "" : met.error().message());
    return met.ok() ? met->patient.str() : "";
  }
  std::string decision_path() {
    return "/api/conflicts/" + at(document(clinician_.get("/api/conflicts")), "items.0.id") + "/decision";
  }

  World world_;
  Browser clinician_ = world_.signed_in(Role::Clinician);
  std::string known_, other_;
};

TEST_F(ConflictApi, ShowsBothPeopleToThoseWhoMaySeePatients) {
  const json::object list = document(clinician_.get("/api/conflicts"));
  EXPECT_EQ(at(list, "items.0.number"), "4711") << json::serialize(list);
  EXPECT_EQ(at(list, "items.0.known"), known_);
  EXPECT_EQ(at(list, "items.0.known_person.name"), "Wang");
  EXPECT_EQ(at(list, "items.0.other_person.birth_date"), "1980-01-01");
  EXPECT_EQ(at(list, "items.0.differs"), R"(["name","birth_date"])");
  EXPECT_EQ(at(list, "items.0.sender"), "mllp:HIS");
  Browser engineer = world_.signed_in(Role::Integration);
  const json::object seen = document(engineer.get("/api/conflicts"));
  EXPECT_EQ(at(seen, "items.0.known"), known_);
  EXPECT_EQ(at(seen, "items.0.number"), "null");
  EXPECT_EQ(at(seen, "items.0.known_person"), "null");
  EXPECT_EQ(at(document(engineer.get("/api/system")), "counts.conflicts"), "1");
}

TEST_F(ConflictApi, AClinicianDecidesWithAReasonAndTakesItBack) {
  const std::string path = decision_path();
  EXPECT_EQ(clinician_.post(path, {{"decision", "same"}, {"reason", ""}}).status, 400) << "why?";
  EXPECT_EQ(clinician_.post(path, {{"decision", "perhaps"}, {"reason", "x"}}).status, 400);
  EXPECT_EQ(clinician_.post(path, {{"decision", "open"}, {"reason", "x"}}).status, 409);
  EXPECT_EQ(clinician_.post(path, {{"decision", "same"}, {"reason", "has two passports"}}).status, 204);
  EXPECT_EQ(clinician_.post(path, {{"decision", "different"}, {"reason", "x"}}).status, 409);
  EXPECT_EQ(at(document(clinician_.get("/api/conflicts")), "items"), "[]");
  const json::object all = document(clinician_.get("/api/conflicts?state=all"));
  EXPECT_EQ(at(all, "items.0.decision"), "same");
  EXPECT_EQ(at(all, "items.0.why"), "has two passports");
  EXPECT_EQ(at(all, "items.0.decided_by"), "user:test-clinician");
  EXPECT_EQ(at(document(clinician_.get("/api/patients/" + other_)), "merged_into"), known_);
  Browser admin = world_.signed_in(Role::Administrator);
  EXPECT_EQ(at(document(admin.get("/api/merges")), "items.0.who"), "user:test-clinician");
  EXPECT_EQ(clinician_.post(path, {{"decision", "open"}, {"reason", "misread"}}).status, 204);
  EXPECT_EQ(at(document(clinician_.get("/api/conflicts")), "items.0.decision"), "null");
  EXPECT_EQ(at(document(clinician_.get("/api/patients/" + other_)), "merged_into"), "null");
  EXPECT_EQ(clinician_.post("/api/conflicts/99/decision", {{"decision", "same"}, {"reason", "x"}}).status,
            404);
}

}  // namespace
}  // namespace xinglin::web
