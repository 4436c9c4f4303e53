#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/digest.h"
#include "base/result.h"

namespace xinglin {

uint64_t Random::next_u64() {
  std::array<uint8_t, 8> bytes{};
  fill(bytes);
  uint64_t value = 0;
  std::memcpy(&value, bytes.data(), 8);
  return value;
}

double Random::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

double Random::normal() {  // Box and Muller 1958
  const double u = 1.0 - uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * M_PI * uniform());
}

uint64_t Random::below(uint64_t bound) {
  XL_ASSERT(bound > 0);
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;  // rejects the uneven tail
  uint64_t value = next_u64();
  while (value >= limit) value = next_u64();
  return value % bound;
}

void SystemRandom::fill(std::span<uint8_t> out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::getrandom(out.data() + done, out.size() - done, 0);
    XL_ASSERT(n > 0 || errno == EINTR);
    if (n > 0) done += static_cast<size_t>(n);
  }
}

// xoshiro256** of Blackman and Vigna (2018), seeded through splitmix64.
SeededRandom::SeededRandom(uint64_t seed) {
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    word = z ^ (z >> 31);
  }
}

uint64_t SeededRandom::next() {
  const auto rotate = [](uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
  const uint64_t result = rotate(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate(state_[3], 45);
  return result;
}

void SeededRandom::fill(std::span<uint8_t> out) {
  for (size_t at = 0; at < out.size(); at += 8) {
    const uint64_t value = next();
    std::memcpy(out.data() + at, &value, std::min<size_t>(8, out.size() - at));
  }
}

std::string new_uuid(Random& random) {
  std::array<uint8_t, 16> b{};
  random.fill(b);
  b[6] = static_cast<uint8_t>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<uint8_t>((b[8] & 0x3f) | 0x80);
  std::string hex = to_hex(b);
  for (const size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

std::string new_dicom_uid(Random& random) {
  std::array<uint8_t, 16> b{};
  random.fill(b);
  b[6] = static_cast<uint8_t>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<uint8_t>((b[8] & 0x3f) | 0x80);
  std::string decimal;  // repeated division of the 128-bit number by ten
  while (std::any_of(b.begin(), b.end(), [](uint8_t x) { return x != 0; })) {
    unsigned rest = 0;
    for (uint8_t& byte : b) {
      const unsigned current = rest * 256 + byte;
      byte = static_cast<uint8_t>(current / 10);
      rest = current % 10;
    }
    decimal += static_cast<char>('0' + rest);
  }
  std::reverse(decimal.begin(), decimal.end());
  return "2.25." + decimal;
}

std::string new_token(Random& random, int bytes) {
  std::string raw(static_cast<size_t>(bytes), '\0');
  random.fill({reinterpret_cast<uint8_t*>(raw.data()), raw.size()});
  return to_base64url(as_bytes(raw));
}

}  // namespace xinglin
