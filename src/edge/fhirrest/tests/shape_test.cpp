#include "edge/fhirrest/detail/shape.h"

#include <gtest/gtest.h>

namespace xinglin::fhirrest::detail {
namespace {

constexpr const char* kObservation =
    R"({"resourceType":"Observation","id":"o","meta":{"versionId":"1"},)"
    R"("text":{"status":"generated","div":"<div/>"},"status":"final","code":{"text":"x"},)"
    R"("valueQuantity":{"value":2.50},"_valueQuantity":null,"note":[{"text":"n"}],)"
    R"("component":[{"code":{"text":"c"},"valueInteger":1,"interpretation":[{"text":"i"}]}]})";
constexpr const char* kTag =
    R"("tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED",)"
    R"("display":"Resource encoded in summary mode"}])";

std::string with(const std::string& name, const std::string& value) {
  const auto shape = read_shape({{name, value}});
  return shape ? shaped(*shape, kObservation) : std::string(shape.error().code().name);
}
std::string shown(const std::string& members) {
  return R"({"resourceType":"Observation","id":"o","meta":{"versionId":"1",)" + std::string(kTag) + "}" +
         members + "}";
}

TEST(Shape, Summaries) {
  EXPECT_EQ(with("_summary", "false"), kObservation);
  EXPECT_EQ(
      with("_summary", "true"),
      shown(R"(,"status":"final","code":{"text":"x"},"valueQuantity":{"value":2.50},"_valueQuantity":null,)"
            R"("component":[{"code":{"text":"c"},"valueInteger":1}])"));
  EXPECT_EQ(with("_summary", "text"),
            shown(R"(,"text":{"status":"generated","div":"<div/>"},"status":"final","code":{"text":"x"})"));
  EXPECT_EQ(with("_summary", "data").find("generated"), std::string::npos);
  EXPECT_NE(with("_summary", "data").find("\"note\""), std::string::npos);
  EXPECT_EQ(with("_summary", "some"), "record.bad-parameter");
}

TEST(Shape, Elements) {
  // status and code are mandatory; a choice is asked for by its name with or without its type.
  EXPECT_EQ(with("_elements", "note"),
            shown(R"(,"status":"final","code":{"text":"x"},"note":[{"text":"n"}])"));
  EXPECT_EQ(with("_elements", "Observation.note,Patient.name"), with("_elements", "note"));
  const std::string value =
      shown(R"(,"status":"final","code":{"text":"x"},"valueQuantity":{"value":2.50},"_valueQuantity":null)");
  EXPECT_EQ(with("_elements", "value"), value);
  EXPECT_EQ(with("_elements", "valueQuantity"), value);
  EXPECT_EQ(with("_elements", ""), "record.bad-parameter");
  EXPECT_FALSE(read_shape({{"_elements", "note"}, {"_summary", "true"}}).ok());
}

}  // namespace
}  // namespace xinglin::fhirrest::detail
