// The schedule of imaging procedures: what the modality worklist tells (PS3.4 K). Each ServiceRequest with a
// modality, by HL7 order or by FHIR, is one scheduled step; a job follows every change of request and patient
// and keeps a row with its DICOM attributes, so that a query reads rows only. A step leaves the worklist when
// its request is no longer active or a performed step has ended it. main makes one of these before the
// journal starts. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/archive/query.h"
#include "core/record/record.h"
#include "store/journal/journal.h"

namespace xinglin::procedure {

inline constexpr ErrorCode kBadWorklistCursor{"procedure.bad-cursor", ErrorKind::Invalid,
                                              "the search cannot be continued from there"};

struct ScheduledStep {
  std::string request;  // id of the ServiceRequest
  PatientId patient;
  std::string status, progress;
  bool open = false;
  std::string start, accession_number, step_id;
  StudyUid study;
  json::object attributes;  // DICOM JSON
};

class Schedule {
public:
  static constexpr std::string_view kQueue = "procedure-schedule";
  Schedule(sql::Store& store, record::Record& record, trust::AuditLog& audit, journal::Journal& journal);
  Schedule(const Schedule&) = delete;
  void register_jobs();  // before the journal starts

  // The open steps that match, earliest start first; page by page. Keys and rows as archive::Search has them.
  // Access needs ReadClinical; audited once per page.
  Result<archive::Page> find(const trust::Access& access, const std::vector<archive::SearchKey>& keys,
                             bool fuzzy, int64_t limit, const std::string& after);
  // Open and ended steps of one study, or of all that start on `date` (YYYYMMDD). Access needs ReadClinical.
  Result<std::vector<ScheduledStep>> of_study(const trust::Access& access, const StudyUid& study);
  Result<std::vector<ScheduledStep>> of_day(const trust::Access& access, const std::string& date,
                                            int64_t limit);
  // Reads the request and its patient and writes the row; what the job does.
  Result<void> project(const std::string& request);

private:
  Result<void> work(const journal::Job& job);
  sql::Store& store_;
  record::Record& record_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
};

}  // namespace xinglin::procedure
