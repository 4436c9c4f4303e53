#include "base/packed_text.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace xinglin {
namespace {

std::string noise(size_t size, uint64_t seed) {
  SeededRandom random(seed);
  std::vector<uint8_t> bytes(size);
  random.fill(bytes);
  return {bytes.begin(), bytes.end()};
}

TEST(PackedText, ComesBackAsItWas) {
  const std::string header = R"({"00080060":{"vr":"CS","Value":["CT"]},"00200013":{"vr":"IS","Value":[7]}})";
  const std::vector<std::string> texts = {
      "", "x", header, noise(100, 1), noise(40'000, 2), std::string(5'000'000, 'a'), "\0a\0b"};
  for (const std::string& text : texts)
    for (const std::string& dictionary : {std::string(), header, noise(100'000, 3)})
      EXPECT_EQ(*unpack_text(pack_text(text, dictionary), dictionary), text);
}

TEST(PackedText, ALikeTextCostsLittle) {
  const std::string first = noise(4000, 4);
  std::string second = first;
  second[2000] = static_cast<char>(second[2000] + 1);
  EXPECT_LT(pack_text(second, first).size(), 120u);
  EXPECT_GT(pack_text(second, "").size(), 4000u);
}

TEST(PackedText, DamageIsSeen) {
  const std::string text(3000, 'q');
  auto packed = pack_text(text, "");
  EXPECT_FALSE(unpack_text(std::span(packed).first(4), "").ok());
  EXPECT_FALSE(unpack_text(std::span(packed).first(packed.size() - 1), "").ok());
  EXPECT_FALSE(unpack_text(packed, "", 2999).ok());
  packed[0] = static_cast<uint8_t>(packed[0] + 1);  // the length
  EXPECT_FALSE(unpack_text(packed, "").ok());
  packed[7] = 0x40;
  EXPECT_FALSE(unpack_text(packed, "").ok());
  EXPECT_FALSE(unpack_text(pack_text(noise(500, 5), noise(500, 5)), "").ok());  // another dictionary
}

}  // namespace
}  // namespace xinglin
