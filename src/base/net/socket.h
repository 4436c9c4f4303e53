// Blocking TCP with limits: a listener that runs one thread per connection up to a maximum, and a stream with
// read and write deadlines. Used by the DIMSE and MLLP edges, their clients and the tests. TCP_NODELAY is
// always on; TCP_QUICKACK is re-armed after each read when asked for. stop() closes the listener, gives
// running connections until the deadline, then shuts their sockets down; it returns when every thread has
// ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "base/net/tls.h"
#include "base/result.h"

namespace xinglin::net {

inline constexpr ErrorCode kClosed{"net.closed", ErrorKind::Io, "the peer closed the connection"};
inline constexpr ErrorCode kReset{"net.reset", ErrorKind::Io, "the connection broke"};
inline constexpr ErrorCode kTimedOut{"net.timed-out", ErrorKind::Timeout, "the peer was silent for too long"};
inline constexpr ErrorCode kBind{"net.bind", ErrorKind::Io, "the address cannot be listened on"};
inline constexpr ErrorCode kConnect{"net.connect", ErrorKind::Io, "no connection could be made"};
inline constexpr ErrorCode kBadAddress{"net.bad-address", ErrorKind::Invalid, "not of the form ADDRESS:PORT"};

struct Endpoint {
  std::string address;  // numeric IPv4 or IPv6, or "localhost"
  uint16_t port = 0;
  std::string str() const;
};
Result<Endpoint> parse_endpoint(std::string_view text);
bool is_loopback(const Endpoint& endpoint);

class TlsSession;

class Stream {
public:
  explicit Stream(int fd);
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  static Result<Stream> connect(const Endpoint& endpoint, int timeout_ms);

  void set_timeouts(int read_ms, int write_ms);
  // From here on over TLS; the handshake is held within `timeout_ms`. kTlsHandshake, kTimedOut.
  Result<void> start_tls(std::shared_ptr<const TlsContext> context, int timeout_ms);
  bool is_tls() const { return tls_ != nullptr; }
  void set_quick_ack(bool on) { quick_ack_ = on; }
  Result<size_t> read_some(std::span<uint8_t> out);  // at least one byte, or kClosed
  bool readable() const;                             // bytes, or the end, can be read without waiting
  Result<void> read_exactly(std::span<uint8_t> out);
  Result<void> write_all(std::span<const uint8_t> bytes);
  Result<void> write_all(std::span<const uint8_t> head, std::span<const uint8_t> body);  // one writev
  void shutdown();
  const std::string& peer() const { return peer_; }  // "127.0.0.1:40312"

private:
  int fd_ = -1;
  bool quick_ack_ = false;
  std::string peer_;
  std::unique_ptr<TlsSession> tls_;
};

class Listener {
public:
  struct Options {
    std::string name;  // for logs
    Endpoint endpoint;
    size_t connections_max = 64;
    // Called in the accepting thread for a connection over the limit, before it is closed.
    std::function<void(Stream&)> refuse = {};
  };
  using Handler = std::function<void(Stream&)>;
  static Result<std::unique_ptr<Listener>> start(Options options, Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Endpoint endpoint() const { return bound_; }  // with the port really bound
  size_t connections() const;
  bool stopping() const { return stopping_; }
  void stop(int grace_ms);

private:
  Listener() = default;
  void accept_loop();
  struct Connection;
  Options options_;
  Handler handler_;
  Endpoint bound_;
  int fd_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
  mutable std::mutex mutex_;  // guards connections_
  std::list<std::shared_ptr<Connection>> connections_;
};

}  // namespace xinglin::net
