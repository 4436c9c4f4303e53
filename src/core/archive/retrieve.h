// Reading what is stored, for the edges that send images out: which instances a study, series or UID names,
// their attributes as kept at intake (no image file is read for them), and the file of one piece by piece.
// find() is what asks leave and leaves the audit record; the others take what it gave. Thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "codec/dicom/amend.h"
#include "core/archive/archive.h"

namespace xinglin::archive {

struct Selection {
  StudyUid study;
  SeriesUid series = {};         // empty: all of the study
  SopInstanceUid instance = {};  // empty: all of the series
};

// The PS3.10 file of an instance as it is given out, read piece by piece: a new beginning when its study was
// corrected, and the file as stored from there. Belongs to one thread at a time.
class OutgoingFile {
public:
  uint64_t size_bytes() const { return head_.size() + (reader_.size_bytes() - rest_offset_); }
  Result<void> read_at(uint64_t offset, std::span<uint8_t> space) const;  // fills the space
  Result<std::vector<uint8_t>> whole() const;

private:
  friend class Retrieval;
  explicit OutgoingFile(blob::BlobStore::Reader reader) : reader_(std::move(reader)) {}
  blob::BlobStore::Reader reader_;
  std::vector<uint8_t> head_;
  uint64_t rest_offset_ = 0;
};

class Retrieval {
public:
  Retrieval(sql::Store& store, const blob::BlobStore& blobs, trust::AuditLog& audit)
      : store_(store), blobs_(blobs), audit_(audit) {}

  // In order of series and instance number. Needs ReadClinical; kNoInstance when there is none. `what` is
  // written to the audit log: "file", "metadata", "frames 1-3".
  Result<std::vector<InstanceInfo>> find(const trust::Access& access, const Selection& selection,
                                         std::string_view what) const;
  // DICOM JSON (PS3.18 F) of each, with the corrections of its study (corrections.h) and with BulkDataURI
  // relative to the instance (codec/dicom/dicom_json.h).
  Result<std::vector<std::string>> attributes(std::span<const InstanceInfo> instances) const;
  // As it was received. Pixel data and bulk data are never corrected, so frames are read from here.
  Result<blob::BlobStore::Reader> file(const InstanceInfo& instance) const;
  // Of an instance that is corrected, from the bytes of file(): what takes the place of their beginning.
  Result<dicom::Amended> amended(const InstanceInfo& instance, std::span<const uint8_t> file) const;
  // The PS3.10 file as it is given out; what is stored was compared with the digest of its receipt.
  Result<OutgoingFile> open(const InstanceInfo& instance) const;
  Result<std::vector<uint8_t>> given_out(const InstanceInfo& instance) const;
  // find() of one instance, and open(), given_out().
  Result<OutgoingFile> open(const trust::Access& access, const SopInstanceUid& instance) const;
  Result<std::vector<uint8_t>> whole(const trust::Access& access, const SopInstanceUid& instance) const;

  // The bytes that came, whose digest is on the receipt, whatever was corrected or rejected since.
  // ReadClinical or ReadReceived.
  Result<std::vector<uint8_t>> original(const trust::Access& access, const SopInstanceUid& instance) const;

private:
  sql::Store& store_;
  const blob::BlobStore& blobs_;
  trust::AuditLog& audit_;
};

}  // namespace xinglin::archive
