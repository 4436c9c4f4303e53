#include <gtest/gtest.h>

#include "base/charset.h"
#include "base/digest.h"
#include "base/metrics.h"
#include "base/percent.h"
#include "base/random.h"

namespace xinglin {
namespace {

TEST(Digest, Sha256KnownAnswers) {  // FIPS 180-4 examples
  EXPECT_EQ(to_hex(sha256(std::string_view(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(std::string_view("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  hash.update(std::string_view("a"));
  hash.update(std::string_view("bc"));
  EXPECT_EQ(hash.finish(), sha256(std::string_view("abc")));
}

TEST(Digest, Base64KnownAnswers) {  // RFC 4648 section 10
  EXPECT_EQ(to_base64(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(to_base64(as_bytes("fooba")), "Zm9vYmE=");
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base64url(as_bytes("foob")), "Zm9vYg");
  EXPECT_EQ(as_text(*from_base64("Zm9vYg==")), "foob");
  EXPECT_FALSE(from_base64("Zm9vY").has_value());
  EXPECT_FALSE(from_base64("Zm9*").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
  EXPECT_TRUE(equal_constant_time(as_bytes("ab"), as_bytes("ab")));
  EXPECT_FALSE(equal_constant_time(as_bytes("ab"), as_bytes("abc")));
}

TEST(Charset, ConvertsChineseBothWays) {
  using charset::Charset;
  const std::string name = "王小東";
  for (const Charset set : {Charset::Gb18030, Charset::Gbk, Charset::Utf8})
    EXPECT_EQ(*charset::to_utf8(*charset::from_utf8(name, set), set), name);
  EXPECT_EQ(*charset::to_utf8("M\xfcller", Charset::Latin1), "Müller");
  EXPECT_TRUE(charset::to_utf8("\x81", Charset::Gb18030).error().is(charset::kBadBytes));
  EXPECT_TRUE(charset::to_utf8("\xff", Charset::Ascii).error().is(charset::kBadBytes));
  EXPECT_FALSE(charset::from_utf8(name, Charset::Latin1).ok());
  EXPECT_EQ(*charset::from_hl7("UNICODE UTF-8"), Charset::Utf8);
  EXPECT_EQ(*charset::from_hl7("GB 18030-2000"), Charset::Gb18030);
  EXPECT_EQ(*charset::from_dicom("ISO_IR 192"), Charset::Utf8);
  EXPECT_TRUE(charset::from_hl7("ISO IR87").error().is(charset::kUnknown));
}

TEST(Charset, Utf8IsCheckedStrictly) {
  EXPECT_TRUE(charset::is_valid_utf8("aé王𠀀"));
  for (const char* bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xb8", "\x80"})
    EXPECT_FALSE(charset::is_valid_utf8(bad));
}

// RFC 3986 2.1 and 2.3.
TEST(Percent, AllButTheUnreservedIsEncoded) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a b&c=d/e:f%"), "a%20b%26c%3Dd%2Fe%3Af%25");
  EXPECT_EQ(percent_encoded("\xe6\x9d\x8f"), "%E6%9D%8F");
  EXPECT_EQ(percent_encoded("a:b,c/d e", ":,/"), "a:b,c/d%20e");
}

TEST(Random, SeededIsDeterministicAndIdsAreWellFormed) {
  SeededRandom a(7), b(7), c(8);
  EXPECT_EQ(new_uuid(a), new_uuid(b));
  EXPECT_NE(a.next_u64(), c.next_u64());
  const std::string uuid = new_uuid(a);
  EXPECT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
  const std::string uid = new_dicom_uid(a);
  EXPECT_TRUE(uid.starts_with("2.25.") && uid.size() <= 64 && uid[5] != '0') << uid;
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.below(3), 3u);
  SystemRandom system;
  EXPECT_NE(new_token(system), new_token(system));
}

TEST(Metrics, PrometheusText) {
  Metrics metrics;
  metrics.counter("x_total", "Things.", "kind=\"a\"").add(2);
  metrics.gauge("depth", "Depth.", [] { return 1.5; });
  metrics.counter("x_total", "Things.", "kind=\"b\"").add();
  metrics.counter("x_total", "Things.", "kind=\"a\"").add();
  EXPECT_EQ(metrics.text(),
            "# HELP x_total Things.\n# TYPE x_total counter\nx_total{kind=\"a\"} 3\nx_total{kind=\"b\"} 1\n"
            "# HELP depth Depth.\n# TYPE depth gauge\ndepth 1.500000\n");
}

}  // namespace
}  // namespace xinglin
