// Custody: the proof that what was acknowledged is still there. receipt() tells digest, time, sender and
// audit leaf of an instance; a background thread reads every blob again from the disk, at a bounded rate, and
// reports each that is missing or no longer has its digest (journal event "archive.damage-found", metric,
// list). At the end of a pass it removes files that a crash left before their row was written, so that no
// sender was told they are here. The place of a pass survives a restart. A damaged instance that is whole
// again, restored or sent once more, is marked healed. Constructed by main; thread-safe; stop() before the
// archive goes.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "core/archive/archive.h"

namespace xinglin::archive {

struct CustodyReceipt {
  SopInstanceUid sop_instance;
  StudyUid study;
  PatientId patient;
  Digest digest{};  // SHA-256 of the file
  uint64_t size_bytes = 0;
  Instant received_at;
  std::string sender, called_ae;
  int64_t audit_leaf = 0;                                  // index in the audit log; its proof is given there
  std::optional<Instant> deleted_at = {}, purged_at = {};  // deletion.h
};
struct Damage {
  SopInstanceUid sop_instance;
  StudyUid study;
  std::string kind;  // "missing", "changed"
  Instant found_at, seen_at;
  std::optional<Instant> healed_at;
};
struct ScrubState {
  int64_t checked = 0;  // of the pass on its way
  std::optional<Instant> pass_started_at, last_pass_finished_at;
  int64_t last_pass_checked = 0, passes = 0;
  int64_t damaged = 0;  // not healed
};
struct ScrubResult {
  int64_t checked = 0, damaged = 0, healed = 0;
  int64_t orphans = 0;  // files that nobody was told are here, removed
};

class Custody {
public:
  struct Options {
    int64_t bytes_per_second = 20 << 20;   // of the background thread
    int64_t pass_every_us = 7 * kDayUs;    // from the end of one pass to the start of the next
    int64_t patience_us = 10 * kSecondUs;  // how often the background thread looks whether a pass is due
    int64_t orphan_us = kDayUs;            // files younger than this may get their row yet
  };
  Custody(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
          journal::Journal& journal, Metrics& metrics, Options options);
  ~Custody();
  Custody(const Custody&) = delete;
  Custody& operator=(const Custody&) = delete;

  void start();
  void stop();

  Result<CustodyReceipt> receipt(const trust::Access& access, const SopInstanceUid& uid);  // ReadClinical
  // Open damage first, then the newest.
  Result<std::vector<Damage>> damages(const trust::Access& access, int64_t limit);  // ReadSystem
  Result<ScrubState> state(const trust::Access& access);                            // ReadSystem
  // Reads one instance again now: is its file there, with the digest of its receipt? Damage is reported as by
  // a pass. kNoInstance; another error: cannot be told now.
  Result<bool> examine(const SopInstanceUid& uid);
  // Reads everything again now, at full speed, from the first instance; `progress` gets (done, all) and may
  // stop the pass by answering false. Needs OperateSystem.
  Result<ScrubResult> scrub(const trust::Access& access,
                            const std::function<bool(int64_t done, int64_t all)>& progress = {});

private:
  struct Item;
  static Result<std::vector<Item>> items_from(sql::Query row);
  Result<std::vector<Item>> next_items(int64_t after);
  Result<bool> check(const Item& item, ScrubResult& result);  // true: whole
  Result<void> mark_healed(int64_t instance);
  Result<void> report(const Item& item, std::string_view kind);
  Result<void> move_on(int64_t position, int64_t checked);
  Result<ScrubState> read_state();
  void run();
  bool pass_is_due(const ScrubState& state) const;
  void background_pass();
  Result<int64_t> remove_orphans();
  bool pause(int64_t us);  // false: stopping

  sql::Store& store_;
  blob::BlobStore& blobs_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
  Counter& checked_;
  Counter& found_;
  const Options options_;
  std::mutex mutex_;  // guards stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace xinglin::archive
