#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <system_error>

#include "base/log.h"
#include "base/net/detail/address.h"
#include "base/net/socket.h"

namespace xinglin::net {

struct Listener::Connection {
  explicit Connection(int fd) : stream(fd) {}
  Stream stream;
  std::thread thread;
  std::atomic<bool> done{false};
};

Result<std::unique_ptr<Listener>> Listener::start(Options options, Handler handler) {
  const auto address = detail::to_sockaddr(options.endpoint);
  if (!address) return Error(kBadAddress, "'" + options.endpoint.address + "' is not a numeric address");
  std::unique_ptr<Listener> self(new Listener);  // NOLINT: the constructor is private
  self->fd_ = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(self->fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (self->fd_ < 0 ||
      ::bind(self->fd_, reinterpret_cast<const sockaddr*>(&address->storage), address->length) != 0 ||
      ::listen(self->fd_, 256) != 0)
    return Error(kBind,
                 options.name + " cannot listen on " + options.endpoint.str() + ": " + std::strerror(errno));
  detail::SocketAddress bound;
  bound.length = sizeof bound.storage;
  ::getsockname(self->fd_, reinterpret_cast<sockaddr*>(&bound.storage), &bound.length);
  self->bound_ = detail::from_sockaddr(bound);
  self->options_ = std::move(options);
  self->handler_ = std::move(handler);
  self->acceptor_ = std::thread([raw = self.get()] { raw->accept_loop(); });
  return self;
}

Listener::~Listener() {
  stop(0);
  if (fd_ >= 0) ::close(fd_);
}

size_t Listener::connections() const {
  const std::lock_guard lock(mutex_);
  size_t running = 0;
  for (const auto& connection : connections_) running += connection->done ? 0 : 1;
  return running;
}

void Listener::accept_loop() {
  const auto run = [this](Connection& connection) {
    try {
      handler_(connection.stream);
    } catch (const std::exception& e) {
      log::error("net.handler-threw", {{"listener", options_.name}, {"what", e.what()}});
    }
    connection.stream.shutdown();
    connection.done = true;
  };
  // True: the connection runs on a thread of its own.
  const auto admit = [&](const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.remove_if([](const std::shared_ptr<Connection>& old) {
      if (!old->done) return false;
      old->thread.join();
      return true;
    });
    if (stopping_ || connections_.size() >= options_.connections_max) return false;
    try {
      connection->thread = std::thread([run, connection] { run(*connection); });
    } catch (const std::system_error& e) {  // the machine has no thread left for it
      log::error("net.no-thread", {{"listener", options_.name}, {"what", e.what()}});
      return false;
    }
    connections_.push_back(connection);
    return true;
  };
  while (!stopping_) {
    pollfd wait{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 200) <= 0) continue;
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      // Out of file descriptors the caller stays at the door, and poll() would tell of it again at once.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    const auto connection = std::make_shared<Connection>(fd);  // shared: its thread and the list both need it
    if (admit(connection)) continue;
    log::warning("net.refused", {{"listener", options_.name}, {"peer", connection->stream.peer()}});
    connection->stream.set_timeouts(1000, 1000);
    if (options_.refuse) options_.refuse(connection->stream);
  }
}

void Listener::stop(int grace_ms) {
  if (stopping_.exchange(true)) return;
  if (acceptor_.joinable()) acceptor_.join();
  ::shutdown(fd_, SHUT_RDWR);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(grace_ms);
  while (connections() > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::list<std::shared_ptr<Connection>> rest;
  {
    const std::lock_guard lock(mutex_);
    rest.swap(connections_);
  }
  for (const auto& connection : rest) {
    if (!connection->done) connection->stream.shutdown();
    connection->thread.join();
  }
}

}  // namespace xinglin::net
