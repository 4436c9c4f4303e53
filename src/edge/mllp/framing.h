// MLLP framing: <VT> message <FS> <CR>. A Deframer takes bytes as they come from the network, in any pieces,
// and gives out whole messages; what lies between frames is counted and dropped; a message over the limit is
// skipped to its end and reported with its first bytes, so that it can still be refused by name. Not
// thread-safe: one per connection. HL7 Version 2 Transport Specification: MLLP, release 1, section 2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace xinglin::mllp {

inline constexpr uint8_t kStartBlock = 0x0B, kEndBlock = 0x1C, kCarriageReturn = 0x0D;

std::vector<uint8_t> frame(std::span<const uint8_t> message);

class Deframer {
public:
  struct Limits {
    size_t message_bytes_max = 4u << 20;
    size_t skip_bytes_max = 64u << 20;  // of one oversize message; more and the stream is given up
    size_t junk_bytes_max = 64u << 10;  // in a row between frames; more and the stream is given up
  };
  struct Message {
    std::vector<uint8_t> bytes;  // of an oversize message: its first 4 KiB
    uint64_t size_bytes = 0;
    bool oversize = false;
  };

  explicit Deframer(Limits limits) : limits_(limits) {}
  // False: the peer does not speak MLLP (limits of junk or skip reached); the connection should be closed.
  bool feed(std::span<const uint8_t> bytes);
  std::optional<Message> next();  // whole messages, in the order they came
  bool inside_message() const { return inside_; }
  uint64_t junk_bytes() const { return junk_total_; }

private:
  void content(std::span<const uint8_t> bytes);
  void finish();
  void restart_if_new_header(uint8_t byte);

  Limits limits_;
  bool inside_ = false;
  std::vector<uint8_t> current_;
  uint64_t current_size_ = 0;
  std::vector<Message> ready_;
  size_t taken_ = 0;
  size_t junk_run_ = 0;
  uint64_t junk_total_ = 0;
};

}  // namespace xinglin::mllp
