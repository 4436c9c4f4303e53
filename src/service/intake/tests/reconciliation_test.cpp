// Studies follow their patients: moved by hand, or because patients were merged.
#include "service/intake/reconciliation.h"

#include <gtest/gtest.h>

#include "service/intake/detail/dicom_resources.h"

namespace xinglin::intake {
namespace {

json::object patient(const char* text) {
  return json::parse(text)->as_object();
}

TEST(Attributes, OfAPatientAreWhatImagesSay) {
  const archive::PatientAttributes out = attributes_of(patient(R"({"resourceType": "Patient",
    "identifier": [{"system": "urn:xinglin:patient-of-study", "value": "1.2.3"},
                   {"use": "old", "system": "urn:xinglin:issuer:HOSP", "value": "77"},
                   {"system": "urn:xinglin:issuer:NORTH%20WING", "value": "4711"}],
    "name": [{"family": "Wang", "given": ["Xiao", "Dong", "B"], "prefix": ["Dr"]},
             {"family": "王", "given": ["小东"], "extension": [{"url": "x", "valueCode": "IDE"}]}],
    "birthDate": "1959-12-31", "gender": "other"})"));
  EXPECT_EQ(out.id, "4711");
  EXPECT_EQ(out.issuer, "NORTH WING");
  EXPECT_EQ(out.name, "Wang^Xiao^Dong B^Dr=王^小东");
  EXPECT_EQ(out.birth_date, "19591231");
  EXPECT_EQ(out.sex, "O");
}

TEST(Attributes, AreThoseTheImagesSaidBefore) {
  for (const archive::PatientAttributes& said :
       {archive::PatientAttributes{"4711", "HOSPITAL", "Wang^XiaoDong=王^小东=ワン", "19591231", "M", {}},
        {"1", "", "Doe", "", "", {}},
        {"2", "1.2.840.1", "^Jane^^Dr^PhD", "20000101", "F", {}}}) {
    const archive::PatientAttributes out = attributes_of(patient_from(said));
    EXPECT_EQ(out.id, said.id);
    EXPECT_EQ(out.issuer, said.issuer);
    EXPECT_EQ(out.name, said.name);
    EXPECT_EQ(out.birth_date, said.birth_date);
    EXPECT_EQ(out.sex, said.sex);
  }
}

TEST(Attributes, WhatANameMayNotHoldIsLeftOut) {
  EXPECT_EQ(attributes_of(patient(R"({"name": [{"family": "A^B=C\\D"}]})")).name, "ABCD");
  EXPECT_EQ(attributes_of(patient(R"({"name": [{"text": "Jane Doe"}], "birthDate": "1959"})")).name,
            "Jane Doe");
  EXPECT_EQ(attributes_of(patient(R"({"birthDate": "1959"})")).birth_date, "");
}

}  // namespace
}  // namespace xinglin::intake
