// Digests and text encodings: SHA-256 (one shot and streaming), hex, base64, base64url, constant-time
// compare. Thread-safe; a Sha256 object belongs to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xinglin {

using Digest = std::array<uint8_t, 32>;

class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::span<const uint8_t> bytes);
  void update(std::string_view text);
  Digest finish();  // the object may then only be destroyed or assigned to

private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(std::span<const uint8_t> bytes);
Digest sha256(std::string_view text);
std::string to_hex(std::span<const uint8_t> bytes);
std::optional<std::vector<uint8_t>> from_hex(std::string_view text);
std::string to_base64(std::span<const uint8_t> bytes);
std::string to_base64url(std::span<const uint8_t> bytes);                // no padding
std::optional<std::vector<uint8_t>> from_base64(std::string_view text);  // either alphabet, padding optional
bool equal_constant_time(std::span<const uint8_t> a, std::span<const uint8_t> b);

inline std::span<const uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace xinglin
