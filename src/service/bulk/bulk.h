// Bulk data: exports of whole populations to NDJSON files and imports of such files, as jobs that run beside
// clinical work, a slice of some seconds at a time, and go on where they were after a restart or a crash. The
// state of a job is in SQL (migration 0024), its files are blobs; what a slice made becomes known in the same
// transaction as the position behind it. An export reads with the access of who asked, recalled for every
// slice, and gives every resource as it was at its transaction time. Built by main; the edge offers it as
// $export and $import. Thread-safe. FHIR Bulk Data Access 2.0.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/record/record.h"
#include "core/trust/audit_log.h"
#include "service/bulk/errors.h"
#include "store/blob/blob_store.h"
#include "store/journal/journal.h"

namespace xinglin::bulk {

struct ExportRequest {
  enum class Level { System, Patient, Group };
  Level level = Level::System;
  std::string group;                  // logical id, of Level::Group
  std::vector<std::string> patients;  // logical ids; empty: all (of Level::Patient)
  std::vector<std::string> types;     // empty: all that are offered and may be read
  std::optional<Instant> since;       // changed at or after
  std::vector<std::string> filters;   // "Observation?code=..."; those of one type are alternatives
  std::string url;                    // as it was asked for
};

struct ImportInput {
  std::string type;  // of every line; "" takes any
  std::string url;
};

struct File {
  int64_t number = 0;
  std::string type;
  int64_t resources = 0, bytes = 0;
  blob::BlobRef blob;
};

struct Job {
  std::string id, kind, state;  // export or import; running, done, failed, cancelled
  std::string who, url;
  std::string progress;  // "Observation, 3 of 12 types"
  int64_t resources = 0, refused = 0;
  std::string error;
  Instant created_at;  // of an export also its transaction time
  std::optional<Instant> ended_at, expires_at;
  std::vector<File> files;  // of an export, in order
};

class Bulk {
public:
  struct Rooms {
    sql::Store& store;
    blob::BlobStore& blobs;
    const Clock& clock;
    trust::AuditLog& audit;
    journal::Journal& journal;
    record::Record& record;
  };
  struct Options {
    size_t running_max = 8;
    int64_t keep_us = 24 * kHourUs;    // files after the end of a job
    int64_t slice_resources = 20'000;  // of one file and one slice
    int64_t slice_bytes = 32 << 20;
    int64_t slice_us = 2 * kSecondUs;
    int64_t errors_max = 10'000;  // refused lines that are told of one import
    int64_t input_bytes_max = int64_t{8} << 30;
    // Gets the bytes behind a URL; it decides which addresses may be asked at all.
    std::function<Result<void>(const std::string& url,
                               const std::function<Result<void>(std::span<const uint8_t>)>& take)>
        fetch = {};
    std::function<Result<void>(const std::string& url)> may_fetch = {};  // asked at kick-off
  };
  Bulk(const Rooms& rooms, Options options);
  ~Bulk();

  void register_jobs();  // before the journal starts

  // The id of the job. kTooMany, kBadRequest, kNotOffered, and what the record says of a filter.
  Result<std::string> start_export(const trust::Access& access, const ExportRequest& request);
  Result<std::string> start_import(const trust::Access& access, const std::vector<ImportInput>& inputs,
                                   const std::string& url);
  // A body that arrives: written to a blob piece by piece, then a job of one file.
  class Upload {
  public:
    explicit Upload(blob::BlobStore::Writer writer) : writer_(std::move(writer)) {}
    Result<void> write(std::span<const uint8_t> bytes) { return writer_.write(bytes); }

  private:
    friend class Bulk;
    blob::BlobStore::Writer writer_;
  };
  Result<std::unique_ptr<Upload>> begin_upload(const trust::Access& access);
  Result<std::string> start_import(const trust::Access& access, Upload& upload, const std::string& type,
                                   const std::string& url);

  // Of who asked, or of whoever may see the system.
  Result<Job> job(const trust::Access& access, const std::string& id);
  Result<std::vector<Job>> jobs(const trust::Access& access, int64_t limit);  // newest first, without files
  Result<void> cancel(const trust::Access& access, const std::string& id);    // and forgets its files
  // Of who asked only.
  Result<blob::BlobStore::Reader> open_file(const trust::Access& access, const std::string& id,
                                            int64_t number);
  Result<std::string> error_lines(const trust::Access& access, const std::string& id);

  struct Impl;

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::bulk
