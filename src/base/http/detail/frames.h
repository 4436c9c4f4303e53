// Frames of RFC 6455: those of a client taken apart, those of a server put together. Pure; the reader keeps
// what has come of a frame that is not whole.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace xinglin::http::detail {

enum class Opcode : uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

struct Frame {
  Opcode opcode = Opcode::Text;
  std::string payload;
};

class FrameReader {
public:
  explicit FrameReader(size_t payload_bytes_max) : payload_bytes_max_(payload_bytes_max) {}
  void add(std::span<const uint8_t> bytes) { buffer_.append(bytes.begin(), bytes.end()); }
  // nullopt: nothing whole is there, or broken() says that nothing will come any more.
  std::optional<Frame> next();
  // The code to close with when the client broke the protocol or a limit; 0: it did not.
  uint16_t broken() const { return broken_; }

private:
  std::optional<Frame> fail(uint16_t code);
  const size_t payload_bytes_max_;
  std::string buffer_;
  uint16_t broken_ = 0;
};

std::string frame(Opcode opcode, std::string_view payload);
std::string close_frame(uint16_t code);

}  // namespace xinglin::http::detail
