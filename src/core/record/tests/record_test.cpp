#include "core/record/tests/record_fixture.h"
#include "core/trust/authenticator.h"

namespace xinglin::record {
namespace {

using RecordTest = RecordFixture;

constexpr std::string_view kObservation =
    R"({"resourceType":"Observation","id":"mine","meta":{"versionId":"9","tag":[{"code":"x"}]},
        "status":"final",
        "code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},
        "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-22T06:00:00Z",
        "valueQuantity":{"value":37.5}})";

TEST_F(RecordTest, CreateGivesIdVersionTimeAndKeepsTheRest) {
  const Resource created = create(kObservation);
  EXPECT_NE(created.id, "mine");
  EXPECT_EQ(created.version, 1);
  EXPECT_EQ(created.patient, "p1");
  EXPECT_EQ(created.text,
            R"({"resourceType":"Observation","id":")" + created.id +
                R"(","meta":{"versionId":"1","lastUpdated":"2026-11-22T06:10:00.000Z","tag":[{"code":"x"}]},)"
                R"("status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},)"
                R"("subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-22T06:00:00Z",)"
                R"("valueQuantity":{"value":37.5}})");
  const auto read = record->read_now(access, "Observation", created.id);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->text, created.text);
}

// RFC 9562 5.7; the fixture stands at 2026-11-22T06:10:00Z.
TEST_F(RecordTest, IdsBeginWithTheirTime) {
  const std::string one = create(kObservation).id, two = create(kObservation).id;
  EXPECT_EQ(one.size(), 36U);
  EXPECT_EQ(one.substr(0, 15), two.substr(0, 15));
  EXPECT_NE(one, two);
  EXPECT_EQ(one[14], '7');
  EXPECT_EQ(std::stoll(one.substr(0, 8) + one.substr(9, 4), nullptr, 16), 1795327800000);
}

TEST_F(RecordTest, AWriteLeavesAnEventAndALeaf) {
  const Resource created = create(kObservation);
  put(R"({"resourceType":"Observation","id":")" + created.id +
      R"(","status":"amended","code":{"text":"x"}})");
  ASSERT_TRUE(record->remove_now(access, "Observation", created.id).ok());
  const auto events = journal->events_after(0, 10);
  ASSERT_TRUE(events.ok());
  ASSERT_EQ(events->size(), 3u);
  const journal::Event& first = events->front();
  EXPECT_EQ(first.type, "record.observation-created");
  EXPECT_EQ(first.subject, "Observation/" + created.id);
  EXPECT_EQ(first.patient, "p1");
  EXPECT_EQ(json::serialize(first.data.at("codes")), R"(["http://loinc.org|8867-4"])");
  EXPECT_EQ(first.data.at("version"), 1);
  EXPECT_EQ(first.data.at("effective"), "2026-11-22T06:00:00Z");
  EXPECT_EQ((*events)[1].type, "record.observation-updated");
  EXPECT_EQ((*events)[2].type, "record.observation-deleted");
  const auto leaves = audit->leaves(0, 10);
  ASSERT_TRUE(leaves.ok());
  ASSERT_EQ(leaves->size(), 3u);
  EXPECT_NE(leaves->front().record.find("Observation/" + created.id), std::string::npos);
}

TEST_F(RecordTest, VersionsAreKept) {
  put(R"({"resourceType":"Patient","id":"p1","gender":"male"})");
  clock.advance(kSecondUs);
  EXPECT_EQ(put(R"({"resourceType":"Patient","id":"p1","gender":"female"})").version, 2);
  ASSERT_TRUE(record->remove_now(access, "Patient", "p1").ok());
  ASSERT_TRUE(record->remove_now(access, "Patient", "p1").ok());  // again changes nothing
  const auto read = record->read_now(access, "Patient", "p1");
  ASSERT_FALSE(read.ok());
  EXPECT_TRUE(read.error().is(kDeleted));
  const auto history = store->read(
      [&](sql::Session& s) { return record->history(s, access, {.type = "Patient", .id = "p1"}); });
  ASSERT_TRUE(history.ok());
  const std::vector<Resource>& versions = history->versions;
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_TRUE(versions[0].deleted);
  EXPECT_NE(versions[1].text.find("female"), std::string::npos);
  EXPECT_NE(versions[2].text.find("\"male\""), std::string::npos);
  const auto old = store->read([&](sql::Session& s) { return record->vread(s, access, "Patient", "p1", 1); });
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(old->text, versions[2].text);
  EXPECT_EQ(put(R"({"resourceType":"Patient","id":"p1","gender":"other"})").version, 4);
  EXPECT_EQ(ids(search("Patient", {{"gender", "", "other"}})), "p1");
}

TEST_F(RecordTest, RefusalsNameTheirReason) {
  IssueSink issues;
  auto wrong = record->create_now(access, parse(R"({"resourceType":"Patient","gender":"f"})"), issues);
  EXPECT_TRUE(wrong.error().is(kInvalidResource));
  EXPECT_EQ(issues.issues().front().path, "Patient.gender");
  EXPECT_TRUE(
      record->create_now(access, parse(R"({"resourceType":"Medicament"})"), issues).error().is(kUnknownType));
  EXPECT_TRUE(record->read_now(access, "Patient", "nobody").error().is(kNoResource));
  EXPECT_TRUE(record->remove_now(access, "Patient", "nobody").error().is(kNoResource));
  put(R"({"resourceType":"Patient","id":"p1"})");
  const auto stale =
      record->update_now(access, parse(R"({"resourceType":"Patient","id":"p1"})"), issues, {.if_match = 7});
  EXPECT_TRUE(stale.error().is(kVersionConflict));
  const auto taken = store->write_for<Resource>([&](sql::Tx& tx) {
    return record->create(tx, access, parse(R"({"resourceType":"Patient"})"), issues, {.id = "p1"});
  });
  EXPECT_TRUE(taken.error().is(kIdTaken));
}

TEST_F(RecordTest, AccessIsAskedFirst) {
  const trust::Access sender = trust::Access::sender("mllp", "10.0.0.1");
  put(R"({"resourceType":"Patient","id":"p1"})");
  IssueSink issues;
  EXPECT_TRUE(record->create_now(sender, parse(R"({"resourceType":"Patient"})"), issues).ok());
  EXPECT_FALSE(record->read_now(sender, "Patient", "p1").ok());
}

TEST_F(RecordTest, ARefusedTryIsALeafToo) {
  trust::Authenticator people(*store, clock, random, *audit, {});
  const auto token = people.issue_token(access, trust::Role::Auditor, kDayUs, "ann");
  ASSERT_TRUE(token.ok()) << token.error().message();
  const trust::Access auditor = *people.from_token(*token);
  put(R"({"resourceType":"Patient","id":"p1"})");
  const int64_t before = *audit->size();
  IssueSink issues;
  const auto is_denied = [](const auto& result) {
    return !result.ok() && result.error().kind() == ErrorKind::Denied;
  };
  EXPECT_TRUE(is_denied(record->read_now(auditor, "Patient", "p1")));
  EXPECT_TRUE(is_denied(record->search_now(auditor, {.type = "Patient"})));
  EXPECT_TRUE(is_denied(record->create_now(auditor, parse(R"({"resourceType":"Patient"})"), issues)));
  EXPECT_TRUE(
      is_denied(record->update_now(auditor, parse(R"({"resourceType":"Patient","id":"p1"})"), issues)));
  EXPECT_TRUE(is_denied(record->remove_now(auditor, "Patient", "p1")));
  ASSERT_EQ(*audit->size(), before + 5);
  std::string all;
  const auto leaves = audit->leaves(before, 10);
  ASSERT_TRUE(leaves.ok());
  for (const trust::LogLeaf& leaf : *leaves) {
    EXPECT_NE(leaf.record.find(R"("success":false)"), std::string::npos) << leaf.record;
    EXPECT_NE(leaf.record.find("token:ann"), std::string::npos) << leaf.record;
    const json::value entry = *json::parse(leaf.record);
    all +=
        std::string(entry.at("action").as_string()) + " " + std::string(entry.at("object").as_string()) + ";";
  }
  EXPECT_EQ(all, "read Patient/p1;search Patient;create Patient;update Patient/p1;delete Patient/p1;");
}

TEST_F(RecordTest, AFailedTransactionLeavesNothing) {
  IssueSink issues;
  const auto failed = store->write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(record->create(tx, access, parse(kObservation), issues));
    return Error(errors::kInvalid);
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(ids(search("Observation", {{"code", "", "8867-4"}})), "");
  // The code system was new in the transaction that failed: its number must not be remembered.
  const Resource again = create(kObservation);
  EXPECT_EQ(ids(search("Observation", {{"code", "", "http://loinc.org|8867-4"}})), again.id);
}

}  // namespace
}  // namespace xinglin::record
