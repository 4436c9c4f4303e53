// The MLLP server: one blocking thread per connection, up to a limit, on base/net. Messages of one connection
// are handled and answered strictly in the order they came; several may be in one packet and one may be
// spread over many. What a message means is the receiver's business: it is handed the bytes and gives back
// the acknowledgement, and is called from many threads at once. stop() lets messages in hand be answered,
// then closes.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/net/socket.h"
#include "base/time.h"
#include "edge/mllp/framing.h"

namespace xinglin::mllp {

struct Receiver {
  // Both return the bytes of the acknowledgement; empty: nothing is sent.
  std::function<std::vector<uint8_t>(std::span<const uint8_t> message, const std::string& peer)> receive;
  // A message over the size limit: only its first bytes are there.
  std::function<std::vector<uint8_t>(std::span<const uint8_t> head, uint64_t size_bytes,
                                     const std::string& peer)>
      refuse_oversize;
};

struct Options {
  net::Endpoint endpoint;
  size_t connections_max = 64;
  Deframer::Limits limits;
  int idle_timeout_ms = 600'000;    // no message begun
  int message_timeout_ms = 30'000;  // a message begun and not ended
  int write_timeout_ms = 10'000;
};

class Server {
  struct Key {};  // keeps the constructor to start()

public:
  static Result<std::unique_ptr<Server>> start(Options options, Receiver receiver, const Clock& clock,
                                               Metrics& metrics);
  Server(Key, Options options, Receiver receiver, const Clock& clock, Metrics& metrics);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  net::Endpoint endpoint() const { return listener_->endpoint(); }
  size_t connections() const { return listener_->connections(); }
  void stop(int grace_ms);

private:
  struct Counters;
  void serve(net::Stream& stream);
  Result<void> answer(net::Stream& stream, Deframer& deframer);

  Options options_;
  Receiver receiver_;
  const Clock& clock_;
  std::unique_ptr<Counters> counters_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<net::Listener> listener_;  // last: its threads use all of the above
};

}  // namespace xinglin::mllp
