#include "base/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace xinglin {
namespace {

std::string inflate_gzip(const std::string& bytes, size_t expected) {
  std::string out(expected + 1, 0);
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, 15 + 16), Z_OK);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  inflateEnd(&z);
  return out;
}

TEST(GzipTest, pieces_are_one_stream) {
  Gzip gzip;
  std::string text, out;
  for (int i = 0; i < 50'000; ++i) {
    const std::string piece = "line " + std::to_string(i) + "\n";
    text += piece;
    gzip.add(piece, out);
  }
  gzip.finish(out);
  EXPECT_LT(out.size(), text.size() / 2);
  EXPECT_EQ(inflate_gzip(out, text.size()), text);
}

TEST(GzipTest, nothing_is_a_stream_too) {
  Gzip gzip;
  std::string out;
  gzip.add("", out);
  gzip.finish(out);
  EXPECT_EQ(inflate_gzip(out, 0), "");
}

}  // namespace
}  // namespace xinglin
