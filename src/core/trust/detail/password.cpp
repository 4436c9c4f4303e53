#include "core/trust/detail/password.h"

#include <sodium.h>

#include <array>

namespace xinglin::trust {

namespace {

Result<std::string> hash_unlocked(std::string_view password) {
  if (sodium_init() < 0) return Error(errors::kInternal, "libsodium cannot start");
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Error(errors::kInternal, "not enough memory to hash a password");
  return std::string(out.data());
}

}  // namespace

Result<std::string> PasswordHasher::hash(std::string_view password) {
  std::lock_guard guard(mutex_);
  return hash_unlocked(password);
}

bool PasswordHasher::matches(const std::string& hash, std::string_view password) {
  std::lock_guard guard(mutex_);
  return sodium_init() >= 0 && crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void PasswordHasher::waste_time(std::string_view password) {
  std::string decoy;
  {
    std::lock_guard guard(mutex_);
    if (decoy_.empty()) decoy_ = hash_unlocked("nobody").value_or(std::string());
    decoy = decoy_;
  }
  (void)matches(decoy, password);
}

}  // namespace xinglin::trust
