// Random: injected source of randomness. SystemRandom is for secrets and ids (kernel entropy); SeededRandom
// is deterministic, for tests and the simulator, never for secrets.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace xinglin {

class Random {
public:
  virtual ~Random() = default;
  virtual void fill(std::span<uint8_t> out) = 0;
  uint64_t next_u64();
  double uniform();                // [0, 1)
  double normal();                 // mean 0, standard deviation 1
  uint64_t below(uint64_t bound);  // [0, bound), bound > 0
};

class SystemRandom final : public Random {  // thread-safe
public:
  void fill(std::span<uint8_t> out) override;
};

class SeededRandom final : public Random {  // not thread-safe
public:
  explicit SeededRandom(uint64_t seed);
  void fill(std::span<uint8_t> out) override;

private:
  uint64_t next();
  uint64_t state_[4];
};

std::string new_uuid(Random& random);                   // RFC 4122 version 4, lower case
std::string new_dicom_uid(Random& random);              // 2.25.<128-bit decimal>, PS3.5 B.2
std::string new_token(Random& random, int bytes = 32);  // base64url, no padding

}  // namespace xinglin
