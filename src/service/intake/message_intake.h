// Intake of HL7 v2 messages: from bytes to durable facts and the acknowledgement to send back. accept() reads
// and maps outside the transaction; raw message, mapped resources, identity link, audit leaf and journal
// event
// ("intake.message-accepted") are then one durable write, and only after it is AA given. AE: understood but
// wrong in content; the message is kept as rejected. AR: cannot be read or is not handled; the bytes go to
// quarantine. A message that is repeated (same MSH-3, MSH-4, MSH-10 and bytes) gets its first acknowledgement
// again, byte for byte; other content under a known control id is a new message, accepted with a warning.
// Thread-safe. HL7 v2.5.1 2.9.2.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong_id.h"
#include "base/time.h"
#include "codec/hl7v2/ack.h"
#include "codec/hl7v2/message.h"
#include "core/archive/archive.h"
#include "core/identity/identity.h"
#include "core/record/record.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::intake {

inline constexpr ErrorCode kNotReplayable{"intake.not-replayable", ErrorKind::Conflict,
                                          "the message has been accepted; it is not taken twice"};

using AckCode = hl7v2::AckCode;

struct Acknowledgement {
  AckCode code = AckCode::AE;
  std::vector<uint8_t> bytes;  // in the character set of the message
};

struct MessageRow {
  int64_t id = 0;
  Instant received_at;
  std::string sender;  // "MONITOR|WARD5B": MSH-3 and MSH-4
  std::string peer;    // where it came from: address, "command line"
  std::string type, trigger, control_id;
  AckCode ack = AckCode::AE;
  std::string
      error;  // first error or warning with its place; "" when there is none; never holds patient data
  PatientId patient;  // only for an Access that may ReadClinical
  int64_t size_bytes = 0;
};
struct MessageDetail {
  MessageRow row;
  std::vector<std::string> resources;  // "Type/id" made or changed; only for an Access that may ReadClinical
  std::vector<int64_t> replays;        // later messages of the same bytes, oldest first
};
struct MessageFilter {
  std::optional<AckCode> ack;
  int64_t before_id = INT64_MAX;  // for the next page: the smallest id seen
  int64_t limit = 50;
};
struct MessageCounts {
  int64_t accepted = 0,
          rejected = 0;  // kept messages; what was refused unread is in the archive's quarantine
};

class MessageIntake {
public:
  struct Options {
    hl7v2::ParseOptions parse = {};
    std::string processing_ids_accepted = "P";  // of MSH-11
    int default_offset_minutes = 0;             // of times without a zone
  };
  MessageIntake(sql::Store& store, const Clock& clock, trust::AuditLog& audit, journal::Journal& journal,
                record::Record& record, identity::Identity& identity, archive::Archive& archive,
                Options options);
  MessageIntake(sql::Store& store, const Clock& clock, trust::AuditLog& audit, journal::Journal& journal,
                record::Record& record, identity::Identity& identity, archive::Archive& archive)
      : MessageIntake(store, clock, audit, journal, record, identity, archive, Options{}) {}
  ~MessageIntake();

  // Never fails: what goes wrong is said by the acknowledgement. Access needs Ingest.
  Acknowledgement accept(const trust::Access& access, std::span<const uint8_t> bytes, std::string_view peer);
  // For a message over the edge's size limit, of which only the first bytes are there: AR, and those bytes in
  // quarantine.
  Acknowledgement refuse_oversize(const trust::Access& access, std::span<const uint8_t> head,
                                  uint64_t size_bytes);

  // Newest first. Access needs ReadSystem or ReadClinical.
  Result<std::vector<MessageRow>> messages(const trust::Access& access, const MessageFilter& filter);
  Result<MessageDetail> message(const trust::Access& access, int64_t id);
  // The bytes as received, in UTF-8 when they can be read. Access needs ReadReceived; recorded in the audit
  // log.
  Result<std::string> raw(const trust::Access& access, int64_t id);
  // Takes a message that was answered AE once more, for when the reason has been mended here: a new message
  // of the same bytes, whose id is given. The row of the first stays as it was answered; when the new one is
  // accepted, a repetition by the sender is acknowledged as it was. kNotFound; kNotReplayable for a message
  // that was accepted, or whose later replay was. Access needs OperateSystem; recorded in the audit log.
  Result<int64_t> replay(const trust::Access& access, int64_t id);
  Result<MessageCounts> counts();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::intake
