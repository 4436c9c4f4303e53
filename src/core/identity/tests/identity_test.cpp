#include "core/identity/tests/house.h"

namespace xinglin::identity {
namespace {

const Identifier kA{"urn:xinglin:issuer:H1", "7"}, kB{"urn:xinglin:issuer:H2", "7"},
    kC{"urn:xinglin:issuer:H1", "8"};

TEST(IdentitySystem, AuthoritiesBecomeUris) {
  EXPECT_EQ(system_of_authority(""), "urn:xinglin:issuer:");
  EXPECT_EQ(system_of_authority("HOSP"), "urn:xinglin:issuer:HOSP");
  EXPECT_EQ(system_of_authority("HOSP", "1.2.3", "ISO"), "urn:oid:1.2.3");
  EXPECT_EQ(system_of_authority("", "1.2.3", "ISO"), "urn:oid:1.2.3");
  EXPECT_EQ(system_of_authority("HOSP", "not an oid", "ISO"), "urn:xinglin:issuer:HOSP");
  EXPECT_EQ(system_of_authority("", "ABC-1", "GUID"), "urn:uuid:abc-1");
  EXPECT_EQ(system_of_authority("", "http://x.org/ids", "URI"), "http://x.org/ids");
  EXPECT_EQ(system_of_authority("", "x.org", "DNS"), "urn:xinglin:issuer:x.org");
  EXPECT_EQ(system_of_authority("First Hospital"), "urn:xinglin:issuer:First%20Hospital");
  EXPECT_EQ(system_of_authority("\xE4\xB8\xAD"), "urn:xinglin:issuer:%E4%B8%AD");
}

TEST_F(IdentityTest, MakesAPatientOnceAndFindsItAgain) {
  const auto first = resolve({kA}, patient("Doe", {kA}));
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->created);
  const auto again = resolve({kA}, patient("Doe", {kA}));
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->patient, first->patient);
  EXPECT_EQ(find({kA}), first->patient);
  EXPECT_EQ(find({kC}), std::nullopt);
  EXPECT_EQ(read("Patient", first->patient.str()).version, 1);
}

TEST_F(IdentityTest, EqualNumbersOfTwoIssuersAreTwoPatients) {
  EXPECT_NE(make("Doe", {kA}), make("Doe", {kB}));
}

TEST_F(IdentityTest, NeedsAnIdentifier) {
  const auto r = resolve({}, patient("Doe", {}));
  ASSERT_FALSE(r.ok());
  EXPECT_TRUE(r.error().is(kNoIdentifier));
}

TEST_F(IdentityTest, TheSameDemographicsMakeNoVersion) {
  const PatientId id = make("Doe", {kA});
  make("Doe", {kA});
  EXPECT_EQ(read("Patient", id.str()).version, 1);
  make("Roe", {kA});
  EXPECT_EQ(read("Patient", id.str()).version, 2);
  make("Roe", {kA});
  EXPECT_EQ(read("Patient", id.str()).version, 2);
  make("Doe", {kA});
  EXPECT_EQ(read("Patient", id.str()).version, 3);
}

TEST_F(IdentityTest, ADeletedPatientComesBackWhenSpokenOfAgain) {
  const PatientId id = make("Doe", {kA});
  for (const char* family : {"Doe", "Roe"}) {  // with the demographics known already, and with others
    ASSERT_TRUE(record_->remove_now(system_, "Patient", id.str()).ok());
    EXPECT_EQ(make(family, {kA}), id);
    const json::value stored(content("Patient", id.str()));
    EXPECT_EQ(json::at_path(stored, "name.0.family")->as_string(), family);
  }
  ASSERT_TRUE(record_->remove_now(system_, "Patient", id.str()).ok());
  EXPECT_TRUE(resolve({kA}, patient("Doe", {kA}), Identity::Demographics::Keep).ok());
  EXPECT_EQ(read("Patient", id.str()).patient, id.str());
}

TEST_F(IdentityTest, ADeletedPatientCanBeMergedAndUnmerged) {
  const PatientId survivor = make("Doe", {kA}), merged = make("Roe", {kB});
  ASSERT_TRUE(record_->remove_now(system_, "Patient", merged.str()).ok());
  const auto done = merge(survivor, merged);
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(find({kB}), survivor);
  ASSERT_TRUE(record_->remove_now(system_, "Patient", survivor.str()).ok());
  ASSERT_TRUE(undo(*done).ok());
  EXPECT_EQ(find({kB}), merged);
}

TEST_F(IdentityTest, UpdatesReplaceWhatIsSentAndKeepTheRest) {
  json::object first = patient("Doe", {kA});
  first["gender"] = "female";
  first["birthDate"] = "1970-01-01";
  first["name"] = json::array{json::object{{"family", "Doe"}, {"given", json::array{"Jane"}}}};
  first["telecom"] = json::array{json::object{{"system", "phone"}, {"value", "1"}}};
  const PatientId id = resolve({kA}, first)->patient;
  json::object second = patient("Roe", {kA});
  second["telecom"] = nullptr;
  second["name"] = json::array{json::object{{"family", "Roe"}, {"given", json::array{"Jane"}}}};
  second["birthDate"] = "1970-01-02";
  ASSERT_TRUE(resolve({kA}, second).ok());
  const json::object now = content("Patient", id.str());
  EXPECT_EQ(now.at("gender"), "female");
  EXPECT_EQ(now.at("birthDate"), "1970-01-02");
  EXPECT_FALSE(now.contains("telecom"));
  EXPECT_EQ(now.at("name").at(0).at("family"), "Roe");
}

TEST_F(IdentityTest, KeepLinksNewIdentifiersAndTouchesNothingElse) {
  const PatientId id = make("Doe", {kA});
  const auto r = resolve({kA, kC}, patient("Other", {kA, kC}), Identity::Demographics::Keep);
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->patient, id);
  EXPECT_EQ(find({kC}), id);
  const json::object now = content("Patient", id.str());
  EXPECT_EQ(now.at("name").at(0).at("family"), "Doe");
  EXPECT_EQ(now.at("identifier").as_array().size(), 2u);
  ASSERT_TRUE(resolve({kC}, patient("Other", {kC}), Identity::Demographics::Keep).ok());
  EXPECT_EQ(read("Patient", id.str()).version, 2);
}

TEST_F(IdentityTest, IdentifiersOfTwoPatientsAreAConflictAndChangeNothing) {
  const PatientId a = make("Doe", {kA}), b = make("Roe", {kB});
  const auto r = resolve({kA, kB, kC}, patient("Mix", {kA, kB, kC}));
  ASSERT_FALSE(r.ok());
  EXPECT_TRUE(r.error().is(kConflict));
  EXPECT_EQ(find({kC}), std::nullopt);
  EXPECT_EQ(read("Patient", a.str()).version, 1);
  EXPECT_EQ(read("Patient", b.str()).version, 1);
}

TEST_F(IdentityTest, ThePlannedIdIsUsedForANewPatient) {
  json::object who = patient("Doe", {kA});
  who["id"] = "planned-1";
  EXPECT_EQ(resolve({kA}, who)->patient, PatientId("planned-1"));
  who["id"] = "planned-2";
  EXPECT_EQ(resolve({kA}, who)->patient, PatientId("planned-1"));
}

TEST_F(IdentityTest, AsksForPermission) {
  const auto r = store_->write_for<Resolved>([&](sql::Tx& tx) {
    return identity_->resolve(tx, trust::Access::system("test"), {kA}, patient("D", {kA}),
                              Identity::Demographics::Keep);
  });
  EXPECT_TRUE(r.ok());
  const auto refused = store_->write([&](sql::Tx& tx) { return identity_->undo_merge(tx, sender_, 1); });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind(), ErrorKind::Denied);
}

}  // namespace
}  // namespace xinglin::identity
