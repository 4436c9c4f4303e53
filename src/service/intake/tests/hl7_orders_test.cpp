// Imaging orders of several steps, and cancellations that name the order alone (HL7 v2.5.1 4.5.6; OMI without
// IPC, ORM).
#include <map>

#include "service/intake/tests/hl7_house.h"

namespace xinglin::intake {
namespace {

std::string order(std::string_view control_id, std::string_view control, std::string_view placer,
                  std::string_view filler) {
  return msh("OMI^O23^OMI_O23", control_id) + pid("100") + "ORC|" + std::string(control) + "|" +
         std::string(placer) + "|" + std::string(filler) + "\rOBR|1|" + std::string(placer) + "|" +
         std::string(filler) + "|24725-4^CT Head^LN\r";
}
std::string step(std::string_view id) {
  return "IPC|A1|RP1|1.2.3|" + std::string(id) + "|CT|CT^Head^L|ROOM1||CT1\r";
}

class OrderTest : public IntakeTest {
protected:
  // "S1 active, S2 revoked"
  std::string steps() {
    std::map<std::string, std::string> all;
    for (const record::Resource& one : search("ServiceRequest").matches) {
      const json::object r = *one.parsed();
      std::string id = "-";
      for (const json::value& identifier : r.at("identifier").as_array())
        if (const auto value = json::find_string(identifier.as_object(), "value"))
          if (value->starts_with("S")) id = *value;
      all[id] += std::string(r.at("status").as_string());
    }
    std::string out;
    for (const auto& [id, status] : all) out += (out.empty() ? "" : ", ") + id + " " + status;
    return out;
  }
};

TEST_F(OrderTest, ACancellationByThePlacerNumberTakesEveryStep) {
  ASSERT_EQ(sent(order("1", "NW", "P1^RIS", "F1^RIS") + step("S1") + step("S2")), "AA");
  ASSERT_EQ(sent(order("2", "NW", "P2^RIS", "F2^RIS") + step("S3")), "AA");
  EXPECT_EQ(steps(), "S1 active, S2 active, S3 active");
  EXPECT_EQ(sent(order("3", "CA", "P1^RIS", "")), "AA");
  EXPECT_EQ(steps(), "S1 revoked, S2 revoked, S3 active");
}

TEST_F(OrderTest, ACancellationByTheFillerNumberDoesToo) {
  ASSERT_EQ(sent(order("1", "NW", "P1^RIS", "F1^RIS") + step("S1") + step("S2")), "AA");
  EXPECT_EQ(sent(order("2", "CA", "", "F1^RIS")), "AA");
  EXPECT_EQ(steps(), "S1 revoked, S2 revoked");
}

TEST_F(OrderTest, ACancellationThatNamesAStepTakesThatOne) {
  ASSERT_EQ(sent(order("1", "NW", "P1^RIS", "F1^RIS") + step("S1") + step("S2")), "AA");
  EXPECT_EQ(sent(order("2", "CA", "P1^RIS", "F1^RIS") + step("S2")), "AA");
  EXPECT_EQ(steps(), "S1 active, S2 revoked");
}

TEST_F(OrderTest, TheNumberOfAnotherPatientIsAnotherOrder) {
  ASSERT_EQ(sent(order("1", "NW", "P1^RIS", "F1^RIS") + step("S1")), "AA");
  std::string other = order("2", "CA", "P1^RIS", "");
  other.replace(other.find("|100^"), 5, "|200^");
  EXPECT_EQ(sent(other), "AA");
  EXPECT_EQ(steps(), "- revoked, S1 active");
}

}  // namespace
}  // namespace xinglin::intake
