#include "codec/hl7v2/ack.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace xinglin::hl7v2 {
namespace {

Header header_of(std::string_view text) {
  const auto message = parse(as_bytes(text));
  EXPECT_TRUE(message.ok());
  return message.ok() ? message->header() : Header{};
}

AckReply reply(AckCode code) {
  AckReply out;
  out.code = code;
  out.control_id = "ACK1";
  out.at = from_civil({2026, 1, 2, 3, 4, 5, 0});
  return out;
}

const std::string kOru =
    "MSH|^~\\&|LAB|HOSP^1.2^ISO|XL|WARD|20260102||ORU^R01^ORU_R01|C\\T\\1|P|2.5.1||||||UNICODE UTF-8\r";

TEST(Hl7Ack, AcceptsInTheWordsOfTheSender) {
  const auto bytes = build_ack(header_of(kOru), reply(AckCode::AA));
  EXPECT_EQ(as_text(bytes),
            "MSH|^~\\&|XL|WARD|LAB|HOSP^1.2^ISO|20260102030405.000+0000||ACK^R01^ACK|ACK1|P|2.5.1||||||"
            "UNICODE UTF-8\r"
            "MSA|AA|C\\T\\1\r");
}

TEST(Hl7Ack, ErrorsNameThePlace) {
  AckReply r = reply(AckCode::AE);
  r.errors.push_back({"PID^1^3^1", kRequiredMissing, Severity::Error, "PID-3 is empty | send one"});
  r.errors.push_back({"", kInternal, Severity::Warning, "busy"});
  const auto bytes = build_ack(header_of(kOru), r);
  EXPECT_NE(as_text(bytes).find(
                "MSA|AE|C\\T\\1|PID-3 is empty \\F\\ send one\r"
                "ERR||PID^1^3^1|101^Required field missing^HL70357|E||||PID-3 is empty \\F\\ send one\r"
                "ERR|||207^Application internal error^HL70357|W||||busy\r"),
            std::string_view::npos)
      << as_text(bytes);
  const auto ack = parse_ack(bytes);
  ASSERT_TRUE(ack.ok());
  EXPECT_EQ(ack->code, AckCode::AE);
  EXPECT_EQ(ack->control_id, "C&1");
  ASSERT_EQ(ack->errors.size(), 2u);
  EXPECT_EQ(ack->errors[0].location, "PID^1^3^1");
  EXPECT_EQ(ack->errors[0].code, kRequiredMissing);
  EXPECT_EQ(ack->errors[0].message, "PID-3 is empty | send one");
  EXPECT_EQ(ack->errors[1].severity, Severity::Warning);
}

TEST(Hl7Ack, VersionsBefore25PutThePlaceInErr1) {
  AckReply r = reply(AckCode::AE);
  r.errors.push_back({"OBX^2^5^1", kDataType, Severity::Error, "not a number"});
  const auto bytes = build_ack(header_of("MSH|^~\\&|LAB|H|XL|W|2026||ORU^R01|9|P|2.3\r"), r);
  EXPECT_NE(as_text(bytes).find("ERR|OBX^2^5^102&Data type error&HL70357\r"), std::string_view::npos)
      << as_text(bytes);
  EXPECT_NE(as_text(bytes).find("|ACK^R01|"), std::string_view::npos);
}

TEST(Hl7Ack, KeepsSeparatorsAndCharset) {
  const std::string text =
      "MSH#*!?@#\xC0\xCF#H#XL#W#2026##ADT*A01#9#P#2.5######GB18030\r";  // GB 18030 C0CF = U+8001
  AckReply r = reply(AckCode::AR);
  r.errors.push_back({"MSH^1^9^1^2", kWrongEvent, Severity::Error, "no * event"});
  const auto bytes = build_ack(header_of(text), r);
  EXPECT_NE(as_text(bytes).find("#\xC0\xCF#H#"), std::string_view::npos);
  EXPECT_NE(as_text(bytes).find("MSA#AR#9#no ?S? event\r"), std::string_view::npos);
  const auto ack = parse_ack(bytes);
  ASSERT_TRUE(ack.ok());
  EXPECT_EQ(ack->errors.at(0).location, "MSH^1^9^1^2");
}

TEST(Hl7Ack, AnswersWhatHasNoHeader) {
  AckReply r = reply(AckCode::AR);
  r.errors.push_back({"", kSegmentSequence, Severity::Error, "not HL7"});
  const auto ack = parse_ack(build_ack(read_header(as_bytes("hello")), r));
  ASSERT_TRUE(ack.ok());
  EXPECT_EQ(ack->code, AckCode::AR);
  EXPECT_EQ(ack->errors.at(0).code, kSegmentSequence);
}

TEST(Hl7Ack, WritesAtMostFiftyErrors) {
  AckReply r = reply(AckCode::AE);
  for (int i = 0; i < 80; ++i) r.errors.push_back({"OBX^1^5", kDataType, Severity::Error, "x"});
  const auto ack = parse_ack(build_ack(header_of(kOru), r));
  ASSERT_TRUE(ack.ok());
  EXPECT_EQ(ack->errors.size(), 50u);
}

TEST(Hl7Ack, IssueCodesBecomeTable0357) {
  const auto code = [](const char* issue) {
    return to_ack_error({Severity::Error, issue, "PID^1^3", "m"}).code;
  };
  EXPECT_EQ(code("required"), 101);
  EXPECT_EQ(code("value"), 102);
  EXPECT_EQ(code("code-invalid"), 103);
  EXPECT_EQ(code("too-long"), 104);
  EXPECT_EQ(code("duplicate"), 205);
  EXPECT_EQ(code("anything else"), 207);
}

TEST(Hl7Ack, RefusesToReadOtherMessages) {
  EXPECT_FALSE(parse_ack(as_bytes(kOru)).ok());
  EXPECT_FALSE(parse_ack(as_bytes(kOru + "MSA|ZZ|1\r")).ok());
}

}  // namespace
}  // namespace xinglin::hl7v2
