#include "core/trust/scope.h"

#include <gtest/gtest.h>

#include "core/trust/tests/fixture.h"

namespace xinglin::trust {
namespace {

using enum Interaction;
using Level = ResourceScope::Level;

unsigned bits(std::initializer_list<Interaction> all) {
  unsigned out = 0;
  for (const Interaction one : all) out |= static_cast<unsigned>(one);
  return out;
}

struct Good {
  std::string_view text;
  Level level;
  std::string_view type;
  unsigned interactions;
  std::vector<Criterion> criteria;
};

// Examples of SMART App Launch 2.2.0, "Scopes for requesting FHIR Resources" and "Finer-grained resource
// constraints"; those of version 1 with the meaning its section "SMART's v1 scopes" gives them.
const Good kGood[] = {
    {"patient/Observation.rs", Level::Patient, "Observation", bits({Read, Search}), {}},
    {"patient/*.cruds", Level::Patient, "*", bits({Create, Read, Update, Delete, Search}), {}},
    {"user/Encounter.cud", Level::User, "Encounter", bits({Create, Update, Delete}), {}},
    {"system/*.rs", Level::System, "*", bits({Read, Search}), {}},
    {"patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
     Level::Patient,
     "Observation",
     bits({Read, Search}),
     {{"category", "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"}}},
    {"patient/Condition.r?category=a,b&code=http%3A%2F%2Fsnomed.info%2Fsct%7C44054006",
     Level::Patient,
     "Condition",
     bits({Read}),
     {{"category", "a,b"}, {"code", "http://snomed.info/sct|44054006"}}},
    {"user/Patient.read", Level::User, "Patient", bits({Read, Search}), {}},
    {"user/Patient.write", Level::User, "Patient", bits({Create, Update, Delete}), {}},
    {"patient/*.*", Level::Patient, "*", bits({Create, Read, Update, Delete, Search}), {}},
};

TEST(Scope, KnownAnswers) {
  for (const Good& good : kGood) {
    const auto scope = parse_resource_scope(good.text);
    ASSERT_TRUE(scope) << good.text << ": " << scope.error().message();
    EXPECT_EQ(scope->level, good.level) << good.text;
    EXPECT_EQ(scope->type, good.type);
    EXPECT_EQ(scope->interactions, good.interactions) << good.text;
    EXPECT_EQ(scope->criteria, good.criteria) << good.text;
    EXPECT_EQ(scope->text, good.text);
  }
}

TEST(Scope, WhatIsNotUnderstoodIsRefused) {
  for (const std::string_view text : {"patient/Observation",
                                      "patient/Observation.",
                                      "patient/Observation.sr",
                                      "patient/Observation.rr",
                                      "patient/Observation.rx",
                                      "patient/observation.rs",
                                      "patient/.rs",
                                      "patient/Obs*.rs",
                                      "Observation.rs",
                                      "clinic/Observation.rs",
                                      "patient/Observation.rs?",
                                      "patient/Observation.rs?category",
                                      "patient/Observation.rs?category=",
                                      "patient/Observation.rs?code:in=x",
                                      "patient/Observation.rs?subject.name=x",
                                      "patient/Observation.rs?category=%4",
                                      "patient/Observation.rs?category=%00",
                                      "patient/Observation.read?category=x",
                                      "patient/*.rs?category=x",
                                      "patient/Observation.rs?a=1&",
                                      "launch/encounter",
                                      "Launch",
                                      "patient\\Observation.rs",
                                      "fhiruser"}) {
    const auto scopes = parse_scopes(text);
    ASSERT_FALSE(scopes) << text;
    EXPECT_TRUE(scopes.error().is(kBadScope)) << text;
  }
  std::string many;
  for (int i = 0; i < 101; ++i) many += "openid ";
  EXPECT_FALSE(parse_scopes(many));
  EXPECT_FALSE(parse_scopes(std::string(9000, ' ')));
}

TEST(Scope, ASetIsWrittenOnceAndInOrder) {
  const auto scopes =
      parse_scopes("patient/*.rs  openid launch/patient profile openid patient/*.rs fhirUser");
  ASSERT_TRUE(scopes);
  EXPECT_EQ(to_string(*scopes), "launch/patient openid fhirUser profile patient/*.rs");
  EXPECT_TRUE(scopes->has_level(Level::Patient));
  EXPECT_FALSE(scopes->has_level(Level::System));
}

TEST(Scope, NothingBeyondWhatIsAllowed) {
  const auto allowed = parse_scopes("openid patient/*.rs user/Observation.rs?category=laboratory");
  const auto asked = parse_scopes(
      "openid offline_access patient/Observation.rs patient/Condition.r patient/Patient.cruds system/*.rs "
      "user/Observation.rs user/Observation.r?category=laboratory user/Observation.r?category=exam");
  ASSERT_TRUE(allowed && asked);
  EXPECT_EQ(to_string(intersect(*asked, *allowed)),
            "openid patient/Observation.rs patient/Condition.r user/Observation.r?category=laboratory");
}

TEST(Restriction, GivesGrantsByTypeAndLetter) {
  const auto scopes = parse_scopes("patient/*.rs patient/Observation.c?category=x user/Practitioner.r");
  ASSERT_TRUE(scopes);
  const Restriction restriction(scopes->resources, "p1");
  EXPECT_TRUE(restriction.allows("Condition", Search));
  EXPECT_FALSE(restriction.allows("Condition", Create));
  EXPECT_EQ(restriction.grants("Observation", Create).at(0).patient, "p1");
  EXPECT_EQ(restriction.grants("Observation", Create).at(0).criteria.at(0).parameter, "category");
  ASSERT_EQ(restriction.grants("Practitioner", Read).size(), 2u);
  EXPECT_TRUE(restriction.grants("Practitioner", Read).at(1).unlimited());
  const Restriction without_patient(scopes->resources, "");
  EXPECT_FALSE(without_patient.allows("Condition", Search)) << "no launch context, no patient";
  EXPECT_TRUE(without_patient.allows("Practitioner", Read));
}

using NarrowedAccess = TrustFixture;

TEST_F(NarrowedAccess, IsClosedToWhatKnowsNoScopes) {
  const Access clinician = access_of(Role::Clinician);
  const auto scopes = parse_scopes("user/*.cruds");
  ASSERT_TRUE(scopes);
  const Access narrow = clinician.narrowed(std::make_shared<Restriction>(scopes->resources, ""));
  EXPECT_FALSE(narrow.may(Permission::ReadClinical));
  EXPECT_TRUE(narrow.require(Permission::ReadClinical).error().is(kNotAllowed));
  EXPECT_TRUE(narrow.require_within_scopes(Permission::ReadClinical));
  EXPECT_FALSE(narrow.require_within_scopes(Permission::ManageUsers)) << "the role still decides";
  EXPECT_TRUE(narrow.with_request("r").restriction());
  const Access wider = narrow.narrowed(nullptr);
  EXPECT_TRUE(wider.restriction()) << "a restriction is never taken off";
}

}  // namespace
}  // namespace xinglin::trust
