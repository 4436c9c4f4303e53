// What the archive keeps of an instance, pulled from its data set by our own reader. Pure; private to
// core/archive.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/archive/archive.h"

namespace xinglin::archive {

struct Index {
  SopClassUid sop_class;
  SopInstanceUid sop_instance;
  StudyUid study;
  SeriesUid series;
  TransferSyntaxUid transfer_syntax;
  PatientAttributes patient;
  std::string study_date, study_time, study_description, accession_number, study_id, referring_physician;
  std::string modality, series_description, series_number, body_part, protocol, station, series_date,
      series_time;
  std::string instance_number;
  std::optional<int64_t> rows, columns, bits_allocated, frames;
  bool text_inexact = false;
  std::string attributes_json;
  std::span<const uint8_t> data_set;  // a view into what came in
};

// kOverLimit, kUnreadable, kUidMismatch.
Result<Index> read_index(const Incoming& incoming, uint64_t bytes_max);
// PS3.5 9.1 but for leading zeros of a component, which old devices write.
bool is_usable_uid(std::string_view uid);
// Where the file of the instance lies in the blob store.
std::string blob_key(const Index& index);

}  // namespace xinglin::archive
