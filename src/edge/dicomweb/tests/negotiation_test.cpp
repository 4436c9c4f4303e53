#include "edge/dicomweb/detail/negotiation.h"

#include <gtest/gtest.h>

#include "edge/dicomweb/detail/body.h"
#include "edge/dicomweb/errors.h"

namespace xinglin::dicomweb {
namespace {

constexpr const char* kJpeg = "1.2.840.10008.1.2.4.50";

http::Request asking(std::string accept) {
  http::Request out;
  out.headers["accept"] = std::move(accept);
  return out;
}

bool nothing_else(const TransferSyntaxUid&) {
  return false;
}

std::string object(const std::string& accept, const char* stored = kJpeg, bool single = true,
                   const CanSend& can_send = nothing_else) {
  archive::InstanceInfo one;
  one.transfer_syntax = TransferSyntaxUid(stored);
  const auto chosen = choose_object(asking(accept), {one}, single, can_send);
  if (!chosen.ok()) return std::string(chosen.error().code().name);
  return std::string(chosen->multipart ? "parts " : "one ") + chosen->syntax.str();
}

std::string frames(const std::string& accept, const char* stored, bool encapsulated, bool single = true,
                   const CanSend& can_send = nothing_else) {
  const auto chosen =
      choose_frames(asking(accept), TransferSyntaxUid(stored), encapsulated, single, can_send);
  if (!chosen.ok()) return std::string(chosen.error().code().name);
  return std::string(chosen->multipart ? "parts " : "one ") + chosen->media_type + " " + chosen->syntax.str();
}

TEST(Negotiation, accept_is_read_with_quotes_and_weights) {
  const auto ranges = parse_accept(
      "a/b;q=0.5, multipart/related; type=\"application/dicom\"; transfer-syntax=*, text/html;q=0, "
      "X/Y; p=\"a,b;\\\"c\", nonsense");
  ASSERT_EQ(ranges.size(), 3u);
  EXPECT_EQ(ranges[0].type, "multipart/related");
  EXPECT_EQ(ranges[0].parameter("type"), "application/dicom");
  EXPECT_EQ(ranges[0].parameter("transfer-syntax"), "*");
  EXPECT_EQ(ranges[1].type, "x/y");
  EXPECT_EQ(ranges[1].parameter("p"), "a,b;\"c");
  EXPECT_EQ(ranges[2].type, "a/b");
}

TEST(Negotiation, whole_objects) {
  EXPECT_EQ(object(""), "parts ");
  EXPECT_EQ(object("*/*"), "parts ");
  EXPECT_EQ(object("multipart/related; type=\"application/dicom\""), "parts ");
  EXPECT_EQ(object("multipart/related; type=application/dicom; transfer-syntax=*"), "parts ");
  EXPECT_EQ(object("application/dicom; transfer-syntax=*"), "one ");
  EXPECT_EQ(object("application/dicom", kJpeg, false), "dicomweb.not-acceptable");
  EXPECT_EQ(object("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50"), "one ");
  EXPECT_EQ(object("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90"), "dicomweb.not-acceptable");
  EXPECT_EQ(object("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90, application/dicom;q=0.1"),
            "one ");
  EXPECT_EQ(object("text/html"), "dicomweb.not-acceptable");
  EXPECT_EQ(object("multipart/related; type=\"application/octet-stream\""), "dicomweb.not-acceptable");
}

TEST(Negotiation, a_transcoder_makes_other_syntaxes_possible) {
  const CanSend explicit_little = [](const TransferSyntaxUid& to) { return to.str() == kExplicitLittle; };
  EXPECT_EQ(object("*/*", kJpeg, true, explicit_little), "parts 1.2.840.10008.1.2.1");
  EXPECT_EQ(object("application/dicom; transfer-syntax=*", kJpeg, true, explicit_little), "one ");
  EXPECT_EQ(frames("*/*", kJpeg, true, true, explicit_little), "parts image/jpeg ");
  EXPECT_EQ(
      frames("multipart/related; type=\"application/octet-stream\"", kJpeg, true, true, explicit_little),
      "parts application/octet-stream 1.2.840.10008.1.2.1");
}

TEST(Negotiation, frames_of_pixel_data) {
  constexpr const char* kImplicit = "1.2.840.10008.1.2";
  constexpr const char* kBig = "1.2.840.10008.1.2.2";
  // As OHIF asks (3.13).
  const std::string ohif = "multipart/related; type=application/octet-stream; transfer-syntax=*";
  EXPECT_EQ(frames(ohif, kJpeg, true), "parts application/octet-stream ");
  EXPECT_EQ(frames(ohif, kImplicit, false), "parts application/octet-stream ");
  EXPECT_EQ(frames(ohif, kBig, false), "parts application/octet-stream ");
  EXPECT_EQ(frames("", kJpeg, true), "parts image/jpeg ");
  EXPECT_EQ(frames("", kImplicit, false), "parts application/octet-stream ");
  EXPECT_EQ(frames("image/jpeg", kJpeg, true), "one image/jpeg ");
  EXPECT_EQ(frames("image/jpeg", kJpeg, true, false), "dicomweb.not-acceptable");
  EXPECT_EQ(frames("application/octet-stream", kImplicit, false), "one application/octet-stream ");
  // Without a syntax octets are uncompressed little endian (PS3.18 8.7.3.3.2): never the bytes of something
  // else.
  EXPECT_EQ(frames("application/octet-stream", kJpeg, true), "dicomweb.not-acceptable");
  EXPECT_EQ(frames("application/octet-stream", kBig, false), "dicomweb.not-acceptable");
  EXPECT_EQ(frames("multipart/related; type=\"image/jp2\"", kJpeg, true), "dicomweb.not-acceptable");
}

TEST(Negotiation, ranges) {
  const auto range = [](std::string_view text) -> std::string {
    const auto found = parse_range(text, 100);
    if (!found.ok()) return "bad";
    return *found ? std::to_string((*found)->offset) + "+" + std::to_string((*found)->size) : "none";
  };
  EXPECT_EQ(range("bytes=0-9"), "0+10");
  EXPECT_EQ(range("bytes=90-"), "90+10");
  EXPECT_EQ(range("bytes=90-500"), "90+10");
  EXPECT_EQ(range("bytes=-7"), "93+7");
  EXPECT_EQ(range("bytes=-700"), "0+100");
  EXPECT_EQ(range("bytes=100-"), "bad");
  EXPECT_EQ(range("bytes=-0"), "bad");
  for (const char* none :
       {"", "bytes=", "bytes=-", "bytes=5", "bytes=9-5", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2"})
    EXPECT_EQ(range(none), "none") << none;
}

TEST(Negotiation, etags) {
  EXPECT_TRUE(matches_etag("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(matches_etag("*", "\"b\""));
  EXPECT_FALSE(matches_etag("\"a\"", "\"b\""));
  EXPECT_FALSE(matches_etag("", "\"b\""));
}

}  // namespace
}  // namespace xinglin::dicomweb
