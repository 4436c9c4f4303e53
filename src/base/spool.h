// Where bytes of unknown length are kept while they are received: in memory up to a bound, beyond it in a
// temporary file without a name. Used by the edges that take images; may be reused for the messages of one
// connection. Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace xinglin {

inline constexpr ErrorCode kSpool{"base.spool", ErrorKind::Busy,
                                  "no room to hold a data set while it is received"};

class Spool {
public:
  struct Limits {
    uint64_t bytes_max;  // beyond it bytes are counted and dropped, and over_limit() is true
    uint64_t memory_bytes_max;
    std::string directory;
  };
  explicit Spool(Limits limits);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Where the next `length` bytes are to be put; commit() then takes them in. Good until the next call.
  Result<std::span<uint8_t>> room(size_t length);
  Result<void> commit(size_t length);
  // From here on bytes are only counted: the message will be refused, but is still read off the wire.
  void drop();
  bool over_limit() const { return size_ > limits_.bytes_max; }
  uint64_t size() const { return size_; }
  // All bytes; good until clear().
  Result<std::span<const uint8_t>> bytes();
  // A part of bytes() that need not lie in memory now; whoever looks at it again has it read again.
  void let_go(std::span<const uint8_t> part);
  void clear();

private:
  Result<void> spill();
  Result<void> write_out(std::span<const uint8_t> bytes);
  Limits limits_;
  std::unique_ptr<uint8_t[]> memory_;
  size_t capacity_ = 0, used_ = 0;  // of memory_
  uint64_t size_ = 0;
  bool dropping_ = false;
  int fd_ = -1;
  void* mapped_ = nullptr;
};

}  // namespace xinglin
