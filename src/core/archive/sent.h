// What was sent to peers, and whether they have committed to it: the asking side of storage commitment
// (PS3.4 J). record() notes an instance that a peer has taken; where the peer is to be asked, a job follows
// that asks for all that waits for it; the edge asks, and hands the answer to note(), whether it comes on
// that association or, hours later, on one of the peer's own. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "core/archive/commitment.h"

namespace xinglin::archive {

struct SentInstance {
  std::string ae_title;
  SopClassUid sop_class;
  SopInstanceUid sop_instance;
  std::string cause;  // "result", "move"
  Instant sent_at;
  std::optional<Instant> asked_at, answered_at;
  std::optional<uint16_t> reason;  // 0: committed
};
enum class AskCommitment { No, Yes };

class Sent {
public:
  static constexpr std::string_view kQueue = "commitment-ask";  // key: the AE title; payload {"ae_title"}
  static constexpr int64_t kGatherUs = 2 * kSecondUs;  // what is sent meanwhile is asked for together
  static constexpr int64_t kAskMax = 1000;             // instances of one request
  Sent(sql::Store& store, const Clock& clock, Random& random, trust::AuditLog& audit,
       journal::Journal& journal)
      : store_(store), clock_(clock), random_(random), audit_(audit), journal_(journal) {}

  // Sent again, it is asked for again.
  Result<void> record(const trust::Access& access, const std::string& ae_title,
                      const std::vector<CommitmentItem>& items, std::string_view cause, AskCommitment ask);
  // What this peer is to be asked for next, under a new transaction UID; none when nothing waits. Until
  // asked() the next call gives the same instances again.
  Result<std::optional<CommitmentList>> next_request(const std::string& ae_title);
  Result<void> asked(const CommitmentList& request);  // the peer has taken the request
  // An answer of this peer. kNoCommitment: it was not asked under this transaction UID.
  Result<void> note(const CommitmentList& answer);
  // Newest first; of all peers when `ae_title` is "". Access needs ReadSystem.
  Result<std::vector<SentInstance>> list(const trust::Access& access, const std::string& ae_title,
                                         int64_t limit);

private:
  sql::Store& store_;
  const Clock& clock_;
  Random& random_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
};

}  // namespace xinglin::archive
