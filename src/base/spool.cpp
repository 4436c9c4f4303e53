#include "base/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace xinglin {

namespace {

constexpr size_t kFirst = 1u << 20, kKeptBetweenMessages = 4u << 20;

Error spool_error(const char* doing) {
  return {kSpool, std::string(doing) + ": " + std::strerror(errno)};
}

}  // namespace

Spool::Spool(Limits limits) : limits_(std::move(limits)) {}
Spool::~Spool() {
  clear();
}

Result<std::span<uint8_t>> Spool::room(size_t length) {
  if (!dropping_ && fd_ < 0 && used_ + length > limits_.memory_bytes_max) XL_CHECK(spill());
  const size_t wanted = used_ + length;
  if (wanted > capacity_) {
    const size_t grown = std::max({wanted, kFirst, capacity_ * 2});
    auto larger = std::make_unique_for_overwrite<uint8_t[]>(grown);
    if (used_ > 0) std::memcpy(larger.get(), memory_.get(), used_);
    memory_ = std::move(larger);
    capacity_ = grown;
  }
  return std::span<uint8_t>(memory_.get() + used_, length);
}

Result<void> Spool::commit(size_t length) {
  size_ += length;
  if (over_limit()) drop();
  if (dropping_) return {};
  if (fd_ >= 0) return write_out({memory_.get() + used_, length});
  used_ += length;
  return {};
}

void Spool::drop() {
  dropping_ = true;
  used_ = 0;
}

Result<void> Spool::spill() {
  fd_ = ::open(limits_.directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd_ < 0) return spool_error("open a temporary file");
  const size_t held = std::exchange(used_, 0);
  return write_out({memory_.get(), held});
}

Result<void> Spool::write_out(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return spool_error("write a temporary file");
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

Result<std::span<const uint8_t>> Spool::bytes() {
  if (fd_ < 0) return std::span<const uint8_t>(memory_.get(), used_);
  if (mapped_ == nullptr) {
    void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_, 0);
    if (at == MAP_FAILED) return spool_error("map a temporary file");
    mapped_ = at;
  }
  return std::span<const uint8_t>(static_cast<const uint8_t*>(mapped_), size_);
}

void Spool::let_go(std::span<const uint8_t> part) {
  constexpr size_t kPage = 4096;
  if (mapped_ == nullptr) return;
  const size_t first =
      static_cast<size_t>(part.data() - static_cast<const uint8_t*>(mapped_)) / kPage * kPage;
  const size_t last = static_cast<size_t>(part.data() - static_cast<const uint8_t*>(mapped_)) + part.size();
  ::madvise(static_cast<uint8_t*>(mapped_) + first, last - first,
            MADV_DONTNEED);  // read-only: nothing is lost
}

void Spool::clear() {
  if (mapped_ != nullptr) ::munmap(mapped_, size_);
  if (fd_ >= 0) ::close(fd_);
  mapped_ = nullptr;
  fd_ = -1;
  size_ = used_ = 0;
  dropping_ = false;
  if (capacity_ > kKeptBetweenMessages) {
    memory_.reset();
    capacity_ = 0;
  }
}

}  // namespace xinglin
