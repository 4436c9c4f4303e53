// The Ed25519 key that signs checkpoints: a file of mode 0600 made at first use, and the public half beside
// it for those who verify. Ed25519: RFC 8032, by libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xinglin::trust {

inline constexpr ErrorCode kBadKeyFile{"trust.bad-key-file", ErrorKind::Corrupt,
                                       "the signing key file is damaged or readable by others"};

class SigningKey {
public:
  static Result<SigningKey> load_or_create(const std::string& directory);
  std::vector<uint8_t> sign(std::string_view text) const;
  bool verify(std::string_view text, std::span<const uint8_t> signature) const;

private:
  SigningKey() = default;
  static Result<void> create(const std::string& path);
  std::array<uint8_t, 64> secret_{};
  std::array<uint8_t, 32> public_{};
};

// A small file replaced whole: written beside, fsynced, renamed.
Result<void> replace_file(const std::string& path, std::string_view text, unsigned mode);

}  // namespace xinglin::trust
