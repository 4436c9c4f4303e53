// The audit log: every access to patient data and every act of administration is one leaf of an RFC 6962
// Merkle tree over canonical JSON records, kept in the SQL store; checkpoints (size, root, Ed25519 signature)
// are signed at a steady pace and on stop; the newest is also kept as a file beside the key, so that a log
// cut together with its checkpoints is seen. Inside a write the leaf joins the caller's transaction, so a
// fact and its leaf are durable together; a read is recorded without waiting. verify() recomputes everything.
// The store must outlive the log; other processes may append to the same store. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/time.h"
#include "core/trust/access.h"
#include "store/sql/store.h"

namespace xinglin::trust {

inline constexpr ErrorCode kLogBroken{"trust.log-broken", ErrorKind::Corrupt,
                                      "the audit log was changed or cut"};

enum class Action { Create, Read, Update, Delete, Search, Execute, SignIn, SignOut };

struct AuditEntry {
  Action action = Action::Read;
  std::string object;   // "Patient/4f..", "Study/1.2.3", "session"
  std::string patient;  // logical id, or ""
  bool success = true;
  std::string detail;  // short, never holds patient data
};

struct LogLeaf {
  int64_t index = 0;
  std::string record;  // canonical JSON: keys sorted, no spaces
  Digest leaf_hash{};
};
struct Checkpoint {
  int64_t size = 0;
  Digest root{};
  Instant at;
  std::vector<uint8_t> signature;  // Ed25519 over the checkpoint note
};
struct Verification {
  int64_t leaves = 0, checkpoints = 0;
  Digest root{};
  std::vector<std::string> problems;  // empty: proven unchanged up to the last checkpoint
};

// The text that is signed: a name line, size, root in base64, time in microseconds, each on a line of its
// own.
std::string checkpoint_note(const Checkpoint& checkpoint);

class AuditLog {
public:
  static constexpr int64_t kCheckpointPaceUs = 10 * kSecondUs;

  // Loads or creates the signing key in `key_directory` (mode 0600).
  static Result<std::unique_ptr<AuditLog>> open(sql::Store& store, const Clock& clock,
                                                const std::string& key_directory);
  struct Impl;  // known to audit_log.cpp only
  explicit AuditLog(std::unique_ptr<Impl> impl);
  ~AuditLog();

  Result<int64_t> append(sql::Tx& tx, const Access& access, const AuditEntry& entry);
  // Queued; a full queue blocks, nothing is dropped.
  void record(const Access& access, const AuditEntry& entry);

  Result<void> flush();  // waits until everything recorded so far is durable
  Result<Checkpoint> sign_checkpoint();
  Result<Verification> verify();
  Result<std::vector<Digest>> inclusion_proof(int64_t index, int64_t size);
  Result<std::vector<Digest>> consistency_proof(int64_t first, int64_t second);
  Result<std::vector<LogLeaf>> leaves(int64_t from, int64_t limit);
  Result<Checkpoint> last_checkpoint();
  Result<int64_t> size();                // leaves, those not yet under a checkpoint included
  Result<Digest> root_at(int64_t size);  // root of the tree over the first `size` leaves

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::trust
