// A file that is written and hashed behind its writer's back: write() copies into pieces and returns; two
// tasks of the pool bring the pieces to the disk and into the digest while more comes in, the digest even
// while the file is synced. Pieces go around the page cache (O_DIRECT) where the file system can: an image is
// rarely read right after it came, and what is already on the disk needs little sync. Small files are written
// by the caller itself. Used by one thread; private to store/blob.
#pragma once

#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/pool.h"
#include "base/result.h"
#include "store/blob/blob_store.h"

namespace xinglin::blob {

class Fd {
public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { close(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

private:
  int fd_;
};

Error io_error(std::string_view doing, int error_number);

// Blocks of memory aligned for O_DIRECT, kept for the next file.
class Blocks {
public:
  static constexpr size_t kSize = 256 * 1024, kAlignment = 4096;
  struct Free {
    void operator()(uint8_t* at) const { ::operator delete[](at, std::align_val_t{kAlignment}); }
  };
  using Block = std::unique_ptr<uint8_t[], Free>;
  Block take();
  void give_back(Block block);

private:
  static constexpr size_t kKept = 32;
  std::mutex mutex_;  // guards kept_
  std::vector<Block> kept_;
};

class StagedFile {
public:
  using Fault = std::function<int(Operation)>;
  struct Shared {  // of one store
    Pool& pool;
    Blocks& blocks;
    const Fault& fault;
  };
  StagedFile(Shared shared, std::string path, Fd fd);
  ~StagedFile();  // removes the file unless moved_away()
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  // An error of an earlier piece may be told by a later call, at the latest by finish().
  Result<void> write(std::span<const uint8_t> bytes);
  uint64_t size_bytes() const { return size_bytes_; }
  void flush();  // more is not expected: what is left goes to the disk while the caller does other things
  Result<void> finish();  // once: all bytes are in the file; not yet durable
  Result<void> sync();    // durable; closes the file
  Digest digest();        // after finish(); waits for what is not hashed yet
  const std::string& path() const { return path_; }
  void moved_away() { path_.clear(); }

private:
  struct Piece {
    Blocks::Block block;
    size_t size = 0;
    int uses = 2;  // by the two lanes
  };
  using Pieces = std::vector<std::shared_ptr<Piece>>;
  struct Lane {  // one task of the pool, at most, takes from it
    Pieces waiting;
    bool working = false;
  };
  Result<void> hand_over();
  using Use = void (StagedFile::*)(const Pieces&);
  bool begin(Lane& lane);
  void start(Lane& lane, Use use);
  void work(Lane& lane, Use use);
  void write_pieces(const Pieces& pieces);
  void hash_pieces(const Pieces& pieces);
  size_t write_direct(const Pieces& pieces);
  Result<void> write_out(std::span<const uint8_t> bytes);

  // Up to this size the digest waits for the end, when the disk leaves the processor idle.
  static constexpr uint64_t kHashFrom = 1024 * 1024;
  static constexpr size_t kPendingMax = 16;  // pieces; beyond it write() waits

  const Shared shared_;
  std::string path_;
  Fd fd_;
  Piece filling_;
  uint64_t size_bytes_ = 0;
  bool handed_over_ = false;
  bool direct_ = false;  // of the write lane, as the file and the next
  uint64_t written_ = 0;
  Sha256 digest_;  // of the hash lane

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  Lane to_write_, to_hash_;
  size_t pending_ = 0;
  bool abandoned_ = false;
  Result<void> outcome_;
};

}  // namespace xinglin::blob
