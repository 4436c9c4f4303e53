#include "edge/mllp/framing.h"

#include <gtest/gtest.h>

#include <string>

#include "base/digest.h"

namespace xinglin::mllp {
namespace {

std::vector<std::string> messages(Deframer& d) {
  std::vector<std::string> out;
  while (auto m = d.next()) out.push_back((m->oversize ? "!" : "") + std::string(as_text(m->bytes)));
  return out;
}

using Texts = std::vector<std::string>;

TEST(MllpFraming, FramesAndUnframes) {
  Deframer d({});
  ASSERT_TRUE(d.feed(frame(as_bytes("MSH|1"))));
  EXPECT_EQ(messages(d), Texts{"MSH|1"});
  EXPECT_FALSE(d.inside_message());
}

TEST(MllpFraming, PacketBoundariesDoNotMatter) {
  const std::string stream = "\x0bMSH|one\x1c\r\x0bMSH|two\x1c\r\x0b\x1c\r";
  for (size_t step = 1; step <= stream.size(); ++step) {
    Deframer d({});
    for (size_t at = 0; at < stream.size(); at += step)
      ASSERT_TRUE(d.feed(as_bytes(stream.substr(at, step))));
    EXPECT_EQ(messages(d), (Texts{"MSH|one", "MSH|two", ""})) << step;
    EXPECT_EQ(d.junk_bytes(), 0u);
  }
}

TEST(MllpFraming, AMissingCarriageReturnIsNotWaitedFor) {
  Deframer d({});
  ASSERT_TRUE(d.feed(as_bytes("\x0bMSH|1\x1c")));
  EXPECT_EQ(messages(d), Texts{"MSH|1"});
  ASSERT_TRUE(d.feed(as_bytes("\x0bMSH|2\x1c\x0bMSH|3\x1c")));
  EXPECT_EQ(messages(d), (Texts{"MSH|2", "MSH|3"}));
}

TEST(MllpFraming, JunkBetweenFramesIsSkippedUpToALimit) {
  Deframer d({.junk_bytes_max = 8});
  ASSERT_TRUE(d.feed(as_bytes("12345\r\n\x0bMSH|1\x1c\r678\x0bMSH|2\x1c\r")));
  EXPECT_EQ(messages(d), (Texts{"MSH|1", "MSH|2"}));
  EXPECT_EQ(d.junk_bytes(), 8u);
  EXPECT_TRUE(d.feed(as_bytes("12345678")));
  EXPECT_FALSE(d.feed(as_bytes("9")));
}

TEST(MllpFraming, ASenderMayBeginAgain) {
  Deframer d({});
  ASSERT_TRUE(d.feed(as_bytes("\x0bMSH|half\rPID|1")));
  EXPECT_TRUE(d.inside_message());
  ASSERT_TRUE(d.feed(as_bytes("\x0bMS")));
  ASSERT_TRUE(d.feed(as_bytes("H|whole\x1c\r")));
  EXPECT_EQ(messages(d), Texts{"MSH|whole"});
}

TEST(MllpFraming, AVerticalTabInTextIsText) {
  Deframer d({});
  ASSERT_TRUE(
      d.feed(as_bytes("\x0bMSH|1\rNTE|a\x0b"
                      "b HMSH\x1c\r")));
  EXPECT_EQ(messages(d), Texts{"MSH|1\rNTE|a\x0b"
                               "b HMSH"});
}

TEST(MllpFraming, OversizeIsReportedAndTheNextMessageIsRead) {
  Deframer d({.message_bytes_max = 10, .skip_bytes_max = 1000});
  ASSERT_TRUE(
      d.feed(as_bytes("\x0b"
                      "0123456789\x1c\r")));
  EXPECT_EQ(messages(d), Texts{"0123456789"});
  ASSERT_TRUE(d.feed(as_bytes("\x0bMSH|0123456789HHH\x1c\r\x0bMSH|2\x1c\r")));
  const auto big = d.next();
  ASSERT_TRUE(big.has_value());
  EXPECT_TRUE(big->oversize);
  EXPECT_EQ(big->size_bytes, 17u);
  EXPECT_EQ(as_text(big->bytes).substr(0, 10), "MSH|012345");
  EXPECT_EQ(messages(d), Texts{"MSH|2"});
}

TEST(MllpFraming, EndlessMessagesAreGivenUp) {
  Deframer d({.message_bytes_max = 10, .skip_bytes_max = 100});
  ASSERT_TRUE(d.feed(as_bytes("\x0b" + std::string(100, 'A'))));
  EXPECT_FALSE(d.feed(as_bytes("A")));
}

}  // namespace
}  // namespace xinglin::mllp
