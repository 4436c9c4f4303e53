// The archive: DICOM instances as the bytes that came (PS3.10 files in the blob store), with the index kept
// at intake, and the quarantine for what cannot be indexed. store() verifies, writes the blob durably, then
// index rows, custody receipt (digest, time, sender), audit leaf and journal event "archive.instance-stored"
// in one transaction. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/issue.h"
#include "base/json.h"
#include "base/let_go.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/blob/blob_store.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::archive {

inline constexpr ErrorCode kUidMismatch{"archive.uid-mismatch", ErrorKind::Invalid,
                                        "UIDs of the data set are empty or contradict the command set"};
inline constexpr ErrorCode kUnreadable{"archive.unreadable", ErrorKind::Invalid,
                                       "the data set cannot be indexed"};
inline constexpr ErrorCode kOverLimit{"archive.over-limit", ErrorKind::TooLarge,
                                      "the instance is over a limit"};
inline constexpr ErrorCode kDifferentBytes{"archive.different-bytes", ErrorKind::Conflict,
                                           "another instance with this SOP Instance UID is already stored"};
inline constexpr ErrorCode kQuarantineFull{"archive.quarantine-full", ErrorKind::Busy,
                                           "the quarantine is full; an operator must look at it"};
inline constexpr ErrorCode kDeleted{"archive.deleted", ErrorKind::Gone,
                                    "this was deleted on purpose and is not taken in again"};
inline constexpr ErrorCode kNoInstance{"archive.not-found", ErrorKind::NotFound, "no instance has this UID"};

// A data set on its way in, written to the blob store while it is received, so that little is left to do when
// its last byte has come. Dropped without a trace unless store() takes it. Belongs to one thread.
class Staged {
public:
  Staged(blob::BlobStore::Writer writer, size_t head) : writer_(std::move(writer)), head_(head) {}
  Result<void> write(std::span<const uint8_t> bytes) { return writer_.write(bytes); }

private:
  friend class Archive;
  blob::BlobStore::Writer writer_;
  size_t head_;  // bytes of preamble and meta information before the data set
};

// What a sender hands over: the data set as received plus what the command set promised ("" when there was
// none, as with a file import, where file meta information is part of the bytes).
struct Incoming {
  std::span<const uint8_t>
      data_set;  // without preamble and meta when transfer_syntax is given, else a PS3.10 file
  TransferSyntaxUid transfer_syntax;
  SopClassUid sop_class;
  SopInstanceUid sop_instance;
  std::string calling_ae, called_ae, peer;
  StudyUid study = {};           // the study it was sent to; another one is kUidMismatch. Empty: any
  std::string_view source = {};  // for the quarantine; "" is "dimse" or, for a PS3.10 file, "import"
  Staged* staged = nullptr;      // the same data set, already written; may be left out
  LetGo let_go = {};             // may be left out
};

struct InstanceInfo {
  SopInstanceUid sop_instance;
  SopClassUid sop_class;
  StudyUid study;
  SeriesUid series;
  TransferSyntaxUid transfer_syntax;
  std::string modality;
  std::string number;  // (0020,0013)
  PatientId patient;
  blob::BlobRef blob;
  Instant received_at;
  std::string sender;
  bool rejected = false;  // with its study (life.h), or deleted: not to be shown
  bool deleted = false;   // deletion.h
  int64_t corrected = 0;  // not 0: it is given out with corrections (corrections.h); another with each act
};
struct SeriesInfo {
  SeriesUid uid;
  std::string modality, description, number;
  int64_t instances = 0;
};
struct StudyInfo {
  StudyUid uid;
  PatientId patient;
  std::string date, time, description, accession_number;
  std::vector<SeriesInfo> series;
  int64_t instances = 0;
};
struct Quarantined {
  int64_t id = 0;
  int64_t times = 1;   // how often the same bytes came
  std::string source;  // "dimse", "mllp", "import"
  std::string sender, reason_code, reason;
  blob::BlobRef blob;
  Instant at;
};
struct QuarantinedObject {
  Quarantined entry;
  std::optional<std::vector<uint8_t>> bytes;  // nullopt: larger than was asked for
};
enum class Outcome { Stored, AlreadyStored };
struct Figures {  // for the system page; no patient data
  int64_t studies = 0, instances = 0;
  uint64_t stored_bytes = 0;
};

// Asked inside the transaction for the patient the instance belongs to, from index attributes: given by the
// room above so that the archive does not know how people are identified.
struct PatientAttributes {
  std::string id, issuer, name, birth_date, sex;  // UTF-8; name in DICOM form (groups split by '=')
  StudyUid study;                                 // tells people without a patient id apart
};
using PatientResolver =
    std::function<Result<PatientId>(sql::Tx&, const trust::Access&, const PatientAttributes&)>;

class Archive {
public:
  struct Limits {
    uint64_t instance_bytes_max = 2ull << 30;
    int64_t quarantine_max = 10'000;  // entries; beyond it what would go there is refused as busy
  };
  Archive(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
          journal::Journal& journal, PatientResolver resolve_patient, Limits limits);
  ~Archive();

  // For Incoming::staged. The three are those of the command set.
  Result<Staged> stage(const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
                       const TransferSyntaxUid& syntax);
  // Access needs Ingest, or WriteClinical for a derived object of a known study. On kUnreadable, kUidMismatch
  // and kDifferentBytes the bytes are already in quarantine.
  Result<Outcome> store(const trust::Access& access, const Incoming& incoming);
  Result<InstanceInfo> find(const trust::Access& access, const SopInstanceUid& uid);
  // The index copy of its attributes (PS3.18 F); pixel data and large values by BulkDataURI. Reads no image
  // file.
  Result<json::object> attributes(const trust::Access& access, const SopInstanceUid& uid);
  Result<std::vector<uint8_t>> read(const trust::Access& access,
                                    const SopInstanceUid& uid);  // PS3.10 file bytes
  Result<std::vector<StudyInfo>> studies(const trust::Access& access, const PatientId& patient);
  Result<StudyInfo> study(const trust::Access& access, const StudyUid& uid);
  Result<std::vector<InstanceInfo>> instances(const trust::Access& access, const SeriesUid& series);

  Result<void> quarantine(const trust::Access& access, std::string_view source,
                          std::span<const uint8_t> bytes, const Error& reason);
  // Access needs ReadSystem.
  Result<std::vector<Quarantined>> quarantined(const trust::Access& access, int64_t limit);
  // What lies there may name patients: access needs ReadReceived; recorded in the audit log.
  Result<QuarantinedObject> quarantined_object(const trust::Access& access, int64_t id,
                                               uint64_t size_bytes_max);
  Result<int64_t> quarantine_count();
  Result<Figures> figures();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::archive
