// Storage commitment that peers ask of us (PS3.4 J). take() makes the request durable and queues the job that
// reports, so that a restart still answers; answer() looks at each instance: it is committed only if its
// receipt names this SOP class and its file, read again now, has the digest of the receipt. The edge sends
// the answer and calls reported() when the peer has taken it. Thread-safe. Failure reasons: PS3.3 C.14.1.1.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/archive/custody.h"

namespace xinglin::archive {

inline constexpr ErrorCode kBadCommitment{"archive.bad-commitment", ErrorKind::Invalid,
                                          "a request for storage commitment names no or too many instances"};
inline constexpr ErrorCode kNoCommitment{"archive.no-commitment", ErrorKind::NotFound,
                                         "no request for storage commitment is known by this"};

namespace commitment_reason {
inline constexpr uint16_t kCommitted = 0, kProcessingFailure = 0x0110, kNoSuchInstance = 0x0112,
                          kClassConflict = 0x0119, kDuplicateTransaction = 0x0131;
}

struct CommitmentItem {
  SopClassUid sop_class;
  SopInstanceUid sop_instance;
  uint16_t reason = commitment_reason::kCommitted;
};
// A request, or the answer to one.
struct CommitmentList {
  std::string transaction_uid, ae_title;
  std::vector<CommitmentItem> items;
  bool reported = false;  // of an answer: the peer has it already
  bool all_committed() const;
};
struct CommitmentState {
  int64_t id = 0;
  std::string transaction_uid, ae_title;
  Instant requested_at;
  std::optional<Instant> answered_at, reported_at;
  int64_t instances = 0, failed = 0;
};

class Commitment {
public:
  static constexpr std::string_view kQueue = "commitment-report";  // jobs of one id, payload {"id"}
  static constexpr size_t kInstancesMax = 50'000;                  // of one request
  // How long the association the request came on has to take the report before the job brings it.
  static constexpr int64_t kFirstTryUs = 15 * kSecondUs;
  Commitment(sql::Store& store, const Clock& clock, trust::AuditLog& audit, journal::Journal& journal,
             Custody& custody)
      : store_(store), clock_(clock), audit_(audit), journal_(journal), custody_(custody) {}

  // The id, once durable. Access needs ReadClinical. The same request again is answered again; another one
  // under a known transaction UID is answered with kDuplicateTransaction.
  Result<int64_t> take(const trust::Access& access, const CommitmentList& request);
  // Looks at the instances, unless that was done before. `stop` is asked between them: kCancelled, and the
  // next call begins anew. An error means that it cannot be told now.
  Result<CommitmentList> answer(int64_t id, const std::function<bool()>& stop = {});
  Result<void> reported(int64_t id);
  // Newest first. Access needs ReadSystem.
  Result<std::vector<CommitmentState>> list(const trust::Access& access, int64_t limit);

private:
  Result<CommitmentList> read(sql::Session& session, int64_t id, bool& answered);
  Result<uint16_t> reason_of(const CommitmentItem& item);

  sql::Store& store_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
  Custody& custody_;
};

}  // namespace xinglin::archive
