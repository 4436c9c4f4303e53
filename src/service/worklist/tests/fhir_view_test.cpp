#include "service/worklist/detail/fhir_view.h"

#include <gtest/gtest.h>

#include "service/worklist/detail/impl.h"
#include "service/worklist/tests/house.h"

namespace xinglin::worklist::detail {
namespace {

json::object parsed(std::string_view text) {
  const Result<json::value> value = json::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value ? value->as_object() : json::object();
}

TEST(Names, TellTheRomanisedFromTheIdeographic) {
  const Names both = names_of(parsed(R"({"name": [{"family": "王", "given": ["小明"]},
      {"family": "Wang", "given": ["Xiao", "Ming"]}]})"));
  EXPECT_EQ(both.latin, "Wang, Xiao Ming");
  EXPECT_EQ(both.local, "王小明");
  const Names only = names_of(parsed(R"({"name": [{"use": "old", "family": "李"}, {"text": "王小明"}]})"));
  EXPECT_EQ(only.latin, "王小明");
  EXPECT_EQ(only.local, "");
  EXPECT_EQ(names_of(parsed("{}")).latin, "");
  EXPECT_EQ(names_of(parsed(R"({"name": [{"family": "Müller"}]})")).latin, "Müller");
}

TEST(RecordNumber, IsTheOneOfTypeMr) {
  EXPECT_EQ(medical_record_number(parsed(R"({"identifier": [{"value": "N1"},
      {"type": {"coding": [{"code": "MR"}]}, "value": "M1"}]})")),
            "M1");
  EXPECT_EQ(medical_record_number(parsed(R"({"identifier": [{"system": "x"}, {"value": "N1"}]})")), "N1");
  EXPECT_EQ(medical_record_number(parsed("{}")), "");
  EXPECT_EQ(medical_record_number(
                parsed(R"({"identifier": [{"system": "urn:xinglin:patient-of-study", "value": "2.25.1"}]})")),
            "");
}

TEST(Places, AreTheActiveWardWithRoomAndBed) {
  const Place place = place_of(parsed(R"({"location": [
      {"location": {"display": "7"}, "status": "active", "physicalType": {"coding": [{"code": "bd"}]}},
      {"location": {"display": "301"}, "status": "active", "physicalType": {"coding": [{"code": "ro"}]}},
      {"location": {"display": "ICU"}, "status": "active", "physicalType": {"coding": [{"code": "wa"}]}},
      {"location": {"display": "B1"}, "status": "active", "physicalType": {"coding": [{"code": "bu"}]}},
      {"location": {"display": "3W"}, "status": "completed",
       "physicalType": {"coding": [{"code": "wa"}]}}]})"));
  EXPECT_EQ(place.ward, "ICU");
  EXPECT_EQ(place.bed, "301-7");
  const Place gone =
      place_of(parsed(R"({"location": [{"location": {"display": "3W"}, "status": "completed"}]})"));
  EXPECT_EQ(gone.ward, "3W") << "where somebody was is better than nothing";
  const Place named = place_of(parsed(R"({"location": [{"location": {"reference": "Location/w5"}}]})"));
  EXPECT_EQ(named.ward, "w5");
}

TEST(Values, ReadWhatAPersonWouldRead) {
  const Value number =
      value_of(parsed(R"({"valueQuantity": {"value": 7.4, "unit": "mmol/L", "code": "mmol/L"}})"));
  EXPECT_EQ(number.number, 7.4);
  EXPECT_EQ(number.text, "7.4");
  EXPECT_EQ(number.unit, "mmol/L");
  const Value below =
      value_of(parsed(R"({"valueQuantity": {"value": 5, "comparator": "<", "code": "ng/L"}})"));
  EXPECT_EQ(below.number, std::nullopt) << "less than five is not five";
  EXPECT_EQ(below.text, "< 5");
  EXPECT_EQ(below.unit, "ng/L");
  EXPECT_EQ(
      value_of(parsed(R"({"valueCodeableConcept": {"coding": [{"code": "A", "display": "Alert"}]}})")).text,
      "Alert");
  EXPECT_EQ(value_of(parsed(R"({"valueString": "positive"})")).text, "positive");
  EXPECT_EQ(value_of(parsed(R"({"valueRange": {"low": {"value": 1}, "high": {"value": 2}}})")).text, "1 - 2");
  EXPECT_EQ(value_of(parsed(R"({"dataAbsentReason": {"text": "refused"}})")).text, "");
}

TEST(Values, TellFlagsAndRanges) {
  EXPECT_EQ(interpretation(parsed(R"({"interpretation": [{"coding": [{"code": "HH"}]}]})")), "HH");
  EXPECT_EQ(interpretation(parsed(R"({"interpretation": [{"coding": [{"code": "RR"}]}]})")), "")
      << "not one of ours";
  EXPECT_EQ(reference_range(parsed(R"({"referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5}}]})")),
            "3.5 - 5");
  EXPECT_EQ(reference_range(parsed(R"({"referenceRange": [{"high": {"value": 5}}]})")), "<= 5");
  EXPECT_EQ(reference_range(parsed(R"({"referenceRange": [{"text": "negative"}]})")), "negative");
}

TEST(Translations, AreReadFromTheExtension) {
  const json::object task = parsed(R"({"description": "Look", "_description": {"extension": [
      {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
        {"url": "lang", "valueCode": "zh-CN"}, {"url": "content", "valueString": "查看"}]}]}})");
  EXPECT_EQ(json::serialize(translated(task, "description")), R"({"en":"Look","zh":"查看"})");
  EXPECT_EQ(json::serialize(translated(parsed(R"({"description": "Look"})"), "description")),
            R"({"en":"Look","zh":"Look"})");
}

TEST(Synthetic, IsSaidByATagOrALabel) {
  EXPECT_TRUE(is_synthetic(parsed(R"({"meta": {"tag": [{"code": "synthetic"}]}})")));
  EXPECT_TRUE(is_synthetic(parsed(R"({"meta": {"security": [{"code": "HTEST"}]}})")));
  EXPECT_FALSE(is_synthetic(parsed(R"({"meta": {"tag": [{"code": "other"}]}})")));
}

json::object score(std::string_view effective, std::string_view created, int points, bool complete = true) {
  return {{"id", created},
          {"created", created},
          {"effective", effective},
          {"evidence", {{"news2", {{"score", points}, {"complete", complete}, {"band", "low"}}}}}};
}

TEST(News2Points, AreOrderedByTheTimeOfTheVitalSignsOneForEachMinute) {
  const std::vector<json::object> made = {
      score("2026-03-01T10:00:00Z", "2026-03-01T12:00:03Z", 4),
      score("2026-03-01T11:00:10Z", "2026-03-01T12:00:01Z", 1),
      score("2026-03-01T11:00:40Z", "2026-03-01T12:00:02Z", 2),
      score("2026-03-01T11:30:00Z", "2026-03-01T12:00:05Z", 1, false),
      score("2026-03-01T11:40:00Z", "2026-03-01T12:00:04Z", 1),
  };
  const json::array points = detail::news2_points(detail::last_of_each_minute(made));
  std::string told;
  for (const json::value& point : points)
    told += at(point.as_object(), "result").substr(17, 2) + at(point.as_object(), "score") +
            at(point.as_object(), "trend") + " ";
  EXPECT_EQ(told, "034first 022falling 051first 041first ");
}

}  // namespace
}  // namespace xinglin::worklist::detail
