// PDUs over a stream: buffered reading with deadlines that also notices when the service stops, and
// fragmenting of messages into P-DATA-TF (PS3.8 9.3.5, annex E). One per association; belongs to one thread.
// Private to edge/dimse.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/net/socket.h"
#include "base/time.h"
#include "edge/dimse/detail/pdu.h"
#include "edge/dimse/scu.h"

namespace xinglin::dimse {

struct PduHeader {
  uint8_t type = 0;
  uint32_t length = 0;
};
struct PdvHeader {
  uint32_t length = 0;  // of the fragment that follows
  uint8_t context = 0;
  bool command = false;
  bool last = false;
};

class Transport {
public:
  Transport(net::Stream& stream, const Clock& clock, int network_timeout_ms);

  // Waits up to `timeout_ms` for the first byte of a PDU. `stop` is asked several times a second: true gives
  // kCancelled.
  Result<PduHeader> next_pdu(int timeout_ms, const std::function<bool()>& stop);
  // kTimedOut when nothing comes.
  Result<void> wait_for_input(int timeout_ms);
  Result<PdvHeader> next_pdv(uint32_t left_in_pdu);
  // Fills `out`; no longer silence than the network timeout.
  Result<void> read(std::span<uint8_t> out);
  Result<void> write(std::span<const uint8_t> pdu);
  // One message part as P-DATA-TFs no longer than the peer accepts (0: no limit).
  Result<void> send(uint8_t context, bool command, std::span<const uint8_t> message, uint32_t peer_pdu_max);
  // A data set that is read as it goes out. When a read fails the message is cut off and the association
  // lost.
  Result<void> send(uint8_t context, const DataSource& data_set, uint32_t peer_pdu_max);
  // After the last PDU the peer closes; waits for that a short while so that it is not lost (ARTIM).
  void linger();
  bool has_input() const { return has_buffered() || stream_.readable(); }
  bool has_buffered() const { return begin_ < end_; }

private:
  Result<void> send_pdv(uint8_t context, bool command, bool last, std::span<const uint8_t> fragment);
  Result<void> fill(int64_t deadline_us, const std::function<bool()>& stop);
  net::Stream& stream_;
  const Clock& clock_;
  int network_timeout_ms_;
  std::vector<uint8_t> buffer_;
  size_t begin_ = 0, end_ = 0;
};

}  // namespace xinglin::dimse
