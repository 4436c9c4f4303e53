// What the system page shows of received messages. Implemented by main over service/intake, which keeps them;
// an interface, so that this edge does not depend on how messages come in. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/trust/access.h"

namespace xinglin::web {

struct MessageRow {
  int64_t id = 0;
  Instant at;
  std::string type;  // "ORU^R01"
  std::string control_id, sender;
  std::string ack;    // AA, AE, AR
  std::string error;  // "" when accepted; never holds patient data
  PatientId patient;  // empty when not known
  int64_t size_bytes = 0;
};
struct MessageDetail {
  MessageRow row;
  std::vector<std::string> resources;  // "Type/id" it made or changed; empty without ReadClinical
  std::vector<int64_t> replays;        // later messages of the same bytes
};
struct MessageCounts {
  int64_t received = 0, refused = 0;
};

class MessageLog {
public:
  virtual ~MessageLog() = default;
  // Newest first, of ids below `before`; `ack` "" = all. Access needs ReadSystem.
  virtual Result<std::vector<MessageRow>> messages(const trust::Access& access, int64_t limit,
                                                   std::string_view ack, int64_t before) = 0;
  virtual Result<MessageDetail> message(const trust::Access& access, int64_t id) = 0;
  // The message as received, UTF-8. Access needs ReadReceived; recorded in the audit log.
  virtual Result<std::string> raw(const trust::Access& access, int64_t id) = 0;
  // Takes a message that was refused once more; the id of the new one. Access needs OperateSystem.
  virtual Result<int64_t> replay(const trust::Access& access, int64_t id) = 0;
  virtual Result<MessageCounts> counts() = 0;
};

}  // namespace xinglin::web
