#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/net/detail/address.h"
#include "base/net/detail/tls_session.h"
#include "base/net/socket.h"

namespace xinglin::net {
namespace {

Error last_error(const ErrorCode& code, std::string_view what) {
  return {code, std::string(what) + ": " + std::strerror(errno)};
}

Error io_error() {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return Error(kTimedOut);
  return last_error(kReset, "the connection broke");
}

void set_timeout(int fd, int option, int ms) {
  const timeval tv{.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
  ::setsockopt(fd, SOL_SOCKET, option, &tv, sizeof tv);
}

}  // namespace

std::string Endpoint::str() const {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return Error(kBadAddress, "'" + std::string(text) + "' is not ADDRESS:PORT");
  std::string_view address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  const std::string_view digits = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (code != std::errc{} || end != digits.data() + digits.size() || digits.empty())
    return Error(kBadAddress, "'" + std::string(text) + "' has no port between 0 and 65535");
  Endpoint endpoint{std::string(address == "localhost" ? "127.0.0.1" : address), port};
  if (!detail::to_sockaddr(endpoint))
    return Error(kBadAddress, "'" + endpoint.address + "' is not a numeric address");
  return endpoint;
}

bool is_loopback(const Endpoint& endpoint) {
  return endpoint.address.starts_with("127.") || endpoint.address == "::1" || endpoint.address == "localhost";
}

namespace detail {

std::optional<SocketAddress> to_sockaddr(const Endpoint& endpoint) {
  SocketAddress out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  const std::string address = endpoint.address == "localhost" ? "127.0.0.1" : endpoint.address;
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint.port);
    out.length = sizeof *v4;
  } else if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint.port);
    out.length = sizeof *v6;
  } else {
    return std::nullopt;
  }
  return out;
}

Endpoint from_sockaddr(const SocketAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.storage.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    return {text.data(), ntohs(v4->sin_port)};
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
  ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
  return {text.data(), ntohs(v6->sin6_port)};
}

}  // namespace detail

Stream::Stream(int fd) : fd_(fd) {
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  detail::SocketAddress address;
  address.length = sizeof address.storage;
  if (::getpeername(fd_, reinterpret_cast<sockaddr*>(&address.storage), &address.length) == 0)
    peer_ = detail::from_sockaddr(address).str();
}

Stream::~Stream() {
  if (tls_) tls_->close();
  if (fd_ >= 0) ::close(fd_);
}

Stream::Stream(Stream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      quick_ack_(other.quick_ack_),
      peer_(std::move(other.peer_)),
      tls_(std::move(other.tls_)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(quick_ack_, other.quick_ack_);
  std::swap(peer_, other.peer_);
  std::swap(tls_, other.tls_);
  return *this;
}

Result<Stream> Stream::connect(const Endpoint& endpoint, int timeout_ms) {
  const auto address = detail::to_sockaddr(endpoint);
  if (!address) return Error(kBadAddress, "'" + endpoint.address + "' is not a numeric address");
  const int fd = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return last_error(kConnect, "socket");
  Stream stream(fd);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address->storage), address->length) != 0) {
    if (errno != EINPROGRESS) return last_error(kConnect, "connect to " + endpoint.str());
    pollfd wait{.fd = fd, .events = POLLOUT, .revents = 0};
    if (::poll(&wait, 1, timeout_ms) != 1) return Error(kTimedOut, "no answer from " + endpoint.str());
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return Error(kConnect, "connect to " + endpoint.str() + ": " + std::strerror(error));
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  stream.peer_ = endpoint.str();
  return stream;
}

void Stream::set_timeouts(int read_ms, int write_ms) {
  set_timeout(fd_, SO_RCVTIMEO, read_ms);
  set_timeout(fd_, SO_SNDTIMEO, write_ms);
}

Result<void> Stream::start_tls(std::shared_ptr<const TlsContext> context, int timeout_ms) {
  set_timeouts(timeout_ms, timeout_ms);
  XL_TRY(tls_, TlsSession::begin(std::move(context), fd_));
  return {};
}

Result<size_t> Stream::read_some(std::span<uint8_t> out) {
  if (tls_) return tls_->read_some(out);
  for (;;) {
    const ssize_t n = ::recv(fd_, out.data(), out.size(), 0);
    if (n > 0) {
      if (quick_ack_) {  // the kernel drops the flag again by itself, so it is set after each read
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
      }
      return static_cast<size_t>(n);
    }
    if (n == 0) return Error(kClosed);
    if (errno != EINTR) return io_error();
  }
}

Result<void> Stream::read_exactly(std::span<uint8_t> out) {
  while (!out.empty()) {
    XL_TRY(const size_t n, read_some(out));
    out = out.subspan(n);
  }
  return {};
}

Result<void> Stream::write_all(std::span<const uint8_t> bytes) {
  return write_all(bytes, {});
}

Result<void> Stream::write_all(std::span<const uint8_t> head, std::span<const uint8_t> body) {
  if (tls_) {
    XL_CHECK(tls_->write_all(head));
    return tls_->write_all(body);
  }
  while (!head.empty() || !body.empty()) {
    iovec parts[2] = {{const_cast<uint8_t*>(head.data()), head.size()},
                      {const_cast<uint8_t*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t n = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      return io_error();
    }
    const auto sent = static_cast<size_t>(n);
    const size_t from_head = std::min(sent, head.size());
    head = head.subspan(from_head);
    body = body.subspan(sent - from_head);
  }
  return {};
}

bool Stream::readable() const {
  if (tls_) return tls_->readable();
  pollfd waiting{fd_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

void Stream::shutdown() {
  ::shutdown(fd_, SHUT_RDWR);
}

}  // namespace xinglin::net
