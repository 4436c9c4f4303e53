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
  EXPECT_EQ((*done)[2].outcome, BundleEntry::Outcome::Deleted);  // has reached its aim
  EXPECT_TRUE((*done)[3].error->is(kInvalidResource));
  EXPECT_EQ((*done)[4].issues.issues().front().path, "Bundle.entry[4]");
  EXPECT_EQ((*done)[5].outcome, BundleEntry::Outcome::Created);
  EXPECT_EQ(search("Patient", {})->total, 2);
}

constexpr std::string_view kUnlessThere = R"({"fullUrl":"urn:uuid:7","resource":{"resourceType":"Patient",
    "identifier":[{"system":"urn:s","value":"1"}]},"request":{"method":"POST","url":"Patient",
    "ifNoneExist":"identifier=urn:s|1"}})";
constexpr std::string_view kOfThat = R"({"resource":{"resourceType":"Task","status":"draft","intent":"order",
    "for":{"reference":"urn:uuid:7"}},"request":{"method":"POST","url":"Task"}})";

TEST_F(BundleTest, ConditionalCreatesPointToWhatIsThere) {
  const std::string entries = std::string(kUnlessThere) + "," + std::string(kOfThat);
  const auto first = transact(entries);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_EQ((*first)[0].outcome, BundleEntry::Outcome::Created);
  const auto second = transact(entries);
  ASSERT_TRUE(second.ok()) << second.error().message();
  EXPECT_EQ((*second)[0].outcome, BundleEntry::Outcome::Existing);
  EXPECT_EQ((*second)[0].id, (*first)[0].id);
  EXPECT_EQ(search("Patient", {})->total, 1);
  EXPECT_EQ(search("Task", {{"patient", "", (*first)[0].id}})->total, 2);
  // Two entries under one condition are one resource.
  const std::string other =
      R"({"resource":{"resourceType":"Patient","identifier":[{"system":"urn:s","value":"2"}]},
      "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:s|2"}})";
  const auto twice = transact(other + "," + other);
  ASSERT_TRUE(twice.ok()) << twice.error().message();
  EXPECT_EQ((*twice)[1].outcome, BundleEntry::Outcome::Existing);
  EXPECT_EQ((*twice)[0].id, (*twice)[1].id);
  EXPECT_EQ(search("Patient", {})->total, 2);
}

TEST_F(BundleTest, ConditionsFindUpdatePatchAndDelete) {
  ASSERT_TRUE(transact(kUnlessThere).ok());
  const std::string id = ids(search("Patient", {}));
  const std::string put_it = R"({"fullUrl":"urn:uuid:8","resource":{"resourceType":"Patient","gender":"male",
      "identifier":[{"system":"urn:s","value":"1"}]},"request":{"method":"PUT",
      "url":"Patient?identifier=urn:s|1"}})";
  const std::string by_reference = R"({"resource":{"resourceType":"Task","status":"draft","intent":"order",
      "for":{"reference":"Patient?identifier=urn:s|1"}},"request":{"method":"POST","url":"Task"}})";
  const auto done = transact(put_it + "," + by_reference);
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ((*done)[0].id, id);
  EXPECT_EQ((*done)[0].version, 2);
  EXPECT_EQ(search("Task", {{"patient", "", id}})->total, 1);
  // [{"op":"replace","path":"/gender","value":"other"}]
  const auto patched =
      transact(R"({"resource":{"resourceType":"Binary","contentType":"application/json-patch+json",
      "data":"W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9nZW5kZXIiLCJ2YWx1ZSI6Im90aGVyIn1d"},
      "request":{"method":"PATCH","url":"Patient?identifier=urn:s|1"}})");
  ASSERT_TRUE(patched.ok()) << patched.error().message();
  EXPECT_EQ(ids(search("Patient", {{"gender", "", "other"}})), id);
  const std::string remove = R"({"request":{"method":"DELETE","url":"Patient?identifier=urn:s|1"}})";
  ASSERT_TRUE(transact(remove).ok());
  EXPECT_EQ(search("Patient", {})->total, 0);
  EXPECT_TRUE(transact(remove).ok());
  const auto nobody = transact(by_reference);
  ASSERT_FALSE(nobody.ok());
  EXPECT_TRUE(nobody.error().is(kNoMatch));
}

TEST_F(BundleTest, TheOrderIsThatOfTheStandard) {
  put(R"({"resourceType":"Patient","id":"old","identifier":[{"value":"1"}]})");
  std::string seen;
  BundleOptions options;
  options.fetch = [&](sql::Session* session, const json::object&) {
    SearchRequest all;
    all.type = "Patient";
    const auto found = record->search(*session, access, all);
    for (const Resource& one : found->matches) seen += one.id + " ";
    BundleEntry out;
    out.outcome = BundleEntry::Outcome::Fetched;
    return out;
  };
  const auto done = transact(R"({"request":{"method":"GET","url":"Patient"}},
      {"resource":{"resourceType":"Patient","id":"put"},"request":{"method":"PUT","url":"Patient/put"}},
      {"request":{"method":"DELETE","url":"Patient/old"}})",
                             options);
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(seen, "put ");
  EXPECT_EQ((*done)[0].outcome, BundleEntry::Outcome::Fetched);
  EXPECT_EQ((*done)[1].outcome, BundleEntry::Outcome::Created);
  options.fetch = [](sql::Session*, const json::object&) {
    BundleEntry out;
    out.error = Error(kNoResource);
    return out;
  };
  EXPECT_FALSE(transact(R"({"request":{"method":"GET","url":"Patient/x"}},
      {"resource":{"resourceType":"Patient","id":"no"},"request":{"method":"PUT","url":"Patient/no"}})",
                        options)
                   .ok());
  EXPECT_EQ(ids(search("Patient", {})), "put");
}

TEST_F(BundleTest, LinksAreRewrittenWhereTheStandardSaysSo) {
  const auto good = transact(R"({"fullUrl":"urn:oid:1.2.3","resource":{"resourceType":"Patient",
      "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3"}],
      "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a )"
                             R"(href=\"urn:oid:1.2.3\">urn:oid:1.2.3</a></div>"},
      "photo":[{"url":"urn:oid:1.2.3","title":"urn:oid:1.2.3"}],
      "link":[{"type":"seealso","other":{"reference":"urn:oid:1.2.3"}}]},
      "request":{"method":"POST","url":"Patient"}})",
                             {.keep_text = true});
  ASSERT_TRUE(good.ok()) << good.error().message();
  const json::object stored = parse(good->front().text);
  const std::string here = "Patient/" + good->front().id;
  const json::value whole(stored);
  const auto at = [&](const char* path) {
    return std::string(std::string_view(json::at_path(whole, path)->get_string()));
  };
  EXPECT_EQ(at("photo.0.url"), here);
  EXPECT_EQ(at("photo.0.title"), "urn:oid:1.2.3");
  EXPECT_EQ(at("identifier.0.value"), "urn:oid:1.2.3");
  EXPECT_EQ(at("link.0.other.reference"), here);
  EXPECT_NE(good->front().text.find("href=\\\"" + here), std::string::npos) << good->front().text;
  EXPECT_NE(good->front().text.find(">urn:oid:1.2.3</a>"), std::string::npos);
}

}  // namespace
}  // namespace xinglin::record
