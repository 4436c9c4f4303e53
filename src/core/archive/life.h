// The life of a study: received, complete, reopened by late images; rejected (hidden from every search and
// retrieval, its bytes kept) and restored. A study is complete when evidence says so: what its modality
// performed or announced has all come, or its sender closed the association and nothing follows, or it has
// long been quiet. Each act is kept with who, when and why, in the audit log too, and told by the journal:
// "archive.study-complete", "archive.study-reopened", "archive.study-rejected", "archive.study-restored".
// Constructed by main; thread-safe; stop() before the store goes.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/archive/archive.h"

namespace xinglin::archive {

inline constexpr ErrorCode kNoReason{"archive.no-reason", ErrorKind::Invalid,
                                     "an act on a study needs a reason"};
inline constexpr ErrorCode kWrongState{"archive.wrong-state", ErrorKind::Conflict,
                                       "the study is not in the state that this act needs"};

enum class StudyState { Received, Complete, Reopened };
std::string_view to_string(StudyState state);  // "received", "complete", "reopened"

// What speaks for the end of a study. An edge notes the kinds it knows; a new kind is a name here and a rule
// in detail/evidence.cpp.
enum class EvidenceKind {
  Performed,       // the modality (MPPS, PS3.4 F.7): {"instances": [UID] it made, "in_progress": steps}
  ExpectedCount,   // somebody announced a number: {"instances": n}
  AssociationEnd,  // the sender released its association: {}
  QuietTime,       // nothing has come for a while: {"seconds": n}
  Person,          // somebody says so: {}
};
std::string_view to_string(EvidenceKind kind);  // "performed", "expected-count", ...

struct Evidence {
  EvidenceKind kind = EvidenceKind::QuietTime;
  json::object detail = {};
};
struct LifeAct {
  int64_t id = 0;
  std::string act, who, why;  // act: "complete", "reopened", "rejected", "restored"; those of deletion.h
  json::object detail;
  Instant at;
};
struct LifeOfStudy {
  StudyState state = StudyState::Received;
  bool rejected = false;
  bool deleted = false, purged = false;  // all of it (deletion.h)
  std::vector<LifeAct> history;          // newest first
};

class StudyLife {
public:
  struct Options {
    int64_t quiet_us = 60 * kSecondUs;           // without other evidence
    int64_t quiet_after_end_us = 5 * kSecondUs;  // when the association of the last image was released
    int64_t missing_us = 60 * kMinuteUs;         // how long what was announced and did not come is waited for
    int64_t patience_us = 1 * kSecondUs;         // how often the background thread looks
  };
  StudyLife(sql::Store& store, const Clock& clock, trust::AuditLog& audit, journal::Journal& journal,
            Options options)
      : store_(store), clock_(clock), audit_(audit), journal_(journal), options_(options) {}
  ~StudyLife();
  StudyLife(const StudyLife&) = delete;
  StudyLife& operator=(const StudyLife&) = delete;

  void start();
  void stop();

  // For edges (see evidence.h); the study need not be here yet. Access needs Ingest.
  Result<void> note(const trust::Access& access, const StudyUid& study, const Evidence& evidence);
  // Completes every study for which the evidence is there; how many. The background thread does this.
  Result<int64_t> look();

  Result<LifeOfStudy> of(const trust::Access& access, const StudyUid& study);  // ReadClinical; kNoInstance
  // WriteClinical; kNoReason, kWrongState, kNoInstance.
  Result<void> complete(const trust::Access& access, const StudyUid& study, const std::string& why);
  Result<void> reject(const trust::Access& access, const StudyUid& study, const std::string& why);
  Result<void> restore(const trust::Access& access, const StudyUid& study, const std::string& why);

private:
  struct Row;
  Result<bool> close(const Row& row);
  Result<void> hide(const trust::Access& access, const StudyUid& study, const std::string& why, bool hidden);
  void run();

  sql::Store& store_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
  const Options options_;
  std::mutex mutex_;  // guards stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace xinglin::archive
