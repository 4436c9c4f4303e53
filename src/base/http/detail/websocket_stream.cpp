#include "base/http/detail/websocket_stream.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/http/detail/frames.h"
#include "base/time.h"

namespace xinglin::http::detail {
namespace {

constexpr int kWaitMs = 100;  // how long a command or the end may wait to be noticed
constexpr int64_t kPingUs = 30 * kSecondUs;
constexpr uint16_t kGoingAway = 1001, kNormal = 1000;

// Takes what has come. False: the connection is over.
bool take_incoming(int fd, FrameReader& reader) {
  std::array<uint8_t, 4096> bytes;
  while (true) {
    const ssize_t n = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (n > 0) {
      reader.add(std::span(bytes).first(static_cast<size_t>(n)));
      return true;
    }
    if (n < 0 && errno == EINTR) continue;
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
}

// False: it is over, and what had to be said was said.
bool answer_frames(int fd, FrameReader& reader, WebSocketHandler& handler) {
  while (const auto got = reader.next()) {
    switch (got->opcode) {
      case Opcode::Text:
        handler.received(got->payload);
        break;
      case Opcode::Ping:
        if (!write_all(fd, frame(Opcode::Pong, got->payload))) return false;
        break;
      case Opcode::Close:
        write_all(fd, close_frame(kNormal));
        return false;
      default:
        break;
    }
  }
  if (reader.broken() == 0) return true;
  write_all(fd, close_frame(reader.broken()));
  return false;
}

}  // namespace

void serve_websocket(int fd, const WebSocket& socket, const std::atomic<bool>& stopping) {
  FrameReader reader(kWebSocketCommandBytes);
  const SystemClock clock;
  int64_t last_write_us = clock.monotonic_us();
  while (!stopping) {
    if (!take_incoming(fd, reader) || !answer_frames(fd, reader, *socket.handler)) return;
    const std::optional<std::string> text = socket.handler->next(kWaitMs);
    if (!text) {
      write_all(fd, close_frame(kNormal));
      return;
    }
    const int64_t now_us = clock.monotonic_us();
    if (text->empty() && now_us - last_write_us < kPingUs) continue;
    if (!write_all(fd, text->empty() ? frame(Opcode::Ping, "") : frame(Opcode::Text, *text))) return;
    last_write_us = now_us;
  }
  write_all(fd, close_frame(kGoingAway));
}

}  // namespace xinglin::http::detail
