#include "edge/dicomweb/multipart.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace xinglin::dicomweb {
namespace {

struct Recorder final : PartReceiver {
  Result<void> begin_part(const PartHeaders& headers) override {
    log += "[" + (headers.contains("a") ? headers.at("a") : "") + "]";
    return {};
  }
  Result<void> part_data(std::span<const uint8_t> bytes) override {
    log += as_text(bytes);
    return {};
  }
  Result<void> end_part() override {
    log += "|";
    return {};
  }
  std::string log;
};

// The parts, or what was wrong; fed in pieces of `step` bytes.
std::string read(std::string_view text, size_t step, MultipartReader::Limits limits = {}) {
  Recorder out;
  MultipartReader reader("b", out, limits);
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size())))
    if (const auto done = reader.write(as_bytes(text.substr(0, step))); !done)
      return std::string(done.error().code().name);
  const auto done = reader.finish();
  return done ? out.log : std::string(done.error().code().name);
}

TEST(Multipart, parts_are_the_same_however_they_arrive) {
  for (size_t step = 1; step < 80; ++step) {
    EXPECT_EQ(read("--b\r\nA: 1\r\n\r\none\r\n--b\r\na:2 \r\nC: d\r\n\r\ntwo\r\n\r\n--b--\r\n", step),
              "[1]one|[2]two\r\n|");
    EXPECT_EQ(read("preamble\r\n--b \t\r\n\r\nbody\r\n--b--epilogue\r\n--b\r\n", step), "[]body|");
    EXPECT_EQ(read("--b\r\nA: x\r\n\r\n\r\n--b--", step), "[x]|");
    EXPECT_EQ(read("--b\r\n\r\n\r\n-\r\n--\r\n--a\r\n\r\n--b--", step), "[]\r\n-\r\n--\r\n--a\r\n|");
  }
}

TEST(Multipart, what_is_not_well_formed_is_refused) {
  for (size_t step : {1, 3, 1000}) {
    EXPECT_EQ(read("", step), "dicomweb.bad-multipart");
    EXPECT_EQ(read("no boundary at all", step), "dicomweb.bad-multipart");
    EXPECT_EQ(read("--b\r\n\r\ncut short", step), "dicomweb.bad-multipart");
    EXPECT_EQ(read("--b\r\nA: 1\r\n", step), "dicomweb.bad-multipart");
    EXPECT_EQ(read("--b\r\nno colon\r\n\r\nx\r\n--b--", step), "dicomweb.bad-multipart");
    EXPECT_EQ(read("--bx\r\n\r\nx\r\n--b--", step), "dicomweb.bad-multipart");
    EXPECT_EQ(read("--b-\r\n\r\nx\r\n--b--", step), "dicomweb.bad-multipart");
  }
}

TEST(Multipart, headers_and_parts_are_bounded) {
  const std::string long_header = "--b\r\nA: " + std::string(200, 'x') + "\r\n\r\n\r\n--b--";
  EXPECT_EQ(read(long_header, 7, {.header_bytes_max = 100}), "base.too-large");
  EXPECT_EQ(read(long_header, 1000, {.header_bytes_max = 100}), "base.too-large");
  EXPECT_EQ(read("--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--", 5, {.parts_max = 1}), "base.too-large");
}

TEST(Multipart, boundaries_are_those_of_the_standard) {
  EXPECT_TRUE(MultipartReader::is_boundary("gc0pJq0M:08jU534c0p"));
  EXPECT_FALSE(MultipartReader::is_boundary(""));
  EXPECT_FALSE(MultipartReader::is_boundary("a "));
  EXPECT_FALSE(MultipartReader::is_boundary("a\r\nb"));
  EXPECT_FALSE(MultipartReader::is_boundary(std::string(71, 'a')));
}

}  // namespace
}  // namespace xinglin::dicomweb
