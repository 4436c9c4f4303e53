// Deletion of what was stored: a whole study, a series or an instance, once the retention rule allows it and
// nobody holds the study. remove() hides it at once and can be taken back for a grace time (recover()); then
// a job purges it: the files and what names a person are gone, the receipts, the history and the audit leaves
// stay. Told by the journal: "archive.study-deleted", "-recovered", "-purged", "-held", "-released". What was
// deleted is not taken in again (kDeleted). A study that should never have been seen is rejected instead
// (life.h). Constructed by main; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "core/archive/archive.h"
#include "core/archive/retrieve.h"

namespace xinglin::archive {

inline constexpr ErrorCode kKept{"archive.kept", ErrorKind::Conflict,
                                 "the retention rule does not allow to delete this yet"};
inline constexpr ErrorCode kHeld{"archive.held", ErrorKind::Conflict,
                                 "the study is held and may not be deleted"};
inline constexpr ErrorCode kNoDeletion{"archive.no-deletion", ErrorKind::NotFound,
                                       "no deletion has this number"};

// Civil years from the study date. 0 years: no rule.
struct RetentionRule {
  int64_t years = 15;
  int64_t of_age = 18;           // who was younger on the day of the study ...
  int64_t minor_until_age = 30;  // ... is kept at least until this birthday
};

struct DeletionRow {
  int64_t id = 0;
  Selection what;
  std::string who, why;
  Instant at, purge_at;
  std::optional<Instant> recovered_at, purged_at;
  int64_t instances = 0;
  uint64_t size_bytes = 0;
};
struct Hold {
  std::string who, why;
  Instant at;
};
struct Keeping {
  std::string until;  // YYYYMMDD: the first day on which it may be deleted
  std::optional<Hold> hold;
};

class Deletion {
public:
  static constexpr std::string_view kQueue = "archive-purge";
  struct Options {
    RetentionRule rule;
    int64_t grace_us = 30 * kDayUs;  // between the two stages
  };
  Deletion(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
           journal::Journal& journal, Metrics& metrics, Options options);
  Deletion(const Deletion&) = delete;
  void register_jobs();  // before the journal starts

  // These need DeleteImages and a reason (kNoReason). The number of the deletion; kNoInstance, kKept, kHeld.
  Result<int64_t> remove(const trust::Access& access, const Selection& what, const std::string& why);
  // kNoDeletion; kWrongState when it was recovered or its grace time is over.
  Result<void> recover(const trust::Access& access, int64_t id, const std::string& why);
  // kNoInstance, kWrongState.
  Result<void> hold(const trust::Access& access, const StudyUid& study, const std::string& why);
  Result<void> release(const trust::Access& access, const StudyUid& study, const std::string& why);
  // Newest first. Needs DeleteImages.
  Result<std::vector<DeletionRow>> list(const trust::Access& access, int64_t limit);
  Result<Keeping> keeping(const trust::Access& access, const StudyUid& study);  // ReadClinical; kNoInstance
  // The second stage, when its time has come; what the job does. May be broken off and done again. Nothing
  // while the study is held.
  Result<void> purge(int64_t id);

private:
  struct Found;
  Result<Found> find(sql::Session& session, const StudyUid& study) const;
  Result<void> check_may_go(const Found& study) const;
  Result<void> set_hold(const trust::Access& access, const StudyUid& study, const std::string& why,
                        bool held);
  Result<void> enqueue_purge(sql::Tx& tx, int64_t id, int64_t delay_us);
  Result<void> enqueue_purges(sql::Tx& tx, const StudyUid& study, Instant now);
  Result<bool> purge_some(int64_t id);  // false: nothing is left
  Result<void> finish(int64_t id);

  sql::Store& store_;
  blob::BlobStore& blobs_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
  Counter& purged_;
  Counter& purged_bytes_;
  const Options options_;
};

}  // namespace xinglin::archive
