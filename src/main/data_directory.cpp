#include "main/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace xinglin::main {

Result<DataDirectory> DataDirectory::open(const std::string& path, Lock lock) {
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (code) return Error(kNoDirectory, path + ": " + code.message());
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, code);
  std::filesystem::create_directory(path + "/keys", code);
  if (code) return Error(kNoDirectory, path + "/keys: " + code.message());
  const std::string absolute = std::filesystem::absolute(path, code).string();
  if (lock == Lock::None) return DataDirectory(absolute, -1);
  const int fd = ::open((absolute + "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return Error(kNoDirectory, absolute + ": " + std::strerror(errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return Error(kInUse, absolute + " is in use by another xinglin process; stop it, or use another --data");
  }
  return DataDirectory(absolute, fd);
}

Result<DataDirectory> DataDirectory::open_existing(const std::string& path) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(path + std::string(kDatabaseName), code))
    return Error(kNoDirectory, path + " is not a data directory of this program: it has no database");
  return open(path, Lock::None);
}

DataDirectory::~DataDirectory() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}

}  // namespace xinglin::main
