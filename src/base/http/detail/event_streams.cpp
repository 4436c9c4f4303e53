#include "base/http/detail/event_streams.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "base/http/detail/websocket_stream.h"
#include "base/log.h"
#include "base/time.h"

namespace xinglin::http::detail {
namespace {

constexpr int kWaitMs = 250;  // how long a stream may take to notice stop() or a client that left
constexpr int kWriteTimeoutMs = 10'000;
constexpr int64_t kKeepAliveUs = 15 * kSecondUs;

bool client_left(int fd) {
  char byte = 0;
  const ssize_t n = ::recv(fd, &byte, 1, MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      text.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    pollfd wait{fd, POLLOUT, 0};
    if (::poll(&wait, 1, kWriteTimeoutMs) <= 0) return false;
  }
  return true;
}

bool EventStreams::reserve() {
  const std::lock_guard lock(mutex_);
  sweep();
  if (stopping_ || taken_ >= streams_max_) return false;
  ++taken_;
  return true;
}

void EventStreams::release() {
  const std::lock_guard lock(mutex_);
  --taken_;
}

void EventStreams::run(int fd, std::string head, EventSource source) {
  const std::lock_guard lock(mutex_);
  Stream& stream = streams_.emplace_back();
  stream.thread =
      std::thread([this, &stream, fd, head = std::move(head), source = std::move(source)]() mutable {
        try {
          serve(fd, std::move(head), source);
        } catch (const std::exception& e) {
          log::error("http.event-source-failed", {{"what", e.what()}});
        }
        source = nullptr;  // what the source holds must not outlive the stream
        ::close(fd);
        release();
        stream.ended = true;
      });
}

void EventStreams::serve(int fd, std::string head, const EventSource& source) {
  if (!write_all(fd, head)) return;
  if (const WebSocket* socket = source.target<WebSocket>()) return serve_websocket(fd, *socket, stopping_);
  const SystemClock clock;
  int64_t last_write_us = clock.monotonic_us();
  while (!stopping_ && !client_left(fd)) {
    const std::optional<std::string> text = source(kWaitMs);
    if (!text) return;
    const int64_t now_us = clock.monotonic_us();
    if (text->empty() && now_us - last_write_us < kKeepAliveUs) continue;
    if (!write_all(fd, text->empty() ? std::string_view(":\n\n") : std::string_view(*text))) return;
    last_write_us = now_us;
  }
}

void EventStreams::sweep() {
  for (auto it = streams_.begin(); it != streams_.end();) {
    if (!it->ended) {
      ++it;
      continue;
    }
    it->thread.join();
    it = streams_.erase(it);
  }
}

void EventStreams::stop() {
  stopping_ = true;
  std::list<Stream> streams;
  {
    const std::lock_guard lock(mutex_);
    streams.swap(streams_);
  }
  for (Stream& stream : streams)
    if (stream.thread.joinable()) stream.thread.join();
}

}  // namespace xinglin::http::detail
