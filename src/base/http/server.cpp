#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <future>
#include <thread>

#include "base/http/detail/session.h"
#include "base/http/http.h"
#include "base/log.h"
#include "base/random.h"

namespace xinglin::http {
namespace asio = boost::asio;
using asio::ip::tcp;

struct Server::Impl {
  Impl(Options options, const Router& router, std::string id_prefix)
      : hub(std::move(options), router, std::move(id_prefix)), acceptor(io) {}

  Result<void> bind();
  asio::awaitable<void> accept_loop();
  asio::awaitable<void> drain(int grace_ms);

  detail::Hub hub;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  net::Endpoint bound;
  std::thread thread;
  bool stopped = false;
};

Result<void> Server::Impl::bind() {
  boost::system::error_code ec;
  const std::string& name = hub.options.endpoint.address;
  const auto address = asio::ip::make_address(name == "localhost" ? "127.0.0.1" : name, ec);
  if (ec) return Error(net::kBadAddress, "'" + name + "' is not a numeric address or localhost");
  const tcp::endpoint wanted(address, hub.options.endpoint.port);
  acceptor.open(wanted.protocol(), ec);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(wanted, ec);
  if (!ec) acceptor.listen(512, ec);
  if (ec) return Error(net::kBind, hub.options.endpoint.str() + ": " + ec.message());
  bound = {wanted.address().to_string(), acceptor.local_endpoint(ec).port()};
  return {};
}

namespace {

// Over the limit there is no coroutine to spare: one send that may be cut short, then the end.
void turn_away(tcp::socket& socket) {
  static constexpr std::string_view kBusyAnswer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  boost::system::error_code ec;
  socket.non_blocking(true, ec);
  socket.send(asio::buffer(kBusyAnswer.data(), kBusyAnswer.size()), 0, ec);
  socket.shutdown(tcp::socket::shutdown_send, ec);
}

void log_end(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    log::error("http.session-failed", {{"what", e.what()}});
  }
}

}  // namespace

asio::awaitable<void> Server::Impl::accept_loop() {
  const auto token = asio::as_tuple(asio::use_awaitable);
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(token);
    if (ec == asio::error::operation_aborted || !acceptor.is_open()) break;
    if (ec) {  // most likely out of file descriptors: wait for some to come back
      log::warning("http.accept-failed", {{"what", ec.message()}});
      asio::steady_timer pause(io, std::chrono::milliseconds(100));
      const auto waited = co_await pause.async_wait(token);
      static_cast<void>(waited);
      continue;
    }
    if (hub.sessions.size() >= hub.options.connections_max) {
      turn_away(socket);
      continue;
    }
    auto session = detail::run_session(std::move(socket), hub);
    asio::co_spawn(io, std::move(session), log_end);
  }
}

// Waits for running answers, then closes what is left.
asio::awaitable<void> Server::Impl::drain(int grace_ms) {
  const auto token = asio::as_tuple(asio::use_awaitable);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(grace_ms);
  bool all = false;
  while (!hub.sessions.empty()) {
    const auto now = std::chrono::steady_clock::now();
    if (all && now > deadline + std::chrono::seconds(1)) break;
    all = all || now >= deadline;
    detail::close_sessions(hub, all);
    asio::steady_timer pause(io, std::chrono::milliseconds(5));
    const auto waited = co_await pause.async_wait(token);
    static_cast<void>(waited);
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() {
  stop(0);
}

Result<std::unique_ptr<Server>> Server::start(Options options, const Router& router) {
  SystemRandom random;
  auto impl = std::make_unique<Impl>(std::move(options), router, new_token(random, 6) + "-");
  XL_CHECK(impl->bind());
  auto loop = impl->accept_loop();
  asio::co_spawn(impl->io, std::move(loop), log_end);
  impl->thread = std::thread([p = impl.get()] {
    const auto guard = asio::make_work_guard(p->io);
    p->io.run();
  });
  return std::make_unique<Server>(std::move(impl));
}

net::Endpoint Server::endpoint() const {
  return impl_->bound;
}

void Server::stop(int grace_ms) {
  if (impl_->stopped) return;
  impl_->stopped = true;
  // Shared: the waiter may be gone while set_value() is still at its last steps.
  const auto drained = std::make_shared<std::promise<void>>();
  std::future<void> done = drained->get_future();
  asio::post(impl_->io, [this, grace_ms, drained] {
    impl_->hub.stopping = true;
    boost::system::error_code ec;
    impl_->acceptor.close(ec);
    auto drain = impl_->drain(grace_ms);
    asio::co_spawn(impl_->io, std::move(drain),
                   [drained](const std::exception_ptr&) { drained->set_value(); });
  });
  impl_->hub.event_streams.stop();
  done.wait();
  impl_->io.stop();
  impl_->thread.join();
  impl_->hub.pool.stop();
  impl_->hub.body_pool.stop();
}

}  // namespace xinglin::http
