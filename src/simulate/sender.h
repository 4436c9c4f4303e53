// Sends the simulated ward to a server by the real protocols: HL7 v2 over MLLP and ECGs by C-STORE. The
// history goes out at once, what comes later when it is due. When the server is away it tries again with
// doubling pauses and loses nothing; the same message keeps its control id. run() blocks; it ends when its
// time or count is over, or when told to stop.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "base/net/socket.h"
#include "base/time.h"
#include "simulate/ward.h"

namespace xinglin::simulate {

inline constexpr ErrorCode kServerAway{"simulate.server-away", ErrorKind::Io,
                                       "the server could not be reached"};

struct SendOptions {
  std::optional<net::Endpoint> mllp, dimse;  // what has no address is left out
  std::string called_ae = "XINGLIN";
  std::optional<int64_t> for_us;  // after the start of the ward; nothing: until stopped; 0: the history only
  int64_t events_max = 0;         // 0: no limit
  int64_t pause_first_us = 250 * kMillisecondUs, pause_max_us = 10 * kSecondUs;
  int64_t give_up_us = 10 * kMinuteUs;  // of trying one event
};

struct Summary {
  int64_t messages = 0, messages_refused = 0;  // refused: acknowledged with AE or AR
  int64_t ecgs = 0, ecgs_refused = 0;
  int64_t retries = 0;
  std::string last_refusal;  // what the server said
  int64_t events() const { return messages + ecgs; }
};

class Sender {
public:
  Sender(const Clock& clock, SendOptions options);
  ~Sender();
  // `progress` is called after every event.
  Result<Summary> run(Ward& ward, const std::atomic<bool>& stop,
                      const std::function<void(const Summary&, const Event&)>& progress = {});

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::simulate
