// The data directory: where its parts are, and the lock that lets only one server (or import) use it at a
// time.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace xinglin::main {

inline constexpr ErrorCode kInUse{"main.in-use", ErrorKind::Conflict,
                                  "another process uses this data directory"};
inline constexpr ErrorCode kNoDirectory{"main.no-directory", ErrorKind::Io,
                                        "the data directory cannot be used"};

class DataDirectory {
public:
  enum class Lock { Exclusive, None };  // None: read or add single rows beside a running server
  static Result<DataDirectory> open(const std::string& path, Lock lock);
  // To look at what is there, beside a running server: an empty database made on the spot would be found
  // intact, so a directory without one is refused.
  static Result<DataDirectory> open_existing(const std::string& path);
  ~DataDirectory();
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;

  std::string database() const { return path_ + std::string(kDatabaseName); }
  std::string blobs() const { return path_ + "/blobs"; }
  std::string keys() const { return path_ + "/keys"; }
  std::string models() const { return path_ + "/models"; }
  const std::string& path() const { return path_; }

private:
  static constexpr std::string_view kDatabaseName = "/xinglin.db";
  DataDirectory(std::string path, int fd) : path_(std::move(path)), lock_fd_(fd) {}
  std::string path_;
  int lock_fd_ = -1;
};

}  // namespace xinglin::main
