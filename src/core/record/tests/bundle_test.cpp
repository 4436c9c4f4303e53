#include "core/record/bundle.h"

#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

class BundleTest : public RecordFixture {
protected:
  static json::object bundle(std::string_view type, std::string_view entries) {
    return parse(std::string(R"({"resourceType":"Bundle","type":")").append(type) + R"(","entry":[)" +
                 std::string(entries) + "]}");
  }
  Result<std::vector<BundleEntry>> transact(std::string_view entries, BundleOptions options = {}) {
    issues = IssueSink{};
    return process_transaction(*record, access, bundle("transaction", entries), issues, options);
  }
  IssueSink issues;
};

constexpr std::string_view kTwo = R"(
  {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"theirs"},
        "request":{"method":"POST","url":"Patient"}},
  {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},
   "subject":{"reference":"urn:uuid:1"}},"request":{"method":"POST","url":"Observation"}})";

TEST_F(BundleTest, ReferencesWithinATransactionAreRewritten) {
  const auto done = transact(kTwo);
  ASSERT_TRUE(done.ok()) << done.error().message();
  ASSERT_EQ(done->size(), 2u);
  const std::string patient = (*done)[0].id;
  EXPECT_NE(patient, "theirs");
  EXPECT_EQ((*done)[1].outcome, BundleEntry::Outcome::Created);
  EXPECT_EQ(ids(search("Observation", {{"patient", "", patient}})), (*done)[1].id);
}

TEST_F(BundleTest, ATransactionIsAllOrNothing) {
  const auto stale = transact(std::string(kTwo) + R"(,{"resource":{"resourceType":"Patient","id":"p"},
      "request":{"method":"PUT","url":"Patient/p","ifMatch":"W/\"3\""}})");
  ASSERT_FALSE(stale.ok());
  EXPECT_TRUE(stale.error().is(kVersionConflict));
  const auto wrong = transact(std::string(kTwo) + R"(,{"resource":{"resourceType":"Patient","gender":"f"},
      "request":{"method":"POST","url":"Patient"}})");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(issues.issues().front().path, "Bundle.entry[2].resource: Patient.gender");
  EXPECT_EQ(search("Patient", {})->total, 0);
}

TEST_F(BundleTest, UpdatesAndDeletes) {
  put(R"({"resourceType":"Patient","id":"p"})");
  put(R"({"resourceType":"Patient","id":"q"})");
  const auto done = transact(R"({"resource":{"resourceType":"Patient","id":"p","gender":"male"},
      "request":{"method":"PUT","url":"Patient/p","ifMatch":"W/\"1\""}},{"request":{"method":"DELETE",
        "url":"Patient/q"}})");
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ((*done)[0].version, 2);
  EXPECT_EQ((*done)[1].outcome, BundleEntry::Outcome::Deleted);
  EXPECT_EQ(ids(search("Patient", {})), "p");
}

TEST_F(BundleTest, RefusesWhatItDoesNotOffer) {
  for (const char* entry :
       {R"({"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient",
        "ifNoneExist":"a=b"}})",
        R"({"request":{"method":"GET","url":"Patient"}})", R"({"resource":{"resourceType":"Patient"}})", "7",
        R"({"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Observation"}})",
        R"({"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/b"}})",
        R"({"request":{"method":"POST","url":""}})"}) {
    EXPECT_FALSE(transact(entry).ok()) << entry;
    EXPECT_FALSE(issues.issues().empty()) << entry;
  }
  const std::string twice =
      R"({"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/a"}})";
  EXPECT_FALSE(transact(twice + "," + twice).ok());
  EXPECT_FALSE(transact(kTwo, {.entries_max = 1}).ok());
}

TEST_F(BundleTest, LenientLeavesOtherTypesOut) {
  const auto done = transact(
      R"({"resource":{"resourceType":"Medicament"}},{"resource":{"resourceType":"Patient","id":"p"}})",
      {.lenient = true});
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ((*done)[0].outcome, BundleEntry::Outcome::Skipped);
  EXPECT_EQ((*done)[1].id, "p");
}

TEST_F(BundleTest, ABatchAnswersEachForItself) {
  const auto done = process_batch(*record, access, bundle("batch", R"(
      {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
      {"resource":{"resourceType":"Patient","gender":"f"},"request":{"method":"POST","url":"Patient"}},
      {"request":{"method":"DELETE","url":"Patient/nobody"}},
      {"request":{"method":"GET","url":"Patient/a"}},7,
      {"resource":{"resourceType":"Patient","id":"last"},"request":{"method":"PUT","url":"Patient/last"}})"));
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ((*done)[0].outcome, BundleEntry::Outcome::Created);
  EXPECT_TRUE((*done)[1].error->is(kInvalidResource));
  EXPECT_TRUE((*done)[2].error->is(kNoResource));
  EXPECT_TRUE((*done)[3].error->is(kInvalidResource));
  EXPECT_EQ((*done)[4].issues.issues().front().path, "Bundle.entry[4]");
  EXPECT_EQ((*done)[5].outcome, BundleEntry::Outcome::Created);
  EXPECT_EQ(search("Patient", {})->total, 2);
}

}  // namespace
}  // namespace xinglin::record
