// One identifier, two people perhaps: nothing is merged without a person, and every decision can be taken
// back.
#include "core/identity/detail/contradiction.h"
#include "core/identity/tests/house.h"

namespace xinglin::identity {
namespace {

const Identifier kNumber{"urn:xinglin:issuer:", "4711"};

json::object person(std::string_view family, std::string_view given, std::string_view born,
                    std::string_view gender) {
  json::object out{{"resourceType", "Patient"}};
  out["identifier"] = json::array{json::object{{"system", kNumber.system}, {"value", kNumber.value}}};
  if (!family.empty())
    out["name"] = json::array{json::object{{"family", family}, {"given", json::array{given}}}};
  if (!born.empty()) out["birthDate"] = born;
  if (!gender.empty()) out["gender"] = gender;
  return out;
}

std::string clear(const json::object& known, const json::object& other) {
  const detail::Contradictions found = detail::contradictions(known, other);
  EXPECT_EQ(found.differs, detail::contradictions(other, known).differs) << "it has no direction";
  return (found.clear ? "clear: " : "") + found.differs;
}

TEST(Contradiction, NameAndBirthDateDecide) {
  const json::object known = person("Wang", "Xiao Dong", "1959-03-14", "female");
  EXPECT_EQ(clear(known, known), "");
  EXPECT_EQ(clear(known, person("", "", "", "")), "") << "nothing said";
  EXPECT_EQ(clear(known, person("WANG", "X", "1959", "unknown")), "");
  EXPECT_EQ(clear(known, person("Wang", "Xiao Dong", "1960-03-14", "female")), "birth_date") << "a slip";
  EXPECT_EQ(clear(known, person("Wang", "Xiao Dong", "1959-03-14", "male")), "gender") << "a slip";
  EXPECT_EQ(clear(known, person("Smith", "Xiao", "1959-03-14", "female")), "") << "after a marriage";
  EXPECT_EQ(clear(known, person("Garcia", "Maria", "1959-03-14", "female")), "name");
  EXPECT_EQ(clear(known, person("Garcia", "Miguel", "", "")), "clear: name") << "nothing confirms it";
  EXPECT_EQ(clear(known, person("", "", "1960-03-14", "")), "clear: birth_date");
  EXPECT_EQ(clear(known, person("Wang", "Dong", "1980-01-01", "male")), "clear: birth_date gender");
  EXPECT_EQ(clear(known, person("Garcia", "Miguel", "1980-01-01", "male")), "clear: birth_date gender name");
}

TEST(Contradiction, NamesAreComparedWithinAScript) {
  const auto named = [](std::string_view family, std::string_view given) {
    return person(family, given, "", "");
  };
  EXPECT_EQ(clear(named("王", "小东"), named("Wang", "Xiaodong")), "");
  EXPECT_EQ(clear(named("王", "小东"), named("李", "娜")), "clear: name");
  EXPECT_EQ(clear(named("王", "小东"), named("王小东", "")), "");
  EXPECT_EQ(clear(named("Müller", "Ägidius"), named("Ägidius", "Wirt")), "");
  EXPECT_EQ(clear(named("Иванов", "Пётр"), named("Ivanov", "Petr")), "");
}

TEST(Contradiction, TheFormOfDemographicsDoesNotMatter) {
  EXPECT_EQ(detail::said_of(person("WANG", "XiaoDong", "1959", "other")),
            detail::said_of(person("xiaodong", "Wang", "1959", "")));
  EXPECT_NE(detail::said_of(person("Wang", "", "1959", "")), detail::said_of(person("Wang", "", "1958", "")));
  EXPECT_EQ(detail::said_of(person("", "", "", "unknown")), "");
}

class ConflictTest : public IdentityTest {
protected:
  PatientId image(const json::object& who, const Identifier& number = kNumber) {
    const auto r = resolve({number}, who, Identity::Demographics::Keep);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message());
    return r.ok() ? r->patient : PatientId();
  }
  std::vector<Conflict> open() {
    return *store_->read([&](sql::Session& s) { return identity_->conflicts(s, system_, true, 10); });
  }
  Result<void> decide(int64_t id, Decision decision, const std::string& why = "seen the papers") {
    return store_->write([&](sql::Tx& tx) { return identity_->decide(tx, system_, id, decision, why); });
  }
  std::string subject_of(const std::string& observation) { return read("Observation", observation).patient; }
  const json::object first_ = person("Wang", "Xiaodong", "1959-03-14", "female"),
                     second_ = person("Garcia", "Miguel", "1980-01-01", "male");
};

TEST_F(ConflictTest, OtherDemographicsAreFiledApartAndQueuedOnce) {
  const PatientId known = image(first_), other = image(second_);
  EXPECT_NE(known, other);
  EXPECT_EQ(image(first_), known);
  EXPECT_EQ(image(second_), other);
  EXPECT_EQ(image(person("GARCIA", "Miguel Angel", "1980-01-01", "")), other) << "like those, in other words";
  EXPECT_EQ(image(person("", "", "", "")), known) << "nothing said: the number decides";
  const auto queue = open();
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue[0].known, known);
  EXPECT_EQ(queue[0].other, other);
  EXPECT_EQ(queue[0].identifier, kNumber);
  EXPECT_EQ(queue[0].known_as, kNumber);
  EXPECT_EQ(queue[0].differs, "birth_date gender name");
  EXPECT_EQ(queue[0].sender, "mllp:HIS");
  const auto seen = events();
  EXPECT_EQ(std::count(seen.begin(), seen.end(), "identity.conflict-found"), 1);
}

TEST_F(ConflictTest, AdmissionsDoNotTurnOnePersonIntoAnother) {
  const PatientId known = resolve({kNumber}, first_)->patient;
  const auto other = resolve({kNumber, {"urn:oid:1.2", "Z9"}}, second_);
  ASSERT_TRUE(other.ok()) << other.error().message();
  EXPECT_TRUE(other->created);
  EXPECT_NE(other->patient, known);
  EXPECT_EQ(content("Patient", known.str()).at("name").at(0).at("family"), "Wang");
  EXPECT_EQ(find({{"urn:oid:1.2", "Z9"}}), other->patient) << "their own numbers are theirs";
  EXPECT_EQ(resolve({kNumber, {"urn:oid:1.2", "Z9"}}, second_)->patient, other->patient);
  EXPECT_EQ(open().size(), 1U);
}

TEST_F(ConflictTest, TheSameNumberOfAnotherIssuerIsAskedAbout) {
  const Identifier elsewhere{"urn:xinglin:issuer:NORTH", kNumber.value};
  const PatientId known = image(first_), other = image(first_, elsewhere);
  EXPECT_NE(known, other);
  EXPECT_EQ(image(first_, elsewhere), other);
  const auto queue = open();
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue[0].known_as, kNumber);
  EXPECT_EQ(queue[0].identifier, elsewhere);
  EXPECT_EQ(queue[0].differs, "");
  const std::string seen = observe(other);
  ASSERT_TRUE(decide(queue[0].id, Decision::Same).ok());
  EXPECT_EQ(image(first_, elsewhere), known);
  EXPECT_EQ(subject_of(seen), known.str()) << "observations follow";
  ASSERT_TRUE(decide(queue[0].id, Decision::Open).ok());
  EXPECT_EQ(image(first_, elsewhere), other);
  EXPECT_EQ(subject_of(seen), other.str());
}

TEST_F(ConflictTest, TheSamePersonIsMergedAndTakenApartAgain) {
  const PatientId known = image(first_), other = image(second_);
  const int64_t id = open().at(0).id;
  EXPECT_TRUE(decide(id, Decision::Same, "").error().is(kNoReason));
  ASSERT_TRUE(decide(id, Decision::Same).ok());
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(image(second_), known) << "later images follow the decision";
  EXPECT_EQ(image(first_), known);
  EXPECT_EQ(image(person("Garcia", "M", "1980-01-01", "male")), known);
  EXPECT_TRUE(decide(id, Decision::Different).error().is(kDecided));
  ASSERT_TRUE(decide(id, Decision::Open, "it was a mistake").ok());
  EXPECT_EQ(image(second_), other);
  EXPECT_EQ(open().size(), 1U);
}

TEST_F(ConflictTest, UndoingTheMergeAsksAgain) {
  image(first_);
  image(second_);
  const int64_t id = open().at(0).id;
  ASSERT_TRUE(decide(id, Decision::Same).ok());
  const auto merges = store_->read([&](sql::Session& s) { return identity_->merges(s, system_, 10); });
  ASSERT_TRUE(undo(merges->at(0).id).ok());
  EXPECT_EQ(open().size(), 1U);
  EXPECT_TRUE(decide(id, Decision::Open).error().is(kDecided));
}

TEST_F(ConflictTest, AfterTheSameWhatAdmissionsSayIsTaken) {
  const PatientId known = image(first_);
  image(second_);
  ASSERT_TRUE(decide(open().at(0).id, Decision::Same).ok());
  EXPECT_EQ(resolve({kNumber}, second_)->patient, known);
  EXPECT_EQ(content("Patient", known.str()).at("birthDate"), "1980-01-01");
  EXPECT_EQ(image(first_), known) << "images with the old name are still theirs";
  EXPECT_TRUE(open().empty());
}

TEST_F(ConflictTest, ACorrectionIsOfThePersonItNames) {
  const PatientId known = image(first_);
  EXPECT_EQ(resolve({kNumber}, second_, Identity::Demographics::Correct)->patient, known);
  EXPECT_EQ(content("Patient", known.str()).at("birthDate"), "1980-01-01");
  EXPECT_EQ(image(second_), known);
  EXPECT_TRUE(open().empty());
}

TEST_F(ConflictTest, ACorrectionOfWhoWasFiledApartIsTheirs) {
  const PatientId known = image(first_), other = image(second_);
  EXPECT_EQ(resolve({kNumber}, second_, Identity::Demographics::Correct)->patient, other);
  EXPECT_EQ(content("Patient", known.str()).at("birthDate"), "1959-03-14");
}

TEST_F(ConflictTest, AMergeSaidByTheHospitalMayComeFirst) {
  const PatientId known = image(first_), other = image(second_), third = make("Third", {{"urn:x", "3"}});
  ASSERT_TRUE(merge(third, known).ok());
  ASSERT_TRUE(decide(open().at(0).id, Decision::Same).ok());
  EXPECT_EQ(image(second_), third);
  EXPECT_EQ(image(first_), third);
  EXPECT_NE(other, third);
}

TEST_F(ConflictTest, DifferentPersonsStayApart) {
  const PatientId known = image(first_), other = image(second_);
  const int64_t id = open().at(0).id;
  ASSERT_TRUE(decide(id, Decision::Different).ok());
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(image(second_), other);
  EXPECT_EQ(image(first_), known);
  EXPECT_TRUE(open().empty()) << "it is not asked again";
  EXPECT_TRUE(decide(99, Decision::Same).error().is(kNoConflict));
  EXPECT_TRUE(decide(id, Decision::Open, "look again").ok());
}

TEST_F(ConflictTest, OnlyThoseWhoMayWriteDecide) {
  image(first_);
  image(second_);
  const int64_t id = open().at(0).id;
  const auto refused =
      store_->write([&](sql::Tx& tx) { return identity_->decide(tx, sender_, id, Decision::Same, "x"); });
  EXPECT_TRUE(refused.error().is(trust::kNotAllowed));
}

TEST_F(ConflictTest, APatientMadeByFhirIsFoundByIdentifier) {
  IssueSink issues;
  const auto made = record_->create_now(system_, first_, issues);
  ASSERT_TRUE(made.ok()) << made.error().message();
  const PatientId other = image(second_);
  ASSERT_EQ(open().size(), 1U);
  EXPECT_EQ(open().at(0).other, other);
  EXPECT_EQ(open().at(0).known.str(), made->id);
  EXPECT_EQ(image(first_).str(), made->id);
  EXPECT_EQ(resolve({kNumber}, first_)->patient.str(), made->id);
}

}  // namespace
}  // namespace xinglin::identity
