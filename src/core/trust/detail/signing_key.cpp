#include "core/trust/detail/signing_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/digest.h"

namespace xinglin::trust {

namespace {

static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_PUBLICKEYBYTES == 32);

Error io_error(std::string_view doing, const std::string& path) {
  return {errors::kIo, std::string(doing) + " " + path + ": " + std::strerror(errno)};
}

// A name is durable when its directory is: a key that is lost makes every signature that of a stranger.
bool sync_directory_of(const std::string& path) {
  const int fd = ::open(path.substr(0, path.rfind('/')).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced;
}

// Writes a file that must not exist yet. Returns false if it does.
Result<bool> write_new(const std::string& path, std::span<const uint8_t> bytes, unsigned mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode));
  if (fd < 0 && errno == EEXIST) return false;
  if (fd < 0) return io_error("create", path);
  const bool written = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  const bool durable = written && ::fsync(fd) == 0;
  ::close(fd);
  if (durable && sync_directory_of(path)) return true;
  Error error = io_error("write", path);
  ::unlink(path.c_str());
  return error;
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view text, unsigned mode) {
  const std::string beside = path + "." + std::to_string(::getpid()) + ".new";
  ::unlink(beside.c_str());
  XL_CHECK(write_new(beside, as_bytes(text), mode));
  if (::rename(beside.c_str(), path.c_str()) != 0) return io_error("replace", path);
  return {};
}

Result<void> SigningKey::create(const std::string& path) {
  std::array<uint8_t, 64> secret{};
  std::array<uint8_t, 32> shown{};
  crypto_sign_keypair(shown.data(), secret.data());
  XL_TRY(const bool made, write_new(path, secret, 0600));
  sodium_memzero(secret.data(), secret.size());
  if (made) XL_CHECK(replace_file(path.substr(0, path.rfind('.')) + ".pub", to_hex(shown) + "\n", 0644));
  return {};
}

Result<SigningKey> SigningKey::load_or_create(const std::string& directory) {
  if (sodium_init() < 0) return Error(errors::kInternal, "libsodium cannot start");
  const std::string path = directory + "/audit_signing.key";
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return io_error("stat", path);
    XL_CHECK(create(path));
    if (::stat(path.c_str(), &info) != 0) return io_error("stat", path);
  }
  if ((info.st_mode & 077) != 0) return Error(kBadKeyFile, path + " must have mode 0600");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error("open", path);
  SigningKey key;
  const ssize_t n = ::read(fd, key.secret_.data(), key.secret_.size());
  ::close(fd);
  if (n != static_cast<ssize_t>(key.secret_.size()) || info.st_size != n)
    return Error(kBadKeyFile, path + " is not 64 bytes long");
  crypto_sign_ed25519_sk_to_pk(key.public_.data(), key.secret_.data());
  return key;
}

std::vector<uint8_t> SigningKey::sign(std::string_view text) const {
  std::vector<uint8_t> out(crypto_sign_BYTES);
  crypto_sign_detached(out.data(), nullptr, as_bytes(text).data(), text.size(), secret_.data());
  return out;
}

bool SigningKey::verify(std::string_view text, std::span<const uint8_t> signature) const {
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(signature.data(), as_bytes(text).data(), text.size(), public_.data()) ==
             0;
}

}  // namespace xinglin::trust
