#include "codec/hl7v2/message.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace xinglin::hl7v2 {
namespace {

Result<Message> parse_text(std::string_view text, const ParseOptions& options = {}) {
  return parse(as_bytes(text), options);
}

Message ok(std::string_view text) {
  auto message = parse_text(text);
  EXPECT_TRUE(message.ok()) << (message.ok() ? "" : message.error().message());
  return message.ok() ? *message : *parse_text("MSH|^~\\&|");
}

std::string_view code_of(std::string_view text, const ParseOptions& options = {}) {
  const auto message = parse_text(text, options);
  return message.ok() ? std::string_view("ok") : message.error().code().name;
}

const std::string kHead =
    "MSH|^~\\&|APP^1.2^ISO|FAC|XL|WARD|20260102030405+0800||ORU^R01^ORU_R01|C1|P|2.5.1\r";

TEST(Hl7Message, ReadsTheHeader) {
  const Message m = ok(kHead);
  EXPECT_EQ(m.header().sending_application, "APP^1.2^ISO");
  EXPECT_EQ(m.header().type, "ORU");
  EXPECT_EQ(m.header().trigger, "R01");
  EXPECT_EQ(m.header().control_id, "C1");
  EXPECT_EQ(m.header().version, "2.5.1");
  EXPECT_EQ(m.segment(0).field(1).raw(), "|");
  EXPECT_EQ(m.segment(0).field(2).raw(), "^~\\&");
  EXPECT_EQ(m.segment(0).field(2).str(), "^~\\&");
  EXPECT_EQ(m.segment(0).field(3).component(2).str(), "1.2");
  EXPECT_EQ(m.segment(0).field_count(), 12);
}

TEST(Hl7Message, CountsPartsFromOne) {
  const Message m = ok(kHead + "PID|1||A&B&C^D~E^F||X||");
  const Segment pid = *m.find("PID");
  EXPECT_EQ(pid.field_count(), 7);
  EXPECT_EQ(pid.field(3).repetitions().size(), 2u);
  EXPECT_EQ(pid.field(3).repetitions()[1].component(2).str(), "F");
  EXPECT_EQ(pid.field(3).component(1).subcomponent(3).str(), "C");
  EXPECT_TRUE(pid.field(3).component(1).subcomponent(4).empty());
  EXPECT_TRUE(pid.field(3).component(3).empty());
  EXPECT_TRUE(pid.field(0).empty());
  EXPECT_TRUE(pid.field(8).empty());
  EXPECT_TRUE(pid.field(2).repetitions().empty());
  EXPECT_EQ(pid.field(5).str(), "X");
}

TEST(Hl7Message, ASegmentMayHaveNoFields) {
  const Message m = ok(kHead + "DSC\rZZ1|\r");
  EXPECT_EQ(m.find("DSC")->field_count(), 0);
  EXPECT_TRUE(m.find("DSC")->field(1).empty());
  EXPECT_EQ(m.find("ZZ1")->field_count(), 1);
}

TEST(Hl7Message, NumbersSegmentsOfOneName) {
  const Message m = ok(kHead + "OBX|1\rNTE|1\rOBX|2\r");
  EXPECT_EQ(m.segment(3).sequence(), 2);
  EXPECT_EQ(m.segment(3).at(5, 1, 2).str(), "OBX^2^5^1^2");
  EXPECT_EQ(m.segment(2).at(3).str(), "NTE^1^3");
  EXPECT_EQ((Location{"PID", 1, 3, 0, 4, 0}).str(), "PID^1^3^^4");
}

TEST(Hl7Message, AnySegmentEndWillDo) {
  for (const std::string_view end : {"\r", "\n", "\r\n", "\r\r\n", "\n\n"}) {
    std::string text = kHead.substr(0, kHead.size() - 1);
    text += end;
    text += "PID|1";
    text += end;
    text += "PV1|1";
    EXPECT_EQ(ok(text).size(), 3u);
  }
}

TEST(Hl7Message, NullIsNotEmpty) {
  const Message m = ok(kHead + "PID|1||\"\"||\"\"^A|");
  const Segment pid = *m.find("PID");
  EXPECT_TRUE(pid.field(3).is_null());
  EXPECT_FALSE(pid.field(3).empty());
  EXPECT_FALSE(pid.field(3).has_value());
  EXPECT_EQ(pid.field(3).str(), "");
  EXPECT_TRUE(pid.field(3).component(1).is_null());
  EXPECT_TRUE(pid.field(5).component(1).is_null());
  EXPECT_FALSE(pid.field(5).is_null());
  EXPECT_FALSE(pid.field(2).is_null());
}

// HL7 v2.5.1 section 2.7.
TEST(Hl7Message, ResolvesEscapes) {
  const Encoding e;
  EXPECT_EQ(unescape("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", e), "a|b^c&d~e\\f");
  EXPECT_EQ(unescape("one\\.br\\two", e), "one\ntwo");
  EXPECT_EQ(unescape("x\\.sp+2\\y", e), "x\n\ny");
  EXPECT_EQ(unescape("\\H\\loud\\N\\", e), "loud");
  EXPECT_EQ(unescape("\\X0D0A\\", e), "\r\n");
  EXPECT_EQ(unescape("\\X41\\\\X42\\", e), "AB");
  EXPECT_EQ(unescape("C:\\dir\\E\\file", e), "C:\\dir\\file");
  EXPECT_EQ(unescape("open \\", e), "open \\");
  EXPECT_EQ(unescape("\\X4\\", e), "\\X4\\");
  EXPECT_EQ(unescape("\\X00\\", e), "\\X00\\");
  EXPECT_EQ(unescape("\\Zlocal\\", e), "\\Zlocal\\");
  EXPECT_EQ(unescape("\\\\", e), "\\\\");
}

TEST(Hl7Message, HexEscapesAreBytesOfTheMessageCharset) {
  Encoding e;
  e.charset = charset::Charset::Gb18030;
  EXPECT_EQ(unescape("\\XD6D0\\", e), "中");  // GB 18030 D6D0 = U+4E2D
  e.charset = charset::Charset::Utf8;
  EXPECT_EQ(unescape("\\XE4B8AD\\", e), "中");
  EXPECT_EQ(unescape("\\XD6D0\\", e), "\\XD6D0\\");
}

TEST(Hl7Message, EscapingIsUndoneByUnescaping) {
  const Encoding e;
  const std::string text = "a|b^c&d~e\\f\ng";
  const std::string escaped = escape(text, e.separators);
  EXPECT_EQ(escaped.find_first_of("|^&~\r\n"), std::string::npos);
  EXPECT_EQ(unescape(escaped, e), text);
}

TEST(Hl7Message, TakesOtherSeparators) {
  const Message m = ok("MSH#*!?@#A#B#####ADT*A01#7#P#2.3\rPID#1##x*y!z?F?#N@M\r");
  EXPECT_EQ(m.header().trigger, "A01");
  EXPECT_EQ(m.find("PID")->field(3).repetitions()[1].str(), "z#");
  EXPECT_EQ(m.find("PID")->field(4).component(1).subcomponent(2).str(), "M");
}

TEST(Hl7Message, MissingEncodingCharactersAreNotUsed) {
  const Message m = ok("MSH|^|A|B|||||ADT^A01|1|P|2.1\rPID|1||a~b^c\\F\\|");
  EXPECT_EQ(m.find("PID")->field(3).repetitions().size(), 1u);
  EXPECT_EQ(m.find("PID")->field(3).component(2).str(), "c\\F\\");
}

TEST(Hl7Message, TruncationCharacterOfVersion27) {
  const Message m = ok("MSH|^~\\&#|A|B|||||ADT^A01|1|P|2.7\rPID|1||a\\P\\");
  EXPECT_EQ(m.encoding().separators.truncation, '#');
  EXPECT_EQ(m.find("PID")->field(3).str(), "a#");
}

TEST(Hl7Message, RefusesWhatIsNotHl7) {
  EXPECT_EQ(code_of(""), kNotHl7.name);
  EXPECT_EQ(code_of("GET / HTTP/1.1\r\n"), kNotHl7.name);
  EXPECT_EQ(code_of("PID|1"), kNotHl7.name);
  EXPECT_EQ(code_of("MSH"), kBadSeparators.name);
  EXPECT_EQ(code_of("MSHA^~\\&|"), kBadSeparators.name);
  EXPECT_EQ(code_of("MSH|||"), kBadSeparators.name);
  EXPECT_EQ(code_of("MSH|^^\\&|"), kBadSeparators.name);
  EXPECT_EQ(code_of("MSH|^~\\&#!|"), kBadSeparators.name);
  EXPECT_EQ(code_of("MSH|ABC|"), kBadSeparators.name);
  EXPECT_EQ(code_of(kHead + "pid|1"), kBadSegment.name);
  EXPECT_EQ(code_of(kHead + "PIDX|1"), kBadSegment.name);
  EXPECT_EQ(code_of(kHead + "PI"), kBadSegment.name);
  EXPECT_EQ(code_of(kHead + kHead), kSecondHeader.name);
}

TEST(Hl7Message, TextThatLooksLikeAHeaderInsideAFieldIsText) {
  const Message m = ok(kHead + "NTE|1||see MSH|^~ above");
  EXPECT_EQ(m.size(), 2u);
}

TEST(Hl7Message, KeepsLimits) {
  ParseOptions o;
  o.limits = {200, 4, 20, 3, 40};
  EXPECT_EQ(code_of(kHead + "NTE|1", o), "ok");
  EXPECT_EQ(code_of(kHead + std::string(200, 'A'), o), kOverLimit.name);
  EXPECT_EQ(code_of(kHead + "A01|\rA02|\rA03|\r", o), "ok");
  EXPECT_EQ(code_of(kHead + "A01|\rA02|\rA03|\rA04|\r", o), kOverLimit.name);
  EXPECT_EQ(code_of(kHead + "PID|" + std::string(19, '|'), o), "ok");
  EXPECT_EQ(code_of(kHead + "PID|" + std::string(20, '|'), o), kOverLimit.name);
  EXPECT_EQ(code_of(kHead + "PID|a~b~c", o), "ok");
  EXPECT_EQ(code_of(kHead + "PID|a~b~c~d", o), kOverLimit.name);
  EXPECT_EQ(code_of(kHead + "PID|" + std::string(40, 'x'), o), "ok");
  EXPECT_EQ(code_of(kHead + "PID|" + std::string(41, 'x'), o), kOverLimit.name);
}

std::string with_charset(std::string_view name, std::string_view family) {
  std::string text = "MSH|^~\\&|A|B|||20260101||ADT^A01|1|P|2.5||||||";
  text += name;
  text += "\rPID|1||7||";
  text += family;
  return text + "^X\r";
}

TEST(Hl7Message, ReadsCharsets) {
  const auto family = [](std::string_view text) { return ok(text).find("PID")->field(5).component(1).str(); };
  EXPECT_EQ(family(with_charset("UNICODE UTF-8", "王")), "王");
  EXPECT_EQ(family(with_charset("GB 18030-2000", "\xCD\xF5")), "王");  // GB 18030 CDF5 = U+738B
  EXPECT_EQ(family(with_charset("8859/1", "M\xFCller")), "Müller");
  EXPECT_EQ(family(with_charset("", "王")), "王");                      // tolerated: valid UTF-8
  EXPECT_EQ(family("\xEF\xBB\xBF" + with_charset("", "王")), "王");     // byte order mark
  EXPECT_EQ(family(with_charset("UNICODE UTF-8~8859/1", "王")), "王");  // the first repetition counts
  ParseOptions o;
  o.default_charset = charset::Charset::Gb18030;
  const auto m = parse_text(with_charset("", "\xCD\xF5"), o);
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(m->find("PID")->field(5).component(1).str(), "王");
}

TEST(Hl7Message, RefusesWrongCharsets) {
  EXPECT_EQ(code_of(with_charset("ASCII", "王")), kBadCharset.name);
  EXPECT_EQ(code_of(with_charset("UNICODE UTF-8", "\xCD\xF5")), kBadCharset.name);
  EXPECT_EQ(code_of(with_charset("GB 18030-2000", "\xFF")), kBadCharset.name);
  EXPECT_EQ(code_of(with_charset("", "M\xFCller")), kBadCharset.name);
  EXPECT_EQ(code_of(with_charset("KLINGON", "X")), kBadCharset.name);
  // GB 18030 named where it would only stand if the first byte of a character were a separator.
  EXPECT_EQ(code_of("MSH|^~\\&|\x81|B||||20260101||ADT^A01|1|P|2.5|||||GB18030\rPID|1||7\r"),
            kBadCharset.name);
}

// In GB 18030 the second byte of a character may be 7C, the field separator: 0x817C = U+4E84.
TEST(Hl7Message, ASeparatorByteInsideAGbCharacterIsNoSeparator) {
  const std::string text =
      "MSH|^~\\&|\x81\x7C|B|||20260101||ADT^A01|1|P|2.5||||||GB18030\rPID|1||7||\x81\x7C\x81\x5E^X\r";
  const Message m = ok(text);
  EXPECT_EQ(m.header().sending_application, "亅");
  EXPECT_EQ(m.header().control_id, "1");
  EXPECT_EQ(m.find("PID")->field(5).component(2).str(), "X");
}

TEST(Hl7Message, ControlCharactersBecomeBlanks) {
  const Message m = ok(kHead + std::string("NTE|1||a\x01"
                                           "b\0c",
                                           12));
  EXPECT_EQ(m.find("NTE")->field(3).str(), "a b c");
}

TEST(Hl7Message, ViewsOutliveACopy) {
  std::optional<Message> first = ok(kHead + "PID|1||A\r");
  const Message copy = *first;
  const Segment pid = *first->find("PID");
  first.reset();
  EXPECT_EQ(pid.field(3).str(), "A");
  EXPECT_EQ(copy.size(), 2u);
}

TEST(Hl7Message, TellsWhatItCanOfAnUnreadableHeader) {
  const Header h =
      read_header(as_bytes("MSH|^~\\&|A\xFF|FAC|XL|W|2026||SIU^S12|77|T|2.4||||||KLINGON\rgarbage"));
  EXPECT_EQ(h.sending_application, "");
  EXPECT_EQ(h.sending_facility, "FAC");
  EXPECT_EQ(h.type, "SIU");
  EXPECT_EQ(h.trigger, "S12");
  EXPECT_EQ(h.control_id, "77");
  EXPECT_EQ(h.processing_id, "T");
  EXPECT_EQ(h.version, "2.4");
  EXPECT_EQ(read_header(as_bytes("no header")).control_id, "");
}

}  // namespace
}  // namespace xinglin::hl7v2
