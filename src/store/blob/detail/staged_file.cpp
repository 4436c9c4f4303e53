#include "store/blob/detail/staged_file.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace xinglin::blob {

Error io_error(std::string_view doing, int error_number) {
  const ErrorCode& code = error_number == ENOSPC || error_number == EDQUOT ? kDiskFull : errors::kIo;
  return {code, std::string(doing) + ": " + std::strerror(error_number)};
}

Blocks::Block Blocks::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!kept_.empty()) {
      Block block = std::move(kept_.back());
      kept_.pop_back();
      return block;
    }
  }
  return Block(static_cast<uint8_t*>(::operator new[](kSize, std::align_val_t{kAlignment})));
}

void Blocks::give_back(Block block) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() < kKept) kept_.push_back(std::move(block));
}

StagedFile::StagedFile(Shared shared, std::string path, Fd fd)
    : shared_(shared), path_(std::move(path)), fd_(std::move(fd)) {}

StagedFile::~StagedFile() {
  {
    std::unique_lock lock(mutex_);
    abandoned_ = true;
    changed_.wait(lock, [&] { return !to_write_.working && !to_hash_.working; });
  }
  if (filling_.block) shared_.blocks.give_back(std::move(filling_.block));
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> StagedFile::write(std::span<const uint8_t> bytes) {
  size_bytes_ += bytes.size();
  while (!bytes.empty()) {
    if (!filling_.block) filling_.block = shared_.blocks.take();
    const size_t taken = std::min(bytes.size(), Blocks::kSize - filling_.size);
    std::memcpy(filling_.block.get() + filling_.size, bytes.data(), taken);
    filling_.size += taken;
    bytes = bytes.subspan(taken);
    if (filling_.size < Blocks::kSize) continue;
    XL_CHECK(hand_over());
    start(to_write_, &StagedFile::write_pieces);
    if (size_bytes_ > kHashFrom) start(to_hash_, &StagedFile::hash_pieces);
  }
  return {};
}

Result<void> StagedFile::hand_over() {
  if (filling_.size == 0) return {};
  if (!handed_over_) {
    const int flags = ::fcntl(fd_.get(), F_GETFL);
    direct_ = flags >= 0 && ::fcntl(fd_.get(), F_SETFL, flags | O_DIRECT) == 0;
    handed_over_ = true;
  }
  const auto piece = std::make_shared<Piece>(std::exchange(filling_, {}));
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return pending_ < kPendingMax || !outcome_; });
  if (!outcome_) return outcome_;
  ++pending_;
  to_write_.waiting.push_back(piece);
  to_hash_.waiting.push_back(piece);
  return {};
}

bool StagedFile::begin(Lane& lane) {
  const std::lock_guard lock(mutex_);
  return !std::exchange(lane.working, true);
}

void StagedFile::start(Lane& lane, Use use) {
  if (begin(lane) && !shared_.pool.post([this, &lane, use] { work(lane, use); })) work(lane, use);
}

// All that waits at once: fewer and longer writes.
void StagedFile::work(Lane& lane, Use use) {
  std::unique_lock lock(mutex_);
  while (!abandoned_ && !lane.waiting.empty()) {
    const Pieces pieces = lane.waiting;  // they stay in the queue while they are used
    lock.unlock();
    (this->*use)(pieces);
    lock.lock();
    for (const auto& piece : pieces) {
      if (--piece->uses > 0) continue;
      shared_.blocks.give_back(std::move(piece->block));
      --pending_;
    }
    lane.waiting.erase(lane.waiting.begin(), lane.waiting.begin() + static_cast<ptrdiff_t>(pieces.size()));
    changed_.notify_all();
  }
  lane.working = false;
  changed_.notify_all();
}

void StagedFile::hash_pieces(const Pieces& pieces) {
  for (const auto& piece : pieces) digest_.update(std::span<const uint8_t>(piece->block.get(), piece->size));
}

void StagedFile::write_pieces(const Pieces& pieces) {
  Result<void> written;
  if (const int e = shared_.fault ? shared_.fault(Operation::Write) : 0)
    written = io_error("write the blob", e);
  size_t done = direct_ && written ? write_direct(pieces) : 0;
  for (const auto& piece : pieces) {
    const size_t skip = std::min(done, piece->size);
    done -= skip;
    if (written && skip < piece->size)
      written = write_out(std::span<const uint8_t>(piece->block.get(), piece->size).subspan(skip));
  }
  const std::lock_guard lock(mutex_);
  if (!written && outcome_) outcome_ = std::move(written);
}

// Around the page cache only whole sectors may be written: what is over, and all that comes after it, is left
// to the cache, as is everything where the file system does not take it that way. Tells how many bytes were
// written.
size_t StagedFile::write_direct(const Pieces& pieces) {
  std::vector<iovec> parts;
  size_t bytes = 0;
  bool sectors_only = true;
  for (const auto& piece : pieces) {
    const size_t whole = piece->size / Blocks::kAlignment * Blocks::kAlignment;
    parts.push_back({piece->block.get(), whole});
    bytes += whole;
    sectors_only = whole == piece->size;
    if (!sectors_only) break;
  }
  ssize_t n = 0;
  if (bytes > 0)
    n = ::pwritev(fd_.get(), parts.data(), static_cast<int>(parts.size()), static_cast<off_t>(written_));
  const bool all = n == static_cast<ssize_t>(bytes);
  if (all) written_ += bytes;
  if (!all || !sectors_only) {
    ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) & ~O_DIRECT);
    direct_ = false;
  }
  return all ? bytes : 0;
}

Result<void> StagedFile::write_out(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const int injected = shared_.fault ? shared_.fault(Operation::Write) : 0;
    const ssize_t n =
        injected != 0 ? -1 : ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(written_));
    if (n < 0 && injected == 0 && errno == EINTR) continue;
    if (n < 0) return io_error("write the blob", injected != 0 ? injected : errno);
    bytes = bytes.subspan(static_cast<size_t>(n));
    written_ += static_cast<uint64_t>(n);
  }
  return {};
}

void StagedFile::flush() {
  if (!handed_over_ || !hand_over()) return;
  start(to_write_, &StagedFile::write_pieces);
  start(to_hash_, &StagedFile::hash_pieces);
}

Result<void> StagedFile::finish() {
  if (!handed_over_) {
    const std::span<const uint8_t> all(filling_.block.get(), filling_.size);
    digest_.update(all);
    if (const int e = shared_.fault ? shared_.fault(Operation::Write) : 0)
      return io_error("write the blob", e);
    return write_out(all);
  }
  flush();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return to_write_.waiting.empty(); });
  return outcome_;
}

Result<void> StagedFile::sync() {
  if (const int e = shared_.fault ? shared_.fault(Operation::Sync) : 0) return io_error("fsync the blob", e);
  if (::fdatasync(fd_.get()) != 0) return io_error("fsync the blob", errno);
  fd_.close();
  return {};
}

Digest StagedFile::digest() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return to_hash_.waiting.empty(); });
  return digest_.finish();
}

}  // namespace xinglin::blob
