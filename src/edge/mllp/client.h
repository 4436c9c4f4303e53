// An MLLP client: one connection, one message at a time, waits for its acknowledgement. Used by the
// simulator, by `import` of HL7 files and by tests. Not thread-safe; one per thread.
#pragma once

#include <string>
#include <string_view>

#include "base/net/socket.h"
#include "edge/mllp/framing.h"

namespace xinglin::mllp {

class Client {
public:
  struct Options {
    int connect_timeout_ms = 5'000;
    int ack_timeout_ms = 30'000;
    size_t ack_bytes_max = 1u << 20;
  };
  static Result<Client> connect(const net::Endpoint& endpoint, Options options);
  static Result<Client> connect(const net::Endpoint& endpoint) { return connect(endpoint, Options{}); }

  // Frames and sends the message, returns the text between the frame marks of the answer. After an error the
  // connection is of no more use.
  Result<std::string> send(std::string_view message);
  // The halves, for tests that break the rules: bytes as they are, and the next framed answer.
  Result<void> send_bytes(std::span<const uint8_t> bytes) { return stream_.write_all(bytes); }
  Result<std::string> receive();

private:
  Client(net::Stream stream, Options options);
  net::Stream stream_;
  Deframer deframer_;
};

}  // namespace xinglin::mllp
