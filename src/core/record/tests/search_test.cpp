#include "core/record/detail/fold.h"
#include "core/record/tests/record_fixture.h"

namespace xinglin::record {
namespace {

class SearchTest : public RecordFixture {
protected:
  void SetUp() override {
    put(R"({"resourceType":"Patient","id":"a","active":true,"gender":"female","birthDate":"1970-03-30",
            "identifier":[{"system":"urn:mrn","value":"1|2"}],
            "name":[{"family":"Müller","given":["Zoë","Ann"]}],
            "telecom":[{"system":"phone","value":"555"},{"system":"email","value":"z@x"}]})");
    put(R"({"resourceType":"Patient","id":"b","gender":"male","birthDate":"1970","name":[{"text":"王小明"}]})");
    put(R"({"resourceType":"Patient","id":"c","deceasedDateTime":"2020-01-01",
            "name":[{"family":"Muller"}]})");
    observation("o1", "2026-01-10T10:00:00Z", R"({"value":5.4,"system":"urn:u","code":"mg","unit":"mg"})");
    observation("o2", "2026-01-10", R"({"value":5.44,"comparator":"<"})");
    observation("o3", "2026-01", R"({"value":100})");
  }
  void observation(std::string id, std::string date, std::string quantity) {
    put(R"({"resourceType":"Observation","id":")" + id +
        R"(","status":"final","subject":{"reference":"Patient/a"},
        "code":{"coding":[{"system":"urn:c","code":"x"},{"code":"y"}]},"effectiveDateTime":")" +
        date + R"(","valueQuantity":)" + quantity + "}");
  }
};

TEST_F(SearchTest, Tokens) {
  EXPECT_EQ(ids(search("Patient", {{"identifier", "", "urn:mrn|1\\|2"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"identifier", "", "1\\|2"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"identifier", "", "|1\\|2"}})), "");
  EXPECT_EQ(ids(search("Patient", {{"identifier", "", "urn:mrn|"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"identifier", "", "urn:never|1"}})), "");
  EXPECT_EQ(ids(search("Patient", {{"gender", "", "male,female"}})), "a,b");
  EXPECT_EQ(ids(search("Patient", {{"gender", "not", "male"}})), "a,c");
  EXPECT_EQ(ids(search("Patient", {{"gender", "missing", "true"}})), "c");
  EXPECT_EQ(ids(search("Patient", {{"phone", "", "555"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"email", "", "555"}})), "");
  EXPECT_EQ(ids(search("Patient", {{"deceased", "", "true"}})), "c");
  EXPECT_EQ(ids(search("Observation", {{"code", "", "urn:c|x"}, {"code", "", "|y"}})), "o1,o2,o3");
}

TEST_F(SearchTest, Strings) {
  EXPECT_EQ(ids(search("Patient", {{"family", "", "mUl"}})), "a,c");
  EXPECT_EQ(ids(search("Patient", {{"family", "exact", "Müller"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"name", "contains", "小"}})), "b");
  EXPECT_EQ(ids(search("Patient", {{"name", "", "zoe"}, {"name", "", "ann"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"given", "", "nn"}})), "");
  EXPECT_EQ(ids(search("Patient", {{"birthdate", "missing", "false"}})), "a,b");
  EXPECT_EQ(detail::fold("ÀÆŒßÿŁ Straße ＡΩЖ"), "aaeœssyl strasse aωж");
}

TEST_F(SearchTest, Dates) {
  EXPECT_EQ(ids(search("Patient", {{"birthdate", "", "1970"}})), "a,b");
  EXPECT_EQ(ids(search("Patient", {{"birthdate", "", "1970-03-30"}})), "a");
  EXPECT_EQ(ids(search("Patient", {{"birthdate", "", "ne1970-03-30"}})), "b");
  EXPECT_EQ(ids(search("Observation", {{"date", "", "2026-01-10"}})), "o1,o2");
  EXPECT_EQ(ids(search("Observation", {{"date", "", "gt2026-01-10"}})), "o3");
  EXPECT_EQ(ids(search("Observation", {{"date", "", "lt2026-01-10"}})), "o3");
  EXPECT_EQ(ids(search("Observation", {{"date", "", "sa2026-01-09"}})), "o1,o2");
  EXPECT_EQ(
      ids(search("Observation", {{"date", "", "ge2026-01-10T10:00:00Z"}, {"date", "", "lt2026-01-11"}})),
      "o1,o2,o3");
  EXPECT_EQ(ids(search("Patient", {{"death-date", "", "lt2021"}})), "c");
}

TEST_F(SearchTest, Quantities) {
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "5.4"}})), "o1");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "5.4|urn:u|mg"}})), "o1");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "5.4||mg"}})), "o1");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "5.4|urn:other|mg"}})), "");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "gt5.4"}})), "o2,o3");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "lt5"}})), "o2");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "1e2"}})), "o3");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "ap92"}})), "o3");
}

TEST_F(SearchTest, ReferencesInEachForm) {
  for (const char* form : {"a", "Patient/a"})
    EXPECT_EQ(ids(search("Observation", {{"subject", "", form}})), "o1,o2,o3");
  EXPECT_EQ(ids(search("Observation", {{"patient", "", "a,b"}})), "o1,o2,o3");
  EXPECT_EQ(ids(search("Observation", {{"subject", "Patient", "a"}})), "o1,o2,o3");
  EXPECT_EQ(ids(search("Observation", {{"subject", "Group", "a"}})), "");
  EXPECT_EQ(ids(search("Observation", {{"patient", "missing", "true"}})), "");
  EXPECT_EQ(ids(search("Observation", {{"patient", "", "Group/a"}})), "error: record.bad-parameter");
}

TEST_F(SearchTest, IdsTimesAndNothing) {
  EXPECT_EQ(ids(search("Patient", {{"_id", "", "c,a"}})), "a,c");
  EXPECT_EQ(ids(search("Patient", {})), "a,b,c");
  EXPECT_EQ(ids(search("Patient", {{"_lastUpdated", "", "2026-11-22"}})), "a,b,c");
  EXPECT_EQ(ids(search("Patient", {{"_lastUpdated", "", "lt2026-11-22"}})), "");
}

TEST_F(SearchTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ids(search("Patient", {{"famly", "", "x"}})), "error: record.unknown-parameter");
  EXPECT_EQ(ids(search("Patient", {{"family", "above", "x"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Patient", {{"birthdate", "", "yesterday"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Patient", {{"gender", "", ""}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Patient", {{"gender", "", "a|b|c"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Observation", {{"value-quantity", "", "5.4|mg"}})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Patient", {}, {"nothing"})), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Medicament", {})), "error: record.unknown-type");
  SearchRequest lenient{.type = "Patient", .parameters = {{"famly", "", "x"}}, .handling = Handling::Lenient};
  const auto result = record->search_now(access, lenient);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->total, 3);
  EXPECT_EQ(result->ignored.issues().size(), 1u);
}

TEST_F(SearchTest, SortsWithMissingValuesLast) {
  EXPECT_EQ(ids(search("Patient", {}, {"birthdate"})), "b,a,c");
  EXPECT_EQ(ids(search("Patient", {}, {"-birthdate"})), "a,b,c");
  EXPECT_EQ(ids(search("Patient", {}, {"-_id"})), "c,b,a");
  EXPECT_EQ(ids(search("Patient", {}, {"gender"})), "a,b,c");
  EXPECT_EQ(ids(search("Patient", {}, {"-gender"})), "b,a,c");
  EXPECT_EQ(ids(search("Observation", {}, {"value-quantity"})), "o2,o1,o3");
  EXPECT_EQ(ids(search("Patient", {}, {"family", "-_id"})), "c,a,b");
}

TEST_F(SearchTest, PagesNeitherRepeatNorHideWhenWrittenMeanwhile) {
  SearchRequest request{
      .type = "Observation", .parameters = {{"patient", "", "a"}}, .sort = {"-date"}, .count = 2};
  const auto first = record->search_now(access, request);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(ids(first), "o1,o2");
  EXPECT_EQ(first->total, 3);
  observation("o4", "2026-02-01", R"({"value":1})");  // sorts before the page that was read
  observation("o5", "2025-02-01", R"({"value":1})");
  request.cursor = first->next_cursor;
  const auto second = record->search_now(access, request);
  EXPECT_EQ(ids(second), "o3,o5");
  EXPECT_EQ(second->next_cursor, "");
  request.parameters[0].value = "b";
  EXPECT_EQ(ids(record->search_now(access, request)), "error: record.bad-cursor");
  request.cursor = "nonsense";
  EXPECT_EQ(ids(record->search_now(access, request)), "error: record.bad-cursor");
}

TEST_F(SearchTest, ManyValuesAreBounded) {
  std::string values = "a";
  for (int i = 1; i < 256; ++i) values += ",p" + std::to_string(i);
  EXPECT_EQ(ids(search("Observation", {{"subject", "", values}, {"focus", "missing", "true"}})), "o1,o2,o3");
  EXPECT_EQ(ids(search("Observation", {{"code", "", "x," + values.substr(2)}})), "o1,o2,o3");
  EXPECT_EQ(ids(search("Observation", {{"subject", "", values + ",more"}})), "error: record.bad-parameter");
  const std::vector<SearchParameter> often(30, {"focus", "", values});
  EXPECT_EQ(ids(search("Observation", often)), "error: record.bad-parameter");
  EXPECT_EQ(ids(search("Observation", std::vector<SearchParameter>(65, {"status", "", "final"}))),
            "error: record.bad-parameter");
}

TEST_F(SearchTest, CountOnly) {
  SearchRequest request{.type = "Observation", .count_only = true};
  const auto result = record->search_now(access, request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->total, 3);
  EXPECT_TRUE(result->matches.empty());
}

}  // namespace
}  // namespace xinglin::record
